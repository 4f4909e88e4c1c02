"""The settings of S3, Google Cloud Storage and Azure, as fsspec's file systems take them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte_nb.config.storage import DataConfig

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.config.storage import AzureBlobStorageConfig, S3Config


def storage_options(
    protocol: str,
    data_config: DataConfig | None = None,
    *,
    anonymous: bool = False,
    **more: Any,
) -> dict[str, Any]:
    """Return what `fsspec.filesystem` is called with (flytekit's ``get_fsspec_storage_options``).

    What is not set is left out, so that the file system finds it as it always does: s3fs reads
    ``AWS_ACCESS_KEY_ID`` and the files of the AWS command line, gcsfs the default credentials of
    Google, adlfs ``AZURE_STORAGE_ACCOUNT_NAME`` and its kin.

    Args:
        protocol: The part of an address before ``://``.
        data_config: The settings; environment and configuration file by default.
        anonymous: Whether to ask without credentials, as a public bucket allows.
        **more: Options that count before the settings.

    Raises:
        ConfigFileError: The configuration file cannot be used.

    Example:
        >>> storage_options("gs", anonymous=True)
        {'token': 'anon'}
    """
    translate = _TRANSLATIONS.get(protocol)
    if translate is None:
        return dict(more)
    config = DataConfig.auto() if data_config is None else data_config
    return {**translate(config, anonymous), **more}


def _s3(config: S3Config, anonymous: bool) -> dict[str, Any]:  # noqa: FBT001 - as in the table
    options: dict[str, Any] = {"cache_regions": True}
    if config.access_key_id:
        options["key"] = config.access_key_id
    if config.secret_access_key:
        options["secret"] = config.secret_access_key
    if config.endpoint is not None:
        options["client_kwargs"] = {"endpoint_url": config.endpoint}
    if config.adressing_style:
        # flytekit says "virtual" here whatever is set, so that "path" cannot be had at all.
        options["config_kwargs"] = {"s3": {"addressing_style": config.adressing_style}}
    if anonymous:
        options["anon"] = True
    return options


def _azure(config: AzureBlobStorageConfig, anonymous: bool) -> dict[str, Any]:  # noqa: FBT001
    fields = ("account_name", "account_key", "client_id", "client_secret", "tenant_id")
    given = {name: getattr(config, name) for name in fields if getattr(config, name)}
    return {**given, "anon": anonymous}


def _google(_config: DataConfig, anonymous: bool) -> dict[str, Any]:  # noqa: FBT001
    return {"token": "anon"} if anonymous else {}


_TRANSLATIONS: dict[str, Callable[[DataConfig, bool], dict[str, Any]]] = {
    **dict.fromkeys(("s3", "s3a"), lambda config, anonymous: _s3(config.s3, anonymous)),
    **dict.fromkeys(("gs", "gcs"), _google),
    **dict.fromkeys(
        ("abfs", "abfss", "az"), lambda config, anonymous: _azure(config.azure, anonymous)
    ),
    "file": lambda _config, _anonymous: {"auto_mkdir": True},
}
