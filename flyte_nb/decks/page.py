"""The page that shows decks: static HTML in which no deck can reach anything but itself.

Three documents, one inside the other::

    notebook output     embed()     an <iframe>, and a script that gives it height and theme
      page of tabs      document()  opaque origin, nothing loaded; ours, so it may hold scripts
        one deck each   Tab.html    opaque origin again; whatever the author of the deck wrote

A deck may be hostile or broken, so it travels as an attribute (``srcdoc``) of its own sandboxed
frame: no unclosed tag gets out of there, and its scripts see neither the page, the notebook, its
cookies nor, by the content security policy, the network (but for WebRTC, which no browser puts
under that policy: js/src/deck/frame.ts). The policy stands twice: on the page it keeps a deck's
frame from being sent elsewhere, and the deck inherits the rest.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.decks.assets import asset

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Decks are scripted (plots are), but load nothing: what they show is in the HTML itself.
# "frame-src" stops a deck from sending its own frame to an address; "srcdoc" is not subject to it.
# https://www.w3.org/TR/CSP3/
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline';"
    " img-src data: blob:; font-src data: blob:; media-src data: blob:;"
    " frame-src 'none'; form-action 'none'; base-uri 'none'"
)
UNTITLED = "Untitled"

# Browsers never show what an <iframe> encloses; a sanitizer that drops the frame leaves it.
NOT_TRUSTED = "Decks are shown when the notebook is trusted."

# Neither can be in an HTML document: UTF-8 has no lone surrogates, and parsers drop NUL.
_UNENCODABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Tab:
    """One deck to show.

    Attributes:
        name: What the tab says, any text.
        html: The content, untrusted: a fragment or a whole document.
        group: What the tab belongs to, such as "Attempt 2". Tabs of a group stand together.
    """

    name: str
    html: str
    group: str = ""


def document(tabs: Sequence[Tab], *, title: str) -> str:
    """Return a self-contained HTML file that shows decks as tabs.

    Without scripts it shows them one below the other.

    Args:
        tabs: The decks, in their order. Equal names within a group get a number.
        title: What the decks are of, any text.
    """
    title = LEAK_GUARD.mask(title)
    parts = [
        '<!doctype html><html lang="en"><head>',
        _head("deck_page.css"),
        '<meta name="viewport" content="width=device-width">',
        f"<title>{_text(title)}</title></head>",
        f"<body><main><header><h1>{_text(title)}</h1></header>",
    ]
    if tabs := [_masked(tab) for tab in tabs]:
        opening = _attribute(_head("deck_frame.css") + _script("deck_frame.js"))
        for name, tab in _named(tabs):
            parts += _section(name, tab, opening)
    else:
        parts.append('<p class="empty">No decks.</p>')
    parts += ["</main>", _script("deck_page.js"), "</body></html>"]
    return "".join(parts)


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
            f"<iframe data-flyte-nb-decks='1' sandbox='allow-scripts' title='{_attribute(title)}'",
            f" style='display:block;width:100%;height:{height_px:d}px;border:0;border-radius:8px'",
            " srcdoc='",
            _attribute(page),
            f"'>{NOT_TRUSTED}</iframe>",
            _script("deck_host.js"),
        )
    )


def _masked(tab: Tab) -> Tab:
    """Return *tab* without secrets; here, as nested escapes would hide them from any search."""
    mask = LEAK_GUARD.mask
    return Tab(name=mask(tab.name), html=mask(tab.html, tags=True), group=mask(tab.group))


def _section(name: str, tab: Tab, opening: str) -> tuple[str, ...]:
    label, group = _attribute(name), _attribute(tab.group)
    prefix = f"<span>{_text(tab.group)} ·</span> " if tab.group else ""
    return (
        f"<section data-name='{label}' data-group='{group}'><h2>{prefix}{_text(name)}</h2>",
        f"<iframe sandbox='allow-scripts' loading='lazy' title='{label}' srcdoc='",
        opening,
        _attribute(tab.html),
        "'></iframe></section>",
    )


def _named(tabs: Sequence[Tab]) -> Iterator[tuple[str, Tab]]:
    """Yield the tabs group by group, each with a name that no other of its group has."""
    groups: dict[str, list[Tab]] = {}
    for tab in tabs:
        groups.setdefault(tab.group, []).append(tab)
    for members in groups.values():
        taken = {tab.name for tab in members}
        numbers: dict[str, count[int]] = {}
        for tab in members:
            name = tab.name if tab.name.strip() else UNTITLED
            if name in numbers:
                candidates = (f"{name} ({number})" for number in numbers[name])
                name = next(candidate for candidate in candidates if candidate not in taken)
            else:
                numbers[name] = count(2)
            yield name, tab


def _head(style: str) -> str:
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    return f'<meta charset="utf-8">{policy}<style>{asset(style)}</style>'


def _script(name: str) -> str:
    return f"<script>{asset(name)}</script>"


def _text(text: str) -> str:
    return _attribute(text).replace("<", "&lt;")


def _attribute(text: str) -> str:
    """Return ``text`` for an attribute in single quotes.

    Only what has to be is escaped: a deck passes here twice, and HTML is full of ``<`` and ``"``.
    """
    text = _UNENCODABLE.sub("\ufffd", text)
    return text.replace("&", "&amp;").replace("'", "&#39;")
