"""What every store of tokens has to do, as tests that a new one inherits.

::

    class TestMyStore(TokenStoreSuite):
        def make_store(self, tmp_path):
            return MyStore(tmp_path)
"""

# ruff: noqa: S101 - these are tests

from __future__ import annotations

import logging
import threading
import uuid
from abc import ABC, abstractmethod
from datetime import datetime, timezone
from typing import TYPE_CHECKING

import pytest

from flyte_nb.auth.credentials import Credentials

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flyte_nb.auth.stores import TokenStore

LARGE = 20_000  # characters of a token; those of some companies have a list of groups in them
_THREADS = 8


def make_credentials(endpoint: str, number: int = 0, size: int = 40) -> Credentials:
    """Return tokens that tell which ones they are.

    Args:
        endpoint: Where they are good.
        number: Which ones.
        size: Characters of each token.
    """

    def token(kind: str) -> str:
        return f"{kind}-{number}-".ljust(size, "x")

    return Credentials(
        token("access"),
        token("refresh"),
        endpoint,
        3600,
        token("id"),
        expires_at=datetime(2031, 2, 3, 4, 5, 6, 789_000, timezone.utc),
        scopes=("all", "offline"),
    )


class TokenStoreSuite(ABC):
    """Inherit from it, and say how the store is made."""

    @abstractmethod
    def make_store(self, tmp_path: Path) -> TokenStore:
        """Return a store; each one that a test makes sees what the others have kept.

        Args:
            tmp_path: A folder of the test's own.
        """

    @pytest.fixture
    def endpoint(self, tmp_path: Path) -> Iterator[str]:
        """An endpoint that no other test has, empty again afterwards."""
        endpoint = f"{uuid.uuid4().hex}.example.com:8089"
        yield endpoint
        self.make_store(tmp_path).delete(endpoint)

    def test_there_is_nothing_at_first(self, tmp_path: Path, endpoint: str) -> None:
        """Nothing is found, and nothing has to be there to be deleted."""
        store = self.make_store(tmp_path)
        assert store.retrieve(endpoint) is None
        store.delete(endpoint)

    def test_everything_comes_back(self, tmp_path: Path, endpoint: str) -> None:
        """All fields, from another object too."""
        mine = make_credentials(endpoint)
        assert self.make_store(tmp_path).store(mine) == mine
        assert self.make_store(tmp_path).retrieve(endpoint) == mine

    def test_an_access_token_alone(self, tmp_path: Path, endpoint: str) -> None:
        """What is not there is not there afterwards, be it that it was before."""
        store = self.make_store(tmp_path)
        store.store(make_credentials(endpoint))
        mine = Credentials("access", for_endpoint=endpoint)
        store.store(mine)
        assert store.retrieve(endpoint) == mine

    def test_any_character(self, tmp_path: Path, endpoint: str) -> None:
        """Tokens are opaque."""
        mine = Credentials("ä\u2028\"'\\ \x7f😀%(x)s", "\t\n", endpoint)
        store = self.make_store(tmp_path)
        store.store(mine)
        assert store.retrieve(endpoint) == mine

    @pytest.mark.parametrize("sizes", [(40, LARGE, 40), (LARGE, LARGE + 1), (2000, 1300, 2600)])
    def test_the_last_one_counts(
        self, tmp_path: Path, endpoint: str, sizes: tuple[int, ...]
    ) -> None:
        """Large or small, whatever was there before."""
        store = self.make_store(tmp_path)
        for number, size in enumerate(sizes):
            mine = make_credentials(endpoint, number, size)
            store.store(mine)
            assert store.retrieve(endpoint) == mine

    def test_endpoints_have_nothing_to_do_with_each_other(
        self, tmp_path: Path, endpoint: str
    ) -> None:
        """Names that are alike are not the same; the order of things does not matter."""
        store = self.make_store(tmp_path)
        others = [endpoint.upper(), endpoint + "/", "dns:///" + endpoint, endpoint[:-1]]
        for number, name in enumerate([endpoint, *others]):
            store.store(make_credentials(name, number))
        store.delete(endpoint)
        assert store.retrieve(endpoint) is None
        for number, name in enumerate(others, 1):
            assert store.retrieve(name) == make_credentials(name, number)
            store.delete(name)

    def test_what_is_deleted_is_gone(self, tmp_path: Path, endpoint: str) -> None:
        """Of a large one too."""
        store = self.make_store(tmp_path)
        store.store(make_credentials(endpoint, size=LARGE))
        store.delete(endpoint)
        assert self.make_store(tmp_path).retrieve(endpoint) is None

    def test_threads_see_whole_tokens(self, tmp_path: Path, endpoint: str) -> None:
        """Whoever comes last; never some of one and some of the other."""
        all_of_them = [make_credentials(endpoint, number, 3000) for number in range(_THREADS)]
        seen: list[object] = []

        def work(mine: Credentials) -> None:
            store = self.make_store(tmp_path)
            store.store(mine)
            seen.append(store.retrieve(endpoint))

        threads = [threading.Thread(target=work, args=(mine,)) for mine in all_of_them]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(seen) == _THREADS
        assert all(one in all_of_them for one in seen)

    def test_nothing_shows_a_token(
        self, tmp_path: Path, endpoint: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Neither what the store says of itself nor what is logged."""
        caplog.set_level(logging.DEBUG)
        store = self.make_store(tmp_path)
        store.store(make_credentials(endpoint))
        store.retrieve(endpoint)
        shown = f"{store!r} {store} {store.name} {store.describe} {store.notice} {caplog.text}"
        assert store.name
        assert store.describe
        assert not any(kind in shown for kind in ("access-0", "refresh-0", "id-0"))
