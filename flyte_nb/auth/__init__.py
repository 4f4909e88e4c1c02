"""Reaching Flyte admin and its identity provider, and logging in.

::

    api.py              login(), session(), whoami(), logout()
    accounts.py         one account for an endpoint, one login to it at a time
      account.py            the client, the tokens, sessions that carry them
      bearer.py             puts tokens on calls to admin, and nowhere else
      identity.py, user.py  who is logged in
    login/              a login that goes on in the background
      mode.py, host.py      which way it takes, and what of this machine decides
    driver/             does what a flow asks for
    flows/              the ways to log in, without I/O
    tokens/             keeps tokens good      credentials.py, token_end.py, masked.py  what one is
    stores/             where tokens are kept
    client_config.py    the client that logs in        discovery.py  what admin says of logins
    concurrency/        once for all threads, one process at a time
    http/               deadlines, proxies, certificates, bounded answers
    authenticator.py, token_client.py   flytekit's classes and functions
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte_nb.later import later

if TYPE_CHECKING:
    from .authenticator import Authenticator as Authenticator
    from .authenticator import ClientCredentialsAuthenticator as ClientCredentialsAuthenticator
    from .authenticator import CommandAuthenticator as CommandAuthenticator
    from .authenticator import DeviceCodeAuthenticator as DeviceCodeAuthenticator
    from .authenticator import PKCEAuthenticator as PKCEAuthenticator
    from .client_config import ClientConfig as ClientConfig
    from .client_config import ClientConfigStore as ClientConfigStore
    from .client_config import RemoteClientConfigStore as RemoteClientConfigStore
    from .client_config import StaticClientConfigStore as StaticClientConfigStore
    from .credentials import Credentials as Credentials
    from .identity import Identity as Identity
    from .login.login import Login as Login
    from .login.state import LoginState as LoginState
    from .mode import Mode as Mode
    from .stores import KeyringStore as KeyringStore
    from .stores import TokenStore as TokenStore
    from .token_client import DeviceCodeResponse as DeviceCodeResponse
    from .token_client import GrantType as GrantType
    from .token_client import get_basic_authorization_header as get_basic_authorization_header
    from .token_client import get_device_code as get_device_code
    from .token_client import get_token as get_token
    from .token_client import poll_token_endpoint as poll_token_endpoint
    from .user import User as User

__all__ = [
    "Authenticator",
    "ClientConfig",
    "ClientConfigStore",
    "ClientCredentialsAuthenticator",
    "CommandAuthenticator",
    "Credentials",
    "DeviceCodeAuthenticator",
    "DeviceCodeResponse",
    "GrantType",
    "Identity",
    "KeyringStore",
    "Login",
    "LoginState",
    "Mode",
    "PKCEAuthenticator",
    "RemoteClientConfigStore",
    "StaticClientConfigStore",
    "TokenStore",
    "User",
    "get_basic_authorization_header",
    "get_device_code",
    "get_token",
    "poll_token_endpoint",
]
_LATER = {
    "Authenticator": "authenticator",
    "ClientConfig": "client_config",
    "ClientConfigStore": "client_config",
    "ClientCredentialsAuthenticator": "authenticator",
    "CommandAuthenticator": "authenticator",
    "Credentials": "credentials",
    "DeviceCodeAuthenticator": "authenticator",
    "DeviceCodeResponse": "token_client",
    "GrantType": "token_client",
    "Identity": "identity",
    "KeyringStore": "stores",
    "Login": "login.login",
    "LoginState": "login.state",
    "Mode": "mode",
    "PKCEAuthenticator": "authenticator",
    "RemoteClientConfigStore": "client_config",
    "StaticClientConfigStore": "client_config",
    "TokenStore": "stores",
    "User": "user",
    "get_basic_authorization_header": "token_client",
    "get_device_code": "token_client",
    "get_token": "token_client",
    "poll_token_endpoint": "token_client",
}

__getattr__ = later(__name__, _LATER)
