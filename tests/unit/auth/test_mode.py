from dataclasses import replace

import pytest
from flow_world import CLIENT

from flyte_nb.auth.host import why_no_browser
from flyte_nb.auth.mode import Mode, choose_mode, configured_mode, parse_mode
from flyte_nb.config.platform import AuthType
from flyte_nb.errors import InvalidValueError

NO_DEVICE = replace(CLIENT, device_authorization_endpoint=None)
NO_BROWSER = replace(CLIENT, authorization_endpoint="")


@pytest.mark.parametrize(
    ("asked", "configured", "client", "where", "taken"),
    [
        ("device", "Pkce", CLIENT, "", Mode.DEVICE),
        ("command", "standard", CLIENT, "", Mode.COMMAND),
        ("auto", "DeviceFlow", CLIENT, "", Mode.DEVICE),
        ("auto", "Pkce", CLIENT, "the kernel runs in JupyterHub", Mode.PKCE),
        ("auto", "ClientSecret", CLIENT, "", Mode.CLIENT_CREDENTIALS),
        ("auto", "client_credentials", CLIENT, "", Mode.CLIENT_CREDENTIALS),
        ("auto", "basic", CLIENT, "", Mode.CLIENT_CREDENTIALS),
        ("auto", "ExternalCommand", CLIENT, "", Mode.COMMAND),
        ("auto", "external_process", CLIENT, "", Mode.COMMAND),
        ("auto", AuthType.STANDARD, CLIENT, "", Mode.PKCE),
        ("auto", "standard", CLIENT, "the kernel runs in JupyterHub", Mode.DEVICE),
        ("auto", "standard", NO_DEVICE, "the kernel runs in JupyterHub", Mode.PKCE),
        ("auto", "standard", NO_BROWSER, "", Mode.DEVICE),
    ],
)
def test_which_way_is_taken(asked, configured, client, where, taken):
    mode, reason = choose_mode(parse_mode(asked), configured, client, lambda: where)
    assert mode is taken
    assert reason


def test_the_place_is_said_where_it_decides():
    _, reason = choose_mode(Mode.AUTO, "standard", CLIENT, lambda: "the kernel runs in Colab")
    assert reason == "the kernel runs in Colab"


@pytest.mark.parametrize("text", ["PKCE", "client_credentials", Mode.DEVICE])
def test_modes_are_read_in_any_case(text):
    assert parse_mode(text) in Mode


@pytest.mark.parametrize("text", ["", "browser", None, 5])
def test_a_mode_that_is_none(text):
    with pytest.raises(InvalidValueError, match="no way to log in") as caught:
        parse_mode(text)
    assert "client-credentials" in caught.value.hint


def test_a_setting_that_is_no_mode():
    with pytest.raises(InvalidValueError, match=r"credentials\.auth_mode is 'Kerberos'"):
        configured_mode("Kerberos")


@pytest.mark.parametrize(
    ("variables", "where"),
    [
        ({"JUPYTERHUB_SERVICE_PREFIX": "/user/ada"}, "JupyterHub"),
        ({"COLAB_RELEASE_TAG": "x"}, "Colab"),
        ({"CODESPACES": "true"}, "Codespaces"),
        ({"VSCODE_IPC_HOOK_CLI": "/tmp/x", "BROWSER": "/code/helper"}, "a remote VS Code"),
        ({"REMOTE_CONTAINERS": "true"}, "a container of VS Code"),
        ({"SSH_CONNECTION": "1 2 3 4", "DISPLAY": ":0"}, "a session of SSH"),
        ({"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "a pod"),
    ],
)
def test_where_a_browser_is_not_the_users(variables, where):
    assert why_no_browser(variables, platform="linux") == f"the kernel runs in {where}"


def test_where_no_browser_can_open(monkeypatch):
    monkeypatch.setattr("flyte_nb.auth.host._CONTAINER_FILES", ())
    assert why_no_browser({}, platform="linux") == "no browser can open here"
    for variables in ({"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "w"}, {"BROWSER": "firefox"}):
        assert why_no_browser(variables, platform="linux") == ""
    assert why_no_browser({}, platform="darwin") == ""
    assert why_no_browser({}, platform="win32") == ""


def test_in_a_container(monkeypatch, tmp_path):
    monkeypatch.setattr("flyte_nb.auth.host._CONTAINER_FILES", (str(tmp_path),))
    assert why_no_browser({"DISPLAY": ":0"}) == "the kernel runs in a container"
