"""Decks: which a task has, what renders them, the page of the last execution."""

# ruff: noqa: E402, F811 - each cell is a program of its own

# %% fields of a deck
from flytekit.deck import DeckField

answer = {
    "names": {field.name: field.value for field in DeckField},
    "is text": DeckField.INPUT == "Input",
}

# %% the options of a task
from flytekit import task
from flytekit.deck import DeckField
from programs import outcome


def plain() -> int:
    return 1


def with_fields(**options):
    return task(**options)(plain)()


answer = {
    "some": outcome(lambda: with_fields(enable_deck=True, deck_fields=(DeckField.INPUT,))),
    "none": outcome(lambda: with_fields(enable_deck=True, deck_fields=())),
    "None": outcome(lambda: with_fields(enable_deck=True, deck_fields=None)),
    "off": outcome(lambda: with_fields(deck_fields=(DeckField.INPUT,))),
    "unknown": outcome(lambda: with_fields(enable_deck=True, deck_fields=("x",))),
    "no field": outcome(lambda: with_fields(enable_deck=True, deck_fields=(None,))),
}

# %% the decks of a call
import re

from flytekit import Deck, new_context, task
from flytekit.deck import DeckField


def tabs(page):
    """Return the names of the tabs, as flytekit and as we write them."""
    theirs = re.findall(r'handleLinkClick\(this\)">(.*?)</li>', page)
    return theirs or re.findall('"name": "(.*?)"', page)


def report(x: int) -> int:
    Deck("mine", "<p>own</p>")
    return x


def tabs_of(**options):
    with new_context() as ctx:
        task(**options)(report)(x=1)
    return tabs(ctx.get_deck())


answer = {
    "all": [name for name in tabs_of(enable_deck=True) if name != "Timeline"],
    "two": tabs_of(enable_deck=True, deck_fields=(DeckField.OUTPUT, DeckField.INPUT)),
    "none": tabs_of(enable_deck=True, deck_fields=()),
    "off": tabs_of(enable_deck=False),
    "not said": tabs_of(),
}

# %% the decks of a workflow
import re

from flytekit import Deck, new_context, task, workflow


def tabs(page):
    theirs = re.findall(r'handleLinkClick\(this\)">(.*?)</li>', page)
    return theirs or re.findall('"name": "(.*?)"', page)


@task
def first() -> int:
    Deck("of the first", "<p>1</p>")
    return 1


@task
def second(x: int) -> int:
    Deck("of the second", "<p>2</p>")
    return x


@workflow
def both() -> int:
    return second(x=first())


@task
def alone() -> int:
    Deck("of another", "<p>3</p>")
    return 1


with new_context() as ctx:
    both()
    of_both = tabs(ctx.get_deck())
    alone()
    of_the_last = tabs(ctx.get_deck())
answer = {"workflow": of_both, "the last": of_the_last, "is text": isinstance(ctx.get_deck(), str)}

# %% what a page shows of inputs and outputs
from html import unescape

from flytekit import new_context, task


@task(enable_deck=True)
def add(number: int, text: str) -> float:
    return number + len(text) / 20


with new_context() as ctx:
    add(number=1234, text="words")
page = unescape(ctx.get_deck())
answer = {value: value in page for value in ("1234", "words", "1234.25")}

# %% markup in an input
from html import unescape

from flytekit import new_context, task


@task(enable_deck=True)
def take(text: str) -> int:
    return len(text)


with new_context() as ctx:
    take(text="<b>bold</b>")
page = ctx.get_deck()
html = page.partition("<plaintext>")[2] or unescape(page)  # as a browser has it of each
answer = {"is read as markup": "<b>bold</b>" in html}

# %% a renderer in a type
from html import unescape
from typing import Annotated

from flytekit import new_context, task


class Shouted:
    def to_html(self, value):
        return f"<em>{value.upper()}</em>"


@task(enable_deck=True)
def shout(text: Annotated[str, Shouted()]) -> Annotated[str, Shouted()]:
    return text.replace("in", "out")


with new_context() as ctx:
    shout(text="in")
page = unescape(ctx.get_deck())
answer = {"input": "<em>IN</em>" in page, "output": "<em>OUT</em>" in page}

# %% a renderer that fails
from typing import Annotated

from flytekit import task
from programs import outcome


class Broken:
    def to_html(self, value):
        raise KeyError(value)


@task(enable_deck=True)
def fine() -> Annotated[str, Broken()]:
    return "out"


answer = {"value": outcome(fine)}

# %% markdown
from flytekit.deck import MarkdownRenderer
from programs import outcome

render = MarkdownRenderer().to_html
answer = {
    "heading": render("# One\n\n- a *b* `c`\n- [d](http://e)\n"),
    "html": render("<b>x</b>"),
    "code": render("```python\nx < 1\n```"),
    "empty": render(""),
    "no text": outcome(lambda: render(3)),
    "table": "<table>" in render("|a|\n|-|\n|1|\n"),
}

# %% source
from flytekit.deck import SourceCodeRenderer

html = SourceCodeRenderer("a title").to_html("def f(x):\n    return x < 1  # less\n")
answer = {"code": html.rpartition("</style>")[2], "has a style": html.startswith("<style>")}

# %% dependencies
from flytekit.deck.renderer import PythonDependencyRenderer

html = PythonDependencyRenderer("a title").to_html()
answer = {"markdown-it-py": "markdown-it-py" in html, "requirements": "markdown-it-py==" in html}

# %% what is renderable
from flytekit.deck import MarkdownRenderer
from flytekit.deck.renderer import DEFAULT_MAX_COLS, DEFAULT_MAX_ROWS, Renderable

answer = {
    "renderer": isinstance(MarkdownRenderer(), Renderable),
    "number": isinstance(3, Renderable),
    "rows": DEFAULT_MAX_ROWS,
    "columns": DEFAULT_MAX_COLS,
}

# %% publish
from flytekit import Deck, task
from programs import outcome

seen = {}


@task(enable_deck=True)
def publishes() -> int:
    seen["returns"] = Deck("mine", "<p>own</p>").publish()
    seen["static"] = Deck.publish()
    return 1


@task
def off() -> int:
    return 0 if Deck.publish() is None else 1


answer = {"task": publishes(), "off": outcome(off), "outside": outcome(Deck.publish), **seen}
