"""`%flyte_login` in JupyterLab: followed in the notebook, approved by the user in a second page."""

import re
import socket

import nbformat
import pytest
from lab_cells import cell, picture
from playwright.sync_api import expect

from flyte_nb.testing import AuthServer

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

START = """%load_ext flyte_nb
import os, time
os.environ["FLYTE_PLATFORM_URL"] = {endpoint!r}
os.environ["FLYTE_PLATFORM_INSECURE"] = "true"
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
os.environ["SSH_CONNECTION"] = "a kernel on another machine"
"""
IS_IDLE = """() =>
    window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === "idle"
"""


@pytest.fixture
def server():
    with AuthServer(interval_s=0.2) as server:
        yield server


@pytest.fixture
def begin(notebook, page, server):
    """Return a function that runs *line* and further cells, and returns the panel."""

    def begin(line="%flyte_login", *cells):
        notebook(START.format(endpoint=server.endpoint), line, *cells)
        return panel(page)

    return begin


@pytest.fixture
def user(page):
    """Return a function that opens a link of the panel, and decides there as a user would."""

    def decide(view, decision="Approve", name="ada lovelace"):
        with page.expect_popup() as opened:
            view.get_by_role("link", name="Open the login page").click()
        other = opened.value
        assert other.evaluate("window.opener") is None
        other.get_by_label("User name").fill(name)
        other.get_by_role("button", name=decision).click()
        return other

    return decide


def panel(page, n=1):
    return cell(page, n).get_by_role("region", name="Flyte login")


def code_of(view):
    expect(view.locator("code")).to_have_text(re.compile(r"\S{4,}"))
    return view.locator("code").inner_text()


def logged_in(view, name="Ada Lovelace"):
    expect(view).to_contain_text("Logged in to 127.0.0.1")
    expect(view).to_contain_text(name)


def outputs(saved, n=1):
    return nbformat.read(saved, as_version=4).cells[n].outputs


def secrets_of(server):
    logins = [(login.device_code, login.user_code) for login in server.device_logins]
    tokens = [(token.access_token, token.refresh_token) for token in server.issued]
    return [text for pair in logins + tokens for text in pair if text]


@pytest.mark.usefixtures("widgets_are_saved")
def test_a_user_approves_and_the_notebook_keeps_a_record_without_secrets(
    begin, user, page, server, save, looks
):
    view = begin("%flyte_login", "print('ran', 6 * 7)")
    code = code_of(view)
    assert code == server.device_logins[-1].user_code
    expect(cell(page, 2)).to_contain_text("ran 42")  # while it is polled
    expect(view.get_by_role("img")).to_have_accessible_name(re.compile("QR code of http://127"))
    expect(view.get_by_role("status")).to_contain_text("Waiting for you to approve")
    for _, name in looks():
        picture(view, f"login-waiting-{name}")
    meanwhile = save().read_text()
    assert [text for text in secrets_of(server) if text in meanwhile] == []
    assert "went on when this notebook was saved" in meanwhile
    user(view).get_by_text("Approved.").wait_for()
    logged_in(view)
    expect(view).to_contain_text("good for 59 min")
    for _, name in looks():
        picture(view, f"login-done-{name}")
    kept = save()
    assert [text for text in secrets_of(server) if text in kept.read_text()] == []
    (record,) = [o for o in outputs(kept) if o.data.get("text/plain")]
    assert set(record.data) == {"text/html", "text/plain"}
    assert "Ada Lovelace" in record.data["text/html"]


def test_a_login_that_goes_on_is_the_same_after_a_reload(begin, user, page, save):
    view = begin()
    code = code_of(view)
    save()
    page.reload()
    expect(view.locator("code")).to_have_text(code)
    user(view)
    logged_in(view)


def test_the_record_has_its_buttons_after_a_reload_too(begin, user, page, server, save):
    view = begin()
    user(view)
    logged_in(view)
    save()
    page.reload()
    logged_in(view)
    before = len(server.issued)
    view.get_by_role("button", name="Refresh").click()
    expect(view).to_contain_text("The token was renewed.")
    assert len(server.issued) > before
    view.get_by_role("button", name="Log out").click()
    expect(view).to_contain_text("Logged out of 127.0.0.1")
    assert server.revoked
    expect(view.get_by_role("button", name="Log in")).to_be_visible()


def test_a_denied_login_says_so_and_another_begins_in_its_place(begin, user, server):
    view = begin()
    code = code_of(view)
    user(view, "Deny")
    expect(view).to_contain_text("Not logged in to 127.0.0.1")
    picture(view, "login-denied")
    view.get_by_role("button", name="Retry").click()
    expect(view.locator("code")).to_be_visible()
    assert code_of(view) != code
    user(view)
    logged_in(view)
    assert len(server.device_logins) == 2


def test_the_keyboard_cancels_and_retries(begin, page):
    view = begin()
    code = code_of(view)
    view.get_by_role("button", name="Cancel").focus()
    page.keyboard.press("Enter")
    expect(view).to_contain_text("The login was cancelled")
    expect(view.get_by_role("button", name="Retry")).to_be_focused()
    page.keyboard.press("Enter")
    expect(view.locator("code")).to_be_visible()
    assert code_of(view) != code


def test_it_is_cancelled_while_a_cell_runs(begin, page):
    begin("pass", "%flyte_login")
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:insert-cell-below')")
    view = panel(page, 2)
    code_of(view)
    cell(page, 3).locator(".cm-content").click()
    page.keyboard.type("time.sleep(600)")
    page.keyboard.press("Control+Enter")
    expect(cell(page, 3).locator(".jp-InputPrompt")).to_have_text("[*]:")
    view.get_by_role("button", name="Cancel").click()
    expect(view).to_contain_text("The login was cancelled")
    expect(cell(page, 3).locator(".jp-InputPrompt")).to_have_text("[*]:")


def test_two_cells_show_one_login_and_follow_its_switch(begin, user, page, server):
    view = begin("%flyte_login", "%flyte_login")
    second = panel(page, 2)
    assert code_of(view) == code_of(second)
    view.get_by_role("button", name="Log in by this browser").click()
    for one in (view, second):
        expect(one.get_by_label("paste it here")).to_be_visible()
    picture(view, "login-browser")
    other = user(second, name="grace")
    other.wait_for_url("**/callback**", wait_until="commit")
    address = other.url
    assert "code=" in address
    for one in (view, second):
        logged_in(one, "Grace")
    assert len(server.device_logins) == 1


@pytest.fixture
def taken_port(server):
    """Where the browser comes back to the kernel cannot listen, and nobody does."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        server.change(redirect_uri=f"http://127.0.0.1:{taken.getsockname()[1]}/callback")
        yield


@pytest.mark.usefixtures("taken_port")
def test_the_address_of_a_browser_that_cannot_come_back_is_pasted(begin, page):
    view = begin("%flyte_login --mode pkce")
    with page.expect_popup() as opened:
        view.get_by_role("link", name="Open the login page").click()
    other = opened.value
    other.get_by_label("User name").fill("grace")
    with other.expect_request("**/callback**") as asked:
        other.get_by_role("button", name="Approve").click()
    field = view.get_by_label("paste it here")
    field.fill(asked.value.url)
    picture(view, "login-paste")
    field.press("Enter")
    logged_in(view, "Grace")


def test_a_kernel_that_has_ended_is_noticed(begin, page):
    view = begin()
    code_of(view)
    page.evaluate("""() => {
        window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart();
    }""")
    expect(view).to_contain_text("The kernel has ended, and the login with it")
    expect(view.locator("code")).to_have_count(0)
    expect(view.get_by_role("button")).to_have_count(0)
    page.wait_for_function(IS_IDLE)


def test_the_record_is_there_without_the_kernel(begin, user, reopen_without_kernel):
    view = begin()
    code_of(view)
    user(view)
    logged_in(view)
    page = reopen_without_kernel()
    shown = cell(page, 1).locator(".jp-OutputArea-output").first
    expect(shown).to_contain_text("Logged in to 127.0.0.1")
    expect(shown).to_contain_text("Ada Lovelace")
    expect(panel(page)).to_have_count(0)
    expect(cell(page, 1)).not_to_contain_text("Error displaying widget")


def test_who_is_logged_in_is_a_pill(begin, user, page, looks):
    view = begin("%flyte_login", "%flyte_whoami")
    pill = cell(page, 2).locator(".jp-OutputArea-output").first
    expect(pill).to_contain_text("nobody is logged in")
    user(view)
    logged_in(view)
    cell(page, 2).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(pill).to_contain_text("Ada Lovelace")
    for _, name in looks():
        picture(cell(page, 2), f"whoami-{name}")
