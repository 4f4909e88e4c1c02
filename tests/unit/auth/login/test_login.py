"""Logins from their first question to their last, with a server on this machine."""

import asyncio
import contextlib
import os
import sys
import threading
import time
import traceback
from dataclasses import replace

import pytest
import requests
from oidc_provider import approve

from flyte_nb.auth.account import Account
from flyte_nb.auth.accounts import login_for
from flyte_nb.auth.login.login import Login
from flyte_nb.auth.login.state import LoginState
from flyte_nb.auth.login.view import steps_html, steps_text
from flyte_nb.auth.mode import Mode
from flyte_nb.auth.stores import MemoryStore
from flyte_nb.config.platform import PlatformConfig
from flyte_nb.errors import (
    AuthenticationError,
    InvalidValueError,
    LoginCancelledError,
    LoginDeniedError,
    LoginExpiredError,
    RemoteError,
)
from flyte_nb.testing import FLYTEPROPELLER, AuthServer, faults, server_context

WAIT_S = 20


@pytest.fixture
def server():
    with AuthServer(interval_s=0.2) as server:
        yield server


@pytest.fixture
def account(server):
    account = Account(PlatformConfig(endpoint=server.endpoint), MemoryStore())
    yield account
    account.keeper.forget()


def until(login, *states):
    """Wait until *login* is in one of *states*."""
    there = threading.Event()
    stop = login.on_change(lambda: login.state in states and there.set())
    if login.state not in states:
        assert there.wait(WAIT_S), login
    stop()


def device(account, **how):
    login = Login(account, Mode.DEVICE, **how)
    until(login, "waiting", "polling", "authorized", "failed")
    return login


def test_a_login_passes_through_its_states(server, account):
    seen = []
    login = Login(account, Mode.DEVICE)
    login.on_change(lambda: seen.append(login.state))
    until(login, "waiting", "polling")
    now = login.now
    assert login.verification_uri == f"{server.endpoint}/device"
    assert login.verification_uri_complete == f"{server.endpoint}/device?user_code={now.user_code}"
    assert 590 < (login.expires_at.timestamp() - time.time()) < 601
    server.approve(login.user_code)
    assert login.wait(WAIT_S) is login
    assert login.state == "authorized"
    assert (login.user_code, login.error) == (None, None)
    while login.now.user is None:
        time.sleep(0.01)
    assert login.now.user.email == "ada@example.org"
    assert [s for n, s in enumerate(seen) if s not in seen[:n]][-2:] == ["polling", "authorized"]
    assert account.keeper.token().access_token == server.issued[-1].access_token


def test_a_login_that_is_refused(server, account):
    login = device(account)
    server.deny(login.user_code)
    with pytest.raises(LoginDeniedError):
        login.wait(WAIT_S)
    assert login.state == "denied"
    assert isinstance(login.error, LoginDeniedError)
    assert "refused" in steps_text(login)


def test_a_login_that_expires(server, account):
    server.change(device_lifetime_s=0.7)
    login = device(account)
    with pytest.raises(LoginExpiredError):
        login.wait(WAIT_S)
    assert login.state == "expired"


def test_a_login_that_has_only_so_much_time(account):
    login = device(account, timeout_s=0.5)
    with pytest.raises(LoginExpiredError, match=r"within 0.5 s"):
        login.wait(WAIT_S)
    assert login.state == "expired"


def test_a_login_that_is_cancelled(account):
    login = device(account)
    login.cancel()
    assert login.state == "cancelled"
    assert login.user_code is None
    with pytest.raises(LoginCancelledError):
        login.wait(WAIT_S)
    login.cancel()
    assert login.state == "cancelled"


def test_tokens_that_come_after_the_cancel_are_given_back(server, account):
    login = device(account)
    held = threading.Event()

    def slow(_request, _wire, process):
        held.wait(WAIT_S)
        return process()

    server.fault("/token", slow)
    server.approve(login.user_code)
    until(login, "polling")
    time.sleep(0.2)
    login.cancel()
    held.set()
    ends = time.monotonic() + WAIT_S
    while not server.revoked and time.monotonic() < ends:
        time.sleep(0.02)
    assert len(server.revoked) == len(server.issued) == 1
    assert account.keeper.current() is None


def test_waiting_has_an_end_and_the_login_goes_on(server, account):
    login = device(account)
    with pytest.raises(TimeoutError, match="goes on"):
        login.wait(0.05)
    server.approve(login.user_code)
    assert login.wait(WAIT_S).state == "authorized"


def test_a_login_can_be_awaited(server, account):
    async def cell():
        login = Login(account, Mode.DEVICE)
        await asyncio.to_thread(until, login, "waiting", "polling")
        server.approve(login.user_code)
        return await asyncio.wait_for(login, WAIT_S)

    assert asyncio.run(cell()).state == "authorized"


def test_giving_up_to_await_it_does_not_end_it(server, account):
    async def cell():
        login = Login(account, Mode.DEVICE)
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(login, 0.1)
        return login

    login = asyncio.run(cell())
    until(login, "waiting", "polling")
    server.approve(login.user_code)
    assert login.wait(WAIT_S).state == "authorized"


def test_tokens_that_are_there_are_used(server, account):
    login = device(account)
    server.approve(login.user_code)
    login.wait(WAIT_S)
    asked = len(server.device_logins)
    again = Login(account).wait(WAIT_S)
    assert again.state == "authorized"
    assert again.now.reason == "the tokens that are there are good"
    assert len(server.device_logins) == asked
    fresh = Login(account, is_fresh=True, why_no_browser=lambda: "this is a test")
    until(fresh, "waiting", "polling")
    fresh.cancel()
    assert len(server.device_logins) == asked + 1


def test_tokens_that_have_ended_are_renewed_and_not_asked_for_again(server, account):
    login = device(account)
    server.approve(login.user_code)
    login.wait(WAIT_S)
    held = account.keeper.current()
    account.keeper.put(replace(held, expires_in=0, expires_at=None))
    assert Login(account).wait(WAIT_S).state == "authorized"
    assert len(server.device_logins) == 1
    assert len(server.issued) == 2


def test_tokens_that_cannot_be_renewed_now_are_not_lost(server, account):
    login = device(account)
    server.approve(login.user_code)
    login.wait(WAIT_S)
    held = account.keeper.put(replace(account.keeper.current(), expires_in=0, expires_at=None))
    server.fault("/token", faults.answer(503), times=None)
    again = Login(account)
    with pytest.raises(RemoteError):
        again.wait(WAIT_S)
    assert again.state == "failed"
    assert account.keeper.current().refresh_token == held.refresh_token
    assert len(server.device_logins) == 1


def test_where_admin_wants_no_login(server, account):
    server.change(login_required=False)
    login = Login(account).wait(WAIT_S)
    assert login.state == "authorized"
    assert login.now.is_open
    assert "wants none" in steps_text(login)
    with account.session() as session:
        assert session.get(f"{server.endpoint}/api/v1/version").status_code == 200


@pytest.mark.parametrize("fault", [faults.html(502), faults.answer(200, "{"), faults.hang_up()])
def test_a_server_that_cannot_be_asked(server, account, fault):
    server.fault("/.well-known/oauth-authorization-server", fault, times=None)
    login = Login(account)
    with pytest.raises(RemoteError):
        login.wait(WAIT_S)
    assert login.state == "failed"
    assert "to do" in steps_text(login)


def test_a_login_by_browser_whose_address_is_pasted(server, account):
    server.change(auto_approve="grace")
    login = Login(account, Mode.PKCE, why_no_browser=lambda: "the kernel runs in JupyterHub")
    until(login, "waiting")
    assert login.now.paste_because == "the kernel runs in JupyterHub"
    assert "--paste" in steps_text(login)
    url = login.now.authorization_url
    back = requests.get(url, allow_redirects=False, timeout=5).headers["Location"]
    login.paste(f"  {back}\n")
    assert login.wait(WAIT_S).state == "authorized"
    assert login.now.authorization_url is None
    with pytest.raises(AuthenticationError, match="no login waits"):
        login.paste(back)


def test_a_login_by_browser_that_opens_here(server, account):
    server.change(auto_approve="ada")
    opened = []

    def open_browser(url):
        opened.append(url)
        threading.Thread(target=requests.get, args=(url,), daemon=True).start()
        return True

    login = Login(account, Mode.PKCE, why_no_browser=str, open_browser=open_browser)
    assert login.wait(WAIT_S).state == "authorized"
    assert opened


def test_a_browser_that_does_not_open(account):
    login = Login(account, Mode.PKCE, why_no_browser=str, open_browser=lambda _: False)
    until(login, "waiting")
    ends = time.monotonic() + 5
    while not login.now.paste_because and time.monotonic() < ends:
        time.sleep(0.01)
    assert login.now.paste_because == "no browser can open here"
    login.cancel()


def test_a_machine_logs_in_without_a_user(server):
    platform = PlatformConfig(
        endpoint=server.endpoint,
        client_id=FLYTEPROPELLER.client_id,
        client_credentials_secret=FLYTEPROPELLER.secret,
        auth_mode="ClientSecret",
        scopes=["all"],
    )
    login = Login(Account(platform, MemoryStore())).wait(WAIT_S)
    assert login.now.mode is Mode.CLIENT_CREDENTIALS
    assert server.issued[-1].client_id == FLYTEPROPELLER.client_id


def test_one_login_to_an_endpoint_however_many_ask(server, account):
    logins = []
    threads = [
        threading.Thread(target=lambda: logins.append(login_for(account, Mode.DEVICE)))
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(logins)) == 1
    until(logins[0], "waiting", "polling")
    assert len(server.device_logins) == 1
    assert login_for(account) is logins[0]
    other = login_for(account, Mode.PKCE)
    assert other is not logins[0]
    assert logins[0].state == "cancelled"
    other.cancel()


def test_a_listener_that_fails_harms_nobody(server, account):
    login = device(account)
    seen = []
    login.on_change(lambda: 1 / 0)
    login.on_change(lambda: seen.append(login.state))
    server.approve(login.user_code)
    login.wait(WAIT_S)
    assert LoginState.AUTHORIZED in seen


def test_nothing_that_logs_in_is_in_a_repr(server, account):
    login = device(account)
    code, text = login.user_code, repr(login) + repr(login.now) + repr(vars(login))
    assert code not in text
    server.approve(code)
    login.wait(WAIT_S)
    tokens = account.keeper.current()
    text = repr(login) + repr(login.now) + repr(tokens) + steps_text(login) + steps_html(login)
    assert not any(s in text for s in (tokens.access_token, tokens.refresh_token, code))


def test_only_addresses_of_pages_are_links(server, account):
    bad = "javascript:alert(1)//<b>"
    fault = faults.patch(verification_uri=bad, verification_uri_complete=bad)
    server.fault("/device_authorize", fault)
    login = device(account)
    html = steps_html(login)
    assert "<a " not in html
    assert "javascript:alert(1)//&lt;b&gt;" in html
    login.cancel()


def test_the_time_from_the_approval(server, account):
    """At most an interval and a little: a benchmark measures how little."""
    login = device(account)
    until(login, "polling")
    server.approve(login.user_code)
    login.wait(WAIT_S)
    polls = [r.at_s for r in server.requests if r.path == "/token"]
    assert len(polls) <= 3
    assert server.early_polls == ()


@pytest.mark.parametrize(
    ("certificate", "platform", "state"),
    [
        ({}, {}, "failed"),
        ({}, {"ca_cert_file_path": True}, "authorized"),
        ({}, {"insecure_skip_verify": True}, "authorized"),
        ({"is_expired": True}, {"ca_cert_file_path": True}, "failed"),
        ({"is_expired": True}, {"insecure_skip_verify": True}, "authorized"),
        ({"names": ["elsewhere.example"]}, {"ca_cert_file_path": True}, "failed"),
    ],
    ids=["unknown", "own", "unchecked", "expired", "expired-unchecked", "another-host"],
)
def test_certificates(ca, ca_file, certificate, platform, state):
    names = certificate.pop("names", ())
    if "ca_cert_file_path" in platform:
        platform = {"ca_cert_file_path": ca_file}
    context = server_context(ca, *names, **certificate)
    with AuthServer(tls=context, interval_s=0.2) as server:
        settings = PlatformConfig(endpoint=server.endpoint, **platform)
        account = Account(settings, MemoryStore())
        login = device(account)
        if login.user_code:
            server.approve(login.user_code)
        with contextlib.suppress(RemoteError):
            login.wait(WAIT_S)
        assert login.state == state
        if state == "failed":
            assert "certificate" in steps_text(login)
        account.keeper.forget()


def test_a_server_that_restarts_in_between(server, account):
    login = device(account)
    server.stop()
    time.sleep(0.5)
    server.start()
    server.approve(login.user_code)
    assert login.wait(WAIT_S).state == "authorized"
    assert server.early_polls == ()


SCOPES = ("openid", "offline_access")


@pytest.fixture
def elsewhere(oidc_provider):
    """Admin that leaves logins to a certified server that others have written."""
    with AuthServer(provider=oidc_provider, scopes=SCOPES) as server:
        account = Account(PlatformConfig(endpoint=server.endpoint), MemoryStore())
        yield account
        account.keeper.forget()


def test_a_device_login_at_a_server_that_is_not_ours(elsewhere):
    login = device(elsewhere)
    approve(login.verification_uri_complete)
    assert login.wait(WAIT_S).state == "authorized"
    first = elsewhere.keeper.current()
    assert first.id_token
    second = elsewhere.keeper.renewed(first)
    assert second.access_token != first.access_token
    assert elsewhere.user().subject == "ada"
    assert elsewhere.log_out() == ""


def test_a_login_by_browser_at_a_server_that_is_not_ours(elsewhere):
    login = Login(elsewhere, Mode.PKCE, why_no_browser=lambda: "this is a test")
    until(login, "waiting")
    login.paste(approve(login.now.authorization_url).headers["Location"])
    assert login.wait(WAIT_S).state == "authorized"
    assert elsewhere.user().subject == "ada"


def test_a_machine_at_a_server_that_is_not_ours(oidc_provider):
    with AuthServer(provider=oidc_provider, scopes=()) as server:
        platform = PlatformConfig(
            endpoint=server.endpoint,
            client_id=FLYTEPROPELLER.client_id,
            client_credentials_secret=FLYTEPROPELLER.secret,
            auth_mode="ClientSecret",
        )
        account = Account(platform, MemoryStore())
        assert Login(account).wait(WAIT_S).state == "authorized"
        account.keeper.forget()


def logged_in(server, account):
    login = device(account)
    server.approve(login.user_code)
    login.wait(WAIT_S)
    return account.keeper.current()


def test_tokens_that_the_server_has_ended_are_not_said_to_be_good(server, account):
    logged_in(server, account)
    server.revoke_all()
    login = Login(account, why_no_browser=lambda: "this is a test")
    until(login, "waiting", "polling")
    server.approve(login.user_code)
    assert login.wait(WAIT_S).state == "authorized"
    assert account.user().subject == "ada"


def test_where_a_renewal_is_refused_the_user_is_asked(server, account):
    held = logged_in(server, account)
    account.keeper.put(replace(held, expires_in=0, expires_at=None))
    refusal = faults.answer(400, {"error": "invalid_request"})
    server.fault("/token", refusal, grant_type="refresh_token")
    login = Login(account, why_no_browser=lambda: "this is a test")
    until(login, "waiting", "polling")
    login.cancel()
    assert account.keeper.current().refresh_token == held.refresh_token


def test_admin_that_cannot_say_who_it_is_ends_no_login(server, account):
    logged_in(server, account)
    server.fault("/me", faults.answer(500, {"message": "oops"}), times=None)
    login = Login(account).wait(WAIT_S)
    assert (login.state, login.now.user) == ("authorized", None)


def test_a_cancel_ends_a_program(server, tmp_path):
    pid = tmp_path / "pid"
    code = f"import os, time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    platform = PlatformConfig(
        endpoint=server.endpoint, auth_mode="ExternalCommand", command=[sys.executable, "-c", code]
    )
    login = Login(Account(platform, MemoryStore()))
    ends = time.monotonic() + WAIT_S
    while not (pid.exists() and pid.read_text()) and time.monotonic() < ends:
        time.sleep(0.02)
    login.cancel()
    login.settle(WAIT_S)
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


@pytest.mark.parametrize("mode", [Mode.COMMAND, Mode.CLIENT_CREDENTIALS])
def test_a_way_by_which_tokens_would_not_be_renewed_is_refused(account, mode):
    login = Login(account, mode)
    with pytest.raises(AuthenticationError, match=f"not configured for a login by {mode.value}"):
        login.wait(WAIT_S)
    assert "credentials.auth_mode=" in login.error.hint


def test_a_cancel_does_not_wait_for_a_store(server):
    is_asked, may_go_on = threading.Event(), threading.Event()

    class Slow(MemoryStore):
        def store(self, credentials):
            is_asked.set()
            may_go_on.wait(WAIT_S)
            return super().store(credentials)

    account = Account(PlatformConfig(endpoint=server.endpoint), Slow())
    login = device(account)
    server.approve(login.user_code)
    assert is_asked.wait(WAIT_S)
    login.cancel()
    assert login.state == "cancelled"
    may_go_on.set()
    login.settle(WAIT_S)
    assert account.keeper.current() is None
    assert len(server.revoked) == 1


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nonsense", "no code of a login"),
        ("http://localhost:53593/callback?code=c&state=other", "of another login"),
        ("code=c", "of another login"),
    ],
)
def test_an_address_that_is_none_of_the_login_is_refused(account, address, words):
    login = Login(account, Mode.PKCE, why_no_browser=lambda: "this is a test")
    until(login, "waiting")
    with pytest.raises(AuthenticationError, match=words):
        login.paste(address)
    login.cancel()


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), "5", True])
def test_a_timeout_that_is_no_time(account, timeout):
    with pytest.raises(InvalidValueError, match="is no time"):
        Login(account, timeout_s=timeout)


def test_a_timeout_without_end_is_one(account):
    login = Login(account, Mode.DEVICE, timeout_s=1e300)
    login.cancel()


def test_a_later_timeout_counts_too(account):
    login = login_for(account, Mode.DEVICE)
    assert login_for(account, timeout_s=0.3) is login
    with pytest.raises(LoginExpiredError):
        login.wait(WAIT_S)


class Slow(MemoryStore):
    """Keeps tokens when it may, as a keyring does that asks for its password."""

    def __init__(self):
        super().__init__(is_shared=False)
        self.is_asked, self.may_go_on = threading.Event(), threading.Event()
        self.may_go_on.set()

    def store(self, credentials):
        self.is_asked.set()
        self.may_go_on.wait(WAIT_S)
        return super().store(credentials)


def test_a_cancel_while_tokens_are_kept_leaves_those_of_another_login_alone(server):
    store = Slow()
    account = Account(PlatformConfig(endpoint=server.endpoint), store)
    first = logged_in(server, account)
    store.is_asked.clear()
    store.may_go_on.clear()
    given_up = device(account, is_fresh=True)
    server.approve(given_up.user_code, "grace")
    assert store.is_asked.wait(WAIT_S)
    given_up.cancel()
    again = Login(account, why_no_browser=lambda: "this is a test")
    store.may_go_on.set()
    given_up.settle(WAIT_S)
    assert again.wait(WAIT_S).now.reason == "the tokens that are there are good"
    assert account.keeper.current().access_token == first.access_token
    assert store.retrieve(server.endpoint).access_token == first.access_token
    assert account.user().subject == "ada"
    assert [tokens.user for tokens in server.revoked] == ["grace"]


def test_tokens_that_have_ended_are_not_good_where_admin_is_away(server, account):
    held = logged_in(server, account)
    account.keeper.put(replace(held, expires_in=0, expires_at=None))
    away = Account(account.platform, MemoryStore())  # knows nothing of admin yet
    server.fault("/.well-known/oauth-authorization-server", faults.hang_up(), times=None)
    login = Login(away)
    with pytest.raises(RemoteError):
        login.wait(WAIT_S)
    assert login.state == "failed"
    assert away.keeper.current().refresh_token == held.refresh_token


def test_a_browser_that_is_open_for_long_holds_no_login(server, account):
    server.change(auto_approve="ada")
    is_closed = threading.Event()

    def open_browser(url):
        requests.get(url, timeout=5)
        return is_closed.wait(WAIT_S)

    login = Login(account, Mode.PKCE, why_no_browser=str, open_browser=open_browser)
    assert login.wait(WAIT_S / 2).state == "authorized"
    is_closed.set()


def test_after_a_cancel_a_browser_can_come_back_to_the_next_login(account):
    for _ in range(3):
        login = Login(account, Mode.PKCE, why_no_browser=str, open_browser=lambda _: True)
        until(login, "waiting")
        assert login.now.paste_because == ""
        login.cancel()


def test_the_time_that_is_left_is_what_the_user_has_given_it(account):
    login = device(account)
    login.end_after(30)
    assert login.expires_at.timestamp() - time.time() < 31
    login.cancel()
    login = device(account, timeout_s=30)
    assert login.expires_at.timestamp() - time.time() < 31
    login.end_after(60)
    assert login.expires_at.timestamp() - time.time() < 31
    login.cancel()


def test_nothing_of_a_token_is_in_the_frames_of_its_error(server, account):
    body = {"access_token": "access-123456", "refresh_token": "refresh-12", "token_type": "mac"}
    login = device(account)
    server.fault("/token", faults.answer(200, body), times=None)
    login.settle(WAIT_S)
    assert "mac" in str(login.error)
    shown = traceback.TracebackException.from_exception(login.error, capture_locals=True)
    assert "access-123456" not in "".join(shown.format())


def test_how_to_paste_an_address_for_another_endpoint(account):
    login = Login(account, Mode.PKCE, why_no_browser=lambda: "this is a test")
    until(login, "waiting")
    assert f"%flyte_login --endpoint {account.platform.endpoint} --paste" in steps_text(login)
    login.cancel()
