"""Under which identity an execution runs, and which secrets and tokens it is given."""

from __future__ import annotations

from enum import Enum

from flyte_nb.errors import InvalidValueError

from .checks import check_kind, check_texts, plain
from .kubernetes.names import check_service_account
from .message import Message, many_of, named, one_of
from .record import field
from .secret import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar


class OAuth2Client(Message):
    """A client of an identity provider (flyteidl ``core.OAuth2Client``).

    Args:
        client_id: Its public name.
        client_secret: Where the platform finds its secret. flytekit's annotation says text, which
            the message cannot carry.
    """

    IDL: ClassVar[str] = "core.security_pb2.OAuth2Client"

    client_id: str
    client_secret: Secret = field(metadata=one_of(Secret))

    def __post_init__(self) -> None:
        check_texts(self, "client_id", required=True)
        if not isinstance(self.client_secret, Secret):
            raise InvalidValueError(
                "OAuth2Client(client_secret=…): not a Secret",  # its value is not repeated
                hint="the platform reads it: client_secret=Secret(group='my-group', key='my-key')",
            )


class Identity(Message):
    """Who an execution runs as (flyteidl ``core.Identity``).

    Args:
        iam_role: Role of AWS.
        k8s_service_account: Service account of Kubernetes.
        oauth2_client: Client of an identity provider.
        execution_identity: What the platform itself knows the execution by.

    Raises:
        InvalidValueError: One is no text, or Kubernetes would refuse the service account.
    """

    IDL: ClassVar[str] = "core.security_pb2.Identity"

    iam_role: str | None = None
    k8s_service_account: str | None = None
    oauth2_client: OAuth2Client | None = field(default=None, metadata=one_of(OAuth2Client))
    execution_identity: str | None = None

    def __post_init__(self) -> None:
        check_texts(self, "iam_role", "k8s_service_account", "execution_identity")
        check_service_account("Identity", "k8s_service_account", self.k8s_service_account)
        check_kind("Identity", "oauth2_client", self.oauth2_client, OAuth2Client)


class _TokenType(Enum):
    """How the token is asked for (flyteidl ``core.OAuth2TokenRequest.Type``)."""

    CLIENT_CREDENTIALS = 0


class OAuth2TokenRequest(Message):
    """A token that the platform fetches for an execution (flyteidl ``core.OAuth2TokenRequest``).

    Args:
        name: What it is asked for by in the task.
        client: On whose behalf.
        idp_discovery_endpoint: Address of the identity provider's metadata.
        token_endpoint: Address that gives tokens, where there is no metadata.
        type_: How it is asked for.
    """

    IDL: ClassVar[str] = "core.security_pb2.OAuth2TokenRequest"
    Type: ClassVar[type[_TokenType]] = _TokenType

    name: str
    client: OAuth2Client | None = field(default=None, metadata=one_of(OAuth2Client))
    idp_discovery_endpoint: str | None = None
    token_endpoint: str | None = None
    type_: _TokenType = field(default=_TokenType.CLIENT_CREDENTIALS, metadata=named(_TokenType))

    def __post_init__(self) -> None:
        check_texts(self, "name", required=True)
        check_texts(self, "idp_discovery_endpoint", "token_endpoint")
        check_kind("OAuth2TokenRequest", "client", self.client, OAuth2Client)
        check_kind("OAuth2TokenRequest", "type_", self.type_, _TokenType, required=True)


class SecurityContext(Message):
    """Identity, secrets and tokens of an execution (flyteidl ``core.SecurityContext``).

    Args:
        run_as: Who it runs as.
        secrets: Secrets that it reads; one alone is a list of one.
        tokens: Tokens that it is given; one alone is a list of one.
    """

    IDL: ClassVar[str] = "core.security_pb2.SecurityContext"

    run_as: Identity | None = field(default=None, metadata=one_of(Identity))
    secrets: list[Secret] | None = field(default=None, metadata=many_of(Secret))
    tokens: list[OAuth2TokenRequest] | None = field(
        default=None, metadata=many_of(OAuth2TokenRequest)
    )

    def __post_init__(self) -> None:
        check_kind("SecurityContext", "run_as", self.run_as, Identity)
        for name, kind in (("secrets", Secret), ("tokens", OAuth2TokenRequest)):
            value = getattr(self, name)
            if value is not None:
                self._set(**{name: _as_list("SecurityContext", name, value, kind)})

    def to_flyte_idl(self) -> Any:
        """Return flyteidl's message; None, as flytekit does, when nothing is set."""
        is_empty = self.run_as is None and self.secrets is None and self.tokens is None
        return None if is_empty else super().to_flyte_idl()


def _as_list(owner: str, name: str, value: Any, kind: type) -> list[Any]:
    if isinstance(value, kind):
        return [value]
    items: list[Any] = plain(value) if isinstance(value, (list, tuple)) else [value]
    for item in items:
        check_kind(owner, name, item, kind, required=True)
    return items
