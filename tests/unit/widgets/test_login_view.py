"""The login's kernel side against a real server; tests/browser drives the whole."""

import json
import threading
import time

import pytest

from flyte_nb.auth.account import Account
from flyte_nb.auth.accounts import forget_accounts, login_for
from flyte_nb.auth.mode import Mode
from flyte_nb.auth.stores import MemoryStore
from flyte_nb.config.platform import PlatformConfig
from flyte_nb.testing import AuthServer, faults
from flyte_nb.widgets import LoginView

pytestmark = pytest.mark.usefixtures("home")
LIMIT_S = 20
ADA = "Ada (ada@example.org)"


class View(LoginView):
    """Keeps the messages that would go to a page."""

    def __init__(self, login):
        self.sent = []
        self.told = threading.Condition()
        super().__init__(login, lambda _: None)

    def send(self, content, _buffers=None):
        with self.told:
            self.sent.append(content)
            self.told.notify_all()

    def receive(self, kind, **more):
        """Deliver a message as the front end would."""
        self._handle_custom_msg({"type": kind, "page": "p", **more}, [])

    def wait_for(self, **facts):
        """Return the last message once it says *facts*."""
        with self.told:
            assert self.told.wait_for(
                lambda: self.sent and facts.items() <= self.sent[-1].items(), LIMIT_S
            ), (facts, self.sent[-1:])
            return self.sent[-1]


@pytest.fixture
def server():
    with AuthServer(interval_s=0.05) as server:
        yield server


@pytest.fixture(autouse=True)
def _accounts_of_this_test():
    back = forget_accounts()
    yield
    back()


@pytest.fixture
def account(server):
    platform = PlatformConfig.for_endpoint(server.endpoint)
    return Account(platform, MemoryStore())


@pytest.fixture
def show(account):
    """Return a function that shows a login to a page."""
    views = []

    def show(mode=Mode.DEVICE):
        view = View(login_for(account, mode))
        views.append(view)
        view.begin()
        view.receive("hello")
        return view

    yield show
    for view in views:
        view.login.cancel()
        view.close()


def secrets_of(server):
    logins = [(login.device_code, login.user_code) for login in server.device_logins]
    tokens = [(token.access_token, token.refresh_token) for token in server.issued]
    return [text for pair in logins + tokens for text in pair if text]


def test_a_page_that_asks_sees_what_to_do_and_then_who_is_logged_in(server, show):
    view = show()
    told = view.wait_for(state="polling")
    assert told["code"] == server.device_logins[-1].user_code
    assert told["link"].endswith(told["code"])
    assert told["qr"]["size"] > 20
    assert 0 < told["left_s"] <= 600
    assert told["other"] == "pkce"
    server.approve(told["code"], user="ada")
    view.login.wait(LIMIT_S)
    done = view.wait_for(state="authorized", user=ADA)
    assert done["is_renewed"]
    assert 0 < done["left_s"] <= 3600
    assert not {"code", "link", "qr", "address"} & done.keys()


def test_what_logs_in_is_in_no_trait_and_is_not_told_unasked(server, account):
    view = View(login_for(account, Mode.DEVICE))
    view.begin()
    for _ in range(200):
        if view.login.user_code is not None:
            break
        time.sleep(0.05)
    assert view.sent == []
    view.receive("hello")
    server.approve(view.wait_for(endpoint=view.login.endpoint)["code"])
    view.login.wait(LIMIT_S)
    done = view.wait_for(state="authorized", user=ADA)
    state = {name: str(value) for name, value in view.get_state().items() if name != "_esm"}
    shown = json.dumps([state, repr(view), view._repr_mimebundle_(), done], default=str)
    assert [text for text in secrets_of(server) if text in shown] == []
    view.close()


def test_cancel_says_so_and_retry_begins_another_in_the_same_place(server, show):
    view = show()
    first = view.wait_for(state="polling")
    view.receive("cancel")
    assert "cancelled" in view.wait_for(state="cancelled")["problem"]
    view.receive("retry")
    second = view.wait_for(state="polling")
    assert second["code"] != first["code"]
    server.deny(second["code"])
    assert view.wait_for(state="denied")["hint"]


def test_every_view_of_a_login_follows_a_switch(show):
    one, other = show(), show()
    assert one.login is other.login
    assert one.wait_for(state="polling")["code"] == other.wait_for(state="polling")["code"]
    one.receive("switch")
    for view in (one, other):
        told = view.wait_for(state="waiting", mode="pkce")
        assert told["other"] == "device"
        assert "/authorize?" in told["link"]
    assert one.login is other.login


def test_an_address_is_pasted(server, show):
    import requests

    server.change(auto_approve="grace")
    view = show(Mode.PKCE)
    told = view.wait_for(state="waiting")
    answer = requests.get(told["link"], allow_redirects=False, timeout=LIMIT_S)
    view.receive("paste", address=answer.headers["Location"])
    view.wait_for(state="authorized", user="Grace (grace@example.org)")
    view.receive("paste", address="again")
    assert "no login waits" in view.wait_for(state="authorized")["said"]


@pytest.fixture
def logged_in(server, show):
    view = show()
    server.approve(view.wait_for(state="polling")["code"])
    view.wait_for(state="authorized", user=ADA)
    return view


def test_refresh_renews_the_token_now(server, account, logged_in):
    before = account.keeper.current()
    logged_in.receive("refresh")
    logged_in.wait_for(said="The token was renewed.", busy="")
    assert account.keeper.current().access_token != before.access_token
    assert len(server.issued) > 1


def test_a_refresh_that_fails_says_why(server, logged_in):
    server.fault("/token", faults.answer(400, {"error": "invalid_grant"}), times=None)
    logged_in.receive("refresh")
    logged_in.wait_for(busy="refreshing")
    assert "%flyte_login" in logged_in.wait_for(busy="")["said"]


def test_logging_out_shows_in_every_view(server, show, logged_in):
    other = show(Mode.AUTO)
    other.wait_for(state="authorized")
    other.receive("logout")
    for view in (other, logged_in):
        view.wait_for(state="logged-out", busy="")
    assert server.revoked
    assert (other.is_out, logged_in.is_out) == (True, False)
    logged_in.receive("retry")
    assert logged_in.wait_for(state="polling")["code"]


def test_messages_that_mean_nothing_do_nothing(logged_in):
    for message in (None, {}, {"type": "other"}, {"type": "retry"}, {"type": "switch"}):
        logged_in._handle_custom_msg(message, [])
    assert logged_in.login.state == "authorized"


def test_views_of_long_ago_are_closed(show):
    old = show()
    for _ in range(25):
        show()
    assert old.comm is None
