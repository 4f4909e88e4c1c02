"""What a notebook keeps of a login: no code, no token, nothing that needs a kernel."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from flyte_nb.display import panel_html, panel_text, visible

from .view import login_rows, title_of

if TYPE_CHECKING:
    from datetime import datetime

    from .login import Login

Bundle = dict[str, str]


def record(login: Login, key: str, at: datetime, *, is_out: bool = False) -> Bundle:
    """Return what became of *login*, which is over.

    Args:
        login: What is told of.
        key: By which a page finds the place of the record, to put buttons there.
        at: When that was.
        is_out: Whether somebody has logged out since.
    """
    title = f"Logged out of {login.endpoint}" if is_out else title_of(login)
    rows = [] if is_out else login_rows(login)
    rows.append(("at", _moment(at)))
    return {
        "text/plain": panel_text(title, rows),
        "text/html": f'<div data-flyte-nb-login="{escape(key)}">{panel_html(title, rows)}</div>',
    }


def stand_in(login: Login, attribute: str, began: datetime) -> Bundle:
    """Return what a notebook says of *login* that is saved while it goes on.

    Args:
        login: What is told of.
        attribute: Attribute of the HTML, by which a page finds it.
        began: When the login did.
    """
    title, again = f"The login to {login.endpoint}", "%flyte_login"
    said = f"began at {_moment(began)} and went on when this notebook was saved."
    html = (
        f'<div {attribute} style="font-size:13px"><strong>{escape(visible(title))}</strong>'
        f" {escape(said)} <code>{again}</code> begins another one.</div>"
    )
    text = f"{title} {said} {again} begins another one."
    return {"text/plain": visible(text), "text/html": html}


def _moment(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M:%S %Z}"
