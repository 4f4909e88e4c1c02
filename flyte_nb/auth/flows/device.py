"""Logging in by a code that is entered elsewhere (RFC 8628)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte_nb.errors import AuthenticationError, AuthenticationPending, LoginExpiredError

from .asking import ask, may_pass
from .challenge import new_challenge
from .device_code import DeviceCodeResponse, device_request
from .forms import token_request
from .steps import DevicePrompt, Polling, Wait
from .tokens import read_tokens

if TYPE_CHECKING:
    from flyte_nb.auth.client_config import ClientConfig

    from .steps import Flow

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_SLOWER_S = 5.0  # for each slow_down (3.5)
_LONGEST_PAUSE_S = 60.0  # between questions to a server that does not answer


def device_login(client: ClientConfig, endpoint: str) -> Flow:
    """Log in by a code that the user enters in a browser, on any machine.

    Args:
        client: Who asks, and where.
        endpoint: Where the tokens will be good.

    Raises:
        LoginDeniedError: The user has refused.
        LoginExpiredError: Nobody has approved in time.
        AuthenticationError: The server does not do it.
    """
    if not client.device_authorization_endpoint:
        raise AuthenticationError(
            "the server offers no device login",
            hint="%flyte_login --mode pkce logs in by a browser",
        )
    challenge = new_challenge() if "S256" in client.code_challenge_methods else None
    parameters = {} if challenge is None else challenge.parameters
    reply = yield from ask(device_request(client, parameters))
    code = DeviceCodeResponse.from_json_response(reply.body)
    yield DevicePrompt(
        user_code=code.user_code,
        verification_uri=code.verification_uri,
        verification_uri_complete=code.verification_uri_complete,
        expires_in_s=code.expires_in,
        interval_s=code.interval,
    )
    verifier = None if challenge is None else challenge.verifier
    return (yield from poll(client, code, reply.at, endpoint, verifier))


def poll(
    client: ClientConfig,
    code: DeviceCodeResponse,
    since: float,
    endpoint: str,
    verifier: str | None = None,
) -> Flow:
    """Ask again and again, each time as long after the last answer as the server wants.

    Args:
        client: Who asks, and where.
        code: What the login began with.
        since: When it began, by the clock that the flow hears of.
        endpoint: Where the tokens will be good.
        verifier: Of PKCE, where the login began with it.

    Raises:
        AuthenticationError: As for `device_login`.
    """
    question = token_request(
        client,
        GRANT,
        device_code=code.device_code,
        code_verifier=verifier,
        audience=client.audience,
    )
    interval = pause = code.interval
    answered, ends = since, since + code.expires_in
    is_first = True
    while answered < ends:
        now = yield Wait(min(pause, ends - answered))
        if now < answered + pause:
            break  # the end comes first
        # Perhaps late: a machine that was asleep asks whether it was approved meanwhile.
        if is_first:
            yield Polling()
            is_first = False
        reply = yield question
        answered = reply.at
        if may_pass(reply):
            # As for a connection that was lost (3.5): less and less often.
            longer = min(2 * pause, max(interval, _LONGEST_PAUSE_S))
            pause = max(interval, longer if reply.retry_after_s is None else reply.retry_after_s)
            continue
        try:
            return read_tokens(reply, endpoint)
        except AuthenticationPending as error:
            interval += _SLOWER_S if error.error == "slow_down" else 0.0
            pause = max(interval, reply.retry_after_s or 0.0)
    raise LoginExpiredError(
        f"nobody has approved the login in {code.expires_in:.0f} s",
        hint="log in again: %flyte_login",
    )
