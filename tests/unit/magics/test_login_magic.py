"""`%flyte_login`, `%flyte_whoami` and `%flyte_logout` in a real shell, against a real server."""

import re
import threading
import time

import pytest
import requests
from IPython.core.completer import provisionalcompleter

from flyte_nb.auth.accounts import account_for, forget_accounts, last_login
from flyte_nb.testing import AuthServer

LIMIT_S = 20


@pytest.fixture
def server():
    with AuthServer(interval_s=0.05) as server:
        yield server


@pytest.fixture(autouse=True)
def _configured(home, no_keyring, server, environment):  # noqa: ARG001
    """This server is the configured one, and nobody is logged in."""
    environment["FLYTE_PLATFORM_URL"] = server.endpoint
    environment["SSH_CONNECTION"] = "a kernel on another machine"
    back = forget_accounts()
    yield
    if (login := last_login(account_for())) is not None:
        login.cancel()
    back()


def run(shell, capsys, line):
    shell.run_cell(line)
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err
    return captured.out + captured.err


def until(condition):
    """Wait until *condition* holds for the login that goes on; return that login."""
    login = last_login(account_for())
    there = threading.Event()
    stop = login.on_change(lambda: condition(login) and there.set())
    assert condition(login) or there.wait(LIMIT_S), login
    stop()
    return login


def log_in(shell, capsys, server):
    run(shell, capsys, "%flyte_login --mode device")
    server.approve(until(lambda login: login.user_code).user_code)
    until(lambda login: login.now.user is not None)


def test_a_user_logs_in_is_shown_and_logs_out(shell, capsys, server):
    assert "Log in to 127.0.0.1" in run(shell, capsys, "%flyte_login")
    server.approve(until(lambda login: login.user_code).user_code, user="ada")
    until(lambda login: login.now.user is not None)
    shown = run(shell, capsys, "%flyte_whoami")
    assert re.search(r"user +Ada \(ada@example.org\)", shown)
    assert "renewed by itself" in shown
    assert "logged out of 127.0.0.1" in run(shell, capsys, "%flyte_logout")
    assert "nobody was logged in" in run(shell, capsys, "%flyte_logout")
    assert "nobody is logged in: %flyte_login" in run(shell, capsys, "%flyte_whoami")


def test_two_cells_show_one_login(shell, capsys, server):
    run(shell, capsys, "%flyte_login")
    code = until(lambda login: login.user_code).user_code
    assert code in run(shell, capsys, "%flyte_login")
    assert len(server.device_logins) == 1


@pytest.fixture
def decides(server):
    """Return a function that lets a user decide on the next login, as soon as it has a code."""
    threads = []

    def decide(how):
        def wait():
            for _ in range(100 * LIMIT_S):
                if server.device_logins:
                    how(server.device_logins[-1].user_code)
                    return
                time.sleep(0.01)

        threads.append(threading.Thread(target=wait))
        threads[-1].start()

    yield decide
    for thread in threads:
        thread.join()


def test_with_wait_the_cell_ends_when_somebody_is_logged_in(shell, capsys, server, decides):
    decides(server.approve)
    said = run(shell, capsys, "%flyte_login --wait")
    assert server.device_logins[-1].user_code in said
    assert account_for().keeper.current() is not None


def test_with_wait_a_refusal_is_an_error(shell, capsys, server, decides):
    decides(server.deny)
    assert "LoginDeniedError" in run(shell, capsys, "%flyte_login --wait")


def test_the_address_that_a_browser_ended_at_is_pasted(shell, capsys, server):
    server.change(auto_approve="grace")
    assert "begin one first" in run(shell, capsys, "%flyte_login --paste x")
    run(shell, capsys, "%flyte_login --mode pkce")
    url = until(lambda login: login.now.authorization_url).now.authorization_url
    answer = requests.get(url, allow_redirects=False, timeout=LIMIT_S)
    run(shell, capsys, f"%flyte_login --paste {answer.headers['Location']}")
    until(lambda login: login.now.user is not None)
    assert "Grace" in run(shell, capsys, "%flyte_whoami")


def test_again_asks_although_there_are_tokens(shell, capsys, server):
    log_in(shell, capsys, server)
    run(shell, capsys, "%flyte_login")
    until(lambda login: login.is_over)
    assert len(server.device_logins) == 1
    run(shell, capsys, "%flyte_login --again")
    until(lambda login: login.user_code)
    assert len(server.device_logins) == 2


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--mode devise", "did you mean 'device'?"),
        ("--timeout soon", "no number of seconds"),
        ("--timeout 0", "no number of seconds"),
        ("--mode", "--mode takes a value"),
        ("now", "unrecognized arguments: now"),
    ],
)
def test_a_wrong_line_is_one_line(shell, capsys, line, message):
    said = run(shell, capsys, f"%flyte_login {line}")
    assert message in said
    assert "see %flyte_login -h" in said
    assert last_login(account_for()) is None


@pytest.mark.parametrize("magic", ["%flyte_login", "%flyte_logout", "%flyte_whoami"])
def test_help_is_printed_and_nothing_is_done(shell, capsys, server, magic):
    assert "usage:" in run(shell, capsys, f"{magic} -h")
    assert server.requests == ()


@pytest.mark.parametrize(
    ("line", "offered", "not_offered"),
    [
        ("%flyte_login ", "--mode", "device"),
        ("%flyte_login --mode ", "client-credentials", "--wait"),
        ("%flyte_login --wait --", "--timeout", "--wait"),
        ("%flyte_whoami ", "--endpoint", "--mode"),
        ("%flyte_logout ", "--endpoint", "--mode"),
    ],
)
def test_what_can_follow_is_offered(shell, line, offered, not_offered):
    with provisionalcompleter():
        found = {one.text for one in shell.Completer.completions(line, len(line))}
    assert offered in found
    assert not_offered not in found


def test_whoami_is_a_pill_in_a_notebook(shell, capsys, server):
    nobody = shell.run_line_magic("flyte_whoami", "")._repr_html_()
    assert "nobody is logged in" in nobody
    log_in(shell, capsys, server)
    html = shell.run_line_magic("flyte_whoami", "")._repr_html_()
    token = account_for().keeper.current().access_token
    assert "Ada (ada@example.org)" in html
    assert " left</span>" in html
    assert token not in html
    assert "<script" not in html
