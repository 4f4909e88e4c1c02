"""What a login costs: polls, waiting, the time from approval to tokens, calls that carry them."""

import statistics
import subprocess
import sys
import threading
import time
from itertools import pairwise

import pytest
import requests

from flyte_nb.auth.account import Account
from flyte_nb.auth.login.login import Login
from flyte_nb.auth.mode import Mode
from flyte_nb.auth.stores import MemoryStore
from flyte_nb.auth.tokens.keeper import QUIET_S
from flyte_nb.config.platform import PlatformConfig
from flyte_nb.testing import AuthServer

WAIT_S = 60
LOGINS = 100
POLLS = 10


@pytest.fixture
def server():
    with AuthServer(interval_s=1) as server:
        yield server


@pytest.fixture
def account(server):
    account = Account(PlatformConfig(endpoint=server.endpoint), MemoryStore())
    yield account
    account.keeper.forget()


def code_of(login):
    while not login.user_code:
        time.sleep(0.01)
    return login.user_code


def logged_in(server, account):
    login = Login(account, Mode.DEVICE)
    server.approve(code_of(login))
    login.wait(WAIT_S)


def test_thousand_polls_are_never_early(benchmark, server):
    """How many were early, of those that the server saw, and the closest: in ``extra_info``."""
    platform = PlatformConfig(endpoint=server.endpoint)

    def poll():
        logins = [Login(Account(platform, MemoryStore()), Mode.DEVICE) for _ in range(LOGINS)]
        until = time.monotonic() + WAIT_S
        while len(polls_of(server)) < LOGINS * POLLS and time.monotonic() < until:
            time.sleep(0.1)
        for login in logins:
            login.cancel()

    benchmark.pedantic(poll, rounds=1)
    polls = polls_of(server)
    gaps = [gap for login in server.device_logins for gap in gaps_of(polls, login)]
    benchmark.extra_info.update(
        polls=len(polls), early=len(server.early_polls), smallest_gap_s=round(min(gaps), 4)
    )
    assert len(polls) >= LOGINS * POLLS
    assert server.early_polls == ()


def polls_of(server):
    return [request for request in server.requests if request.path == "/token"]


def gaps_of(polls, login):
    times = [poll.at_s for poll in polls if poll.form["device_code"] == login.device_code]
    return [after - before for before, after in pairwise(times)]


WAITING = """
import os, sys, time
from flyte_nb.auth.account import Account
from flyte_nb.auth.login.login import Login
from flyte_nb.auth.mode import Mode
from flyte_nb.auth.stores import MemoryStore
from flyte_nb.config.platform import PlatformConfig
login = Login(Account(PlatformConfig(endpoint=sys.argv[1]), MemoryStore()), Mode.DEVICE)
while login.state != "polling":
    time.sleep(0.1)
cpu, begun = time.process_time(), time.monotonic()
time.sleep(float(sys.argv[2]))
print((time.process_time() - cpu) / (time.monotonic() - begun) * 100)
"""


def test_waiting(benchmark, server):
    """Percent of a core that a login takes while it waits, asking every 5 s."""
    server.change(interval_s=5)
    command = [sys.executable, "-c", WAITING, server.endpoint, "20"]

    def wait():
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        benchmark.extra_info["percent_of_a_core"] = round(float(done.stdout), 3)

    benchmark.pedantic(wait, rounds=1)


def test_from_approval_to_tokens(benchmark, server, account):
    """Seconds beyond the interval of 1 s, at the worst of ten moments to approve."""
    late = []

    def log_in():
        for n in range(10):
            login = Login(account, Mode.DEVICE)
            code = code_of(login)
            while login.state != "polling":
                time.sleep(0.005)
            time.sleep(n / 10)
            server.approve(code)
            begun = time.monotonic()
            login.wait(WAIT_S)
            late.append(time.monotonic() - begun)
            account.keeper.forget()

    benchmark.pedantic(log_in, rounds=1)
    benchmark.extra_info.update(
        longest_s=round(max(late), 3), median_s=round(statistics.median(late), 3)
    )


class Instantly(requests.adapters.BaseAdapter):
    """Answers without a network, so that what a call itself costs is seen."""

    def send(self, request, **_how):
        answer = requests.Response()
        answer.status_code, answer.request, answer.url = 200, request, request.url
        answer._content = b"{}"
        answer.connection = self
        return answer

    def close(self):
        """There is nothing to close."""


@pytest.mark.parametrize("kind", ["plain", "authenticated"])
def test_call(benchmark, server, account, kind):
    logged_in(server, account)
    session = account.session() if kind == "authenticated" else account.plain_session()
    for prefix in list(session.adapters):
        session.mount(prefix, Instantly())
    session.get(f"{server.endpoint}/me")
    benchmark(session.get, f"{server.endpoint}/me")


def test_64_threads_with_a_token_that_has_ended(benchmark, server, account):
    """Refreshes that the server saw: in ``extra_info``."""
    logged_in(server, account)

    def call():
        with account.session() as session:
            assert session.get(f"{server.endpoint}/me").status_code == 200

    def begin():
        time.sleep(QUIET_S)  # else those of the round before are all that there are
        server.advance(4000)
        return ([threading.Thread(target=call) for _ in range(64)],), {}

    def all_of_them(threads):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    before = len(server.issued)
    benchmark.pedantic(all_of_them, setup=begin, rounds=3)
    benchmark.extra_info["refreshes_of_3_rounds"] = len(server.issued) - before
    assert len(server.issued) - before == 3
