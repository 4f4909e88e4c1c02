"""No token in what is shown, logged, raised or pickled."""

import copy
import logging
import pickle
import traceback
from pathlib import Path

import cloudpickle
import keyring
import pytest
import requests
from fake_keyrings import Memory
from loopback import serve

from flyte_nb.auth.credentials import Credentials
from flyte_nb.auth.stores import FileStore, MemoryStore, choose_store
from flyte_nb.auth.tokens.keeper import TokenKeeper
from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.errors import AccessTokenNotFoundError, AuthenticationError, FlyteNbError

ENDPOINT = "flyte.example.com"
TOKENS = ("access-s3cret", "refresh-s3cret", "id-s3cret", "new-s3cret")
MINE = Credentials("access-s3cret", "refresh-s3cret", ENDPOINT, 0, "id-s3cret")


def has_token(text):
    return any(token in text for token in TOKENS)


@pytest.fixture
def backend(home):  # noqa: ARG001 - where no keyring of the user's is
    before = keyring.get_keyring()
    keyring.set_keyring(Memory())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def site():
    def echo(handler):
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        return 400, {}, b"what a bad token: " + body

    with serve({"/token": echo}) as site:
        yield site


@pytest.mark.usefixtures("backend")
@pytest.mark.parametrize("kind", [AccessTokenNotFoundError, AuthenticationError, KeyError, None])
def test_errors_and_logs(site, caplog, capfd, kind):
    def refresh(old):
        with requests.Session() as session:
            answer = session.post(f"{site.url}/token", data={"token": old.refresh_token})
        raise (kind or SystemExit)(answer.text) from ValueError(answer.text)

    caplog.set_level(logging.DEBUG)
    keeper = TokenKeeper(ENDPOINT, refresh, choose_store("keyring"))
    keeper.put(MINE)
    keeper.on_change(lambda: 1 / 0)
    for act in (keeper.token, keeper.token, lambda: keeper.renewed(MINE)):
        with pytest.raises(FlyteNbError) as caught:
            act()
        error = caught.value
        assert error.__cause__ is None
        assert error.__context__ is None
        while "tests" in Path(error.__traceback__.tb_frame.f_code.co_filename).parts:
            error.__traceback__ = error.__traceback__.tb_next
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
        assert not has_token("".join(shown.format()))
        assert not has_token(f"{error} {error!r} {vars(error)} {error._render_traceback_()}")
    printed = capfd.readouterr()
    assert caplog.records
    assert not has_token(caplog.text + printed.out + printed.err)


def test_what_it_says_of_itself(home):  # noqa: ARG001
    keeper = TokenKeeper(ENDPOINT, lambda _: MINE, FileStore())
    keeper.put(MINE)
    shown = f"{keeper!r} {keeper} {keeper.describe} {keeper.notice} {keeper._held!r}"
    assert not has_token(shown + f"{vars(keeper)} {vars(keeper._kept)}")
    assert ENDPOINT in repr(keeper)


def test_tokens_are_masked_wherever_they_come_from(home):  # noqa: ARG001
    store = FileStore()
    store.store(MINE)
    new = Credentials("new-s3cret", expires_in=3600)
    keeper = TokenKeeper(ENDPOINT, lambda _: new, store)
    assert keeper.current() == MINE
    assert not has_token(LEAK_GUARD.mask(" ".join(TOKENS[:3])))
    assert keeper.token().access_token == "new-s3cret"
    assert not has_token(LEAK_GUARD.mask("new-s3cret"))


@pytest.mark.parametrize("dumps", [pickle.dumps, cloudpickle.dumps, copy.copy, copy.deepcopy])
def test_it_does_not_travel(home, dumps):  # noqa: ARG001
    keeper = TokenKeeper(ENDPOINT, lambda _: MINE, MemoryStore())
    keeper.put(MINE)
    with pytest.raises(TypeError, match="for this process alone") as caught:
        dumps(keeper)
    assert not has_token(str(caught.value))
    keeper.forget()


def test_stores_travel_without_tokens(home):  # noqa: ARG001
    for kind in ("auto", "keyring", "file", "memory"):
        store = choose_store(kind)
        store.store(MINE) if kind in {"file", "memory"} else None
        assert not has_token(pickle.dumps(store).decode("latin-1"))
    MemoryStore().delete(ENDPOINT)
