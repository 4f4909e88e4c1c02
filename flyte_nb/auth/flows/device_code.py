"""What a device login begins with (RFC 8628, 3.1 and 3.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flyte_nb.errors import AuthenticationError

from .forms import scope_text
from .steps import Post
from .tokens import seconds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flyte_nb.auth.client_config import ClientConfig

INTERVAL_S = 5.0  # where the server names none (3.5)
_SHORTEST_S = 0.1
_EXPIRES_S = 900.0  # where the server names no end
_MOST_CODE = 100  # characters


@dataclass(frozen=True)
class DeviceCodeResponse:
    """What the server says of the codes (flytekit's ``DeviceCodeResponse``).

    Attributes:
        device_code: What tokens are asked for with.
        user_code: What the user enters.
        verification_uri: Where.
        expires_in: Seconds that the codes are good for.
        interval: Least seconds between two questions.
        verification_uri_complete: Where the code need not be entered; None for nowhere.
    """

    device_code: str = field(repr=False)
    user_code: str = field(repr=False)
    verification_uri: str
    expires_in: float
    interval: float
    verification_uri_complete: str | None = field(default=None, repr=False)

    @classmethod
    def from_json_response(cls, j: Mapping[str, Any]) -> DeviceCodeResponse:
        """Return what the JSON of a server says; Google writes ``verification_url``.

        Raises:
            AuthenticationError: There are no codes in it.
        """
        body = j if isinstance(j, dict) else {}
        complete = _text(body, "verification_uri_complete")
        complete = complete if is_web_address(complete) else ""
        uri = _text(body, "verification_uri") or _text(body, "verification_url") or complete
        user_code = _text(body, "user_code")
        needed = {
            "device_code": _text(body, "device_code"),
            "user_code": user_code if len(user_code) <= _MOST_CODE else "",
            "verification_uri": uri,
        }
        if missing := [name for name, value in needed.items() if not value]:
            raise AuthenticationError(
                f"the server's answer to a device login has no {' and no '.join(missing)}",
                hint="this may be another server: look at device_authorization_endpoint",
            )
        interval, expires_in = seconds(body.get("interval")), seconds(body.get("expires_in"))
        return cls(
            **needed,
            expires_in=_EXPIRES_S if expires_in is None else expires_in,
            interval=max(interval, _SHORTEST_S) if interval else INTERVAL_S,
            verification_uri_complete=complete or None,
        )


def device_request(client: ClientConfig, challenge: Mapping[str, str]) -> Post:
    """Return the question for codes.

    Args:
        client: Who asks, and where.
        challenge: Parameters of PKCE; empty where the server knows none.
    """
    from oauthlib.common import urlencode

    parameters = {
        "client_id": client.client_id,
        "scope": scope_text(client.scopes),
        "audience": client.audience,
        **challenge,
    }
    form = urlencode([(name, value) for name, value in parameters.items() if value])
    return Post(str(client.device_authorization_endpoint), form)


def is_web_address(text: str) -> bool:
    """Return whether *text* is the address of a page, and not a script or a file."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    is_clean = all(c.isprintable() and c not in {" ", "\\"} for c in text)
    return is_clean and parts.scheme in {"http", "https"} and bool(parts.hostname)


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # a code of digits
    return value.strip() if isinstance(value, str) else ""
