"""The typed objects; tests/flytekit compares their values with flytekit's."""

import dataclasses
import os

import pytest

from flyte_nb.config.objects import Config, DataConfig, S3Config
from flyte_nb.config.platform import AuthType, PlatformConfig
from flyte_nb.errors import ConfigError


@pytest.fixture
def secret(tmp_path, environment):
    path = tmp_path / "secret"
    path.write_text("hunter2\n")
    environment["FLYTE_CREDENTIALS_CLIENT_SECRET_LOCATION"] = str(path)
    return path


@pytest.mark.usefixtures("home", "secret")
def test_a_secret_in_a_file_sets_the_mode_and_is_never_shown(environment):
    environment["FLYTE_CREDENTIALS_AUTH_MODE"] = "Pkce"
    config = Config.auto()
    assert config.platform.client_credentials_secret == "hunter2"
    assert config.platform.auth_mode == AuthType.CLIENTSECRET.value
    assert "hunter2" not in repr(config)


@pytest.mark.usefixtures("home")
def test_a_secret_file_that_cannot_be_read_is_one_error(secret):
    secret.unlink()
    with pytest.raises(ConfigError, match="client's secret cannot be read"):
        Config.auto()


def test_every_secret_is_hidden_in_repr():
    config = DataConfig(s3=S3Config(access_key_id="id", secret_access_key="hunter2"))
    assert "hunter2" not in repr(config)
    assert "hunter2" not in repr(PlatformConfig(client_credentials_secret="hunter2"))


@pytest.mark.usefixtures("home")
def test_equal_by_value_and_frozen():
    assert Config.auto() == Config.auto()
    with pytest.raises(dataclasses.FrozenInstanceError):
        Config.auto().platform = None


@pytest.mark.usefixtures("home")
def test_for_endpoint_drops_the_platform_of_a_file_that_was_not_named(tmp_path, environment):
    os.chdir(tmp_path)
    (tmp_path / "flytekit.config").write_text("[platform]\nurl=x\nconsole_endpoint=c")
    assert Config.for_endpoint("y").platform == PlatformConfig(endpoint="y")
    named = Config.for_endpoint("y", config_file=tmp_path / "flytekit.config")
    assert (named.platform.endpoint, named.platform.console_endpoint) == ("y", "c")
    assert environment


def test_sandbox():
    config = Config.for_sandbox()
    assert config.platform.insecure
    assert config.data_config.s3.endpoint == "http://localhost:30002"


def test_with_params_replaces_what_is_given():
    config = Config().with_params(platform=PlatformConfig(endpoint="x"))
    assert config.platform.endpoint == "x"
    assert config.secrets == Config().secrets
