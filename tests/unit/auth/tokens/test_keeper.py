"""Tokens that are kept good: when they are renewed, and what happens when they are not."""

import itertools
import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from flyte_nb.auth.credentials import Credentials
from flyte_nb.auth.stores import FileStore, MemoryStore
from flyte_nb.auth.stores.base import TokenStore
from flyte_nb.auth.tokens.keeper import TokenKeeper
from flyte_nb.errors import AccessTokenNotFoundError, AuthenticationError, TokenStoreError

START = 1_900_000_000.0
LIFE_S = 3600


class Server:
    """An identity provider that gives a new refresh token each time and takes each once."""

    def __init__(self, endpoint, clock):
        self.endpoint = endpoint
        self.clock = clock
        self.numbers = itertools.count(1)
        self.good = set()
        self.asked = []
        self.error = None
        self.life_s = LIFE_S
        self.is_open = threading.Event()
        self.is_open.set()
        self.is_asked = threading.Event()

    def log_in(self):
        number = next(self.numbers)
        self.good.add(f"refresh-{number}")
        return Credentials(
            f"access-{number}",
            f"refresh-{number}",
            self.endpoint,
            self.life_s,
            f"id-{number}",
            expires_at=datetime.fromtimestamp(self.clock(), timezone.utc)
            + timedelta(seconds=self.life_s),
            scopes=("all",),
        )

    def __call__(self, old):
        self.asked.append(old.refresh_token)
        self.is_asked.set()
        assert self.is_open.wait(60)
        if self.error is not None:
            raise self.error
        if old.refresh_token not in self.good:
            raise AccessTokenNotFoundError("the server says invalid_grant", error="invalid_grant")
        self.good.remove(old.refresh_token)
        return self.log_in()


@pytest.fixture
def clock(home, clock):  # noqa: ARG001 - the locks are below it
    clock.now = START
    return clock


@pytest.fixture
def endpoint(request):
    yield request.node.name
    MemoryStore().delete(request.node.name)


@pytest.fixture
def server(endpoint, clock):
    return Server(endpoint, clock)


@pytest.fixture
def new_keeper(endpoint, server, clock):
    def new(store=None, refresh=server, **options):
        store = MemoryStore() if store is None else store
        options = {"clock": clock, "quiet_s": 0.0, **options}
        return TokenKeeper(endpoint, refresh, store, **options)

    return new


@pytest.fixture
def keeper(new_keeper, server):
    keeper = new_keeper()
    keeper.put(server.log_in())
    return keeper


def settled(keeper):
    """Wait for what goes on in the background."""
    while keeper._renewals._going_on:
        time.sleep(0.001)
    return keeper


def test_nobody_is_logged_in(new_keeper, server):
    keeper = new_keeper()
    assert keeper.token() is None
    assert keeper.current() is None
    with pytest.raises(AccessTokenNotFoundError, match="nobody is logged in"):
        keeper.renewed(server.log_in())
    assert server.asked == []


def test_a_login_is_handed_out_and_kept(new_keeper, server, endpoint):
    mine = replace(server.log_in(), for_endpoint="another spelling")
    keeper = new_keeper()
    assert keeper.put(mine) == replace(mine, for_endpoint=endpoint)
    assert keeper.token() is keeper.current()
    assert new_keeper().token() == keeper.token()
    assert new_keeper().current() == keeper.token()
    assert server.asked == []


def test_a_login_that_comes_later_from_elsewhere_is_found(new_keeper, server):
    keeper = new_keeper()
    assert keeper.token() is None
    MemoryStore().store(mine := server.log_in())
    assert keeper.token() == mine
    patient = new_keeper(quiet_s=1e6)
    patient.forget()
    MemoryStore().store(mine)
    assert patient.token() is None  # it looks now and then, not at each call


@pytest.mark.parametrize(("life_s", "ahead_s"), [(3600, 60), (600, 60), (100, 10), (10, 1)])
def test_it_is_renewed_ahead_in_the_background(new_keeper, server, clock, life_s, ahead_s):
    server.life_s = life_s
    keeper = new_keeper()
    old = keeper.put(server.log_in())
    clock.now = START + life_s - ahead_s - 0.01
    assert keeper.token() is old
    assert server.asked == []
    clock.now += 0.02
    server.is_open.clear()
    assert [keeper.token() for _ in range(5)] == [old] * 5  # nobody waits
    server.is_open.set()
    assert settled(keeper).token().access_token == "access-2"
    assert server.asked == ["refresh-1"]


def test_an_expired_one_is_waited_for(keeper, server, clock):
    clock.now += LIFE_S
    new = keeper.token()
    assert new.access_token == "access-2"
    assert new.expires_at.timestamp() == clock.now + LIFE_S
    assert keeper.token() is new
    assert server.asked == ["refresh-1"]


def test_new_tokens_are_in_the_store_before_anybody_has_them(new_keeper, server, clock):
    class Slow(MemoryStore):
        def store(self, credentials):
            seen.append((credentials, keeper._held.credentials))
            return super().store(credentials)

    seen = []
    keeper = new_keeper(Slow())
    first = keeper.put(server.log_in())
    clock.now += LIFE_S
    assert seen == [(first, None), (keeper.token(), first)]


def test_what_the_server_does_not_replace_stays(new_keeper, server, clock, endpoint):
    keeper = new_keeper(refresh=lambda _: Credentials("access-x", expires_in=10))
    old = keeper.put(server.log_in())
    clock.now += LIFE_S
    new = keeper.token()
    expected = ("access-x", old.refresh_token, old.id_token, old.scopes, endpoint)
    found = (new.access_token, new.refresh_token, new.id_token, new.scopes, new.for_endpoint)
    assert found == expected
    assert new_keeper().current() == new


def test_one_without_an_end_is_used_until_it_is_refused(new_keeper, server, clock):
    keeper = new_keeper()
    old = keeper.put(replace(server.log_in(), expires_in=None, expires_at=None))
    clock.now += 1e9
    assert keeper.token() is old
    assert keeper.renewed(old).access_token == "access-2"


def test_a_good_one_is_renewed_where_that_is_asked_for(keeper, server):
    first = keeper.token()
    assert keeper.renew() == keeper.token() != first
    assert len(server.asked) == 1


def test_a_good_one_that_cannot_be_renewed_stays_good(keeper, server):
    first = keeper.token()
    server.error = AuthenticationError("the server is away", status=503)
    with pytest.raises(AuthenticationError, match="away"):
        keeper.renew()
    assert keeper.token() == first
    server.error = None
    assert keeper.renew() != first


def test_nobodys_tokens_are_not_renewed(new_keeper, server):
    assert new_keeper().renew() is None
    assert server.asked == []


def test_a_refused_one_is_renewed_once(keeper, server):
    old = keeper.token()
    new = keeper.renewed(old)
    assert new.access_token == "access-2"
    assert keeper.renewed(old) is new  # another call that carried it
    assert keeper.token() is new
    assert server.asked == ["refresh-1"]


@pytest.mark.parametrize("error", [AuthenticationError("no answer"), OSError("refresh-1")])
def test_while_the_server_fails_a_good_token_is_used_and_none_is_lost(
    new_keeper, server, clock, error
):
    keeper = new_keeper(quiet_s=1e6)
    old = keeper.put(server.log_in())
    server.error = error
    clock.now += LIFE_S - 1
    for _ in range(5):
        assert keeper.token() is old
        settled(keeper)
    assert len(server.asked) == 1  # not at each call
    clock.now += 2
    reason = "no answer" if isinstance(error, AuthenticationError) else "OSError"
    for _ in range(5):
        with pytest.raises(AuthenticationError, match=reason) as caught:
            keeper.token()
        assert not isinstance(caught.value, AccessTokenNotFoundError)
    assert len(server.asked) == 1
    assert keeper.current() is old
    assert new_keeper().current() == old
    server.error = None
    assert new_keeper().token().access_token == "access-2"


@pytest.mark.parametrize("error", [AuthenticationError("no answer"), None])
def test_a_thread_that_comes_too_late_asks_for_nothing(new_keeper, server, clock, error):
    keeper = new_keeper(quiet_s=1e6)
    old = keeper.put(server.log_in())
    seen = keeper._held  # as it found things before it was held up
    server.error = error
    clock.now += LIFE_S
    for _ in range(3):
        renewal = keeper._renewal(seen, old, is_refused=False)
        assert renewal.wait(60)
        assert type(renewal.error) is type(error)
    assert len(server.asked) == 1


def test_it_works_again_as_soon_as_the_server_does(keeper, server, clock):
    server.error = AuthenticationError("no answer")
    clock.now += LIFE_S
    for _ in range(2):
        with pytest.raises(AuthenticationError, match="no answer"):
            keeper.token()
    server.error = None
    assert keeper.token().access_token == "access-2"


def test_a_refused_one_is_not_handed_out_while_the_server_fails(keeper, server):
    server.error = AuthenticationError("no answer")
    for _ in range(2):
        with pytest.raises(AuthenticationError, match="no answer"):
            keeper.renewed(keeper.current())
        with pytest.raises(AuthenticationError, match="no answer"):
            keeper.token()


def test_a_refused_one_is_not_handed_out_for_an_older_one(keeper, server):
    first = keeper.current()
    second = keeper.renewed(first)
    server.error = AuthenticationError("no answer")
    for rejected in (second, first):
        with pytest.raises(AuthenticationError, match="no answer"):
            keeper.renewed(rejected)


def test_an_ended_login_says_so_and_is_asked_for_once(keeper, server, clock, new_keeper):
    server.good.clear()
    clock.now += LIFE_S
    with pytest.raises(AccessTokenNotFoundError) as caught:
        keeper.token()
    assert "has ended: the server says invalid_grant" in caught.value.args[0]
    assert caught.value.hint == "log in again: %flyte_login"
    assert caught.value.error == "invalid_grant"
    assert new_keeper().current().refresh_token is None
    for again in (keeper, new_keeper()):
        for _ in range(3):
            with pytest.raises(AccessTokenNotFoundError, match="has ended"):
                again.token()
    assert server.asked.count("refresh-1") == 1
    mine = keeper.put(server.log_in())
    assert keeper.token() is mine


def test_an_ended_login_is_good_until_its_token_ends(keeper, server, clock):
    server.good.clear()
    clock.now += LIFE_S - 1
    for _ in range(3):
        assert keeper.token().access_token == "access-1"
        settled(keeper)
    assert server.asked == ["refresh-1"]
    clock.now += 2
    with pytest.raises(AccessTokenNotFoundError):
        keeper.token()


def test_an_ended_login_that_is_refused_is_not_handed_out(keeper, server):
    server.good.clear()
    old = keeper.token()
    with pytest.raises(AccessTokenNotFoundError):
        keeper.renewed(old)
    with pytest.raises(AccessTokenNotFoundError):
        keeper.token()


def test_a_lost_answer_keeps_the_tokens(keeper, server, clock):
    def lose(old):
        server(old)
        raise AuthenticationError("the connection broke off")

    keeper._renewer._refresh = lose
    old = keeper.current()
    clock.now += LIFE_S - 1
    assert keeper.token() is old
    settled(keeper)._renewer._refresh = server
    assert settled(keeper).token().access_token == "access-1"  # good for a second
    clock.now += 2
    with pytest.raises(AccessTokenNotFoundError):
        keeper.token()


def test_tokens_that_another_process_has_renewed_are_taken(keeper, server, clock, new_keeper):
    other = new_keeper()
    clock.now += LIFE_S
    theirs = other.token()
    assert keeper.token() == theirs
    assert server.asked == ["refresh-1"]


def test_tokens_that_come_while_ours_are_refused_are_taken(keeper, server, clock):
    def beaten(old):
        """Flytekit, which takes no lock, is faster."""
        if server.good == {"refresh-1"}:
            MemoryStore().store(server(old))
        return server(old)

    keeper._renewer._refresh = beaten
    clock.now += LIFE_S
    assert keeper.token().access_token == "access-2"
    assert server.asked == ["refresh-1", "refresh-1"]


def test_tokens_there_that_have_ended_too_are_renewed(keeper, server, clock):
    MemoryStore().store(server.log_in())
    clock.now += LIFE_S
    assert keeper.token().access_token == "access-3"
    assert server.asked == ["refresh-2"]


def test_old_tokens_that_come_back_do_no_harm(keeper, server, clock):
    MemoryStore().store(Credentials("restored", "from a backup", keeper._endpoint, 0))
    clock.now += LIFE_S
    assert keeper.token().access_token == "access-2"
    assert server.asked == ["from a backup", "refresh-1"]


class Fragile(TokenStore):
    """Can be read, and written only while it works."""

    name = describe = "fragile"

    def __init__(self):
        self.kept = None
        self.works = True

    def _check(self):
        if not self.works:
            raise TokenStoreError("it is full", hint="make room")

    def store(self, credentials):
        self._check()
        self.kept = credentials
        return credentials

    def retrieve(self, _endpoint):
        return self.kept

    def delete(self, _endpoint):
        self._check()
        self.kept = None


def test_tokens_that_cannot_be_written_stay_in_memory(new_keeper, server, clock):
    store = Fragile()
    keeper = new_keeper(store)
    keeper.put(server.log_in())
    assert (keeper.describe, keeper.notice) == ("fragile", "")
    store.works = False
    for number in (2, 3, 4):  # and those of the store are not taken for newer ones
        clock.now += LIFE_S
        assert keeper.token().access_token == f"access-{number}"
        assert keeper.notice == "the login is gone when this kernel ends: it is full (make room)"
        assert keeper.describe == "memory of this kernel: gone when it ends"
    store.works = True
    clock.now += LIFE_S
    assert keeper.token() == store.kept
    assert (keeper.describe, keeper.notice) == ("fragile", "")


def test_a_store_that_takes_them_late_brings_no_old_ones_back(new_keeper, server, clock):
    store = Fragile()
    keeper = new_keeper(store)
    store.works = False
    first = keeper.put(server.log_in())
    clock.now += LIFE_S
    assert keeper.token().access_token == "access-2"
    store.kept = first
    clock.now += LIFE_S
    assert keeper.token().access_token == "access-3"
    assert "refresh-1" not in server.asked[1:]


def test_a_damaged_store_is_no_login_and_says_so(new_keeper, server, tmp_path):
    store = FileStore(tmp_path / "tokens")
    store.store(server.log_in())
    for path in (tmp_path / "tokens").iterdir():
        path.write_text("x")
    keeper = new_keeper(store)
    assert keeper.token() is None
    assert "is damaged" in keeper.notice
    mine = keeper.put(server.log_in())
    assert (keeper.notice, store.retrieve(mine.for_endpoint)) == ("", mine)


def test_logging_out_forgets_here_and_there(keeper, endpoint):
    keeper.forget()
    assert keeper.token() is None
    assert MemoryStore().retrieve(endpoint) is None


def test_what_cannot_be_deleted_is_told_and_not_used(new_keeper, server):
    store = Fragile()
    keeper = new_keeper(store)
    keeper.put(server.log_in())
    store.works = False
    with pytest.raises(TokenStoreError, match="it is full"):
        keeper.forget()
    assert keeper.token() is None


def test_each_change_is_told(keeper, clock):
    seen = []
    remove = keeper.on_change(lambda: seen.append(keeper.current()))
    keeper.on_change(lambda: 1 / 0)  # which is no reason for a call to fail
    clock.now += LIFE_S
    new = keeper.token()
    keeper.forget()
    assert seen == [new, None]
    remove()
    keeper.put(new)
    assert seen == [new, None]


def test_a_listener_may_ask_and_change(keeper, server, clock):
    seen = []

    def listen():
        seen.append(keeper.token())
        if len(seen) == 1:
            keeper.put(server.log_in())

    keeper.on_change(listen)
    clock.now += LIFE_S
    keeper.token()
    assert [one.access_token for one in seen] == ["access-2", "access-3"]


def test_a_clock_that_goes_back_hands_out_no_dead_token_for_ever(keeper, clock):
    clock.now -= 1e6
    old = keeper.token()
    assert old.access_token == "access-1"
    assert keeper.renewed(old).access_token == "access-2"
    assert keeper.token().access_token == "access-2"


def test_a_clock_that_jumps_renews_once(keeper, server, clock):
    clock.now += 1e6
    assert keeper.token().access_token == "access-2"
    clock.now -= 1e6
    for _ in range(5):
        keeper.token()
        settled(keeper)
    assert len(server.asked) == 1


def test_tokens_that_end_at_once_are_not_renewed_at_each_call(new_keeper, server):
    server.life_s = 0
    keeper = new_keeper(quiet_s=1e6)
    keeper.put(server.log_in())
    for _ in range(5):
        assert keeper.token().access_token == "access-2"
    assert len(server.asked) == 1


def test_whoever_waits_has_a_deadline(new_keeper, server, clock):
    keeper = new_keeper(limit_s=0.05)
    keeper.put(server.log_in())
    clock.now += LIFE_S
    server.is_open.clear()
    with pytest.raises(AuthenticationError, match=r"no tokens for .* within 0\.05 s"):
        keeper.token()
    server.is_open.set()
    patient = new_keeper()
    assert patient.token().access_token == "access-2"  # nothing is lost
    assert server.asked == ["refresh-1"]
