"""One login for flytekit and us, in one keyring."""

from datetime import datetime, timezone

import pytest
from fake_keyrings import Memory

from flyte_nb.auth.credentials import Credentials
from flyte_nb.auth.stores import KeyringStore
from flyte_nb.testing.token_store import make_credentials

ENDPOINT = "flyte.example.com"
# It ends with the year 2029.
JWT = "eyJhbGciOiJub25lIn0.eyJleHAiOjE4OTM0NTYwMDB9.c2ln"


class Flytekit:
    """What flytekit 1.16 does with the keyring."""

    def __init__(self, backend):
        self.items = backend.items

    def store(self, access_token, refresh_token=None, id_token=None):
        if refresh_token:
            self.items[ENDPOINT, "refresh_token"] = refresh_token
        self.items[ENDPOINT, "access_token"] = access_token
        if id_token:
            self.items[ENDPOINT, "id_token"] = id_token

    def retrieve(self):
        names = ("access_token", "refresh_token", "id_token")
        return tuple(self.items.get((ENDPOINT, name)) for name in names)


@pytest.fixture
def backend(use_keyring):
    return use_keyring(Memory())


@pytest.fixture
def flytekit(backend):
    return Flytekit(backend)


def test_a_login_of_flytekit_is_ours(flytekit):
    flytekit.store("a", "r", "i")
    assert KeyringStore.retrieve(ENDPOINT) == Credentials("a", "r", ENDPOINT, id_token="i")


def test_its_end_is_read_from_the_token(flytekit):
    flytekit.store(JWT)
    expected = datetime(2030, 1, 1, tzinfo=timezone.utc)
    assert KeyringStore.retrieve(ENDPOINT).expires_at == expected


def test_without_an_access_token_it_is_no_login(flytekit):
    flytekit.store("", "r", "i")
    assert KeyringStore.retrieve(ENDPOINT) is None


def test_where_flytekit_has_none_it_gets_none(flytekit):
    KeyringStore.store(make_credentials(ENDPOINT))
    assert flytekit.retrieve() == (None, None, None)


def test_what_we_renew_flytekit_has_too(flytekit):
    flytekit.store("a", "r", "i")
    mine = make_credentials(ENDPOINT)
    KeyringStore.store(mine)
    assert flytekit.retrieve() == (mine.access_token, mine.refresh_token, mine.id_token)
    assert KeyringStore.retrieve(ENDPOINT) == mine


def test_a_token_that_is_renewed_no_more_is_gone_there_too(flytekit):
    flytekit.store("a", "r", "i")
    KeyringStore.store(Credentials("a2", for_endpoint=ENDPOINT))
    assert flytekit.retrieve() == ("a2", None, None)


def test_what_flytekit_renews_we_have_too(flytekit):
    flytekit.store("a", "r")
    KeyringStore.store(make_credentials(ENDPOINT))
    flytekit.store("a2", "r2")
    found = KeyringStore.retrieve(ENDPOINT)
    assert (found.access_token, found.refresh_token) == ("a2", "r2")
    KeyringStore.store(mine := make_credentials(ENDPOINT, 3))
    assert KeyringStore.retrieve(ENDPOINT) == mine


def test_a_first_login_of_flytekit_after_ours_is_newer(flytekit):
    KeyringStore.store(make_credentials(ENDPOINT))
    flytekit.store("a", "r")
    assert KeyringStore.retrieve(ENDPOINT).access_token == "a"


def test_a_new_refresh_token_counts_though_flytekit_died_before_the_other_one(backend, flytekit):
    flytekit.store("a", "r")
    KeyringStore.store(mine := make_credentials(ENDPOINT))
    backend.items[ENDPOINT, "refresh_token"] = "r2"
    found = KeyringStore.retrieve(ENDPOINT)
    assert (found.access_token, found.refresh_token) == (mine.access_token, "r2")


def test_flytekits_login_counts_where_ours_is_damaged(backend, flytekit):
    flytekit.store("a", "r")
    backend.items[ENDPOINT, "flyte-nb"] = "x"
    assert KeyringStore.retrieve(ENDPOINT).access_token == "a"


def test_a_log_out_in_flytekit_leaves_ours(backend, flytekit):
    flytekit.store("a", "r")
    KeyringStore.store(mine := make_credentials(ENDPOINT))
    for name in ("access_token", "refresh_token", "id_token"):
        backend.items.pop((ENDPOINT, name))
    assert KeyringStore.retrieve(ENDPOINT) == mine


def test_a_log_out_here_is_one_there(backend, flytekit):
    flytekit.store("a", "r", "i")
    KeyringStore.store(make_credentials(ENDPOINT))
    KeyringStore.delete(ENDPOINT)
    assert not backend.items
