"""What the settings become: S3 is met by a server elsewhere, the others by this table."""

import pytest

from flyte_nb.config.storage import AzureBlobStorageConfig, DataConfig, S3Config
from flyte_nb.context.storage import FileAccess, storage_options
from flyte_nb.errors import ConfigFileError

S3 = S3Config(
    endpoint="http://host:9000",
    access_key_id="id",
    secret_access_key="hidden",
    adressing_style="virtual",
)
AZURE = AzureBlobStorageConfig(
    account_name="name", account_key="key", tenant_id="t", client_id="c", client_secret="s"
)


@pytest.mark.parametrize(
    ("protocol", "config", "anonymous", "options"),
    [
        ("file", DataConfig(), False, {"auto_mkdir": True}),
        ("memory", DataConfig(), False, {}),
        ("s3", DataConfig(), False, {"cache_regions": True}),
        ("s3", DataConfig(), True, {"cache_regions": True, "anon": True}),
        (
            "s3",
            DataConfig(s3=S3),
            False,
            {
                "cache_regions": True,
                "key": "id",
                "secret": "hidden",
                "client_kwargs": {"endpoint_url": "http://host:9000"},
                "config_kwargs": {"s3": {"addressing_style": "virtual"}},
            },
        ),
        ("gs", DataConfig(), False, {}),
        ("gcs", DataConfig(), True, {"token": "anon"}),
        ("abfs", DataConfig(), False, {"anon": False}),
        (
            "abfss",
            DataConfig(azure=AZURE),
            True,
            {
                "account_name": "name",
                "account_key": "key",
                "tenant_id": "t",
                "client_id": "c",
                "client_secret": "s",
                "anon": True,
            },
        ),
    ],
)
def test_translation(protocol, config, anonymous, options):
    assert storage_options(protocol, config, anonymous=anonymous) == options


def test_options_of_ones_own_count_before_the_settings():
    assert storage_options("s3", DataConfig(s3=S3), key="mine")["key"] == "mine"
    assert storage_options("http", timeout=3) == {"timeout": 3}


def test_path_style_is_path_style():
    config = DataConfig(s3=S3Config(adressing_style="path"))
    assert storage_options("s3", config)["config_kwargs"] == {"s3": {"addressing_style": "path"}}


def test_the_configuration_is_asked_each_time(environment, home):
    assert "key" not in storage_options("s3")
    environment["FLYTE_AWS_ACCESS_KEY_ID"] = "from the environment"
    assert storage_options("s3")["key"] == "from the environment"
    (home / ".flyte").mkdir()
    (home / ".flyte/config.yaml").write_text("a: [")
    with pytest.raises(ConfigFileError):
        storage_options("s3")


def test_the_file_system_of_s3_takes_them():
    fs = FileAccess(data_config=DataConfig(s3=S3)).get_filesystem("s3")
    assert fs.client_kwargs == {"endpoint_url": "http://host:9000"}
    assert fs.key == "id"
    assert "hidden" not in repr(fs)
