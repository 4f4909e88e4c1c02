"""The page of decks as text: whatever a deck holds stays in its own frame, unchanged."""

from __future__ import annotations

import re
import sys
import tracemalloc
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_nb.decks import assets
from flyte_nb.decks.page import NOT_TRUSTED, Tab, document, embed

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
    attributes: dict[str, str]
    section: dict[str, str]

    @property
    def content(self) -> str:
        return self.attributes["srcdoc"]


@dataclass
class Parsed(HTMLParser):
    """What a browser makes of a page: its frames, sections, headings and text."""

    source: str
    frames: list[Frame] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self._section: dict[str, str] = {}
        self.feed(self.source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        if tag == "section":
            self._section = attributes
        if tag == "iframe":
            self.frames.append(Frame(attributes, self._section))

    def handle_data(self, data: str) -> None:
        if self.lasttag not in {"script", "style"}:
            self.text += data


def shown(*tabs: Tab, title: str = "train") -> Parsed:
    """Parse the host fragment, and return the page in its frame, parsed."""
    host = Parsed(embed(document(tabs, title=title), title=title))
    assert host.tags == ["iframe", "script"]
    return Parsed(host.frames[0].content)


def deck_html(frame: Frame) -> str:
    """Return what follows the part that every deck's frame begins with."""
    (empty,) = shown(Tab(name="", html="")).frames
    assert frame.content.startswith(empty.content)
    return frame.content[len(empty.content) :]


def as_encodable(text: str) -> str:
    return re.sub("[\0\ud800-\udfff]", "\ufffd", text)


@given(html=ANY_TEXT | MARKUP)
def test_a_deck_arrives_in_its_frame_as_it_was_written(html):
    page = shown(Tab(name="deck", html=html), Tab(name="next", html="after"))
    assert [deck_html(frame) for frame in page.frames] == [as_encodable(html), "after"]


@given(name=ANY_TEXT | MARKUP, group=ANY_TEXT | MARKUP, title=ANY_TEXT | MARKUP)
def test_names_are_text_wherever_they_stand(name, group, title):
    expected = shown(Tab(name="a", html="", group="b" if group else ""), title="c").tags
    page = shown(Tab(name=name, html="", group=group), title=title)
    assert page.tags == expected
    assert page.frames[0].section["data-group"] == as_encodable(group)
    assert as_encodable(title) in page.text


@given(html=ANY_TEXT, name=ANY_TEXT, title=ANY_TEXT)
def test_the_output_can_be_saved(html, name, title):
    embed(document([Tab(name=name, html=html)], title=title), title=title).encode("utf-8")


@pytest.mark.parametrize("html", BROKEN)
def test_a_broken_deck_leaves_its_neighbours_alone(html):
    page = shown(Tab(name="broken", html=html), Tab(name="whole", html="<p>fine</p>"))
    assert [frame.section["data-name"] for frame in page.frames] == ["broken", "whole"]
    assert deck_html(page.frames[1]) == "<p>fine</p>"


def test_every_frame_is_sandboxed_without_its_origin():
    fragment = embed(document([Tab(name="a", html=""), Tab(name="b", html="")], title=""), title="")
    host = Parsed(fragment)
    frames = [*host.frames, *Parsed(host.frames[0].content).frames]
    assert [frame.attributes["sandbox"] for frame in frames] == ["allow-scripts"] * 3


def test_page_and_decks_state_a_policy_before_anything_else():
    page = document([Tab(name="a", html="<script>1</script>")], title="")
    for text in (page, Parsed(page).frames[0].content):
        head, policy, rest = text.partition('<meta http-equiv="Content-Security-Policy"')
        assert policy
        assert "<script" not in head
        assert "<style" not in head
        for directive in ("default-src", "frame-src", "form-action", "base-uri"):
            assert f"{directive} 'none'" in rest
        assert "http:" not in rest.partition(">")[0]


def names(page: Parsed) -> list[str]:
    return [frame.section["data-name"] for frame in page.frames]


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
    assert [deck_html(frame) for frame in page.frames] == ["1", "3", "2"]
    assert names(page) == ["default", "plot", "default"]
    assert "Attempt 1 · plot" in page.text


def test_no_decks_say_so():
    page = shown()
    assert page.frames == []
    assert "No decks." in page.text


def test_a_notebook_that_drops_the_frame_says_why():
    host = Parsed(embed(document([], title="t"), title="t"))
    assert host.text == NOT_TRUSTED


def test_two_outputs_share_no_id():
    page = document([Tab(name="a", html="")], title="t")
    assert not re.search(r"\sid=", embed(page, title="t").partition("srcdoc=")[0])
    assert embed(page, title="t") == embed(page, title="t")


def test_the_first_height_is_given():
    frame = Parsed(embed("", title="t", height_px=480)).frames[0]
    assert "height:480px" in frame.attributes["style"]


def embedded(html: str) -> str:
    return embed(document([Tab(name="deck", html=html)], title="t"), title="t")


def test_ordinary_html_travels_nearly_unescaped():
    cell = '<td class="right" style="color: red">1 < 2</td>\n'
    assert len(embedded(cell * 1000)) - len(embedded("")) == len(cell) * 1000


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


@pytest.mark.parametrize("name", ["deck_page.js", "deck_frame.js", "deck_host.js"])
def test_built_scripts_can_stand_in_html(name):
    script = assets.asset(name)
    assert not re.search("</script|<!--|^(import|export)", script, re.IGNORECASE)


@pytest.mark.parametrize("name", ["deck_page.css", "deck_frame.css"])
def test_built_styles_can_stand_in_html(name):
    assert "</style" not in assets.asset(name).lower()


def test_a_front_end_that_was_never_built_says_how_to(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"pip install -e \."):
        assets.asset("deck_page.js", tmp_path)
