"""The configuration as a whole, and its smaller parts."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from .catalogue import Local, LocalSDK, Secrets, StatsD
from .file import Snapshot, get_config_file
from .given import FromSettings, given
from .platform import PlatformConfig
from .storage import DataConfig, S3Config

if TYPE_CHECKING:
    import os

    from .entry import ConfigEntry
    from .file import ConfigFile

    File = str | os.PathLike[str] | ConfigFile | None


@dataclass(frozen=True)
class StatsConfig(FromSettings):
    """Sending of metrics (flytekit's ``StatsConfig``)."""

    host: str = "localhost"
    port: int = 8125
    disabled: bool = False
    disabled_tags: bool = False

    SETTINGS: ClassVar[dict[str, ConfigEntry]] = {
        "host": StatsD.HOST,
        "port": StatsD.PORT,
        "disabled": StatsD.DISABLED,
        "disabled_tags": StatsD.DISABLE_TAGS,
    }


@dataclass(frozen=True)
class SecretsConfig(FromSettings):
    """Where secret values are looked up (flytekit's ``SecretsConfig``)."""

    env_prefix: str = Secrets.ENV_PREFIX.default
    default_dir: str = Secrets.DEFAULT_DIR.default
    file_prefix: str = ""

    SETTINGS: ClassVar[dict[str, ConfigEntry]] = {
        "env_prefix": Secrets.ENV_PREFIX,
        "default_dir": Secrets.DEFAULT_DIR,
        "file_prefix": Secrets.FILE_PREFIX,
    }


@dataclass(frozen=True)
class LocalConfig(FromSettings):
    """The cache of local runs (flytekit's ``LocalConfig``)."""

    cache_enabled: bool = True
    cache_overwrite: bool = False

    SETTINGS: ClassVar[dict[str, ConfigEntry]] = {
        "cache_enabled": Local.CACHE_ENABLED,
        "cache_overwrite": Local.CACHE_OVERWRITE,
    }


@dataclass(frozen=True)
class TaskConfig(FromSettings):
    """What runs belong to (flytekit's ``TaskConfig``, whose default org is the text None)."""

    project: str | None = "flytesnacks"
    domain: str | None = "development"
    org: str | None = "None"

    SETTINGS: ClassVar[dict[str, ConfigEntry]] = {
        "project": Local.USER_PROJECT,
        "domain": Local.USER_DOMAIN,
        "org": Local.USER_ORG,
    }


@dataclass(frozen=True)
class Config:
    """All that is needed to talk to Flyte (flytekit's ``Config``).

    Attributes:
        platform: The backend and the login.
        secrets: Where secret values are looked up.
        stats: Sending of metrics.
        data_config: Stores.
        local_sandbox_path: Folder for the files of local runs.
    """

    platform: PlatformConfig = field(default_factory=PlatformConfig)
    secrets: SecretsConfig = field(default_factory=SecretsConfig)
    stats: StatsConfig = field(default_factory=StatsConfig)
    data_config: DataConfig = field(default_factory=DataConfig)
    local_sandbox_path: str = field(default_factory=tempfile.gettempdir)

    def with_params(
        self,
        platform: PlatformConfig | None = None,
        secrets: SecretsConfig | None = None,
        stats: StatsConfig | None = None,
        data_config: DataConfig | None = None,
        local_sandbox_path: str | None = None,
    ) -> Config:
        """Return this configuration with the given parts instead of its own."""
        return Config(
            platform=platform or self.platform,
            secrets=secrets or self.secrets,
            stats=stats or self.stats,
            data_config=data_config or self.data_config,
            local_sandbox_path=local_sandbox_path or self.local_sandbox_path,
        )

    @classmethod
    def auto(cls, config_file: File = None) -> Config:
        """Return what environment and configuration file say.

        Args:
            config_file: The file; the first of the usual places by default.

        Raises:
            ConfigFileError: The file cannot be used; the message says where and why.

        Example:
            >>> Config.auto().platform.endpoint
        """
        cfg = get_config_file(config_file)
        if cfg is not None:
            cfg = Snapshot(cfg)
        return cls(
            platform=PlatformConfig.auto(cfg),
            secrets=SecretsConfig.auto(cfg),
            stats=StatsConfig.auto(cfg),
            data_config=DataConfig.auto(cfg),
            **given(cfg, local_sandbox_path=LocalSDK.LOCAL_SANDBOX),
        )

    @classmethod
    def for_sandbox(cls) -> Config:
        """Return the configuration of the demo cluster on this machine."""
        return cls(
            platform=PlatformConfig(endpoint="localhost:30080", auth_mode="Pkce", insecure=True),
            data_config=DataConfig(
                s3=S3Config(
                    endpoint="http://localhost:30002",
                    access_key_id="minio",
                    secret_access_key="miniostorage",  # noqa: S106 - the demo's own, public
                )
            ),
        )

    @classmethod
    def for_endpoint(
        cls,
        endpoint: str,
        insecure: bool = False,  # noqa: FBT001, FBT002 - flytekit's signature
        data_config: DataConfig | None = None,
        config_file: File = None,
    ) -> Config:
        """Return a configuration for *endpoint*.

        Only with *config_file* do the other settings of the platform come from a file; without
        one they are the defaults, as in flytekit.
        """
        config = cls.auto(config_file)
        platform = (
            replace(config.platform, endpoint=endpoint, insecure=insecure)
            if config_file
            else PlatformConfig.for_endpoint(endpoint, insecure)
        )
        return config.with_params(platform=platform, data_config=data_config)
