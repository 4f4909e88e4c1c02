"""The server that logins are tried against: OAuth 2.0 and a little of Flyte admin, on loopback."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import InvalidValueError

from .application import Application
from .clients import FLYTECTL, FLYTEPROPELLER
from .listener import HOST, Listener
from .options import Options
from .plan import Plan, Planned
from .provider import Provider
from .state import State
from .state_file import load, save

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from types import TracebackType

    from typing_extensions import Self

    from .clients import Client
    from .exchange import Reply, Request
    from .faults import Fault
    from .listener import Wire
    from .state import DeviceLogin, Token


class AuthServer:
    """An authorization server with a little of Flyte admin, on 127.0.0.1.

    It runs while it is used as a context manager, or from `start` to `stop`; started again it has
    its port and all that it knew.

    Args:
        port: Where to listen; 0 for any free port.
        tls: Context of TLS, as `server_context` makes it; None for plain HTTP.
        clients: The clients that it knows.
        provider: Metadata (RFC 8414) of another server that admin leaves logins to, among it an
            ``introspection_endpoint``; None when this one does it.
        state_file: Where to keep what it knows for another process; None keeps it in memory.
        options: How it behaves: fields of `Options`.

    Example:
        >>> import requests
        >>> from flyte_nb.testing import AuthServer
        >>> with AuthServer(interval_s=1) as server:
        ...     asked = {"client_id": "flytectl", "scope": "all"}
        ...     login = requests.post(f"{server.endpoint}/device_authorize", data=asked).json()
        ...     server.approve(login["user_code"], user="ada")
    """

    def __init__(
        self,
        *,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        clients: Iterable[Client] = (FLYTECTL, FLYTEPROPELLER),
        provider: Mapping[str, Any] | None = None,
        state_file: Path | None = None,
        **options: Any,
    ) -> None:
        self.options = Options(**options)
        self._port = port
        self._tls = tls
        self._state = State()
        self._state_file = state_file
        if state_file is not None:
            load(self._state, state_file)
        self._plan = Plan()
        self._requests: list[Request] = []
        self._listener: Listener | None = None
        known = tuple(clients)
        other = None if provider is None else Provider(provider, known)
        self._application = Application(self._state, lambda: self.options, known, other)

    # -- running -----------------------------------------------------------------------------

    def start(self) -> Self:
        """Listen, on the same port as before.

        Raises:
            OSError: The port is taken.
        """
        if self._listener is None:
            self._listener = Listener(self._port, self._answer, self._tls)
            self._port = self._listener.server_port
        return self

    def stop(self) -> None:
        """Cut all connections and listen no more; what it knows is kept."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<AuthServer {self.endpoint} {'runs' if self._listener else 'is stopped'}>"

    @property
    def port(self) -> int:
        """Where it listens, or did last."""
        return self._port

    @property
    def endpoint(self) -> str:
        """Its address, for ``platform.endpoint``: ``http://127.0.0.1:PORT``."""
        return f"{'https' if self._tls else 'http'}://{HOST}:{self._port}"

    # -- what a user does --------------------------------------------------------------------

    def approve(self, user_code: str, user: str = "ada") -> None:
        """Approve a device login, as *user* would on the page.

        Raises:
            InvalidValueError: No login has that code.
        """
        with self._state.lock:
            self._login(user_code).user = user
            self._save()

    def deny(self, user_code: str) -> None:
        """Deny a device login, as a user would on the page.

        Raises:
            InvalidValueError: No login has that code.
        """
        with self._state.lock:
            self._login(user_code).is_denied = True
            self._save()

    def revoke_all(self) -> None:
        """End all tokens, as when somebody ends a user's sessions at the identity provider."""
        with self._state.lock:
            for token in self._state.tokens:
                self._state.revoke_family(token.family)
            self._save()

    # -- what goes wrong ---------------------------------------------------------------------

    def fault(
        self, path: str, fault: Fault, *, times: int | None = 1, after: int = 0, **sent: str
    ) -> Planned:
        """Let requests meet a fault of `flyte_nb.testing.faults`.

        Args:
            path: Path that is asked for.
            fault: What happens.
            times: To how many requests; None for all.
            after: How many pass before.
            sent: Only to those whose form has these values, such as ``grant_type``.
        """
        planned = Planned(path, fault, times, after, sent)
        self._plan.add(planned)
        return planned

    def clear_faults(self) -> None:
        """Let all further requests pass."""
        self._plan.clear()

    def slow_down(self, times: int = 1) -> None:
        """Answer the next polls with ``slow_down``, each of which adds 5 s to the interval."""
        with self._state.lock:
            self._state.slow_downs += times
            self._save()

    def change(self, **options: Any) -> None:
        """Behave otherwise from now on: fields of `Options`."""
        self.options = replace(self.options, **options)

    def advance(self, seconds: float) -> None:
        """Put the server's clock forward, so that tokens and codes expire now."""
        with self._state.lock:
            self._state.clock.ahead_s += seconds
            self._save()

    # -- what has happened -------------------------------------------------------------------

    @property
    def requests(self) -> tuple[Request, ...]:
        """All requests in the order in which they came, those that met a fault among them."""
        with self._state.lock:
            return tuple(self._requests)

    @property
    def device_logins(self) -> tuple[DeviceLogin, ...]:
        """All device logins, the newest last."""
        with self._state.lock:
            return tuple(self._state.device_logins)

    @property
    def early_polls(self) -> tuple[float, ...]:
        """By how many seconds each poll that came too early was so."""
        with self._state.lock:
            return tuple(early for login in self._state.device_logins for early in login.early_s)

    @property
    def issued(self) -> tuple[Token, ...]:
        """All tokens, the newest last."""
        with self._state.lock:
            return tuple(self._state.tokens)

    @property
    def revoked(self) -> tuple[Token, ...]:
        """The tokens that were ended before their time."""
        return tuple(token for token in self.issued if token.is_revoked or token.is_refresh_revoked)

    # -- inside ------------------------------------------------------------------------------

    def _save(self) -> None:
        if self._state_file is not None:
            save(self._state, self._state_file)

    def _login(self, user_code: str) -> DeviceLogin:
        login = self._state.device_login(user_code=user_code)
        if login is None:
            raise InvalidValueError(
                f"no device login has the user code {user_code!r}",
                hint="take the user_code of the server's last answer",
            )
        return login

    def _answer(self, request: Request, wire: Wire) -> Reply | None:
        with self._state.lock:
            self._requests.append(request)
            if request.path == "/token" and "device_code" in request.form:
                at_s = request.at_s + self._state.clock.ahead_s
                self._state.note_poll(request.form["device_code"], at_s)
        return self._plan.run(request, wire, lambda: self._process(request))

    def _process(self, request: Request) -> Reply:
        """Let the application answer, one request at a time."""
        with self._state.lock:
            reply = self._application.answer(request, self.endpoint)
            self._save()
        return reply
