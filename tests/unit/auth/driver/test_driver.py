"""The driver with servers, browsers and programs on this machine."""

import socket
import sys
import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from urllib.parse import urlsplit

import pytest
import requests

from flyte_nb.auth.client_config import discover
from flyte_nb.auth.driver.driver import Driver
from flyte_nb.auth.flows.client_credentials import client_credentials_login
from flyte_nb.auth.flows.command import command_login
from flyte_nb.auth.flows.device import device_login
from flyte_nb.auth.flows.pkce import pkce_login
from flyte_nb.auth.flows.refresh import refresh
from flyte_nb.auth.flows.revoke import revoke
from flyte_nb.auth.flows.steps import BrowserPrompt, DevicePrompt
from flyte_nb.auth.http.transport import new_session
from flyte_nb.config.platform import PlatformConfig
from flyte_nb.errors import (
    AccessTokenNotFoundError,
    AuthenticationError,
    LoginCancelledError,
    LoginDeniedError,
    LoginExpiredError,
)
from flyte_nb.testing import ABSENT, FLYTEPROPELLER, AuthServer, faults


@pytest.fixture
def server():
    with AuthServer(interval_s=0.2) as server:
        yield server


@pytest.fixture
def session(server):
    with new_session(PlatformConfig(endpoint=server.endpoint)) as session:
        yield session


@pytest.fixture
def client(server, session):
    return discover(session, PlatformConfig(endpoint=server.endpoint))


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def at_free_port(client):
    return replace(client, redirect_uri=f"http://127.0.0.1:{free_port()}/callback")


def user(act):
    """What is told to a user, who does something for each code."""

    def tell(told):
        if isinstance(told, DevicePrompt):
            act(told.user_code)

    return tell


def test_a_device_login(server, session, client):
    found = Driver(session, user(server.approve)).run(device_login(client, "flyte"))
    assert server.issued[-1].access_token == found.access_token
    assert found.refresh_token
    assert found.scopes == ("all", "offline")
    begun = next(r for r in server.requests if r.path == "/device_authorize")
    assert begun.form["code_challenge_method"] == "S256"
    assert server.early_polls == ()


def test_a_device_login_that_is_refused(server, session, client):
    with pytest.raises(LoginDeniedError):
        Driver(session, user(server.deny)).run(device_login(client, "flyte"))


def test_a_device_login_that_ends(server, session, client):
    server.change(device_lifetime_s=0.7)
    with pytest.raises(LoginExpiredError):
        Driver(session).run(device_login(client, "flyte"))


@pytest.mark.parametrize(
    "fault",
    [
        faults.html(502),
        faults.answer(503, Retry_After="1"),
        faults.answer(429, {"message": "slow"}),
        faults.answer(200, ""),
        faults.answer(200, "{"),
        faults.hang_up(),
    ],
    ids=["html", "503", "429", "empty", "half", "dropped"],
)
def test_trouble_on_the_way_does_not_end_a_login(server, session, client, fault):
    server.fault("/token", fault)
    found = Driver(session, user(server.approve)).run(device_login(client, "flyte"))
    assert found.access_token
    assert server.early_polls == ()


def test_tokens_that_are_lost_on_the_way_are_lost(server, session, client):
    server.fault("/token", faults.truncated())
    with pytest.raises(AccessTokenNotFoundError) as caught:
        Driver(session, user(server.approve)).run(device_login(client, "flyte"))
    assert "log in again" in caught.value.hint


def test_a_server_that_restarts_does_not_end_a_login(server, session, client):
    def act(code):
        server.restart()
        server.approve(code)

    assert Driver(session, user(act)).run(device_login(client, "flyte")).access_token


def test_an_answer_that_never_comes_is_given_up(server, session, client):
    server.fault("/device_authorize", faults.silence(), times=None)
    with pytest.raises(AuthenticationError, match="no answer in time"):
        Driver(session, limit_s=0.3).run(device_login(client, "flyte"))


def test_a_login_that_is_cancelled(session, client):
    driver = Driver(session, user(lambda _: threading.Timer(0.2, driver.cancel).start()))
    with pytest.raises(LoginCancelledError):
        driver.run(device_login(client, "flyte"))


def wait_for(seen):
    until = time.monotonic() + 5
    while not seen and time.monotonic() < until:
        time.sleep(0.01)


def browser(*, first=(), error=None):
    """A browser that goes where it is sent, and to the addresses of *first* before."""

    def tell(told):
        assert isinstance(told, BrowserPrompt)
        if error is None:
            threading.Thread(target=lambda: go(told.url, first), daemon=True).start()

    def go(url, first):
        answer = requests.get(url, allow_redirects=False, timeout=5)
        back = answer.headers["Location"]
        base = back.partition("?")[0]
        addresses = [*(base.replace("/callback", path) for path in first), back]
        seen.extend(requests.get(address, timeout=5) for address in addresses)

    seen = []
    return tell, seen


def test_a_login_by_browser(server, session, at_free_port):
    server.change(auto_approve="ada")
    tell, seen = browser()
    found = Driver(session, tell).run(pkce_login(at_free_port, "flyte"))
    assert server.issued[-1].user == "ada"
    assert server.issued[-1].access_token == found.access_token
    wait_for(seen)
    assert "Back to your notebook" in seen[0].text
    assert seen[0].headers["Content-Security-Policy"].startswith("default-src 'none'")
    with pytest.raises(requests.ConnectionError):  # nobody listens any more
        requests.get(at_free_port.redirect_uri, timeout=5)


def test_stray_requests_do_not_end_a_login_by_browser(server, session, at_free_port):
    server.change(auto_approve="ada")
    stray = ("/favicon.ico", "/", "/callback", "/callback?code=x", "/callback?code=x&state=evil")
    tell, seen = browser(first=stray)
    assert Driver(session, tell).run(pkce_login(at_free_port, "flyte")).access_token
    assert [answer.status_code for answer in seen[:4]] == [404] * 4


@pytest.fixture
def announced(server, session):
    """A login at a server which says that a browser always comes back with its name."""

    def login(issuers_sent):
        server.change(auto_approve="ada", issuer_announced=True, issuers_sent=issuers_sent)
        client = discover(session, PlatformConfig(endpoint=server.endpoint))
        uri = f"http://127.0.0.1:{free_port()}/callback"
        tell, _ = browser()
        flow = pkce_login(replace(client, redirect_uri=uri), "flyte", limit_s=20)
        return Driver(session, tell).run(flow)

    return login


def test_a_browser_that_brings_the_name_of_the_server(announced):
    assert announced(issuers_sent=1).access_token


@pytest.mark.parametrize("number", [0, 2])
def test_a_browser_that_does_not_bring_it_or_brings_two(server, announced, number):
    with pytest.raises(AuthenticationError, match=f"was sent to {server.endpoint}"):
        announced(issuers_sent=number)
    assert server.issued == ()


def test_a_browser_that_brings_an_error(session, at_free_port):
    def tell(told):
        state = told.url.partition("state=")[2].partition("&")[0]
        back = f"{at_free_port.redirect_uri}?error=access_denied&state={state}"
        threading.Thread(target=requests.get, args=(back,), daemon=True).start()

    with pytest.raises(LoginDeniedError, match="access_denied"):
        Driver(session, tell).run(pkce_login(at_free_port, "flyte"))


def test_the_address_can_be_pasted_where_nothing_can_listen(server, session, client):
    server.change(auto_approve="ada")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told_of = []

        def tell(told):
            told_of.append(told.problem)
            answer = requests.get(told.url, allow_redirects=False, timeout=5)
            driver.paste(answer.headers["Location"])

        driver = Driver(session, tell)
        uri = f"http://127.0.0.1:{port}/callback"
        assert driver.run(pkce_login(replace(client, redirect_uri=uri), "flyte")).access_token
    assert f"nothing can listen at {uri}" in told_of[0]


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has one address")
def test_an_address_that_another_program_has_in_part_is_not_listened_at(session, at_free_port):
    port = urlsplit(at_free_port.redirect_uri).port
    problems = []

    def tell(told):
        problems.append(told.problem)
        driver.cancel()

    driver = Driver(session, tell)
    at_localhost = replace(at_free_port, redirect_uri=f"http://localhost:{port}/callback")
    with socket.create_server(("127.0.0.1", port)), pytest.raises(LoginCancelledError):
        driver.run(pkce_login(at_localhost, "flyte"))
    assert "in use" in problems[0]


def test_a_browser_of_another_notebook_is_told_to_take_its_address_there(session, at_free_port):
    def tell(_told):
        url = f"{at_free_port.redirect_uri}?code=c&state=of-another"
        seen.append(requests.get(url, timeout=5))
        driver.cancel()

    seen, driver = [], Driver(session, tell)
    with pytest.raises(LoginCancelledError):
        driver.run(pkce_login(at_free_port, "flyte"))
    assert "of another login" in seen[0].text
    assert "copy the address of this page" in seen[0].text


def test_no_browser_comes_back(session, at_free_port):
    with pytest.raises(LoginExpiredError):
        Driver(session).run(pkce_login(at_free_port, "flyte", limit_s=0.3))


def test_waiting_for_a_browser_is_cancelled(session, at_free_port):
    driver = Driver(session, lambda _: threading.Timer(0.1, driver.cancel).start())
    with pytest.raises(LoginCancelledError):
        driver.run(pkce_login(at_free_port, "flyte"))


@pytest.mark.parametrize("methods", [("client_secret_basic",), ("client_secret_post",)])
def test_a_machine(server, session, client, methods):
    machine = replace(client, client_id=FLYTEPROPELLER.client_id, secret_methods=methods)
    flow = client_credentials_login(machine, "flyte", FLYTEPROPELLER.secret)
    assert Driver(session).run(flow).access_token == server.issued[-1].access_token


def test_a_machine_with_a_wrong_secret(session, client):
    machine = replace(client, client_id=FLYTEPROPELLER.client_id)
    with pytest.raises(AuthenticationError, match="invalid_client") as caught:
        Driver(session).run(client_credentials_login(machine, "flyte", "wrong-secret"))
    assert "wrong-secret" not in str(caught.value)
    assert "admin.clientId" in caught.value.hint


def test_a_refresh_and_a_token_that_was_used(server, session, client):
    old = Driver(session, user(server.approve)).run(device_login(client, "flyte"))
    new = Driver(session).run(refresh(client, old))
    assert new.access_token != old.access_token
    assert new.refresh_token != old.refresh_token
    with pytest.raises(AccessTokenNotFoundError, match="invalid_grant"):
        Driver(session).run(refresh(client, old))


def test_tokens_that_are_given_back(server, session, client):
    found = Driver(session, user(server.approve)).run(device_login(client, "flyte"))
    Driver(session).run(revoke(client, found))
    assert found.access_token in {token.access_token for token in server.revoked}


def test_an_access_token_is_given_back_also_where_the_refresh_token_cannot_be(
    server, session, client
):
    found = Driver(session, user(server.approve)).run(device_login(client, "flyte"))
    no = faults.answer(400, {"error": "unsupported_token_type"})
    server.fault("/revoke", no, token_type_hint="refresh_token")
    with pytest.raises(AuthenticationError, match="unsupported_token_type"):
        Driver(session).run(revoke(client, found))
    assert found.access_token in {token.access_token for token in server.revoked}


def program(code):
    return [sys.executable, "-c", code]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            "import sys; print('one\\ntoken=abc', file=sys.stderr); sys.exit(3)",
            r"ended with 3: token=••••",
        ),
        (
            "import sys; print('is ' + 'x' * 40, file=sys.stderr); sys.exit(3)",
            r"ended with 3: is ••••",
        ),
        ("import os; os.kill(os.getpid(), 9)", "ended with -9"),
        ("import sys; sys.stdin.read()", "printed no token"),
    ],
)
def test_a_program_that_fails(session, code, words):
    with pytest.raises(AuthenticationError, match=words):
        Driver(session).run(command_login(program(code), "flyte"))


def test_a_program_that_is_not_there(session):
    with pytest.raises(AuthenticationError, match="cannot be started: No such file"):
        Driver(session).run(command_login(["/no/such/program"], "flyte"))


def test_a_program_that_does_not_end(session, tmp_path):
    # Its child, which has its stdout, goes too.
    code = (
        "import os, subprocess, sys, time;"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(child.pid)); time.sleep(60)"
    )
    with pytest.raises(AuthenticationError, match="did not end in 2 s"):
        Driver(session).run(command_login(program(code), "flyte", limit_s=2))
    import psutil

    pid = int((tmp_path / "pid").read_text())
    until = time.monotonic() + 10  # who is killed takes a moment to go
    is_gone = False
    while not is_gone and time.monotonic() < until:
        time.sleep(0.01)
        try:
            is_gone = psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            is_gone = True
    assert is_gone


def test_a_program_that_prints_a_lot_is_no_token(session):
    code = "print('x y' * 1_000_000)"
    with pytest.raises(AuthenticationError, match="no token"):
        Driver(session).run(command_login(program(code), "flyte"))


def locals_of_ours(error):
    """All that a verbose traceback would show of our frames."""
    while error is not None:
        yield f"{error!r} {error}"
        at = error.__traceback__
        while at is not None:
            if at.tb_frame.f_code.co_filename != __file__:
                yield from (f"{name}={value!r}" for name, value in at.tb_frame.f_locals.items())
            at = at.tb_next
        error = error.__cause__ or error.__context__


def test_nothing_of_a_token_is_in_an_error(server, session, client):
    old = Driver(session, user(server.approve)).run(device_login(client, "flyte"))
    server.fault("/token", faults.answer(400, {"error": "invalid_grant"}))
    with pytest.raises(AccessTokenNotFoundError) as caught:
        Driver(session).run(refresh(client, old))
    seen = list(locals_of_ours(caught.value))
    assert len(seen) > 5
    assert [text for text in seen if old.access_token in text or old.refresh_token in text] == []


def test_nothing_of_a_token_is_in_an_error_of_the_way(server, session, client):
    old = Driver(session, user(server.approve)).run(device_login(client, "flyte"))
    for _ in range(2):
        server.fault("/token", faults.hang_up())
    with pytest.raises(AuthenticationError) as caught:
        Driver(session).run(refresh(client, old))
    seen = list(locals_of_ours(caught.value))
    assert [text for text in seen if old.access_token in text or old.refresh_token in text] == []


SLOW = {
    "slow_down": lambda server: server.slow_down(),
    "interval missing": lambda server: patched(server, interval=ABSENT),
    'interval "2"': lambda server: patched(server, interval="2"),
    "interval 0": lambda server: patched(server, interval=0),
    "interval null": lambda server: patched(server, interval=None),
    "no complete address": lambda server: patched(server, verification_uri_complete=ABSENT),
    "verification_url": lambda server: patched(
        server,
        verification_uri=ABSENT,
        verification_uri_complete=ABSENT,
        verification_url=f"{server.endpoint}/device",
    ),
    "an address with a query": lambda server: patched(
        server, verification_uri=f"{server.endpoint}/device?tenant=a"
    ),
    "no expires_in": lambda server: patched(server, expires_in=ABSENT),
    "429 with a date": lambda server: server.fault(
        "/token", faults.answer(429, {"message": "slow"}, Retry_After=in_http(1))
    ),
    "a drip": lambda server: server.fault("/token", faults.drip(0.001)),
    "silence, and then no more": lambda server: server.fault("/token", faults.silence()),
    "a reset": lambda server: server.fault("/token", faults.reset()),
}


def patched(server, **members):
    server.fault("/device_authorize", faults.patch(**members))


def in_http(seconds):
    return format_datetime(datetime.now(timezone.utc) + timedelta(seconds=seconds), usegmt=True)


def test_what_servers_do_to_device_logins_ends_none_and_makes_no_poll_early():
    """All at once: some of them make a login wait for five seconds, or ten."""
    found = {}

    def log_in(name, plan):
        with AuthServer(interval_s=0.5) as server:
            plan(server)
            platform = PlatformConfig(endpoint=server.endpoint)
            with new_session(platform) as session:
                client = discover(session, platform)
                driver = Driver(session, user(server.approve), limit_s=3.0)
                tokens = driver.run(device_login(client, "flyte"))
            found[name] = (bool(tokens.access_token), server.early_polls)

    threads = [threading.Thread(target=log_in, args=one) for one in SLOW.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == dict.fromkeys(SLOW, (True, ()))
