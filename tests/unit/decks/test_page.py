"""The page of decks as text: whatever a deck holds stays in its own frame, unchanged."""

from __future__ import annotations

import json
import re
import sys
import tracemalloc
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.decks import assets
from flyte_nb.decks.library import PACKED, Library
from flyte_nb.decks.page import NOT_TRUSTED, Tab, document, embed
from flyte_nb.decks.segments import split_libraries

ANY_TEXT = st.text(st.characters())  # lone surrogates and NUL among it
QUOTES = ["'", '"', "&", "&amp;", "&#39", "&quot;", "<", ">", " srcdoc='", "x"]
SWITCHES = [
    "</iframe>",
    "</script>",
    "<!--",
    "-->",
    "<plaintext>",
    "<textarea>",
    "<![CDATA[",
    "]]>",
]
UNENCODABLE = ["\0", "\ud800", "\r\n"]
MARKUP = st.lists(st.sampled_from(QUOTES + SWITCHES + UNENCODABLE)).map("".join)
BROKEN = [
    "<b><i><div",
    "<!-- never closed",
    "<script>let a = '</iframe>'",
    "<textarea><style><title>",
    "</iframe></section></main></body></html><plaintext>",
    "' onload='alert(1)",
]


@dataclass
class Frame:
    """A frame as the page's script makes it of what the page brings."""

    name: str
    group: str
    content: str


@dataclass
class Parsed(HTMLParser):
    """What a browser makes of HTML: its tags, their attributes, its text."""

    source: str
    tags: list[str] = field(default_factory=list)
    attributes: list[dict[str, str]] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.append({name: value or "" for name, value in attrs})

    def handle_data(self, data: str) -> None:
        if self.lasttag not in {"script", "style"}:
            self.text += data


@dataclass
class Page(Parsed):
    """The page without its decks, and these."""

    frames: list[Frame] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.source, _, content = self.source.partition("<plaintext>")
        super().__post_init__()
        index = re.search('<script type="application/json">(.*?)</script>', self.source)
        assert index
        assert "<" not in index[1]
        units = content.encode("utf-16-le")
        segments, start = [], 0
        for length in json.loads(index[1])["lengths"]:
            segments.append(units[2 * start : 2 * (start + length)].decode("utf-16-le"))
            start += length
        assert 2 * start == len(units)
        for deck in json.loads(index[1])["decks"]:
            html = "".join(segments[number] for number in deck["segments"])
            self.frames.append(Frame(deck["name"], deck["group"], html))


def shown(*tabs: Tab, title: str = "train") -> Page:
    """Parse the host fragment, and return the page in its frame, parsed."""
    host = Parsed(embed(document(tabs, title=title), title=title))
    assert host.tags == ["iframe", "script"]
    return Page(host.attributes[0]["srcdoc"])


def as_encodable(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub("[\0\ud800-\udfff]", "\ufffd", lines)


@given(html=ANY_TEXT | MARKUP)
def test_a_deck_arrives_in_its_frame_as_it_was_written(html):
    page = shown(Tab(name="deck", html=html), Tab(name="next", html="after"))
    assert [frame.content for frame in page.frames] == [as_encodable(html), "after"]


@given(name=ANY_TEXT | MARKUP, group=ANY_TEXT | MARKUP, title=ANY_TEXT | MARKUP)
def test_names_are_text_wherever_they_stand(name, group, title):
    expected = shown(Tab(name="a", html="", group="b" if group else ""), title="c").tags
    page = shown(Tab(name=name, html="", group=group), title=title)
    assert page.tags == expected
    assert page.frames[0].group == as_encodable(group)
    assert as_encodable(title) in page.text


@given(html=ANY_TEXT, name=ANY_TEXT, title=ANY_TEXT)
def test_the_output_can_be_saved(html, name, title):
    embed(document([Tab(name=name, html=html)], title=title), title=title).encode("utf-8")


@pytest.mark.parametrize("html", BROKEN)
def test_a_broken_deck_leaves_its_neighbours_alone(html):
    page = shown(Tab(name="broken", html=html), Tab(name="whole", html="<p>fine</p>"))
    assert [frame.name for frame in page.frames] == ["broken", "whole"]
    assert page.frames[1].content == "<p>fine</p>"


def test_the_frame_is_sandboxed_without_its_origin():
    host = Parsed(embed(document([Tab(name="a", html="")], title=""), title=""))
    assert host.attributes[0]["sandbox"] == "allow-scripts"


def test_where_no_script_may_run_the_page_says_what_there_is():
    def said(*tabs):
        page = document(tabs, title="")
        return Parsed(re.search("<noscript.*?>(.*?)</noscript>", page)[1]).text

    assert "1 deck, shown where scripts may run: a <b>.</noscript>" in said(
        Tab(name="a <b>.</noscript>", html="")
    )
    many = said(*(Tab(name=f"d{n}", html="x") for n in range(30)))
    assert "30 decks, shown where scripts may run: d0, d1" in many
    assert "d19 and 10 more." in many
    assert "No decks." in said()


def test_nothing_of_a_deck_stands_before_the_text_that_nothing_ends():
    page = document([Tab(name="a", html="</plaintext><b>content")], title="")
    assert page.count("<plaintext>") == 1
    assert page.endswith("<plaintext></plaintext><b>content")


def test_a_library_of_several_decks_comes_once():
    library = str(Library("k", lambda: "x" * 200_000))
    tabs = [Tab(name=name, html=f"<p>{library}{name}") for name in ("a", "b")]
    page = shown(*tabs)
    assert [frame.content for frame in page.frames] == [tab.html for tab in tabs]
    assert document(tabs, title="").count("data-packed") == 1


LONG = "<p>long</p>\U0001f600\r\n" * 100_000
LIBRARY = str(Library("k", lambda: "x" * 200_000))


@pytest.mark.parametrize(
    "pieces",
    [
        [],
        [""],
        ["a", "b"],
        [LONG],
        ["a", LONG, "b", "", "c"],
        ["", LONG, LONG, ""],
        [LIBRARY, "a\ud800", LIBRARY, LONG, LIBRARY],
        [f"<p>{LIBRARY}", "\r\0"],
    ],
)
def test_pieces_of_a_deck_are_lines_however_long(pieces):
    (frame,) = shown(Tab(name="a", html=lambda: pieces)).frames
    assert frame.content == as_encodable("\n".join(pieces))


def test_a_library_among_the_pieces_of_several_decks_comes_once():
    tabs = [Tab(name=name, html=lambda: ["<p>", LIBRARY, LONG]) for name in ("a", "b")]
    assert document(tabs, title="").count("data-packed") == 1


def test_a_secret_across_two_pieces_is_masked():
    secret = "<b>across-two</b>\n<i>pieces</i>"
    LEAK_GUARD.add(secret)
    (frame,) = shown(Tab(name="a", html=lambda: secret.split("\n"))).frames
    assert frame.content == "••••"


def test_what_looks_like_the_beginning_of_libraries_is_a_deck():
    html = f'{PACKED}">' * 200_000  # one look from each to the end would take hours
    ((is_library, text),) = split_libraries(html)
    assert not is_library
    assert text == html
    library = f'{PACKED}A">run()</script>'
    assert list(split_libraries(f"<p>{library}{library}{PACKED}")) == [
        (False, "<p>"),
        (True, library),
        (True, library),
        (False, PACKED),
    ]


def test_contents_are_asked_for_one_at_a_time():
    alive, numbers = [], count()

    class Content(str):
        __slots__ = ()

        def __del__(self):
            alive.remove(1)

    def content():
        assert len(alive) < 2
        alive.append(1)
        return Content(f"<p>\r{next(numbers)}")  # changed, and not kept

    tabs = (Tab(name="a", html=content) for _ in range(10))
    assert document(tabs, title="").count("<p>\n") == 10


def test_page_and_decks_state_a_policy_before_anything_else():
    page = document([Tab(name="a", html="<script>1</script>")], title="")
    opening = next(a["data-opening"] for a in Parsed(page).attributes if "data-opening" in a)
    for text in (page, opening):
        head, policy, rest = text.partition('<meta http-equiv="Content-Security-Policy"')
        assert policy
        assert "<script" not in head
        assert "<style" not in head
        for directive in ("default-src", "frame-src", "form-action", "base-uri"):
            assert f"{directive} 'none'" in rest
        assert "http:" not in rest.partition(">")[0]


def names(page: Page) -> list[str]:
    return [frame.name for frame in page.frames]


@pytest.mark.parametrize(
    ("given_names", "expected"),
    [
        (["plot", "plot"], ["plot", "plot (2)"]),
        (["plot", "plot", "plot (2)"], ["plot", "plot (3)", "plot (2)"]),
        (["", " ", "Untitled"], ["Untitled", "Untitled (2)", "Untitled (3)"]),
    ],
)
def test_same_names_are_told_apart(given_names, expected):
    assert names(shown(*(Tab(name=name, html="") for name in given_names))) == expected


@given(st.lists(st.sampled_from(["a", "a (2)", "a (2) (2)", "", "Untitled", "Untitled (2)"])))
def test_names_are_unique_whatever_they_were(given_names):
    page = shown(*(Tab(name=name, html="") for name in given_names))
    assert len(set(names(page))) == len(given_names)


def test_tabs_of_a_group_stand_together_and_may_share_names_with_another():
    tabs = [
        Tab(name="default", html="1", group="Attempt 1"),
        Tab(name="default", html="2", group="Attempt 2"),
        Tab(name="plot", html="3", group="Attempt 1"),
    ]
    page = shown(*tabs)
    assert [frame.content for frame in page.frames] == ["1", "3", "2"]
    assert names(page) == ["default", "plot", "default"]
    assert [frame.group for frame in page.frames] == ["Attempt 1", "Attempt 1", "Attempt 2"]


def test_there_may_be_no_decks():
    assert shown().frames == []


def test_a_notebook_that_drops_the_frame_says_why():
    host = Parsed(embed(document([], title="t"), title="t"))
    assert host.text == NOT_TRUSTED


def test_two_outputs_share_no_id():
    page = document([Tab(name="a", html="")], title="t")
    assert not re.search(r"\sid=", embed(page, title="t").partition("srcdoc=")[0])
    assert embed(page, title="t") == embed(page, title="t")


def test_the_first_height_is_given():
    host = Parsed(embed("", title="t", height_px=480))
    assert "height:480px" in host.attributes[0]["style"]


def embedded(html: str) -> str:
    return embed(document([Tab(name="deck", html=html)], title="t"), title="t")


def test_ordinary_html_travels_nearly_unescaped():
    cell = '<td class="right" style="color: red">1 < 2</td>\n'
    grown = len(embedded(cell * 1000)) - len(embedded(""))
    assert len(cell) * 1000 <= grown < len(cell) * 1000 + 20  # its length, in digits


def test_memory_stays_near_the_size_of_the_content():
    html = "<td>1</td>" * 1_000_000
    tab = Tab(name="deck", html=html)
    tracemalloc.start()
    embed(document([tab], title="t"), title="t")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3.1 * len(html)


def test_time_is_linear_in_the_number_of_decks():
    def calls(count: int) -> int:
        """Return how many functions run: unlike time, the same on a busy machine."""
        tabs, events = [Tab(name="same", html="x")] * count, []
        sys.setprofile(lambda _frame, event, _arg: events.append(event))
        document(tabs, title="t")
        sys.setprofile(None)
        return len(events)

    calls(10)
    assert calls(4000) < 11 * calls(400)


@pytest.mark.parametrize(
    "name",
    [
        "deck_page.js",
        "deck_frame.js",
        "deck_host.js",
        "deck_library.js",
        "deck_live.js",
        "deck_live_frame.js",
    ],
)
def test_built_scripts_can_stand_in_html(name):
    script = assets.asset(name)
    assert not re.search("</script|<!--|^(import|export)", script, re.IGNORECASE)


@pytest.mark.parametrize("name", ["deck_page.css", "deck_frame.css"])
def test_built_styles_can_stand_in_html(name):
    assert "</style" not in assets.asset(name).lower()


def test_a_front_end_that_was_never_built_says_how_to(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"pip install -e \."):
        assets.asset("deck_page.js", tmp_path)
