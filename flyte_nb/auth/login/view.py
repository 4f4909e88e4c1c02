"""A login in words: what to do, and what became of it; for where no widget runs."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from flyte_nb.auth.flows.device_code import is_web_address
from flyte_nb.auth.mode import Mode
from flyte_nb.auth.time_left import in_words, seconds_left
from flyte_nb.config.platform import PlatformConfig
from flyte_nb.display import panel_html, panel_text, visible

from .state import LoginState

if TYPE_CHECKING:
    from .login import Login

_OVER = {
    LoginState.DENIED: "the login was refused",
    LoginState.EXPIRED: "nobody has logged in in time",
    LoginState.FAILED: "the login has failed",
    LoginState.CANCELLED: "the login was cancelled",
}


def login_rows(login: Login) -> list[tuple[str, str]]:
    """Return what can be said of a login now, as labels and values."""
    now = login.now
    if now.state is LoginState.AUTHORIZED:
        return _done_rows(login)
    if login.is_over:
        rows = [(_OVER[now.state], str(now.error.args[0]))] if now.error else []
        return [*rows, ("to do", now.error.hint)] if now.error and now.error.hint else rows
    rows = _steps(login)
    if now.expires_at is not None:
        rows.append(("time left", in_words(seconds_left(now.expires_at))))
    rows += _careful(login)
    if now.mode is not Mode.AUTO:
        rows.append(("way", f"{now.mode.value}: {now.reason}" if now.reason else now.mode.value))
    return rows


def _steps(login: Login) -> list[tuple[str, str]]:
    """Return what the user has to do."""
    now = login.now
    if now.user_code is not None:
        uri = now.verification_uri_complete or now.verification_uri or ""
        return [("open", uri), ("code", now.user_code)]
    if now.authorization_url is None:
        return [("now", "asking the server how to log in")]
    rows = [("open", now.authorization_url)]
    if now.paste_because:
        paste = f"{_magic(login)} --paste ADDRESS"
        rows.append(("then", f"paste the address of the page that you end at: {paste}"))
        rows.append(("because", now.paste_because))
    return rows


def _magic(login: Login) -> str:
    endpoint = login.account.platform.endpoint
    is_configured = endpoint == PlatformConfig.auto().endpoint
    return "%flyte_login" if is_configured else f"%flyte_login --endpoint {endpoint}"


def _done_rows(login: Login) -> list[tuple[str, str]]:
    now = login.now
    if now.is_open:
        return [("login", "not needed: admin wants none")]
    credentials = login.account.keeper.current()
    rows = [("user", str(now.user) if now.user else "unknown")]
    if credentials is not None and credentials.expires_at is not None:
        rows.append(("token", f"good for {in_words(seconds_left(credentials.expires_at))}"))
    if credentials is not None:
        renewed = "by itself" if login.account.is_renewed else "no: log in again when it ends"
        rows.append(("renewed", renewed))
    rows.append(("kept in", login.account.keeper.describe))
    if login.account.keeper.notice:
        rows.append(("note", login.account.keeper.notice))
    return rows + _careful(login)


def _careful(login: Login) -> list[tuple[str, str]]:
    if not login.account.platform.insecure_skip_verify:
        return []
    return [("careful", "no certificate is checked: admin.insecureSkipVerify is set")]


def title_of(login: Login) -> str:
    """Return what stands above all of it."""
    said = {LoginState.AUTHORIZED: "Logged in to", LoginState.CANCELLED: "Not logged in to"}
    begins = said.get(login.state, "Not logged in to" if login.is_over else "Log in to")
    return f"{begins} {login.endpoint}"


def steps_text(login: Login) -> str:
    """Return it as lines."""
    return panel_text(title_of(login), login_rows(login))


def steps_html(login: Login) -> str:
    """Return it as a panel; addresses of pages are links."""
    rows = login_rows(login)
    html = panel_html(title_of(login), rows)
    for label, value in rows:
        if label == "open" and is_web_address(value):
            shown = escape(visible(value))
            link = (
                f'<a href="{escape(value)}" target="_blank" rel="noopener noreferrer">{shown}</a>'
            )
            html = html.replace(f">{shown}<", f">{link}<", 1)
    return html
