"""What it costs to have a good token, and to renew it for 64 threads."""

import threading
import time

import pytest

from flyte_nb.auth.credentials import Credentials
from flyte_nb.auth.stores import FileStore, MemoryStore
from flyte_nb.auth.tokens.keeper import TokenKeeper

ENDPOINT = "bench.example.com"
THREADS = 64
ENDED = Credentials("access", "refresh", ENDPOINT, 0)
GOOD = Credentials("another access", "another refresh", ENDPOINT, 3600)


def renewed(old):
    """What a server gives after the 10 ms that it takes."""
    time.sleep(0.01)
    return Credentials(f"{old.access_token}.", f"{old.refresh_token}.", expires_in=3600)


@pytest.fixture
def keeper(home):  # noqa: ARG001 - the locks are below it
    keeper = TokenKeeper(ENDPOINT, renewed, MemoryStore())
    yield keeper
    keeper.forget()


def test_token_that_is_good(benchmark, keeper):
    keeper.put(GOOD)
    assert benchmark(keeper.token) is keeper.current()


def test_token_where_nobody_is_logged_in(benchmark, home):  # noqa: ARG001
    keeper = TokenKeeper("nobody.example.com", renewed, MemoryStore(), quiet_s=1e6)
    assert keeper.token() is None
    assert benchmark(keeper.token) is None


def test_another_token_than_one_that_was_refused(benchmark, keeper):
    keeper.put(GOOD)
    assert benchmark(keeper.renewed, ENDED) is keeper.current()


@pytest.mark.parametrize("kind", [MemoryStore, FileStore])
def test_64_threads_with_an_expired_token(benchmark, home, kind):  # noqa: ARG001
    asked = []

    def refresh(old):
        asked.append(old)
        return renewed(old)

    keeper = TokenKeeper(ENDPOINT, refresh, kind())

    def begin():
        keeper.put(ENDED)
        asked.clear()
        barrier = threading.Barrier(THREADS + 1)

        def work():
            barrier.wait()
            keeper.token()

        threads = [threading.Thread(target=work) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        return (barrier, threads), {}

    def all_of_them(barrier, threads):
        barrier.wait()
        for thread in threads:
            thread.join()
        assert len(asked) == 1

    benchmark.pedantic(all_of_them, setup=begin, rounds=10)
    keeper.forget()
