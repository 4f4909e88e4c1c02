"""The page that shows decks: static HTML in which no deck can reach anything but itself.

Three documents, one inside the other::

    notebook output     embed()     an <iframe>, and a script that gives it height and theme
      page of tabs      document()  opaque origin, nothing loaded; ours, so it may hold scripts
        one deck each   Tab.html    opaque origin again; whatever the author of the deck wrote

A deck may be hostile or broken. All decks are the text of one ``<plaintext>``, the last element of
the page: nothing ends it (https://html.spec.whatwg.org/#plaintext-state), so a deck needs neither
escapes nor a search for what has to be escaped. A script of the page makes a sandboxed frame for
each: no unclosed tag gets out of there, and its scripts see neither the page, the notebook, its
cookies nor, by the content security policy, the network (but for WebRTC, which no browser puts
under that policy: js/src/deck/deck_document.ts). The policy stands twice: on the page it keeps a
deck's frame from being sent elsewhere, and the deck inherits the rest.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.decks.assets import asset
from flyte_nb.decks.segments import Segments, encodable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

# Decks are scripted (plots are), but load nothing: what they show is in the HTML itself.
# "frame-src" stops a deck from sending its own frame to an address; "srcdoc" is not subject to it.
# https://www.w3.org/TR/CSP3/
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline';"
    " img-src data: blob:; font-src data: blob:; media-src data: blob:;"
    " frame-src 'none'; form-action 'none'; base-uri 'none'"
)
UNTITLED = "Untitled"
_NAMED = 20  # decks, where they are not shown

# Browsers never show what an <iframe> encloses; a sanitizer that drops the frame leaves it.
NOT_TRUSTED = "Decks are shown when the notebook is trusted."


@dataclass(frozen=True, kw_only=True, slots=True)
class Tab:
    """One deck to show.

    Attributes:
        name: What the tab says, any text.
        html: The content, untrusted: a fragment or a whole document; or what returns it, so that
            the contents of many are not held at a time: as one text, or as the pieces of a deck.
        group: What the tab belongs to, such as "Attempt 2". Tabs of a group stand together.
    """

    name: str
    html: str | Callable[[], str | list[str]]
    group: str = ""

    def content(self) -> str:
        """Return the content as one text, without secrets."""
        html = self.pieces()
        return html if isinstance(html, str) else "\n".join(html)

    def pieces(self) -> str | list[str]:
        """Return the same; in pieces if they are at hand, and no secret can lie across them."""
        html = self.html if isinstance(self.html, str) else self.html()
        if isinstance(html, list) and not LEAK_GUARD.is_active:
            return html
        # Masked here: what is escaped in a notebook's output is not found by any search.
        return LEAK_GUARD.mask(html if isinstance(html, str) else "\n".join(html), tags=True)


def document(tabs: Iterable[Tab], *, title: str) -> str:
    """Return a self-contained HTML file that shows decks as tabs.

    Args:
        tabs: The decks, in their order. Equal names within a group get a number.
        title: What the decks are of, any text.
    """
    return "".join(document_parts(tabs, title=title))


def document_parts(tabs: Iterable[Tab], *, title: str) -> Sequence[str]:
    """Return what `document` joins: how long it would be is known before that."""
    title = _text(LEAK_GUARD.mask(title))
    segments = Segments()
    decks = []
    for name, tab in _named(tabs):
        decks.append({"name": name, "group": tab.group, "segments": segments.add(tab.pieces())})
    opening = attribute(head("deck_frame.css") + script("deck_frame.js"))
    index = json.dumps({"lengths": segments.lengths, "decks": decks}, ensure_ascii=False)
    index = index.replace("<", "\\u003c")
    return (
        '<!doctype html><html lang="en"><head><meta name="generator" content="flyte-nb">',
        head("deck_page.css"),
        f'<meta name="viewport" content="width=device-width"><title>{title}</title></head>',
        f"<body><main data-opening='{opening}'><header><h1>{title}</h1></header>",
        f'<noscript class="empty" style="display:block">{_without_scripts(decks)}</noscript>',
        "</main>",
        f'<script type="application/json">{index}</script>{script("deck_page.js")}<plaintext>',
        *segments.texts,
    )


def _without_scripts(decks: Sequence[Mapping[str, Any]]) -> str:
    """Return what a browser says of the decks that may run no script."""
    names = ", ".join(deck["name"] for deck in decks[:_NAMED])
    more = f" and {len(decks) - _NAMED:,} more" if len(decks) > _NAMED else ""
    many = f"{len(decks):,} deck{'' if len(decks) == 1 else 's'}"
    return _text(f"{many}, shown where scripts may run: {names}{more}." if names else "No decks.")


def embed(page: str, *, title: str, height_px: int = 320) -> str:
    """Return ``page`` as a fragment for the output of a notebook cell.

    It needs no kernel, no network and no ids. Where a notebook removes the script, the page stays
    at its first height and scrolls; where it removes the frame too (JupyterLab, until the notebook
    is trusted), a line of text says why.

    Args:
        page: An HTML file, from :func:`document`.
        title: What a screen reader calls the frame.
        height_px: The height until the page has told its own.
    """
    return "".join(
        (
            f"<iframe data-flyte-nb-decks='1' sandbox='allow-scripts' title='{attribute(title)}'",
            f" style='display:block;width:100%;height:{height_px:d}px;border:0;border-radius:8px'",
            " srcdoc='",
            attribute(page),
            f"'>{NOT_TRUSTED}</iframe>",
            script("deck_host.js"),
        )
    )


def _named(tabs: Iterable[Tab]) -> Iterator[tuple[str, Tab]]:
    """Yield the tabs group by group, each with a name that no other of its group has."""
    groups: dict[str, list[Tab]] = {}
    for tab in tabs:
        group = encodable(LEAK_GUARD.mask(tab.group))
        name = encodable(LEAK_GUARD.mask(tab.name))
        name = name if name.strip() else UNTITLED
        groups.setdefault(group, []).append(Tab(name=name, html=tab.html, group=group))
    for members in groups.values():
        taken = {tab.name for tab in members}
        numbers: dict[str, count[int]] = {}
        for tab in members:
            name = tab.name
            if name in numbers:
                candidates = (f"{name} ({number})" for number in numbers[name])
                name = next(candidate for candidate in candidates if candidate not in taken)
            else:
                numbers[name] = count(2)
            yield name, tab


def head(style: str) -> str:
    """Return what a document of ours begins with: the policy that it is under, and its style."""
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    return f'<meta charset="utf-8">{policy}<style>{asset(style)}</style>'


def script(name: str) -> str:
    """Return a script of ours as an element."""
    return f"<script>{asset(name)}</script>"


def _text(text: str) -> str:
    return attribute(text).replace("<", "&lt;")


def attribute(text: str) -> str:
    """Return ``text`` for an attribute in single quotes.

    Only what has to be is escaped: a deck passes here twice, and HTML is full of ``<`` and ``"``.
    """
    return encodable(text).replace("&", "&amp;").replace("'", "&#39;")
