"""Every store does what all stores do."""

import pytest
from fake_keyrings import Failing, Memory, Small
from keyrings.alt.file import PlaintextKeyring

from flyte_nb.auth.stores import FallbackStore, FileStore, MemoryStore, SystemKeyringStore
from flyte_nb.testing.token_store import TokenStoreSuite


class TestMemory(TokenStoreSuite):
    def make_store(self, _tmp_path):
        return MemoryStore()


class TestFile(TokenStoreSuite):
    def make_store(self, tmp_path):
        return FileStore(tmp_path / "tokens")


class TestFileWithAnotherBehindIt(TokenStoreSuite):
    def make_store(self, tmp_path):
        return FallbackStore(FileStore(tmp_path / "tokens"))


class _OfKeyring(TokenStoreSuite):
    backend = Memory

    @pytest.fixture(autouse=True)
    def _keyring(self, use_keyring):
        use_keyring(self.backend())

    def make_store(self, _tmp_path):
        return SystemKeyringStore()


class TestKeyring(_OfKeyring):
    pass


class TestKeyringForShortValues(_OfKeyring):
    backend = Small


class TestKeyringOfFiles(_OfKeyring):
    @pytest.fixture(autouse=True)
    def _keyring(self, use_keyring, home):
        use_keyring(PlaintextKeyring()).file_path = str(home / "keyring.cfg")


class TestKeyringThatFails(_OfKeyring):
    @pytest.fixture(autouse=True)
    def _keyring(self, use_keyring):
        use_keyring(Failing(verbs=("get", "set")))

    def make_store(self, _tmp_path):
        return FallbackStore(SystemKeyringStore())

    @pytest.fixture
    def endpoint(self, request):
        yield request.node.name
        MemoryStore().delete(request.node.name)

    test_what_is_deleted_is_gone = None
    test_there_is_nothing_at_first = None
    test_endpoints_have_nothing_to_do_with_each_other = None
