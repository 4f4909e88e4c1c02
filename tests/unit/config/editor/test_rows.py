"""What the editor shows of each setting."""

import json

import pytest

from flyte_nb.config.editor import ConfigEditor
from flyte_nb.config.editor.files import candidates
from flyte_nb.config.editor.rows import settings


def rows(path):
    return {row["name"]: row for row in settings(ConfigEditor(str(path)))}


@pytest.mark.usefixtures("home")
def test_each_setting_with_what_is_in_force_and_why(tmp_path, environment):
    path = tmp_path / "a.yaml"
    path.write_text("admin: {insecure: false, scopes: [a, b], authType: Pkce}\n")
    environment["FLYTE_PLATFORM_INSECURE"] = "on"
    found = rows(path)
    assert len(found) == 45
    insecure = found["admin.insecure"]
    assert (insecure["text"], insecure["value"], insecure["source"]) == (
        "false",
        "True",
        "environment",
    )
    assert [c["inForce"] for c in insecure["candidates"]] == [True, False, False]
    assert (found["admin.scopes"]["text"], found["admin.scopes"]["kind"]) == ("a,b", "list")
    assert found["admin.authType"]["choices"][0] == "Pkce"
    assert "FLYTE_AWS_RETRIES" in found["aws.retries"]["refusal"]
    assert rows(tmp_path / "a.config")["aws.retries"]["refusal"] == ""


@pytest.mark.usefixtures("home", "keyrings")
def test_no_secret_is_among_it(tmp_path, environment):
    path = tmp_path / "a.config"
    path.write_text("[aws]\nsecret_access_key = hunter2\n")
    environment["FLYTE_AZURE_CLIENT_SECRET"] = "hunter2"
    found = rows(path)
    assert "hunter2" not in json.dumps(found)
    assert found["storage.connection.secret-key"]["isSet"]
    assert list(found["credentials.client_secret"]["places"]) == ["keyring", "file", "clear"]
    assert list(found["azure.client_secret"]["places"]) == ["keyring", "clear"]


def test_files_are_those_in_use_the_profiles_and_the_one_at_hand(tmp_path, home):
    folder = home / ".flyte"
    folder.mkdir()
    (folder / "config.yaml").touch()
    (folder / "prod.yaml").touch()
    found = candidates(str(tmp_path / "new.yaml"))
    assert [(file["label"], file["inForce"]) for file in found] == [
        (str(tmp_path / "new.yaml"), False),
        ("~/.flyte/config.yaml", True),
        ("~/.flyte/prod.yaml", False),
    ]
