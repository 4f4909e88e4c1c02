"""Logging in from Python, with a server on this machine and what the environment configures."""

import threading
import time

import pytest

import flyte_nb
from flyte_nb.auth.accounts import (
    account_for,
    forget_accounts,
    last_login,
    login_for,
    platform_for,
)
from flyte_nb.errors import (
    AccessTokenNotFoundError,
    AuthenticationError,
    ConfigError,
    InvalidValueError,
)
from flyte_nb.testing import FLYTEPROPELLER, AuthServer


@pytest.fixture
def server():
    with AuthServer(interval_s=0.2) as server:
        yield server


@pytest.fixture(autouse=True)
def configured(environment, home, server):  # noqa: ARG001 - a home without files
    environment["FLYTE_PLATFORM_URL"] = server.endpoint
    environment["FLYTE_CREDENTIALS_TOKEN_STORE"] = "memory"
    back = forget_accounts()
    yield
    account_for().keeper.forget()
    back()


def approve_the_next(server, user="ada"):
    def run():
        until = time.monotonic() + 10
        while not server.device_logins and time.monotonic() < until:
            time.sleep(0.01)
        server.approve(server.device_logins[-1].user_code, user)

    threading.Thread(target=run, daemon=True).start()


def test_in_and_out(server, capsys):
    approve_the_next(server)
    login = flyte_nb.login(mode="device", wait=True)
    assert login.state == "authorized"
    told = capsys.readouterr().err
    assert f"{server.endpoint}/device?user_code=" in told
    assert account_for().keeper.current().access_token not in told
    assert str(flyte_nb.whoami().user) == "Ada (ada@example.org)"
    with flyte_nb.session() as session:
        assert session.get(f"{server.endpoint}/me").ok
    assert flyte_nb.logout() == f"logged out of 127.0.0.1:{server.port}"
    assert flyte_nb.logout() == f"nobody was logged in to 127.0.0.1:{server.port}"
    with flyte_nb.session() as session, pytest.raises(AccessTokenNotFoundError):
        session.get(f"{server.endpoint}/me")


def test_it_returns_at_once_and_is_one(server):
    first = flyte_nb.login(mode="device")
    assert not first.is_over
    assert flyte_nb.login() is first
    assert flyte_nb.login(server.endpoint, "device") is first
    flyte_nb.logout()
    assert first.state == "cancelled"


def test_it_gives_up_in_time():
    with pytest.raises(flyte_nb.errors.LoginExpiredError):
        flyte_nb.login(mode="device", wait=True, timeout=0.3)


def test_a_mode_that_is_none():
    with pytest.raises(InvalidValueError, match="no way to log in"):
        flyte_nb.login(mode="kerberos")


def test_an_endpoint_that_is_none():
    with pytest.raises(ConfigError, match="cannot be used"):
        flyte_nb.session("ftp://flyte")


def test_what_is_configured_for_one_endpoint_is_not_told_to_another(environment):
    environment["FLYTE_CREDENTIALS_CLIENT_ID"] = FLYTEPROPELLER.client_id
    environment["FLYTE_CREDENTIALS_CLIENT_SECRET"] = FLYTEPROPELLER.secret
    assert platform_for().client_credentials_secret == FLYTEPROPELLER.secret
    other = platform_for("https://other.example.com")
    assert (other.client_credentials_secret, other.client_id) == (None, None)


PROFILE = """
admin:
  endpoint: dns:///stage.example.com:8080
  insecure: true
  authType: ClientSecret
  clientId: stage-client
  clientSecretEnvVar: STAGE_SECRET
"""


def test_an_endpoint_of_another_file_is_reached_as_that_says(environment, home):
    (home / ".flyte").mkdir()
    (home / ".flyte" / "config-stage.yaml").write_text(PROFILE)
    environment["STAGE_SECRET"] = "the-stage's"
    environment["FLYTE_CREDENTIALS_CLIENT_ID"] = "of the one in force"
    for text in ("stage.example.com:8080", "http://stage.example.com:8080/"):
        platform = platform_for(text)
        assert (platform.client_id, platform.insecure) == ("stage-client", True)
        assert platform.client_credentials_secret == "the-stage's"
    assert flyte_nb.logout("stage.example.com:8080").startswith("nobody was logged in")
    assert platform_for("https://stage.example.com:8080").client_id is None
    assert platform_for().client_id == "of the one in force"


def test_who_is_logged_in_elsewhere(home):
    with AuthServer(interval_s=0.2) as other:
        assert flyte_nb.whoami(other.endpoint).profile == ""
        (home / ".flyte").mkdir(exist_ok=True)
        (home / ".flyte" / "prod.yaml").write_text(f"admin: {{endpoint: '{other.endpoint}'}}")
        assert flyte_nb.whoami(other.endpoint).profile == "prod"
    assert flyte_nb.whoami().profile == "default"


def test_a_change_of_the_configuration_is_seen(server, environment):
    first = account_for()
    assert account_for() is first
    environment["FLYTE_CREDENTIALS_SCOPES"] = "all"
    second = account_for()
    assert second is not first
    assert second.client().scopes == ("all",)
    assert first.client().scopes == server.options.scopes


def test_a_machine_needs_no_login(server, environment):
    environment["FLYTE_CREDENTIALS_CLIENT_ID"] = FLYTEPROPELLER.client_id
    environment["FLYTE_CREDENTIALS_CLIENT_SECRET"] = FLYTEPROPELLER.secret
    environment["FLYTE_CREDENTIALS_SCOPES"] = "all"
    environment["FLYTE_CREDENTIALS_AUTH_MODE"] = "client_credentials"
    with flyte_nb.session() as session:
        assert session.get(f"{server.endpoint}/me").ok
    assert flyte_nb.whoami().is_logged_in


def test_one_endpoint_however_it_is_written(server):
    configured = account_for()
    for text in (f"{server.endpoint}/", server.endpoint.replace("http", "HTTP")):
        assert account_for(text) is configured


@pytest.mark.parametrize("endpoint", [5, b"flyte", ["flyte"]])
def test_an_endpoint_that_is_no_text(endpoint):
    with pytest.raises(InvalidValueError, match="is no text"):
        flyte_nb.login(endpoint)


@pytest.mark.parametrize("how", [{"mode": "command"}, {"mode": "command", "timeout": -1}])
def test_a_way_that_fails_takes_nobodys_login_away(server, how):
    approve_the_next(server)
    flyte_nb.login(mode="device").wait(10)
    with pytest.raises((AuthenticationError, InvalidValueError)):
        flyte_nb.login(**how).wait(10)
    assert str(flyte_nb.whoami().user) == "Ada (ada@example.org)"
    assert flyte_nb.logout().startswith("logged out")
    assert len(server.revoked) == 1


def test_who_logs_out_at_once_is_logged_out(environment):
    environment["FLYTE_CREDENTIALS_CLIENT_ID"] = FLYTEPROPELLER.client_id
    environment["FLYTE_CREDENTIALS_CLIENT_SECRET"] = FLYTEPROPELLER.secret
    configured = account_for()
    login = flyte_nb.login(mode="client-credentials").wait(10)
    flyte_nb.logout()
    login.settle(10)  # it knows the user now, and says so
    assert account_for().platform == configured.platform


def test_another_endpoint_is_one_however_it_is_written():
    texts = ["flyte.example.com", "dns:///flyte.example.com", "https://FLYTE.example.com:443/"]
    assert len({account_for(text) for text in texts}) == 1
    assert platform_for(texts[2]).endpoint == "flyte.example.com"
    assert platform_for("http://flyte.example.com/").endpoint == "http://flyte.example.com"


def test_a_machine_in_the_place_of_a_user_and_back(server, environment):
    approve_the_next(server)
    flyte_nb.login(mode="device").wait(10)
    users = account_for().keeper.current()
    environment["FLYTE_CREDENTIALS_CLIENT_ID"] = FLYTEPROPELLER.client_id
    environment["FLYTE_CREDENTIALS_CLIENT_SECRET"] = FLYTEPROPELLER.secret
    flyte_nb.login(mode="client-credentials").wait(10)
    assert server.issued[-1].client_id == FLYTEPROPELLER.client_id
    with flyte_nb.session() as session:
        assert session.get(f"{server.endpoint}/me").json()["subject"] == FLYTEPROPELLER.client_id
    assert flyte_nb.whoami().is_renewed
    flyte_nb.logout()
    assert account_for().keeper.current() == users
    flyte_nb.login(mode="client-credentials").wait(10)
    assert flyte_nb.login().wait(10).now.reason == "the tokens that are there are good"
    assert account_for().keeper.current() == users


def test_who_retries_a_login_by_another_mode_is_logged_in(server, environment, tmp_path):
    program, token = tmp_path / "program", tmp_path / "token"
    program.write_text(f"#!/bin/sh\ncat {token}\n")
    program.chmod(0o755)
    environment["FLYTE_CREDENTIALS_COMMAND"] = str(program)
    failed = flyte_nb.login(mode="command")
    failed.settle(10)
    approve_the_next(server)
    flyte_nb.login(mode="device").wait(10)
    token.write_text(server.issued[-1].access_token)
    again = login_for(failed.account, failed.asked_mode).wait(10)
    assert account_for() is again.account
    flyte_nb.logout()
    login_for(again.account, again.asked_mode).wait(10)
    assert account_for() is again.account


def test_who_follows_a_login_may_wait_for_others():
    login = flyte_nb.login(mode="device")
    login.wait_for_steps()
    could = []

    def ask():
        last_login(login.account)
        login.end_after(200)

    def follow():
        other = threading.Thread(target=ask)
        other.start()
        other.join(5)
        could.append(not other.is_alive())

    login.on_change(follow)
    flyte_nb.login(timeout=100)
    login.cancel()
    assert could == [True, True]
