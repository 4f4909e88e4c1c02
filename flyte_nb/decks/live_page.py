"""The page in which decks grow: one that shows what it is told of."""

from __future__ import annotations

from flyte_nb.decks.page import attribute, head, script


def live_page() -> str:
    """Return an HTML file that shows the decks that it is told of.

    Each of them stands in a sandboxed frame of its own, as in `document`.
    """
    opening = attribute(head("deck_frame.css") + script("deck_live_frame.js"))
    return "".join(
        (
            '<!doctype html><html lang="en"><head>',
            head("deck_page.css"),
            '<meta name="viewport" content="width=device-width"><title>Decks</title></head>',
            f"<body><main data-opening='{opening}'></main>",
            script("deck_live.js"),
            "</body></html>",
        )
    )
