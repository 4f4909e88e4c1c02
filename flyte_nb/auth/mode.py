"""Which of the ways to log in is taken."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from flyte_nb.config.platform import AuthType
from flyte_nb.errors import InvalidValueError

from .host import why_no_browser

if TYPE_CHECKING:
    from collections.abc import Callable

    from .client_config import ClientConfig


class Mode(str, Enum):
    """A way to log in."""

    AUTO = "auto"
    DEVICE = "device"
    PKCE = "pkce"
    CLIENT_CREDENTIALS = "client-credentials"
    COMMAND = "command"

    @property
    def asks_nobody(self) -> bool:
        """Whether it needs no user."""
        return self in {Mode.CLIENT_CREDENTIALS, Mode.COMMAND}


_CONFIGURED = {
    AuthType.STANDARD: Mode.AUTO,
    AuthType.PKCE: Mode.PKCE,
    AuthType.DEVICEFLOW: Mode.DEVICE,
    AuthType.BASIC: Mode.CLIENT_CREDENTIALS,
    AuthType.CLIENT_CREDENTIALS: Mode.CLIENT_CREDENTIALS,
    AuthType.CLIENTSECRET: Mode.CLIENT_CREDENTIALS,
    AuthType.EXTERNAL_PROCESS: Mode.COMMAND,
    AuthType.EXTERNALCOMMAND: Mode.COMMAND,
}

_WRITTEN = {
    Mode.AUTO: AuthType.PKCE,
    Mode.PKCE: AuthType.PKCE,
    Mode.DEVICE: AuthType.DEVICEFLOW,
    Mode.CLIENT_CREDENTIALS: AuthType.CLIENTSECRET,
    Mode.COMMAND: AuthType.EXTERNALCOMMAND,
}


def parse_mode(text: str) -> Mode:
    """Return the mode that *text* names.

    Raises:
        InvalidValueError: There is none of that name.
    """
    try:
        return Mode(str(getattr(text, "value", text)).lower().replace("_", "-"))
    except ValueError:
        known = ", ".join(mode.value for mode in Mode)
        raise InvalidValueError(
            f"{text!r} is no way to log in", hint=f"write one of {known}"
        ) from None


def configured_mode(auth_mode: AuthType | str) -> Mode:
    """Return what the setting ``auth_mode`` asks for; case does not count, as in flytekit.

    Raises:
        InvalidValueError: It asks for nothing that is known.
    """
    kind = (
        auth_mode
        if isinstance(auth_mode, AuthType)
        else AuthType.__members__.get(str(auth_mode).upper())
    )
    if kind is None:
        raise InvalidValueError(
            f"credentials.auth_mode is {auth_mode!r}, which is no way to log in",
            hint="write one of Pkce, DeviceFlow, ClientSecret, ExternalCommand",
        )
    return _CONFIGURED[kind]


def written_mode(mode: Mode) -> str:
    """Return how a configuration file asks for *mode*."""
    return _WRITTEN[mode].value


def choose_mode(
    asked: Mode,
    auth_mode: AuthType | str,
    client: ClientConfig,
    reason: Callable[[], str] = why_no_browser,
) -> tuple[Mode, str]:
    """Return the way to log in, and why this one.

    Args:
        asked: What the user asks for now.
        auth_mode: What is configured.
        client: What the server offers.
        reason: Says why a browser on this machine would not be the user's, if so.
    """
    if asked is not Mode.AUTO:
        return asked, "as asked for"
    configured = configured_mode(auth_mode)
    if configured is not Mode.AUTO:
        return configured, "as configured"
    offers_device = bool(client.device_authorization_endpoint)
    offers_browser = bool(client.authorization_endpoint and client.redirect_uri)
    why = reason()
    if offers_device and (why or not offers_browser):
        return Mode.DEVICE, why or "the server offers no login by browser"
    return Mode.PKCE, why or "a browser opens on this machine"
