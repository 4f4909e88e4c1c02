"""Whether the configured login can work."""

import sys

import pytest
from loopback import NOT_FOUND, as_json, closed, serve

METADATA = "/.well-known/oauth-authorization-server"
TOKEN = {"token_endpoint": "https://idp.example/token"}


@pytest.fixture
def login(said, admin_answers):
    """Return a function that judges a login against an admin that answers."""

    def login_(offer=None, **settings):
        answers = {**admin_answers, **({} if offer is None else {METADATA: offer})}
        with serve(answers) as site:
            return said("login", endpoint=site.url, **settings)

    return login_


@pytest.fixture
def offline(said):
    """Return a function that judges a login with nobody to ask."""
    return lambda **settings: said("login", endpoint=closed(), **settings)


@pytest.mark.parametrize(
    ("mode", "way"),
    [
        ("Pkce", "Pkce"),
        ("standard", "Pkce"),
        ("PKCE", "Pkce"),
        ("DeviceFlow", "DeviceFlow"),
        ("deviceflow", "DeviceFlow"),
    ],
)
def test_what_admin_offers_works(login, offline, mode, way):
    assert login(authType=mode) == f"ok: {way}"
    assert offline(authType=mode) == f"skipped: {way}; whether admin offers it is not known"


def test_without_a_mode_it_is_the_browser(login):
    assert login() == "ok: Pkce"


def test_a_device_login_that_admin_does_not_offer(login):
    offer = as_json({**TOKEN, "device_authorization_endpoint": ""})
    expected = "failure: DeviceFlow is configured, and admin offers no device login"
    assert login(offer, authType="DeviceFlow") == expected


@pytest.mark.parametrize(
    ("offer", "said_of_it"),
    [
        (TOKEN, "admin offers no login by browser"),
        (
            {
                **TOKEN,
                "authorization_endpoint": "https://i/a",
                "code_challenge_methods_supported": ["plain"],
            },
            "the server knows no S256",
        ),
    ],
)
def test_a_browser_login_that_admin_does_not_offer(login, offer, said_of_it):
    expected = f"failure: Pkce is configured, and {said_of_it}"
    assert login(as_json(offer), authType="Pkce") == expected


@pytest.mark.parametrize("mode", ["ClientSecret", "client_credentials", "basic"])
def test_a_client_secret_that_is_nowhere(offline, login, mode):
    expected = "failure: ClientSecret is configured, and no secret is found"
    assert offline(authType=mode) == login(authType=mode, clientId="me") == expected


def test_a_client_secret_without_a_client(offline, environment):
    environment["MY_SECRET"] = "hunter2"
    settings = {"authType": "ClientSecret", "clientSecretEnvVar": "MY_SECRET"}
    assert offline(**settings) == "failure: ClientSecret is configured, and no client"
    assert offline(**settings, clientId="me") == "ok: ClientSecret"


def test_a_file_of_the_secret_that_cannot_be_read(offline, tmp_path):
    path = str(tmp_path / "gone")
    found = offline(authType="ClientSecret", clientSecretLocation=path)
    assert found.startswith(f"failure: the client's secret cannot be read from {path!r}")


def test_a_secret_that_is_found_is_stronger_than_the_mode(offline, environment):
    environment["MY_SECRET"] = "hunter2"
    found = offline(authType="Pkce", clientSecretEnvVar="MY_SECRET", clientId="me")
    expected = "ClientSecret, because a secret was found, although admin.authType says Pkce"
    assert found == f"warning: {expected}"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ([sys.executable, "-c", "hunter2"], "ok: ExternalCommand"),
        (
            ["no-such-program", "hunter2"],
            "failure: admin.command: the program no-such-program is not found",
        ),
        (
            ["no-such-program --token=hunter2"],
            "failure: admin.command: the program no-such-program is not found",
        ),
        ([], "failure: admin.command names no program"),
        ([""], "failure: admin.command names no program"),
    ],
)
def test_a_program_that_prints_a_token(offline, command, expected):
    assert offline(authType="ExternalCommand", command=command) == expected


def test_a_program_for_the_proxy_in_front(said):
    found = said("proxy token", endpoint=closed(), proxyCommand=["no-such-program"])
    assert found == "failure: admin.proxyCommand: the program no-such-program is not found"
    found = said("proxy token", endpoint=closed(), proxyCommand=[sys.executable])
    assert found == f"ok: {sys.executable} is there; it was not run"


@pytest.mark.parametrize("mode", ["what", 5, ["Pkce"]])
def test_a_mode_that_is_none(offline, mode):
    found = offline(authType=mode)
    assert found.startswith("failure: admin.authType is ")
    assert found.endswith(", which is no way to log in")


def test_where_no_login_is_wanted_nothing_is_needed(login):
    assert login(NOT_FOUND, authType="ClientSecret") == "ok: not needed"
