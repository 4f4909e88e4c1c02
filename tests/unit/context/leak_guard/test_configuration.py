"""Secrets of the configuration are masked from the moment they are handed out."""

import pytest

from flyte_nb.config.catalogue import AWS
from flyte_nb.config.objects import Config
from flyte_nb.config.platform import PlatformConfig
from flyte_nb.context.leak_guard import LEAK_GUARD

FILE = """\
admin:
  clientSecretLocation: {location}
storage:
  connection:
    access-key: key-id-is-no-secret
    secret-key: minio-secret-123456
"""


@pytest.fixture
def file(tmp_path):
    location = tmp_path / "client-secret"
    location.write_text("client-secret-123456\n")
    path = tmp_path / "config.yaml"
    path.write_text(FILE.format(location=location))
    return path


def masked(text):
    return LEAK_GUARD.mask(text) != text


def test_what_typed_objects_hold_is_masked(file):
    assert not masked("minio-secret-123456")
    config = Config.auto(file)
    assert config.data_config.s3.secret_access_key == "minio-secret-123456"
    assert config.platform.client_credentials_secret == "client-secret-123456"
    assert masked("minio-secret-123456")
    assert masked("client-secret-123456")
    assert not masked("key-id-is-no-secret")


def test_what_a_variable_or_one_setting_says_is_masked(environment):
    environment["FLYTE_AWS_SECRET_ACCESS_KEY"] = "from-the-variable"
    assert AWS.S3_SECRET_ACCESS_KEY.in_force() == "from-the-variable"
    assert masked("from-the-variable")
    environment["FLYTE_CREDENTIALS_CLIENT_SECRET_ENV_VAR"] = "MY_SECRET"
    environment["MY_SECRET"] = "named-by-a-variable"
    assert PlatformConfig.auto().client_credentials_secret == "named-by-a-variable"
    assert masked("named-by-a-variable")
