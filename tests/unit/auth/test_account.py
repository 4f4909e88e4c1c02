"""Calls that carry tokens, with a server on this machine."""

import io
import sys
import threading
import traceback
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
import requests

from flyte_nb.auth.account import Account
from flyte_nb.auth.driver.driver import Driver
from flyte_nb.auth.flows.device import device_login
from flyte_nb.auth.flows.steps import DevicePrompt
from flyte_nb.auth.identity import identity_of
from flyte_nb.auth.login.login import Login
from flyte_nb.auth.stores import FileStore, MemoryStore, SystemKeyringStore
from flyte_nb.config.mask import MASK
from flyte_nb.config.platform import PlatformConfig
from flyte_nb.errors import (
    AccessTokenNotFoundError,
    AuthenticationError,
    RemoteError,
    TokenStoreError,
)
from flyte_nb.testing import FLYTEPROPELLER, AuthServer, faults


@pytest.fixture
def server():
    with AuthServer(interval_s=0.2) as server:
        yield server


def account_at(server, **platform):
    return Account(PlatformConfig(endpoint=server.endpoint, **platform), MemoryStore())


@pytest.fixture
def account(server):
    account = account_at(server)
    yield account
    account.keeper.forget()


def log_in(server, account):
    def tell(told):
        if isinstance(told, DevicePrompt):
            server.approve(told.user_code)

    with account.plain_session() as session:
        flow = device_login(account.client(), account.platform.endpoint)
        return account.keeper.put(Driver(session, tell).run(flow))


def carried(server, path="/me"):
    """The headers of the last call."""
    return next(r for r in reversed(server.requests) if r.path == path).headers


def test_a_call_carries_the_token_in_both_headers(server, account):
    tokens = log_in(server, account)
    with account.session() as session:
        assert session.get(f"{server.endpoint}/me").json()["email"] == "ada@example.org"
    headers = carried(server)
    assert headers["Authorization"] == f"Bearer {tokens.access_token}"
    assert headers["Flyte-Authorization"] == f"Bearer {tokens.access_token}"


def test_a_call_elsewhere_carries_none(server, account):
    log_in(server, account)
    with AuthServer() as other, account.session() as session:
        session.get(f"{other.endpoint}/me")
        headers = carried(other)
    assert not {"Authorization", "Flyte-Authorization"} & set(headers)


def test_a_host_whose_name_begins_like_admins_is_another(account):
    elsewhere = account.platform.endpoint.replace("127.0.0.1", "127.0.0.1.example.com")
    request = requests.Request("GET", f"{elsewhere}/me").prepare()
    assert "Authorization" not in account.session().auth(request).headers


def test_a_token_that_is_refused_is_renewed_once(server, account):
    log_in(server, account)
    server.advance(4000)  # the server's clock, not ours
    with account.session() as session:
        answer = session.get(f"{server.endpoint}/me")
    assert answer.status_code == 200
    assert [r.status_code for r in answer.history] == [401]
    assert len(server.issued) == 2


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        ({"data": b"x"}, b"x"),
        ({"json": {"a": 1}}, b'{"a": 1}'),
        ({"data": io.BytesIO(b"a file")}, b"a file"),
    ],
)
def test_a_body_is_sent_again(server, account, body, sent):
    log_in(server, account)
    server.fault("/me", faults.answer(401))
    with account.session() as session:
        session.post(f"{server.endpoint}/me", **body)
    assert [r.body for r in server.requests if r.path == "/me"] == [sent, sent]


def test_a_refusal_that_stays_is_the_answer(server, account):
    log_in(server, account)
    server.fault("/me", faults.answer(401, {"message": "no"}), times=None)
    with account.session() as session:
        assert session.get(f"{server.endpoint}/me").status_code == 401
    assert len([r for r in server.requests if r.path == "/me"]) == 2
    assert len(server.issued) == 2


@pytest.mark.parametrize("status", [403, 500, 503])
def test_nothing_else_renews_a_token(server, account, status):
    log_in(server, account)
    server.fault("/me", faults.answer(status), times=None)
    with account.session() as session:
        session.mount("http://", requests.adapters.HTTPAdapter())
        session.get(f"{server.endpoint}/me")
    assert len(server.issued) == 1


def test_where_admin_refuses_all_one_token_is_renewed(server, account):
    log_in(server, account)
    server.fault("/me", faults.answer(401), times=None)
    with account.session() as session:
        assert {session.get(f"{server.endpoint}/me").status_code for _ in range(5)} == {401}
    assert len(server.issued) == 2


def test_where_nobody_is_logged_in(server, account):
    with account.session() as session, pytest.raises(AccessTokenNotFoundError) as caught:
        session.get(f"{server.endpoint}/me")
    assert "%flyte_login" in caught.value.hint
    assert all(r.path != "/me" for r in server.requests)


def test_a_token_that_is_renewed_no_more(server, account):
    log_in(server, account)
    server.revoke_all()
    with account.session() as session:
        with pytest.raises(AccessTokenNotFoundError, match=r"invalid_grant|nobody"):
            session.get(f"{server.endpoint}/me")
        with pytest.raises(AccessTokenNotFoundError):
            session.get(f"{server.endpoint}/me")
    assert len([r for r in server.requests if r.path == "/token"]) == 2


def test_many_threads_with_a_token_that_has_ended_renew_it_once(server, account):
    log_in(server, account)
    server.advance(4000)
    statuses = []

    def call():
        with account.session() as session:
            statuses.append(session.get(f"{server.endpoint}/me").status_code)

    threads = [threading.Thread(target=call) for _ in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 64
    assert len(server.issued) == 2


MACHINE = {
    "client_id": FLYTEPROPELLER.client_id,
    "client_credentials_secret": FLYTEPROPELLER.secret,
    "auth_mode": "ClientSecret",
    "scopes": ["all"],
}


def test_a_machine_logs_in_by_itself_and_again(server):
    account = account_at(server, **MACHINE)
    with account.session() as session:
        assert session.get(f"{server.endpoint}/me").status_code == 200
        server.advance(4000)
        assert session.get(f"{server.endpoint}/me").status_code == 200
    assert [token.client_id for token in server.issued] == [FLYTEPROPELLER.client_id] * 2
    account.keeper.forget()


def test_a_machine_does_not_take_a_users_token_nor_leave_its_own(server, account):
    mine = log_in(server, account)
    machine = account_at(server, **MACHINE)
    assert machine.token().access_token != mine.access_token
    assert account.token() == mine
    assert MemoryStore().retrieve(server.endpoint) == mine
    machine.keeper.forget()
    assert account.token() == mine


def program(tmp_path, text):
    """A program that prints *text*, and counts how often it was run."""
    count = tmp_path / "count"
    code = f"open({str(count)!r}, 'a').write('x'); print({text!r} + open({str(count)!r}).read())"
    return count, [sys.executable, "-c", code]


def test_the_token_of_a_program(server, tmp_path):
    count, command = program(tmp_path, "token-")
    server.change(login_required=False)  # it knows no such token
    account = account_at(server, command=command, auth_mode="ExternalCommand")
    with account.session() as session:
        for _ in range(3):
            session.get(f"{server.endpoint}/api/v1/version")
    assert carried(server, "/api/v1/version")["Authorization"] == "Bearer token-x"
    assert count.read_text() == "x"
    account.keeper.forget()


def test_a_proxy_in_front(server, tmp_path):
    count, command = program(tmp_path, "proxy-")
    account = account_at(server, proxy_command=command)
    log_in(server, account)
    assert carried(server, "/config/v1/flyte_client")["Proxy-Authorization"] == "Bearer proxy-x"
    with account.session() as session:
        session.get(f"{server.endpoint}/me")
        headers = carried(server)
        assert headers["Proxy-Authorization"] == "Bearer proxy-x"
        assert headers["Authorization"] != headers["Proxy-Authorization"]
        server.fault("/me", faults.answer(407), times=1)
        session.get(f"{server.endpoint}/me")
    assert carried(server)["Proxy-Authorization"] == "Bearer proxy-xx"
    assert count.read_text() == "xx"


def test_a_proxy_whose_program_fails(server):
    command = [sys.executable, "-c", "import sys; sys.exit('no ticket')"]
    account = account_at(server, proxy_command=command)
    with pytest.raises(RemoteError, match="ended with 1: no ticket"):
        account.client()


def test_who_is_logged_in(server, account):
    log_in(server, account)
    seen = identity_of(account)
    assert (seen.is_logged_in, str(seen.user)) == (True, "Ada (ada@example.org)")
    assert "then renewed by itself" in repr(seen)
    assert seen.store


def test_nobody_is_logged_in(account):
    seen = identity_of(account)
    assert not seen.is_logged_in
    assert "%flyte_login" in repr(seen)


def test_admin_that_wants_no_login(server, account):
    server.change(login_required=False)
    assert identity_of(account).is_open
    assert account.token() is None


def test_logging_out_gives_the_tokens_back(server, account):
    tokens = log_in(server, account)
    assert account.log_out() == ""
    assert tokens.access_token in {token.access_token for token in server.revoked}
    assert account.keeper.current() is None
    with account.session() as session, pytest.raises(AccessTokenNotFoundError):
        session.get(f"{server.endpoint}/me")


def test_logging_out_gives_the_tokens_back_also_where_they_cannot_be_deleted(server):
    class Locked(MemoryStore):
        def delete(self, endpoint):
            raise TokenStoreError(f"the keyring is locked: {endpoint}")

    store = Locked(is_shared=False)
    account = Account(PlatformConfig(endpoint=server.endpoint), store)
    log_in(server, account)
    with pytest.raises(TokenStoreError, match="locked"):
        account.log_out()
    assert len(server.revoked) == 1
    assert account.keeper.current() is None


def test_a_machine_at_an_admin_that_wants_no_login(server):
    server.change(login_required=False)
    account = account_at(server, **MACHINE)
    with account.session() as session:
        assert session.get(f"{server.endpoint}/api/v1/version").ok
    assert identity_of(account).is_open
    assert Login(account).wait(20).now.is_open


def test_another_program_prints_another_token(server):
    def with_token(token):
        program = [sys.executable, "-c", f"print('{token * 10}')"]
        return account_at(server, auth_mode="ExternalCommand", command=program)

    assert with_token("alice").token().access_token == "alice" * 10
    assert with_token("bob").token().access_token == "bob" * 10


def test_logging_out_where_the_server_is_away(server, account):
    log_in(server, account)
    server.fault("/revoke", faults.hang_up(), times=None)
    assert "may still take the token" in account.log_out()
    assert account.keeper.current() is None


def test_logging_out_where_the_server_takes_nothing_back(server):
    server.change(revocation=False)
    account = account_at(server)
    log_in(server, account)
    assert account.log_out() == ""
    assert account.keeper.current() is None


def test_nothing_of_a_token_is_in_a_repr(server, account):
    tokens = log_in(server, account)
    with account.session() as session:
        text = "".join(map(repr, (account, session, session.auth, account.keeper, tokens)))
        text += repr(vars(session.auth)) + repr(vars(account))
    assert tokens.access_token not in text
    assert tokens.refresh_token not in text


def test_nothing_of_a_token_is_in_what_a_call_shows(server, account):
    tokens = log_in(server, account)
    with account.session() as session:
        sent = session.get(f"{server.endpoint}/me").request
        shown = repr(sent.headers) + repr(dict(sent.headers)) + repr(list(sent.headers.values()))
    assert sent.headers["Authorization"] == f"Bearer {tokens.access_token}"
    assert shown.count(f"Bearer {MASK}") == 6
    assert tokens.access_token not in shown


def test_a_machine_whose_secret_is_wrong(server):
    account = account_at(server, **{**MACHINE, "client_credentials_secret": "wrong"})
    with account.session() as session, pytest.raises(AuthenticationError, match="invalid_client"):
        session.get(f"{server.endpoint}/me")


def test_logging_out_where_nobody_can_be_asked(server, account):
    log_in(server, account)
    again = account_at(server)  # as a process that has not asked admin so far
    server.stop()
    assert "may still take the token" in again.log_out()
    assert MemoryStore().retrieve(server.endpoint) is None
    server.start()


def test_many_threads_of_a_machine_log_in_once(server):
    account = account_at(server, **MACHINE)
    threads = [threading.Thread(target=account.token) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.issued) == 1
    account.keeper.forget()


def test_a_refusal_by_a_proxy_does_not_log_out(server, tmp_path):
    server.change(refresh_tokens=False)
    count, command = program(tmp_path, "proxy-")
    account = account_at(server, proxy_command=command)
    tokens = log_in(server, account)
    server.fault("/me", faults.answer(401))
    with account.session() as session:
        assert session.get(f"{server.endpoint}/me").status_code == 200
    assert count.read_text() == "xx"
    assert account.keeper.current() == tokens


def test_a_kept_token_that_no_header_can_carry(server, account):
    tokens = log_in(server, account)
    account.keeper.put(replace(tokens, access_token="secret\nX-Evil: 1"))
    with account.session() as session, pytest.raises(AccessTokenNotFoundError) as caught:
        session.get(f"{server.endpoint}/me")
    assert "Evil" not in str(caught.value)


def fresh(account, store):
    """The account as another kernel finds it."""
    return Account(account.platform, store)


@pytest.fixture
def kept(home, account, tmp_path):  # noqa: ARG001 - what is said of logouts is below it
    """What makes a kernel whose tokens are in files."""
    store = FileStore(tmp_path / "tokens")
    return lambda: fresh(account, store)


def ended(tokens):
    return replace(tokens, expires_at=datetime.now(timezone.utc) - timedelta(hours=1))


def test_a_token_that_a_fresh_kernel_finds_and_admin_refuses_is_renewed(server, kept):
    log_in(server, kept())
    server.advance(4000)  # the server's clock, not ours
    kernel = kept()
    assert kernel.keeper.token() is not None  # found a moment ago, and not renewed
    with kernel.session() as session:
        assert session.get(f"{server.endpoint}/me").status_code == 200
    assert len(server.issued) == 2


def test_admin_that_cannot_be_found_for_a_moment_ends_no_login(server, kept):
    first = kept()
    first.keeper.put(ended(log_in(server, first)))
    server.fault("/.well-known/oauth-authorization-server", faults.answer(404), times=2)
    kernel = kept()
    with kernel.session() as session:
        session.get(f"{server.endpoint}/me")
    assert kept().keeper.current().refresh_token
    server.clear_faults()
    assert kernel.keeper.renew() is not None
    first.keeper.put(ended(kernel.keeper.current()))
    kernel = kept()
    with kernel.session() as session:
        assert session.get(f"{server.endpoint}/me").status_code == 200
    assert len(server.device_logins) == 1


def test_admin_that_wants_no_login_any_more_and_tokens_that_have_ended(server, kept):
    first = kept()
    first.keeper.put(replace(ended(log_in(server, first)), refresh_token=None))
    server.change(login_required=False)
    kernel = kept()
    assert Login(kernel).wait(20).now.is_open
    assert kernel.token() is None
    assert identity_of(kernel).is_open


def test_admin_that_wants_no_login_any_more_while_a_kernel_runs(server, kept):
    kernel = kept()
    kernel.keeper.put(ended(log_in(server, kernel)))
    server.change(login_required=False)
    server.fault("/token", faults.answer(404), times=None)
    assert Login(kernel).wait(20).now.is_open
    assert identity_of(kernel).is_open


def test_a_login_asks_admin_once_how(server, account):
    login = Login(account, why_no_browser=lambda: "this is a test")
    login.wait_for_steps(20)
    login.cancel()
    asked = [r for r in server.requests if r.path == "/.well-known/oauth-authorization-server"]
    assert len(asked) == 1


def test_a_logout_is_for_all_kernels(server, kept):
    server.change(revocation=False)
    log_in(server, kept())
    here, there = kept(), kept()
    assert here.token() == there.token()
    here.log_out()
    assert there.keeper.renew() is None
    with pytest.raises(AccessTokenNotFoundError, match="nobody is logged in") as caught:
        there.token()
    assert "%flyte_login" in caught.value.hint
    assert [kernel.keeper.current() for kernel in (here, there, kept())] == [None] * 3
    log_in(server, here)
    assert kept().token() == here.token()
    assert here.keeper.renew() is not None


def test_a_logout_leaves_tokens_alone_that_only_another_kernel_has(server, home):  # noqa: ARG001
    here, there = (
        Account(PlatformConfig(endpoint=server.endpoint), MemoryStore(is_shared=False))
        for _ in range(2)
    )
    for kernel in (here, there):
        log_in(server, kernel)
    here.log_out()
    assert there.keeper.renew() is not None


def test_a_logout_leaves_tokens_alone_that_another_store_has(server, kept, keyrings):  # noqa: ARG001
    here = kept()
    there = fresh(here, SystemKeyringStore())
    for kernel in (here, there):
        log_in(server, kernel)
    here.log_out()
    assert there.keeper.renew() is not None


def test_a_login_that_is_cancelled_logs_no_other_kernel_out(server, kept, tmp_path):
    tokens = log_in(server, kept())
    here, there = kept(), kept()
    assert there.token() == tokens
    FileStore(tmp_path / "tokens").delete(server.endpoint)  # lost: nobody has logged out
    here.keeper.offer(tokens, lambda: False)
    assert there.keeper.renew() is not None


def test_nor_does_it_bring_back_who_was_logged_out(server, kept):
    server.change(revocation=False)
    tokens = log_in(server, kept())
    here, there = kept(), kept()
    assert there.token() == tokens
    here.log_out()
    there.keeper.offer(replace(tokens, access_token="another"), lambda: False)
    assert [kernel.keeper.renew() for kernel in (here, there, kept())] == [None] * 3


def test_what_cannot_be_read_of_logouts_logs_nobody_out(server, kept, home):
    here = kept()
    log_in(server, here)
    here.log_out()
    log_in(server, here)
    folder = home / ".flyte/flyte-nb/logouts"
    folder.rename(away := folder.with_name("away"))
    assert here.keeper.renew() is not None
    away.rename(folder)
    assert here.keeper.renew() is not None


def test_tokens_from_before_a_logout_are_not_tried_where_later_ones_have_ended(server, kept):
    server.change(revocation=False)
    tokens = log_in(server, kept())
    here, there = kept(), kept()
    assert there.token() == tokens
    here.log_out()
    here.keeper.put(ended(replace(tokens, access_token="later", refresh_token="ended")))
    with pytest.raises(AccessTokenNotFoundError, match="invalid_grant"):
        there.keeper.renew()
    assert len(server.issued) == 1


def test_what_is_said_of_logouts_is_for_their_user_alone(server, kept, home):
    here = kept()
    for _ in range(2):
        log_in(server, here)
        here.log_out()
    folder = home / ".flyte/flyte-nb/logouts"
    (path,) = folder.iterdir()
    assert [there.stat().st_mode & 0o077 for there in (folder, path)] == [0, 0]


def test_the_secret_of_a_machine_is_not_in_the_frames_of_its_error(server):
    account = account_at(server, **{**MACHINE, "client_credentials_secret": "not-the-secret"})
    with account.session() as session, pytest.raises(AuthenticationError) as caught:
        session.get(f"{server.endpoint}/me")
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert "not-the-secret" not in "".join(shown.format())
