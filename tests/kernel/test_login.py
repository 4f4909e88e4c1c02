"""`%flyte_login` in a real kernel with no page: steps to read, then a record, and no question."""

import pytest
from kernels import started

from flyte_nb.testing import AuthServer

pytestmark = pytest.mark.kernel

SETUP = """
%load_ext flyte_nb
import os, threading
os.environ.update({environ})
from flyte_nb import login
from flyte_nb.auth.accounts import account_for, last_login
"""
BEGIN = """
%flyte_login --mode device
while login().user_code is None: pass
for thread in threading.enumerate():
    if isinstance(thread, threading.Timer): thread.join()  # a page has its time to answer
"""


@pytest.fixture
def server():
    with AuthServer(interval_s=1) as server:
        yield server


@pytest.fixture
def kernel(server):
    environ = {
        "FLYTE_PLATFORM_URL": server.endpoint,
        "FLYTE_CREDENTIALS_TOKEN_STORE": "memory",
        "SSH_CONNECTION": "a kernel on another machine",
    }
    with started(SETUP.format(environ=environ), kinds=None) as kernel:
        yield kernel


class Outputs:
    """What a page shows in the places of displays, by their ids, in order."""

    def __init__(self):
        self.places = {}

    def take(self, messages):
        for message in messages:
            if message["msg_type"] in {"display_data", "update_display_data"}:
                content = message["content"]
                place = content.get("transient", {}).get("display_id")
                self.places[place] = content["data"]
        return self

    @property
    def texts(self):
        return [data["text/plain"] for data in self.places.values() if data["text/plain"]]


def test_without_a_page_steps_are_shown_and_then_the_record(kernel, server):
    outputs = Outputs()
    status, messages = kernel.run(BEGIN)
    assert status == "ok"
    title, steps = outputs.take(messages).texts
    code = server.device_logins[-1].user_code
    assert title == "Login to " + server.endpoint.partition("//")[2]
    assert code in steps
    assert f"/device?user_code={code}" in steps
    server.approve(code, user="ada")
    _, messages = kernel.run("current = login(); current.wait(60).settle(60)")
    (record,) = outputs.take(messages).texts
    assert "Ada (ada@example.org)" in record
    assert code not in str(outputs.places)


def test_a_wait_ends_with_the_whole_record(kernel, server):
    server.change(login_required=False)
    status, messages = kernel.run("%flyte_login --wait")
    assert status == "ok"
    (record,) = Outputs().take(messages).texts
    assert "not needed: admin wants none" in record


def test_a_stop_ends_the_wait_and_the_login(kernel):
    def stop(message):
        if message["msg_type"] == "update_display_data":  # by then it waits
            kernel.manager.interrupt_kernel()

    assert kernel.run("%flyte_login --wait", stop)[0] == "error"
    assert kernel.value("last_login(account_for()).state") == "cancelled"


def test_a_login_that_is_the_value_of_a_cell_is_shown(kernel, server):
    outputs = Outputs()
    status, messages = kernel.run("login(mode='device')")
    assert status == "ok"
    assert outputs.take(messages).places
    status, messages = kernel.run(BEGIN.replace("%flyte_login --mode device", ""))
    assert server.device_logins[-1].user_code in str(outputs.take(messages).places)


def test_without_the_extension_a_login_shows_what_to_do(kernel, server):
    kernel.run("%unload_ext flyte_nb")
    status, messages = kernel.run("login(mode='device')")
    assert status == "ok"
    (shown,) = [m["content"]["data"] for m in messages if m["msg_type"] == "execute_result"]
    code = server.device_logins[-1].user_code
    assert code in shown["text/plain"]
    assert f"/device?user_code={code}" in shown["text/html"]
