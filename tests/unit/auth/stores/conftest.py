"""Keyrings of any kind in the place of the system's."""

import keyring
import pytest

ENDPOINT = "flyte.example.com"


@pytest.fixture
def use_keyring(home):  # noqa: ARG001 - where no keyring of the user's is
    """Return a function that makes a backend the system's for the length of the test."""
    before = keyring.get_keyring()

    def use(backend):
        keyring.set_keyring(backend)
        return backend

    yield use
    keyring.set_keyring(before)
