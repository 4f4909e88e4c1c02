"""A login as its widget is told of it: all that can be said now, in JSON.

Codes and addresses that log in are among it while they do, so that it goes to pages by message
and is not kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte_nb.auth.flows.device_code import is_web_address
from flyte_nb.auth.mode import Mode
from flyte_nb.auth.time_left import seconds_left
from flyte_nb.display import visible

from .qr import qr_code
from .state import LoginState

if TYPE_CHECKING:
    from .login import Login
    from .state import LoginMoment

LOGGED_OUT = "logged-out"
"""Stands for the state of a login whose tokens are gone."""


def facts_of(login: Login) -> dict[str, Any]:
    """Return what a page can be told of *login* now; times are seconds from now on."""
    now = login.now
    facts: dict[str, Any] = {
        "state": now.state.value,
        "endpoint": visible(login.endpoint),
        "mode": now.mode.value,
        "reason": visible(now.reason),
    }
    if now.state is LoginState.AUTHORIZED:
        return facts | _account(login)
    if login.is_over:
        error = now.error
        problem = str(error.args[0]) if error is not None else ""
        hint = (error.hint or "") if error is not None else ""
        return facts | {"problem": visible(problem), "hint": visible(hint)}
    return facts | _steps(now) | {"left_s": _left(now.expires_at), "other": other_mode(login)}


def other_mode(login: Login) -> str:
    """Return the other way to log in that the server offers, empty for none."""
    now = login.now
    if now.user_code is None and now.authorization_url is None:
        return ""  # the server has not said so far
    client = login.account.client()
    if client is None:
        return ""
    if now.mode is Mode.PKCE:
        return Mode.DEVICE.value if client.device_authorization_endpoint else ""
    offers_browser = client.authorization_endpoint and client.redirect_uri
    return Mode.PKCE.value if offers_browser else ""


def _steps(now: LoginMoment) -> dict[str, Any]:
    if now.user_code is not None:
        page = now.verification_uri_complete or now.verification_uri or ""
        return {
            "code": visible(now.user_code),
            "address": visible(now.verification_uri or page),
            "interval_s": now.interval_s,
            **_link(page),
            **_qr(page),
        }
    if now.authorization_url is None:
        return {}
    return {"paste_because": visible(now.paste_because), **_link(now.authorization_url)}


def _link(address: str) -> dict[str, Any]:
    return {"link": address} if is_web_address(address) else {}


def _qr(address: str) -> dict[str, Any]:
    if not is_web_address(address):
        return {}
    try:
        size, path = qr_code(address)
    except ValueError:
        return {}
    return {"qr": {"size": size, "path": path}}


def _account(login: Login) -> dict[str, Any]:
    """Return who is logged in, and what there is of tokens: nothing of a token itself."""
    now, keeper = login.now, login.account.keeper
    if now.is_open:
        return {"is_open": True}
    credentials = keeper.current()
    if credentials is None:
        return {"state": LOGGED_OUT}
    return {
        "user": visible(str(now.user)) if now.user else "",
        "left_s": _left(credentials.expires_at),
        "is_renewed": login.account.is_renewed,
        "kept_in": visible(keeper.describe),
        "notice": visible(keeper.notice or ""),
    }


def _left(until: Any) -> float | None:
    return None if until is None else seconds_left(until)
