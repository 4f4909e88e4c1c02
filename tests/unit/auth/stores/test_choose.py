"""Which store is taken, and what happens when it fails."""

import pytest
from fake_keyrings import Failing, Memory

from flyte_nb.auth.credentials import Credentials
from flyte_nb.auth.stores import (
    FallbackStore,
    FileStore,
    MemoryStore,
    SystemKeyringStore,
    choose_store,
)
from flyte_nb.errors import ConfigError
from flyte_nb.testing.token_store import make_credentials


@pytest.fixture
def endpoint(request):
    """An endpoint of the test's own: memory is one for all."""
    yield request.node.name
    MemoryStore().delete(request.node.name)


@pytest.fixture
def backend(use_keyring):
    return use_keyring(Failing())


@pytest.mark.usefixtures("no_keyring")
def test_without_a_keyring_it_is_memory_and_says_so(endpoint):
    store = choose_store()
    assert store.notice == ""
    mine = make_credentials(endpoint)
    assert store.store(mine) is mine
    assert choose_store().retrieve(endpoint) is mine
    assert (store.name, store.describe) == ("memory", "memory of this kernel: gone when it ends")
    assert store.notice == (
        "the login is gone when this kernel ends: this system has no keyring, so it cannot keep"
        f" the login for {endpoint} (let credentials.tokenStore be file)"
    )
    store.delete(endpoint)
    assert store.retrieve(endpoint) is None


def test_a_keyring_is_taken_as_soon_as_it_works(backend, endpoint):
    store = choose_store("auto")
    store.store(make_credentials(endpoint))
    assert "it is locked" in store.notice
    assert store.retrieve(endpoint) == make_credentials(endpoint)
    backend.fails = False
    mine = make_credentials(endpoint, 1)
    store.store(mine)
    assert (store.name, store.notice) == ("keyring", "")
    assert MemoryStore().retrieve(endpoint) is None
    assert SystemKeyringStore().retrieve(endpoint) == mine


def test_one_that_can_be_read_and_not_written_loses_nothing(backend, endpoint):
    backend.fails = False
    store = choose_store("auto")
    store.store(make_credentials(endpoint))
    backend.fails, backend.verbs = True, ("set",)
    mine = make_credentials(endpoint, 1)
    store.store(mine)
    assert store.retrieve(endpoint) is mine
    assert "OSError" not in store.notice
    assert store.name == "memory"


def test_what_another_process_wrote_since_then_counts(backend, endpoint):
    store = choose_store("auto")
    store.store(Credentials("old", for_endpoint=endpoint, expires_in=10))
    backend.fails = False
    SystemKeyringStore().store(newer := Credentials("new", for_endpoint=endpoint, expires_in=20))
    assert store.retrieve(endpoint) == newer
    SystemKeyringStore().store(Credentials("older", for_endpoint=endpoint, expires_in=5))
    assert store.retrieve(endpoint).access_token == "old"


def test_no_log_out_from_a_keyring_that_fails_is_told(backend, endpoint):
    from flyte_nb.errors import TokenStoreError

    backend.fails = False
    store = choose_store("auto")
    store.store(make_credentials(endpoint))
    backend.fails = True
    with pytest.raises(TokenStoreError, match="cannot delete the login"):
        store.delete(endpoint)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("memory", MemoryStore),
        ("keyring", SystemKeyringStore),
        (" File ", FallbackStore),
        ("AUTO", FallbackStore),
    ],
)
def test_the_setting_decides(home, monkeypatch, word, kind):
    monkeypatch.setenv("FLYTE_CREDENTIALS_TOKEN_STORE", word)
    assert type(choose_store()) is kind
    monkeypatch.delenv("FLYTE_CREDENTIALS_TOKEN_STORE")
    (home / ".flyte").mkdir()
    (home / ".flyte/config.yaml").write_text(f"credentials:\n  tokenStore: '{word}'\n")
    assert type(choose_store()) is kind


def test_the_file_is_taken_where_it_is_configured(home, endpoint):
    store = choose_store("file")
    store.store(make_credentials(endpoint))
    assert (store.name, store.notice) == ("file", "")
    assert FileStore().retrieve(endpoint) == make_credentials(endpoint)
    for path in (home / ".flyte/flyte-nb/tokens").iterdir():
        path.chmod(0o644)
    assert store.retrieve(endpoint) is None
    assert "can be read by others" in store.notice


def test_any_other_word_is_refused(use_keyring):
    use_keyring(Memory())
    with pytest.raises(ConfigError, match=r"credentials\.tokenStore is 'vault'") as caught:
        choose_store("vault")
    assert "auto, keyring, file, memory" in caught.value.hint
