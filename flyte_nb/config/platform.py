"""Where Flyte is, and how to log in to it."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import ConfigError, ConfigFileError

from .catalogue import Credentials, Platform
from .file import ConfigFile, Snapshot, get_config_file
from .given import given
from .handed_out import handed_out
from .sources.content import read_content
from .sources.environment import environment

if TYPE_CHECKING:
    from collections.abc import Mapping


class AuthType(Enum):
    """How to log in; the second four are how flytectl spells them."""

    STANDARD = "standard"
    BASIC = "basic"
    CLIENT_CREDENTIALS = "client_credentials"
    EXTERNAL_PROCESS = "external_process"
    CLIENTSECRET = "ClientSecret"
    PKCE = "Pkce"
    EXTERNALCOMMAND = "ExternalCommand"
    DEVICEFLOW = "DeviceFlow"


@dataclass(frozen=True)
class PlatformConfig:
    """Settings to talk to a Flyte backend (flytekit's ``PlatformConfig``).

    Attributes:
        endpoint: Host and port of Flyte admin.
        insecure: Whether to connect without TLS.
        insecure_skip_verify: Whether to accept any certificate.
        ca_cert_file_path: File of certificates that admin's is checked against.
        console_endpoint: Address of Flyte console, where it is not admin's.
        command: Program, with arguments, that prints an access token.
        proxy_command: Program, with arguments, that prints a token for a proxy.
        client_id: OAuth client.
        client_credentials_secret: Its secret; never shown.
        scopes: OAuth scopes to ask for.
        auth_mode: How to log in: an `AuthType` or its text.
        audience: Audience that tokens are asked for.
        rpc_retries: Tries after the first, of a call to admin.
        http_proxy_url: Proxy for requests to the identity provider.
    """

    endpoint: str = "localhost:30080"
    insecure: bool = False
    insecure_skip_verify: bool = False
    ca_cert_file_path: str | None = None
    console_endpoint: str | None = None
    command: list[str] | None = None
    proxy_command: list[str] | None = None
    client_id: str | None = None
    client_credentials_secret: str | None = field(default=None, repr=False)
    scopes: list[str] = field(default_factory=list)
    auth_mode: AuthType | str = AuthType.STANDARD
    audience: str | None = None
    rpc_retries: int = 3
    http_proxy_url: str | None = None

    @classmethod
    def auto(cls, config_file: str | os.PathLike[str] | ConfigFile | None = None) -> PlatformConfig:
        """Return what environment and configuration file say.

        Raises:
            ConfigFileError: The file cannot be used.
            ConfigError: The file that should hold the client's secret cannot be read.
        """
        cfg = get_config_file(config_file)
        values = given(
            cfg,
            endpoint=Platform.URL,
            insecure=Platform.INSECURE,
            insecure_skip_verify=Platform.INSECURE_SKIP_VERIFY,
            ca_cert_file_path=Platform.CA_CERT_FILE_PATH,
            console_endpoint=Platform.CONSOLE_ENDPOINT,
            command=Credentials.COMMAND,
            proxy_command=Credentials.PROXY_COMMAND,
            client_id=Credentials.CLIENT_ID,
            client_credentials_secret=Credentials.CLIENT_CREDENTIALS_SECRET,
            scopes=Credentials.SCOPES,
            auth_mode=Credentials.AUTH_MODE,
            audience=Credentials.AUDIENCE,
            http_proxy_url=Platform.HTTP_PROXY_URL,
        )
        return cls(**{**values, **_client_secret(cfg, is_kept=_is_kept(values, cfg))})

    @classmethod
    def for_endpoint(cls, endpoint: str, insecure: bool = False) -> PlatformConfig:  # noqa: FBT001, FBT002
        """Return the defaults for another endpoint."""
        return cls(endpoint=endpoint, insecure=insecure)


def _client_secret(cfg: ConfigFile | None, *, is_kept: bool) -> dict[str, Any]:
    """Return the client's secret from the file or the variable that the settings name.

    One that is found there or in the keyring makes the mode that of a client's secret, whatever
    the mode was set to.
    """
    secret = None
    named = given(
        cfg,
        location=Credentials.CLIENT_CREDENTIALS_SECRET_LOCATION,
        variable=Credentials.CLIENT_CREDENTIALS_SECRET_ENV_VAR,
    )
    if location := named.get("location"):
        try:
            secret = read_content(os.path.expanduser(location)).decode()  # noqa: PTH111
        except (OSError, ValueError, TypeError, ConfigFileError) as error:
            raise ConfigError(
                f"the client's secret cannot be read from {location!r}: {error}",
                hint=f"mend {Credentials.CLIENT_CREDENTIALS_SECRET_LOCATION.name}",
            ) from None
        if secret.endswith(("\n", "\r")):
            secret = secret.strip()
    is_found = bool(secret) or is_kept
    if variable := named.get("variable"):
        from_variable = environment().get(str(variable))
        is_found = is_found or bool(from_variable)
        secret = from_variable or secret
    handed_out(secret)
    values: dict[str, Any] = {"client_credentials_secret": secret} if secret else {}
    if is_found:
        values["auth_mode"] = AuthType.CLIENTSECRET.value
    return values


def _is_kept(values: Mapping[str, Any], cfg: ConfigFile | None) -> bool:
    """Return whether the client's secret among *values* is the keyring's: no other place has it."""
    if cfg is None or "client_credentials_secret" not in values:
        return False
    entry = Credentials.CLIENT_CREDENTIALS_SECRET
    environ = cfg.environ if isinstance(cfg, Snapshot) else environment()
    return cfg.find(entry) is None and not any(name in environ for name in entry.env_names)
