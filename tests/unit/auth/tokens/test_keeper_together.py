"""Many who need the same tokens at once: threads, processes, children, and ones that are killed."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import keep_tokens
import pytest
from loopback import serve

from flyte_nb.auth.concurrency import turn
from flyte_nb.auth.credentials import Credentials
from flyte_nb.auth.stores import FileStore, MemoryStore
from flyte_nb.auth.tokens.keeper import TokenKeeper
from flyte_nb.errors import AccessTokenNotFoundError, AuthenticationError

ENDPOINT = "flyte.example.com"
ENDED = Credentials("access-0", "refresh-0", ENDPOINT, 0)
THREADS = 64


class Rotating:
    """A token endpoint that takes each refresh token once."""

    def __init__(self):
        self.lock = threading.Lock()
        self.number = 0
        self.asked = []
        self.is_asked = threading.Event()
        self.is_open = threading.Event()
        self.is_open.set()

    def __call__(self, handler):
        token = handler.rfile.read(int(handler.headers["Content-Length"])).decode()
        with self.lock:
            self.asked.append(token)
        self.is_asked.set()
        assert self.is_open.wait(60)
        time.sleep(0.1)  # in which the others come
        with self.lock:
            if token != f"refresh-{self.number}":
                return 400, {}, b"{}"
            self.number += 1
            body = {
                "access_token": f"access-{self.number}",
                "refresh_token": f"refresh-{self.number}",
                "expires_in": 3600,
            }
            return 200, {}, json.dumps(body).encode()


@pytest.fixture
def rotating():
    return Rotating()


@pytest.fixture
def url(rotating):
    with serve({"/token": rotating}) as site:
        yield f"{site.url}/token"
        rotating.is_open.set()


@pytest.fixture
def folder(home, tmp_path):  # noqa: ARG001 - the locks are below it
    FileStore(tmp_path / "tokens").store(ENDED)
    return tmp_path / "tokens"


@contextmanager
def process(folder, url, *more):
    """Another process, ready to ask for a token."""
    command = [sys.executable, keep_tokens.__file__, folder, ENDPOINT, url, *more]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout.readline() == "ready\n"
        try:
            yield child
        finally:
            child.kill()


def ask(child):
    child.stdin.write("\n")
    child.stdin.flush()


def in_threads(work, count=THREADS):
    """What *work* returns or raises in each of many threads that begin at once."""
    barrier = threading.Barrier(count)
    found = []

    def run():
        barrier.wait()
        try:
            found.append(work())
        except AuthenticationError as error:
            found.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.parametrize("verb", ["token", "renewed"])
def test_threads_renew_once(folder, url, rotating, verb):
    keeper = TokenKeeper(ENDPOINT, keep_tokens.asking(url), FileStore(folder))
    keeper.current()
    work = keeper.token if verb == "token" else lambda: keeper.renewed(ENDED)
    found = in_threads(work)
    assert {one.access_token for one in found} == {"access-1"}
    assert rotating.asked == ["refresh-0"]


def test_threads_whose_login_has_ended_ask_once_and_all_are_told(folder, url, rotating):
    rotating.number = 7
    keeper = TokenKeeper(ENDPOINT, keep_tokens.asking(url), FileStore(folder))
    found = in_threads(keeper.token)
    assert all(isinstance(one, AccessTokenNotFoundError) for one in found)
    assert len({id(one) for one in found}) == THREADS  # a traceback for each
    assert rotating.asked == ["refresh-0"]


def test_two_keepers_of_one_process_renew_once(folder, url, rotating):
    def ask_for_it():
        return TokenKeeper(ENDPOINT, keep_tokens.asking(url), FileStore(folder)).token()

    assert {one.access_token for one in in_threads(ask_for_it, 8)} == {"access-1"}
    assert rotating.asked == ["refresh-0"]


def test_processes_renew_once(folder, url, rotating):
    with process(folder, url) as one, process(folder, url) as other:
        for child in (one, other):
            ask(child)
        assert [child.stdout.readline() for child in (one, other)] == ["access-1\n"] * 2
    assert rotating.asked == ["refresh-0"]


def test_without_a_place_for_locks_threads_still_renew_once(folder, url, rotating, home):
    (home / ".flyte").write_text("no folder")
    test_two_keepers_of_one_process_renew_once(folder, url, rotating)


def test_one_that_is_killed_while_it_renews_keeps_nobody_out(folder, url, rotating):
    rotating.is_open.clear()
    with process(folder, url) as child:
        ask(child)
        assert rotating.is_asked.wait(60)
        assert turn._locked(f"tokens {ENDPOINT}", 0) is None
        child.kill()
        child.wait()
    lock = turn._locked(f"tokens {ENDPOINT}", 0)
    assert lock is not None
    lock.release()
    rotating.is_open.set()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_nor_does_a_child_that_outlives_it(folder, url, rotating):
    rotating.is_open.clear()
    with process(folder, url, "fork") as child:
        ask(child)
        orphan = int(child.stdout.readline())
        child.kill()
        child.wait()
        lock = turn._locked(f"tokens {ENDPOINT}", 0)
        os.kill(orphan, signal.SIGKILL)
        assert lock is not None
        lock.release()
    rotating.is_open.set()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_child_does_not_wait_for_threads_that_it_has_not(home, request):  # noqa: ARG001
    parent = os.getpid()
    is_asked, is_open = threading.Event(), threading.Event()

    def refresh(_old):
        is_asked.set()
        if os.getpid() == parent:
            assert is_open.wait(60)
        return Credentials(f"by-{os.getpid()}", expires_in=3600)

    endpoint = request.node.name
    keeper = TokenKeeper(endpoint, refresh, MemoryStore(), limit_s=30)
    keeper.put(Credentials("access", "refresh", endpoint, 0))
    threads = [threading.Thread(target=keeper.token) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert is_asked.wait(60)
    child = os.fork()
    if child == 0:
        token = keeper.token()
        os._exit(0 if token.access_token == f"by-{os.getpid()}" else 1)
    is_open.set()  # the lock is the parent's until then
    assert os.waitpid(child, 0)[1] == 0
    for thread in threads:
        thread.join()
    assert keeper.token().access_token == f"by-{parent}"
    keeper.forget()


INTERRUPTED = """
import os, signal, sys, threading
from pathlib import Path
from flyte_nb.auth.credentials import Credentials
from flyte_nb.auth.tokens.keeper import TokenKeeper
from flyte_nb.auth.stores import FileStore
is_open = threading.Event()
def refresh(old):
    os.kill(os.getpid(), signal.SIGINT)
    assert is_open.wait(60)
    return Credentials("access-1", "refresh-1", expires_in=3600)
keeper = TokenKeeper("flyte.example.com", refresh, FileStore(Path(sys.argv[1])))
try:
    keeper.token()
except KeyboardInterrupt:
    print("interrupted")
is_open.set()
print(keeper.token().access_token)
"""


def test_an_interrupt_loses_no_answer_and_leaves_no_lock(folder):
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, folder], capture_output=True, text=True, check=False
    )
    assert done.stdout == "interrupted\naccess-1\n", done.stderr
    assert FileStore(folder).retrieve(ENDPOINT).refresh_token == "refresh-1"
    lock = turn._locked(f"tokens {ENDPOINT}", 0)
    assert lock is not None
    lock.release()


ENDS = """
import sys, threading, time
from pathlib import Path
from flyte_nb.auth.credentials import Credentials
from flyte_nb.auth.tokens.keeper import TokenKeeper
from flyte_nb.auth.stores import FileStore
begun = threading.Event()
def refresh(old):
    begun.set()
    time.sleep(0.5)
    return Credentials("access-1", "refresh-1", expires_in=3600)
store = FileStore(Path(sys.argv[1]))
keeper = TokenKeeper("flyte.example.com", refresh, store, quiet_s=0)
keeper.put(Credentials("access-0", "refresh-0", expires_in=3600, expires_at=store.retrieve(
    "flyte.example.com").expires_at.replace(year=9999)))
keeper._clock = lambda: keeper._held.due
keeper.token()
begun.wait()
"""


def test_an_interpreter_that_ends_loses_no_answer(folder):
    subprocess.run([sys.executable, "-c", ENDS, folder], check=True)
    assert FileStore(folder).retrieve(ENDPOINT).refresh_token == "refresh-1"


def test_locks_are_for_their_user_alone(folder, url, home):
    TokenKeeper(ENDPOINT, keep_tokens.asking(url), FileStore(folder)).token()
    locks = Path(home, ".flyte/flyte-nb/locks")
    assert locks.stat().st_mode & 0o077 == 0
    assert [lock.stat().st_mode & 0o777 for lock in locks.iterdir()] == [0o600]
