"""One Flyte backend, and the tokens that this user has for it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from flyte_nb.config.endpoint import parse_endpoint
from flyte_nb.errors import AccessTokenNotFoundError, AuthenticationError, FlyteNbError

from .bearer import AdminAuth, ProxyToken
from .client_config import discover
from .concurrency.single_flight import SingleFlight
from .driver.driver import Driver
from .flows.client_credentials import client_credentials_login
from .flows.command import command_login
from .flows.refresh import refresh
from .flows.revoke import revoke
from .http.transport import new_session
from .mode import Mode, configured_mode
from .stores import MemoryStore
from .tokens.keeper import TokenKeeper
from .tokens.renew import outcome
from .user import User, read_user

if TYPE_CHECKING:
    import requests

    from flyte_nb.config.platform import PlatformConfig

    from .client_config import ClientConfig
    from .credentials import Credentials
    from .flows.steps import Flow
    from .stores import TokenStore

_LIMIT_S = 90.0  # a program may take 60


class Account:
    """What is known of one endpoint: how to log in to it, and the tokens for it.

    Args:
        platform: Where admin is, and how it is logged in to.
        store: Where tokens are kept.
        configured: As it is configured, where *platform* logs in by another mode.

    Attributes:
        platform: As given.
        configured: As given, *platform* by default.
        admin: Where admin listens.
        keeper: Has the tokens.
    """

    def __init__(
        self,
        platform: PlatformConfig,
        store: TokenStore | None = None,
        *,
        configured: PlatformConfig | None = None,
    ) -> None:
        self.platform = platform
        self.configured = platform if configured is None else configured
        self.admin = parse_endpoint(platform.endpoint, insecure=platform.insecure)
        self.keeper = self._keeper(store)
        self._lock = threading.Lock()
        self._logins: SingleFlight[Credentials] = SingleFlight("flyte-login")
        self._client: ClientConfig | None = None
        self._was_asked = False
        self._proxy = ProxyToken(self._proxy_token) if platform.proxy_command else None

    def __repr__(self) -> str:
        return f"<account at {self.admin.address}>"

    def _keeper(self, store: TokenStore | None) -> TokenKeeper:
        """Return what keeps the tokens: those of a machine are not a user's, nor kept for one."""
        if self.machine_mode is None:
            return TokenKeeper(self.platform.endpoint, self._renew, store)
        whose = f"{self.platform.endpoint} ({self.machine_mode.value})"
        if self.machine_mode is Mode.CLIENT_CREDENTIALS:
            whose = f"{self.platform.endpoint} ({self.platform.client_id})"
        return TokenKeeper(whose, self._renew, MemoryStore(is_shared=False))

    def client(self, *, anew: bool = False) -> ClientConfig | None:
        """Return the client that logs in, None where admin wants no login.

        Args:
            anew: Whether to ask admin also where it has told before.

        Raises:
            RemoteError: Admin could not be asked.
        """
        if self._was_asked and not anew:
            return self._client  # also while another thread asks anew
        with self._lock:
            if anew or not self._was_asked:
                with self.plain_session() as session:
                    self._client = discover(session, self.platform)
                self._was_asked = True
            return self._client

    def plain_session(self) -> requests.Session:
        """Return a session whose calls carry no token but that of a proxy."""
        session = new_session(self.platform)
        if self._proxy is not None:
            session.auth = AdminAuth(self.admin, proxy=self._proxy)
        return session

    def session(self) -> requests.Session:
        """Return a session whose calls to admin carry the user's token."""
        session = new_session(self.platform)
        session.auth = AdminAuth(self.admin, self, self._header_key, self._proxy)
        return session

    def token(self) -> Credentials | None:
        """Return tokens that are good, None where admin wants none.

        Raises:
            AccessTokenNotFoundError: Nobody is logged in.
            AuthenticationError: A program or a client's secret yields none.
        """
        try:
            if (credentials := self.keeper.token()) is not None:
                return credentials
        except AuthenticationError:
            if not self._is_open():
                raise
        if self._is_open():
            return None
        if self.machine_mode is None:
            raise AccessTokenNotFoundError(
                f"nobody is logged in to {self.admin.address}", hint="%flyte_login logs in"
            )
        login = self._logins.join(None, self._log_in_as_machine)
        return outcome(login, self.admin.address, _LIMIT_S)

    def _is_open(self) -> bool:
        """Return whether admin wants no login, as far as it has told."""
        return self.machine_mode is not Mode.COMMAND and self.client() is None

    def _log_in_as_machine(self) -> Credentials:
        if (credentials := self.keeper.token()) is not None:
            return credentials  # another thread was faster
        return self.keeper.put(self.run(self.machine_flow()))

    def renewed(self, rejected: Credentials) -> Credentials:
        """Return other tokens than *rejected*, which admin has refused.

        Raises:
            AccessTokenNotFoundError: There are none: somebody has to log in again.
        """
        return self.keeper.renewed(rejected)

    def user(self) -> User | None:
        """Return who is logged in, None where admin wants no login.

        Raises:
            AccessTokenNotFoundError: Nobody is.
            RemoteError: Admin could not be asked.
        """
        with self.session() as session:
            return read_user(session, self.admin)

    def log_out(self) -> str:
        """Give the tokens back and forget them; return what could not be done.

        Raises:
            TokenStoreError: The store may still have them; they were given back all the same.
        """
        problem = ""

        def give_back(credentials: Credentials) -> None:
            nonlocal problem
            try:
                self.give_back(credentials)
            except FlyteNbError as error:
                problem = f"the server may still take the token: {error.args[0]}"

        if self.machine_mode is None:
            self.keeper.forget(give_back)
        else:
            self.keeper.forget()
        return problem

    def give_back(self, credentials: Credentials) -> None:
        """Have the server take tokens no more, where it offers that.

        Raises:
            RemoteError: It could not be asked, or did not do it.
        """
        client = self.client()
        if client is not None and client.revocation_endpoint:
            self.run(revoke(client, credentials))

    @property
    def is_renewed(self) -> bool:
        """Whether the tokens are renewed without the user."""
        credentials = self.keeper.current()
        return self.machine_mode is not None or bool(credentials and credentials.refresh_token)

    @property
    def machine_mode(self) -> Mode | None:
        """How tokens are had without a user; None where a user logs in."""
        mode = configured_mode(self.platform.auth_mode)
        return mode if mode.asks_nobody else None

    def machine_flow(self) -> Flow:
        """Return the flow that needs no user."""
        platform = self.platform
        if self.machine_mode is Mode.COMMAND:
            return command_login(platform.command or (), platform.endpoint)
        if (client := self.client()) is None:
            raise AuthenticationError(f"{self.admin.address} wants no login")
        secret = platform.client_credentials_secret
        return client_credentials_login(client, platform.endpoint, secret)

    def run(self, flow: Flow) -> Credentials:
        """Run a flow that asks nobody, here and now."""
        with self.plain_session() as session:
            return Driver(session).run(flow)

    def _renew(self, old: Credentials) -> Credentials:
        if self.machine_mode is not None:
            return self.run(self.machine_flow())
        client = self.client() or self.client(anew=True)
        if client is None:  # or a proxy has no way to admin just now: the tokens stay
            raise AuthenticationError(f"{self.admin.address} wants no login any more")
        return self.run(refresh(client, old))

    def _header_key(self) -> str:
        client = self.client()
        return "" if client is None else client.header_key

    def _proxy_token(self) -> str:
        with new_session(self.platform) as session:
            flow = command_login(self.platform.proxy_command or (), self.platform.endpoint)
            return Driver(session).run(flow).access_token
