"""Every setting of Flyte's SDK, by category.

Names and places are those of flytekit's ``flytekit.configuration.internal``; the defaults
are the ones that its typed objects have.
"""

from __future__ import annotations

import logging
import sys
from datetime import timedelta
from typing import Any

from .checks import port_problem, program_problem
from .endpoint import endpoint_problem
from .entry import ConfigEntry, LegacyConfigEntry, YamlConfigEntry
from .transforms import to_endpoint, to_level, to_seconds

# The first four are flytectl's words, the others those of flytekit's INI files.
AUTH_MODES = (
    "Pkce",
    "DeviceFlow",
    "ClientSecret",
    "ExternalCommand",
    "standard",
    "basic",
    "client_credentials",
    "external_process",
)
TOKEN_STORES = ("auto", "keyring", "file", "memory")


def _entry(  # noqa: PLR0913 - one line a setting reads best
    section: str,
    option: str,
    doc: str,
    *,
    type_: type = str,
    yaml: str | None = None,
    default: Any = None,
    secret: bool = False,
    is_address: bool = False,
    choices: tuple[str, ...] = (),
    check: Any = None,
    transform: Any = None,
    older: tuple[str, ...] = (),
) -> ConfigEntry:
    return ConfigEntry(
        LegacyConfigEntry(section, option, type_),
        None if yaml is None else YamlConfigEntry(yaml, type_),
        transform,
        default=default,
        doc=doc,
        secret=secret,
        is_address=is_address,
        choices=choices,
        check=check,
        older=tuple(LegacyConfigEntry(other, option, type_) for other in older),
    )


class Platform:
    """The Flyte backend."""

    URL = _entry(
        "platform",
        "url",
        "Host and port of Flyte admin.",
        yaml="admin.endpoint",
        is_address=True,
        default="localhost:30080",
        transform=to_endpoint,
        check=endpoint_problem,
    )
    INSECURE = _entry(
        "platform",
        "insecure",
        "Whether to connect without TLS.",
        type_=bool,
        yaml="admin.insecure",
        default=False,
    )
    INSECURE_SKIP_VERIFY = _entry(
        "platform",
        "insecure_skip_verify",
        "Whether to accept any TLS certificate.",
        type_=bool,
        yaml="admin.insecureSkipVerify",
        default=False,
    )
    CONSOLE_ENDPOINT = _entry(
        "platform",
        "console_endpoint",
        "Address of Flyte console, where it is not admin's.",
        yaml="console.endpoint",
        is_address=True,
    )
    CA_CERT_FILE_PATH = _entry(
        "platform",
        "ca_cert_file_path",
        "File of certificates that admin's is checked against.",
        yaml="admin.caCertFilePath",
    )
    HTTP_PROXY_URL = _entry(
        "platform",
        "http_proxy_url",
        "Proxy for requests to the identity provider.",
        yaml="admin.httpProxyURL",
        is_address=True,
    )


class Credentials:
    """Logging in."""

    COMMAND = _entry(
        "credentials",
        "command",
        "Program and its arguments, with commas between, that prints an access token.",
        type_=list,
        yaml="admin.command",
        check=program_problem,
    )
    PROXY_COMMAND = _entry(
        "credentials",
        "proxy_command",
        "Program and its arguments, with commas between, that prints a token for a proxy.",
        type_=list,
        yaml="admin.proxyCommand",
        check=program_problem,
    )
    CLIENT_ID = _entry(
        "credentials", "client_id", "OAuth client that logs in.", yaml="admin.clientId"
    )
    CLIENT_CREDENTIALS_SECRET = _entry(
        "credentials", "client_secret", "Secret of the OAuth client.", secret=True
    )
    CLIENT_CREDENTIALS_SECRET_LOCATION = _entry(
        "credentials",
        "client_secret_location",
        "File that holds the secret of the OAuth client.",
        yaml="admin.clientSecretLocation",
    )
    CLIENT_CREDENTIALS_SECRET_ENV_VAR = _entry(
        "credentials",
        "client_secret_env_var",
        "Variable that holds the secret of the OAuth client.",
        yaml="admin.clientSecretEnvVar",
    )
    SCOPES = _entry(
        "credentials",
        "scopes",
        "OAuth scopes to ask for, with commas between.",
        type_=list,
        yaml="admin.scopes",
        default=(),
    )
    AUTH_MODE = _entry(
        "credentials",
        "auth_mode",
        "How to log in.",
        yaml="admin.authType",
        default="standard",
        choices=AUTH_MODES,
    )
    AUDIENCE = _entry(
        "credentials", "audience", "Audience that tokens are asked for.", yaml="admin.audience"
    )
    # Ours alone, so not below admin: flytectl would find a key there that it does not know.
    TOKEN_STORE = _entry(
        "credentials",
        "token_store",
        "Where tokens are kept: the system's keyring, else memory (auto); or one of the others.",
        yaml="credentials.tokenStore",
        default="auto",
        choices=TOKEN_STORES,
    )


class LocalSDK:
    """Local runs and development."""

    WORKFLOW_PACKAGES = _entry(
        "sdk", "workflow_packages", "Packages in which to look for tasks.", type_=list
    )
    LOCAL_SANDBOX = _entry(
        "sdk",
        "local_sandbox",
        "Folder for the files of local runs; the system's temporary folder when empty.",
        default="",
    )
    LOGGING_LEVEL = _entry(
        "sdk",
        "logging_level",
        "Least severe level that a task's logger shows.",
        type_=int,
        default=logging.INFO,
        transform=to_level,
    )


class Local:
    """The local cache, and what runs belong to."""

    CACHE_ENABLED = _entry(
        "local", "cache_enabled", "Whether local runs use the cache.", type_=bool, default=True
    )
    CACHE_OVERWRITE = _entry(
        "local",
        "cache_overwrite",
        "Whether local runs replace what is cached.",
        type_=bool,
        default=False,
    )
    USER_PROJECT = _entry(
        "local", "project", "Project of runs.", yaml="task.project", default="flytesnacks"
    )
    USER_DOMAIN = _entry(
        "local", "domain", "Domain of runs.", yaml="task.domain", default="development"
    )
    USER_ORG = _entry("local", "org", "Organization of runs.", yaml="task.org", default="None")


class Secrets:
    """Where secret values are looked up."""

    ENV_PREFIX = _entry(
        "secrets",
        "env_prefix",
        "What the name of a secret's environment variable begins with.",
        default="_FSEC_",
    )
    DEFAULT_DIR = _entry(
        "secrets",
        "default_dir",
        "Folder that holds one folder for each secret group.",
        default="/etc/secrets" if sys.platform != "win32" else "\\etc\\secrets",
    )
    FILE_PREFIX = _entry(
        "secrets", "file_prefix", "What the name of a secret's file begins with.", default=""
    )


class StatsD:
    """Where metrics are sent. flytekit reads these from section ``secrets``."""

    HOST = _entry("statsd", "host", "Host of statsd.", default="localhost", older=("secrets",))
    PORT = _entry(
        "statsd",
        "port",
        "Port of statsd.",
        type_=int,
        default=8125,
        check=port_problem,
        older=("secrets",),
    )
    DISABLED = _entry(
        "statsd",
        "disabled",
        "Whether to send no metrics.",
        type_=bool,
        default=False,
        older=("secrets",),
    )
    DISABLE_TAGS = _entry(
        "statsd",
        "disable_tags",
        "Whether to send metrics without tags.",
        type_=bool,
        default=False,
        older=("secrets",),
    )


class AWS:
    """S3."""

    S3_ENDPOINT = _entry(
        "aws",
        "endpoint",
        "Address of the S3 server.",
        yaml="storage.connection.endpoint",
        is_address=True,
    )
    S3_ACCESS_KEY_ID = _entry(
        "aws", "access_key_id", "Access key.", yaml="storage.connection.access-key"
    )
    S3_SECRET_ACCESS_KEY = _entry(
        "aws",
        "secret_access_key",
        "Secret key.",
        yaml="storage.connection.secret-key",
        secret=True,
    )
    ENABLE_DEBUG = _entry(
        "aws", "enable_debug", "Whether to log requests.", type_=bool, default=False
    )
    RETRIES = _entry("aws", "retries", "Tries after the first.", type_=int, default=3)
    BACKOFF_SECONDS = _entry(
        "aws",
        "backoff_seconds",
        "Seconds between tries.",
        type_=timedelta,
        default=timedelta(seconds=5),
        transform=to_seconds,
    )
    S3_ADDRESSING_STYLE = _entry(
        "aws",
        "addressing_style",
        "How buckets are addressed.",
        yaml="storage.connection.addressing-style",
        choices=("path", "virtual", "auto"),
    )


class GCP:
    """Google Cloud Storage."""

    GSUTIL_PARALLELISM = _entry(
        "gcp", "gsutil_parallelism", "Whether gsutil copies in parallel.", type_=bool, default=False
    )


class AZURE:
    """Azure Blob Storage."""

    STORAGE_ACCOUNT_NAME = _entry("azure", "storage_account_name", "Storage account.")
    STORAGE_ACCOUNT_KEY = _entry(
        "azure", "storage_account_key", "Key of the storage account.", secret=True
    )
    TENANT_ID = _entry("azure", "tenant_id", "Tenant.")
    CLIENT_ID = _entry("azure", "client_id", "Client of the service principal.")
    CLIENT_SECRET = _entry("azure", "client_secret", "Secret of the client.", secret=True)


class Persistence:
    """Outputs."""

    ATTACH_EXECUTION_METADATA = _entry(
        "persistence",
        "attach_execution_metadata",
        "Whether outputs carry the ids of their execution.",
        type_=bool,
        default=True,
    )


CATEGORIES: tuple[type, ...] = (
    Platform,
    Credentials,
    Local,
    LocalSDK,
    Secrets,
    StatsD,
    AWS,
    GCP,
    AZURE,
    Persistence,
)


def entries(category: type) -> tuple[ConfigEntry, ...]:
    """Return the settings of *category*, in the order of their definition."""
    return tuple(value for value in vars(category).values() if isinstance(value, ConfigEntry))


def all_entries() -> tuple[ConfigEntry, ...]:
    """Return every setting."""
    return tuple(entry for category in CATEGORIES for entry in entries(category))
