"""One keyring for flytekit and us: a login of either is one of both."""

import json
import os
import subprocess
from pathlib import Path

import keyring
import pytest
from keyring_of_file import OfFile

from flyte_nb.auth.credentials import Credentials
from flyte_nb.auth.stores import KeyringStore

SUPPORT = Path(__file__).parents[1] / "support"
ENDPOINT = "flyte.example.com"
PROGRAM = """
import json, sys
from flytekit.clients.auth.keyring import Credentials, KeyringStore
if sys.argv[2:]:
    KeyringStore.store(Credentials(*sys.argv[2:4], sys.argv[1], None, *sys.argv[4:]))
found = KeyringStore.retrieve(sys.argv[1])
names = ("access_token", "refresh_token", "id_token")
print(json.dumps(found and [getattr(found, name) for name in names]))
"""


@pytest.fixture
def flytekits(flytekit_python, home, monkeypatch):
    """Return a function that has flytekit keep tokens, if given, and tells which it finds."""
    monkeypatch.setenv("FAKE_KEYRING", str(home / "keyring.json"))
    before = keyring.get_keyring()
    keyring.set_keyring(OfFile())
    environ = {
        **os.environ,
        "PYTHONPATH": str(SUPPORT),
        "PYTHON_KEYRING_BACKEND": "keyring_of_file.OfFile",
    }

    def flytekits(*tokens):
        done = subprocess.run(
            [flytekit_python, "-c", PROGRAM, ENDPOINT, *tokens],
            env=environ,
            cwd=home,
            stdout=subprocess.PIPE,
            check=True,
        )
        return json.loads(done.stdout.splitlines()[-1])

    yield flytekits
    keyring.set_keyring(before)


def test_logins_of_either_are_logins_of_both(flytekits):
    assert flytekits("a", "r", "i") == ["a", "r", "i"]
    assert KeyringStore.retrieve(ENDPOINT) == Credentials("a", "r", ENDPOINT, id_token="i")
    mine = KeyringStore.store(Credentials("a2", "r2", ENDPOINT, 3600, "i2", scopes=("all",)))
    assert KeyringStore.retrieve(ENDPOINT) == mine
    assert flytekits() == ["a2", "r2", "i2"]
    flytekits("a3", "r3")
    assert KeyringStore.retrieve(ENDPOINT).refresh_token == "r3"
    KeyringStore.delete(ENDPOINT)
    assert flytekits() is None
