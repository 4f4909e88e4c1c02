"""Where data is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from .catalogue import AWS, AZURE, GCP, Persistence
from .file import get_config_file
from .given import FromSettings

if TYPE_CHECKING:
    import os

    from .entry import ConfigEntry
    from .file import ConfigFile

    File = str | os.PathLike[str] | ConfigFile | None


@dataclass(frozen=True)
class S3Config(FromSettings):
    """S3 (flytekit's ``S3Config``, with its spelling of ``adressing_style``)."""

    enable_debug: bool = False
    endpoint: str | None = None
    retries: int = 3
    backoff: timedelta = timedelta(seconds=5)
    access_key_id: str | None = None
    secret_access_key: str | None = field(default=None, repr=False)
    adressing_style: str | None = None

    SETTINGS: ClassVar[dict[str, ConfigEntry]] = {
        "enable_debug": AWS.ENABLE_DEBUG,
        "endpoint": AWS.S3_ENDPOINT,
        "retries": AWS.RETRIES,
        "backoff": AWS.BACKOFF_SECONDS,
        "access_key_id": AWS.S3_ACCESS_KEY_ID,
        "secret_access_key": AWS.S3_SECRET_ACCESS_KEY,
        "adressing_style": AWS.S3_ADDRESSING_STYLE,
    }


@dataclass(frozen=True)
class GCSConfig(FromSettings):
    """Google Cloud Storage (flytekit's ``GCSConfig``)."""

    gsutil_parallelism: bool = False

    SETTINGS: ClassVar[dict[str, ConfigEntry]] = {
        "gsutil_parallelism": GCP.GSUTIL_PARALLELISM,
    }


@dataclass(frozen=True)
class AzureBlobStorageConfig(FromSettings):
    """Azure Blob Storage (flytekit's ``AzureBlobStorageConfig``)."""

    account_name: str | None = None
    account_key: str | None = field(default=None, repr=False)
    tenant_id: str | None = None
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)

    SETTINGS: ClassVar[dict[str, ConfigEntry]] = {
        "account_name": AZURE.STORAGE_ACCOUNT_NAME,
        "account_key": AZURE.STORAGE_ACCOUNT_KEY,
        "tenant_id": AZURE.TENANT_ID,
        "client_id": AZURE.CLIENT_ID,
        "client_secret": AZURE.CLIENT_SECRET,
    }


@dataclass(frozen=True)
class GenericPersistenceConfig(FromSettings):
    """What holds for every store (flytekit's ``GenericPersistenceConfig``)."""

    attach_execution_metadata: bool = True

    SETTINGS: ClassVar[dict[str, ConfigEntry]] = {
        "attach_execution_metadata": Persistence.ATTACH_EXECUTION_METADATA,
    }


@dataclass(frozen=True)
class DataConfig:
    """All stores (flytekit's ``DataConfig``)."""

    s3: S3Config = field(default_factory=S3Config)
    gcs: GCSConfig = field(default_factory=GCSConfig)
    azure: AzureBlobStorageConfig = field(default_factory=AzureBlobStorageConfig)
    generic: GenericPersistenceConfig = field(default_factory=GenericPersistenceConfig)

    @classmethod
    def auto(cls, config_file: File = None) -> DataConfig:
        """Return what environment and configuration file say."""
        cfg = get_config_file(config_file)
        return cls(
            s3=S3Config.auto(cfg),
            gcs=GCSConfig.auto(cfg),
            azure=AzureBlobStorageConfig.auto(cfg),
            generic=GenericPersistenceConfig.auto(cfg),
        )
