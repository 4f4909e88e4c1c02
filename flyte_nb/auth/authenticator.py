"""Logging in, one class for each way: flytekit's classes, of the same names.

Each has tokens for one endpoint, and renews them when it is told to. Who logs in from a notebook
takes `flyte_nb.login`, which holds no cell.
"""

from __future__ import annotations

import sys
import threading
import webbrowser
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from flyte_nb.display import visible
from flyte_nb.errors import AccessTokenNotFoundError, AuthenticationError, InvalidValueError

from .client_config import ClientConfigStore, with_settings
from .concurrency.apart import Apart
from .concurrency.turn import turn
from .driver.driver import Driver
from .flows.client_credentials import client_credentials_login
from .flows.command import command_login
from .flows.device import device_login
from .flows.pkce import pkce_login
from .flows.refresh import refresh
from .flows.steps import BrowserPrompt, DevicePrompt
from .http.given_session import given_session
from .stores import choose_store
from .tokens.keeper import WAIT_S
from .tokens.renew import outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    import requests

    from .client_config import ClientConfig
    from .credentials import Credentials
    from .driver.driver import Told
    from .flows.steps import Flow

__all__ = [
    "Authenticator",
    "ClientConfigStore",
    "ClientCredentialsAuthenticator",
    "CommandAuthenticator",
    "DeviceCodeAuthenticator",
    "PKCEAuthenticator",
]
_DEFAULT_KEY = "authorization"
_LOCKS: dict[str, threading.Lock] = {}  # by endpoint: one login at a time, of whatever class


class Authenticator(ABC):
    """Has tokens for an endpoint.

    Args:
        endpoint: Where they are good.
        header_key: Header that takes them.
        credentials: Those that there are.
        http_proxy_url: Proxy to the identity provider.
        verify: File of certificates that it is checked against, or whether to check at all.
    """

    def __init__(
        self,
        endpoint: str,
        header_key: str | None,
        credentials: Credentials | None = None,
        http_proxy_url: str | None = None,
        verify: bool | str | None = None,  # noqa: FBT001 - requests' own
    ) -> None:
        self._endpoint = endpoint
        self._creds = credentials
        self._header_key = header_key or _DEFAULT_KEY
        self._http_proxy_url = http_proxy_url
        self._verify = verify
        self._session: requests.Session | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} for {self._endpoint}>"

    def get_credentials(self) -> Credentials | None:
        """Return the tokens that there are."""
        return self._creds

    def fetch_grpc_call_auth_metadata(self) -> tuple[str, str] | None:
        """Return the header of a call and what it says, None where there are no tokens."""
        if self._creds is None:
            return None
        return self._header_key, f"Bearer {self._creds.access_token}"

    @abstractmethod
    def refresh_credentials(self) -> None:
        """Get new tokens; where there are none that can be renewed, log in.

        Raises:
            AuthenticationError: There are none.
        """

    def _run(self, flow: Flow) -> Credentials:
        with given_session(self._http_proxy_url, self._verify, self._session) as session:
            return Driver(session, _tell).run(flow)


class _UserAuthenticator(Authenticator):
    """Renews the tokens of a user, who logs in where that is not done any more."""

    @abstractmethod
    def _log_in(self, client: ClientConfig) -> Flow:
        """Return the flow in which the user does so."""

    def _renew(self, client: ClientConfig) -> None:
        """Get other tokens than those that there are; of many that ask at once, one does it."""
        seen = self._creds
        with _LOCKS.setdefault(self._endpoint, threading.Lock()):
            if self._creds is not seen:
                return  # another thread was faster
            renewal = Apart(lambda: self._renewed_in_turn(client, seen), "flyte-tokens").start()
            found = outcome(renewal, self._endpoint, WAIT_S)
            self._creds = found or self._run(self._log_in(client))
            if found is None:
                choose_store().store(self._creds)

    def _renewed_in_turn(
        self, client: ClientConfig, seen: Credentials | None
    ) -> Credentials | None:
        with turn(f"tokens {self._endpoint}"):
            return self._renewed(client, seen)

    def _renewed(self, client: ClientConfig, seen: Credentials | None) -> Credentials | None:
        """Return what somebody else has renewed *seen* to, or what the server does, if anything."""
        kept = choose_store().retrieve(self._endpoint)
        if kept is not None and (seen is None or kept.access_token != seen.access_token):
            return kept
        if seen is None or not seen.refresh_token:
            return None
        try:
            found = self._run(refresh(client, seen))
        except AccessTokenNotFoundError:
            return None  # the server renews them no more; other errors are told
        self._creds = found  # the old ones are worth nothing, whatever becomes of these
        return choose_store().store(found)


class PKCEAuthenticator(_UserAuthenticator):
    """Logs in by a browser on this machine.

    Args:
        endpoint: Where tokens are good.
        cfg_store: Says which client logs in.
        scopes: Scopes to ask for, instead of those that *cfg_store* says.
        header_key: Header that takes the token.
        verify: File of certificates, or whether to check them.
        session: What asks the identity provider.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - flytekit's
        self,
        endpoint: str,
        cfg_store: ClientConfigStore,
        scopes: Sequence[str] | None = None,
        header_key: str | None = None,
        verify: bool | str | None = None,  # noqa: FBT001
        session: requests.Session | None = None,
    ) -> None:
        super().__init__(endpoint, header_key, choose_store().retrieve(endpoint), verify=verify)
        self._cfg_store = cfg_store
        self._scopes = scopes
        self._session = session

    def refresh_credentials(self) -> None:
        """Renew the tokens, or have the user log in."""
        found = self._cfg_store.get_client_config()
        self._header_key = found.header_key or _DEFAULT_KEY
        self._renew(with_settings(found, scopes=self._scopes))

    def _log_in(self, client: ClientConfig) -> Flow:
        return pkce_login(client, self._endpoint)


class DeviceCodeAuthenticator(_UserAuthenticator):
    """Logs in by a code that is entered on any machine.

    Args:
        endpoint: Where tokens are good.
        cfg_store: Says which client logs in.
        header_key: Header that takes the token.
        audience: Audience to ask for, instead of what *cfg_store* says.
        scopes: Scopes to ask for, instead of those that *cfg_store* says.
        http_proxy_url: Proxy to the identity provider.
        verify: File of certificates, or whether to check them.
        session: What asks the identity provider.

    Raises:
        AuthenticationError: The server offers no device login.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - flytekit's
        self,
        endpoint: str,
        cfg_store: ClientConfigStore,
        header_key: str | None = None,
        audience: str | None = None,
        scopes: Sequence[str] | None = None,
        http_proxy_url: str | None = None,
        verify: bool | str | None = None,  # noqa: FBT001
        session: requests.Session | None = None,
    ) -> None:
        found = cfg_store.get_client_config()
        if not found.device_authorization_endpoint:
            raise AuthenticationError(
                "the server offers no device login", hint="log in by a browser: PKCEAuthenticator"
            )
        super().__init__(
            endpoint,
            header_key or found.header_key,
            choose_store().retrieve(endpoint),
            http_proxy_url,
            verify,
        )
        self._client = with_settings(found, scopes=scopes, audience=audience)
        self._session = session

    def refresh_credentials(self) -> None:
        """Renew the tokens, or have the user log in."""
        self._renew(self._client)

    def _log_in(self, client: ClientConfig) -> Flow:
        return device_login(client, self._endpoint)


class ClientCredentialsAuthenticator(Authenticator):
    """Logs in by the secret of a client; nobody is asked.

    Args:
        endpoint: Where tokens are good.
        client_id: OAuth client.
        client_secret: Its secret.
        cfg_store: Says where tokens are handed out.
        header_key: Header that takes the token, where *cfg_store* names none.
        scopes: Scopes to ask for, instead of those that *cfg_store* says.
        http_proxy_url: Proxy to the identity provider.
        verify: File of certificates, or whether to check them.
        audience: Audience to ask for, instead of what *cfg_store* says.
        session: What asks the identity provider.

    Raises:
        InvalidValueError: There is no client or no secret.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - flytekit's
        self,
        endpoint: str,
        client_id: str,
        client_secret: str,
        cfg_store: ClientConfigStore,
        header_key: str | None = None,
        scopes: Sequence[str] | None = None,
        http_proxy_url: str | None = None,
        verify: bool | str | None = None,  # noqa: FBT001
        audience: str | None = None,
        session: requests.Session | None = None,
    ) -> None:
        if not client_id or not client_secret:
            raise InvalidValueError("a client needs an id and a secret to log in")
        found = cfg_store.get_client_config()
        super().__init__(
            endpoint, found.header_key or header_key, http_proxy_url=http_proxy_url, verify=verify
        )
        self._client = with_settings(found, client_id, scopes, audience)
        self._client_secret = client_secret
        self._session = session

    def refresh_credentials(self) -> None:
        """Log in again."""
        flow = client_credentials_login(self._client, self._endpoint, self._client_secret)
        self._creds = self._run(flow)


class CommandAuthenticator(Authenticator):
    """Takes what a program prints for the token.

    Args:
        command: Program and arguments.
        header_key: Header that takes the token.

    Raises:
        AuthenticationError: There is no program.
    """

    def __init__(self, command: Sequence[str], header_key: str | None = None) -> None:
        if not command:
            raise AuthenticationError("there is no command that prints a token")
        super().__init__("", header_key)
        self._cmd = tuple(command)

    def refresh_credentials(self) -> None:
        """Run the program again."""
        self._creds = self._run(command_login(self._cmd, self._endpoint))


def _tell(told: Told) -> None:
    """Write to stderr what the user has to do."""
    if isinstance(told, DevicePrompt):
        uri = told.verification_uri_complete or told.verification_uri
        sys.stderr.write(f"to log in, open {visible(uri)}\ncode: {visible(told.user_code)}\n")
    elif isinstance(told, BrowserPrompt):
        if told.problem:
            raise AuthenticationError(
                told.problem, hint="flyte_nb.login() takes the address of the browser instead"
            )
        if not webbrowser.open(told.url):
            sys.stderr.write(f"to log in, open {visible(told.url)}\n")
