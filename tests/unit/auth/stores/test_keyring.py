"""The system's keyring, in every mood."""

import json
import logging
import os
import subprocess
import sys
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path

import pytest
from fake_keyrings import Asking, Cutting, Dying, Failing, Losing, Memory, Small
from keyring.backends import chainer, fail, null
from keyring.errors import InitError, KeyringLocked, NoKeyringError

from flyte_nb.auth.credentials import Credentials
from flyte_nb.auth.stores import KeyringStore, SystemKeyringStore
from flyte_nb.errors import TokenStoreError
from flyte_nb.testing.token_store import LARGE, make_credentials

ENDPOINT = "flyte.example.com"
KINDS = ("access-", "refresh-", "id-")


def everything_shown(error):
    """What any tool shows of an error: its chain, and the variables of its frames."""
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "".join(shown.format()) + repr(error) + str(vars(error))


def refused(act):
    """The error that *act* raises, which shows no token and hides no other one."""
    with pytest.raises(TokenStoreError) as caught:
        act()
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    # The frames of the test have the tokens themselves.
    while "tests" in Path(error.__traceback__.tb_frame.f_code.co_filename).parts:
        error.__traceback__ = error.__traceback__.tb_next
    assert not any(kind in everything_shown(error) for kind in KINDS)
    return error


class OfDbusError(Exception):
    pass


@pytest.mark.parametrize("verb", ["get", "set", "delete"])
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (KeyringLocked, "it is locked"),
        (InitError, "InitError"),
        (OfDbusError, "OfDbusError"),
        (lambda text: OSError(5, text), "OSError"),
        (RuntimeError, "RuntimeError"),
        (KeyboardInterrupt, "KeyboardInterrupt"),
        (SystemExit, "SystemExit"),
    ],
)
def test_whatever_it_raises_is_one_sentence(use_keyring, caplog, verb, make, reason):
    caplog.set_level(logging.DEBUG)
    backend = use_keyring(Failing(make, [verb]))
    backend.fails = False
    store = SystemKeyringStore()
    store.store(make_credentials(ENDPOINT))
    backend.fails = True
    acts = {
        "get": lambda: store.retrieve(ENDPOINT),
        "set": lambda: store.store(make_credentials(ENDPOINT, 1)),
        "delete": lambda: store.delete(ENDPOINT),
    }
    verbs = {"get": "read", "set": "keep", "delete": "delete"}
    error = refused(acts[verb])
    expected = f"the keyring cannot {verbs[verb]} the login for {ENDPOINT}: {reason}"
    assert error.args[0] == expected
    assert "credentials.tokenStore" in error.hint
    assert not any(kind in caplog.text for kind in KINDS)


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring, chainer.ChainerBackend])
def test_where_there_is_none_our_store_says_so_and_flytekits_name_keeps_nothing(
    use_keyring, monkeypatch, backend
):
    monkeypatch.setattr(chainer.ChainerBackend, "backends", ())
    use_keyring(backend())
    mine = make_credentials(ENDPOINT)
    store = SystemKeyringStore()
    assert "no keyring" in refused(lambda: store.store(mine)).args[0]
    assert "no keyring" in refused(lambda: store.retrieve(ENDPOINT)).args[0]
    store.delete(ENDPOINT)
    assert KeyringStore.store(mine) is mine
    assert KeyringStore.retrieve(ENDPOINT) is None
    assert KeyringStore.delete(ENDPOINT) is None


def test_one_that_says_only_when_asked_that_it_is_none(use_keyring):
    use_keyring(Failing(NoKeyringError))
    assert KeyringStore.retrieve(ENDPOINT) is None


def test_a_backend_that_cannot_be_loaded(home):
    code = (
        "from flyte_nb.auth.stores import SystemKeyringStore, KeyringStore\n"
        "assert KeyringStore.retrieve('x') is None\n"
        "SystemKeyringStore().retrieve('x')"
    )
    environ = {**os.environ, "PYTHON_KEYRING_BACKEND": "no.such.Keyring", "HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=False
    )
    assert "the keyring cannot be used: ModuleNotFoundError, so it cannot read" in done.stderr


def test_flytekits_verbs_are_functions_of_the_class(use_keyring):
    use_keyring(Memory())
    mine = make_credentials(ENDPOINT)
    assert KeyringStore.store(mine) is mine
    assert KeyringStore.retrieve(ENDPOINT) == mine
    KeyringStore.delete(ENDPOINT)
    assert KeyringStore.retrieve(ENDPOINT) is None


def test_one_item_for_an_endpoint(use_keyring):
    backend = use_keyring(Memory())
    SystemKeyringStore().store(make_credentials(ENDPOINT, size=LARGE))
    assert list(backend.items) == [(ENDPOINT, "flyte-nb")]


@pytest.mark.parametrize("kind", [Losing, Cutting])
def test_values_that_are_lost_are_missed(use_keyring, kind):
    backend = use_keyring(kind())
    store = SystemKeyringStore()
    mine = make_credentials(ENDPOINT, size=LARGE)
    if kind is Cutting:  # in parts nothing is cut
        store.store(mine)
        assert store.retrieve(ENDPOINT) == mine
        assert len(backend.items) > 1
        return
    assert "does not keep what it is given" in refused(lambda: store.store(mine)).args[0]


def test_parts_that_are_gone_are_missed(use_keyring):
    backend = use_keyring(Small())
    store = SystemKeyringStore()
    store.store(make_credentials(ENDPOINT, size=LARGE))
    del backend.items[ENDPOINT, "flyte-nb/a/3"]
    assert "some of it is gone" in refused(lambda: store.retrieve(ENDPOINT)).args[0]
    store.store(mine := make_credentials(ENDPOINT, 1, LARGE))
    assert store.retrieve(ENDPOINT) == mine


@pytest.mark.parametrize("text", ["", "x", "{}", "[1]", '{"in_parts": 3}', '{"version": 2}', "1"])
def test_what_is_damaged_is_told_and_replaced_by_the_next_login(use_keyring, text):
    backend = use_keyring(Memory())
    backend.items[ENDPOINT, "flyte-nb"] = text
    store = SystemKeyringStore()
    assert "it is damaged" in refused(lambda: store.retrieve(ENDPOINT)).args[0]
    assert backend.items == {(ENDPOINT, "flyte-nb"): text}
    store.store(mine := make_credentials(ENDPOINT))
    assert store.retrieve(ENDPOINT) == mine


def test_another_endpoints_login_is_none(use_keyring):
    backend = use_keyring(Memory())
    store = SystemKeyringStore()
    store.store(make_credentials(ENDPOINT))
    backend.items["other", "flyte-nb"] = backend.items[ENDPOINT, "flyte-nb"]
    refused(lambda: store.retrieve("other"))


@pytest.mark.parametrize("size", [40, LARGE])
@pytest.mark.parametrize("with_flytekit", [False, True])
def test_whenever_it_dies_there_is_the_old_login_or_the_new(use_keyring, size, with_flytekit):
    old, new = make_credentials(ENDPOINT, 1, LARGE), make_credentials(ENDPOINT, 2, size)
    store = SystemKeyringStore()
    seen = set()
    for after in range(1000):
        backend = use_keyring(Small())
        if with_flytekit:
            backend.items[ENDPOINT, "access_token"] = "theirs"
            backend.items[ENDPOINT, "refresh_token"] = "theirs too"
        store.store(old)
        use_keyring(dying := Dying(backend.items, after))
        with suppress(TokenStoreError):  # where it died before it was done with ours
            store.store(new)
        use_keyring(backend)
        found = store.retrieve(ENDPOINT)
        seen.add(found == new)
        assert found in ((old, new) if dying.is_dead else (new,))
        store.store(new)  # nothing is left behind of what has died
        left = dict(backend.items)
        store.delete(ENDPOINT)
        assert not backend.items
        store.store(new)
        expected = {k for k in left if k[1] not in {"access_token", "refresh_token", "id_token"}}
        assert len(backend.items) == len(expected)
        if not dying.is_dead:
            assert seen == {False, True}
            return
    raise AssertionError("it never came to its end")


def test_whenever_it_dies_deleting_it_can_be_deleted_again(use_keyring):
    store = SystemKeyringStore()
    for after in range(1000):
        backend = use_keyring(Small())
        store.store(make_credentials(ENDPOINT, 1, LARGE))
        use_keyring(dying := Dying(backend.items, after))
        try:
            store.delete(ENDPOINT)
        except TokenStoreError:
            use_keyring(backend)
            store.delete(ENDPOINT)
        assert not backend.items
        if not dying.is_dead:
            return
    raise AssertionError("it never came to its end")


def test_one_that_waits_for_the_user_is_given_up(use_keyring):
    backend = use_keyring(Asking())
    store = SystemKeyringStore(limit_s=0.1)
    reason = refused(lambda: store.store(make_credentials(ENDPOINT))).args[0]
    assert reason.endswith("no answer within 0.1 s, it may be waiting for its password")
    patient = SystemKeyringStore(limit_s=60)  # it does not wait again
    refused(lambda: patient.retrieve(ENDPOINT))
    backend.answer.set()
    deadline = time.monotonic() + 30
    while True:  # and works once the user has answered
        try:
            assert patient.retrieve(ENDPOINT) is None
            break
        except TokenStoreError:
            assert time.monotonic() < deadline
    assert not backend.items  # the login that was given up is not written late


def test_an_interrupt_while_it_waits_is_the_users(use_keyring):
    backend = use_keyring(Asking())
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPT], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == "interrupted\n", done.stderr
    backend.answer.set()


INTERRUPT = """
import keyring, os, signal, sys, threading
sys.path.insert(0, "tests/support")
from fake_keyrings import Asking
from flyte_nb.auth.stores import SystemKeyringStore
keyring.set_keyring(backend := Asking())
def interrupt():
    backend.is_waiting.wait()
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=interrupt).start()
try:
    SystemKeyringStore(limit_s=60).retrieve("x")
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_child_does_not_wait_for_what_its_parent_asks(use_keyring):
    backend = use_keyring(Asking())
    store = SystemKeyringStore(limit_s=60)
    thread = threading.Thread(target=store.retrieve, args=(ENDPOINT,))
    thread.start()
    backend.is_waiting.wait()
    child = os.fork()
    if child == 0:
        backend.answer.set()
        os._exit(0 if store.retrieve(ENDPOINT) is None else 1)
    assert os.waitpid(child, 0)[1] == 0
    backend.answer.set()
    thread.join()


def test_where_tokens_are_kept(use_keyring, keyrings):
    store = SystemKeyringStore()
    use_keyring(Failing())
    assert "PlaintextKeyring" not in store.describe
    use_keyring(keyrings)
    assert SystemKeyringStore().describe.startswith("the keyring (PlaintextKeyring")


@pytest.mark.usefixtures("home")
def test_the_package_is_imported_when_it_is_used():
    code = (
        "import sys; from flyte_nb.auth.stores import choose_store\n"
        "from flyte_nb.auth.tokens.keeper import TokenKeeper\n"
        "TokenKeeper('x', None); assert 'keyring' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_plain_item_is_json_in_ascii(use_keyring):
    backend = use_keyring(Memory())
    SystemKeyringStore().store(Credentials("ä😀", for_endpoint=ENDPOINT))
    text = backend.items[ENDPOINT, "flyte-nb"]
    assert text.isascii()
    assert json.loads(text)["access_token"] == "ä😀"
