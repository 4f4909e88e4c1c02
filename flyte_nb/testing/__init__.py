"""A server to try logins against: OAuth 2.0 and a little of Flyte admin, on loopback.

It needs ``pip install "flyte-nb[test]"``.
"""

from __future__ import annotations

from flyte_nb.errors import NotProvidedError

try:
    import authlib as _authlib  # noqa: F401
    import flask as _flask  # noqa: F401
except ImportError as _error:
    raise NotProvidedError(
        f"flyte_nb.testing needs {_error.name}, which is not installed",
        hint='pip install "flyte-nb[test]"',
        name=_error.name or "",
    ) from None

from . import faults
from .clients import FLYTECTL, FLYTEPROPELLER, Client
from .exchange import Reply, Request
from .faults import ABSENT, Fault
from .options import Options
from .plan import Planned
from .server import AuthServer
from .state import DeviceLogin, Token
from .tls import server_context

__all__ = [
    "ABSENT",
    "FLYTECTL",
    "FLYTEPROPELLER",
    "AuthServer",
    "Client",
    "DeviceLogin",
    "Fault",
    "Options",
    "Planned",
    "Reply",
    "Request",
    "Token",
    "faults",
    "server_context",
]
