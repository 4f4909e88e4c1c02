"""Integration: `%flyte_run` in a real kernel, as a front end and a headless notebook see it."""

import json
import re
import time

import nbformat
import pytest
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient

pytestmark = pytest.mark.kernel

SETUP = """
%load_ext flyte_nb
import time
from flyte_nb import map_task, task, workflow

@task
def double(a: int, wait: float = 0.0) -> int:
    print("doubling", a, flush=True)
    time.sleep(wait)
    return 2 * a

@task
def divide(a: int) -> int:
    return 1 // a

@task
def talk(lines: int) -> int:
    for n in range(lines):
        print("line", n)
    return lines

@task
def wait(seconds: float) -> int:
    print("waiting", flush=True)
    time.sleep(seconds)
    return 1

@task
def one(a: int) -> int:
    return a

@workflow
def quadruple(a: int) -> int:
    return double(a=double(a=a))
"""
BUNDLE = "application/vnd.jupyter.widget-view+json"


class Kernel:
    """Runs cells and keeps everything that they publish."""

    def __init__(self, manager, client):
        self.manager = manager
        self.client = client

    def run(self, code, on_output=lambda _: None):
        """Run a cell; return (status, its messages in order)."""
        messages = []

        def collect(message):
            messages.append(message)
            on_output(message)

        reply = self.client.execute_interactive(
            code, timeout=120, allow_stdin=False, output_hook=collect
        )
        return reply["content"]["status"], messages

    def messages(self, seconds):
        """Return what comes without a cell in that time."""
        found, end = [], time.monotonic() + seconds
        while (rest := end - time.monotonic()) > 0:
            try:
                found.append(self.client.get_iopub_msg(timeout=rest))
            except Exception:  # noqa: BLE001 - queue.Empty, of a library's own
                break
        return found


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel()
    kernel = Kernel(manager, client)
    status, messages = kernel.run(SETUP)
    assert status == "ok", messages
    yield kernel
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def of_type(messages, *kinds):
    return [message["content"] for message in messages if message["msg_type"] in kinds]


def printed(messages):
    return "".join(content["text"] for content in of_type(messages, "stream"))


def record(messages):
    """Return what takes the place of the live view."""
    (shown,) = [c for c in of_type(messages, "display_data") if BUNDLE in c["data"]]
    updates = of_type(messages, "update_display_data")
    assert [u["transient"] for u in updates] == [shown["transient"]]
    assert BUNDLE not in updates[0]["data"]
    return updates[0]["data"]


def test_the_live_view_becomes_the_record_and_nothing_is_shown_twice(kernel):
    status, messages = kernel.run("%flyte_run quadruple --a 3")
    assert status == "ok"
    data = record(messages)
    assert "<svg" in data["text/html"]
    assert "succeeded" in data["text/plain"]
    assert of_type(messages, "execute_result") == []
    assert len(of_type(messages, "display_data")) == 1
    assert printed(messages) == "doubling 3\ndoubling 6\n"


def test_it_blocks_and_its_value_is_the_run(kernel):
    status, messages = kernel.run("run = %flyte_run double --a 4 --wait 0.5\nprint(run.result())")
    assert status == "ok"
    assert printed(messages) == "doubling 4\n8\n"
    status, messages = kernel.run("run")
    assert status == "ok"
    (shown,) = of_type(messages, "execute_result")
    assert "succeeded" in shown["data"]["text/html"]


def test_another_run_in_the_cell_is_shown_by_display(kernel):
    _, messages = kernel.run("display(run)\n%flyte_run double --a 5")
    assert len(of_type(messages, "display_data")) == 2
    _, messages = kernel.run("again = %flyte_run double --a 5\ndisplay(again)")
    assert len(of_type(messages, "display_data")) == 2


def test_a_failure_is_shown_once_and_ends_in_the_users_code(kernel):
    status, messages = kernel.run("%flyte_run divide --a 0")
    assert status == "error"
    (error,) = of_type(messages, "error")
    assert error["ename"] == "ZeroDivisionError"
    trace = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(error["traceback"]))
    assert "return 1 // a" in trace
    assert "run_display" not in trace
    assert "failed" in record(messages)["text/html"]
    assert of_type(messages, "execute_result") == []


def test_a_wrong_value_runs_nothing(kernel):
    status, messages = kernel.run("%flyte_run double --a four")
    assert status == "error"
    (error,) = of_type(messages, "error")
    assert error["ename"] == "TypeTransformerFailedError"
    assert len("".join(error["traceback"]).splitlines()) <= 3
    assert of_type(messages, "display_data", "comm_open") == []


def test_an_interrupt_ends_the_run_and_is_in_the_record(kernel):
    def interrupt(message):
        if "waiting" in str(message["content"].get("text", "")):
            kernel.manager.interrupt_kernel()

    status, messages = kernel.run("%flyte_run wait --seconds 60", on_output=interrupt)
    assert status == "error"
    assert [error["ename"] for error in of_type(messages, "error")] == ["KeyboardInterrupt"]
    assert "interrupted" in record(messages)["text/html"]
    assert kernel.run("1 + 1")[0] == "ok"


def test_in_the_background_the_cell_ends_before_the_run(kernel):
    status, messages = kernel.run("later = %flyte_run double --a 1 --wait 1 --background")
    assert status == "ok"
    assert of_type(messages, "update_display_data") == []
    assert len(of_type(messages, "display_data")) == 1
    assert len(of_type(kernel.messages(3), "update_display_data")) == 1
    _, messages = kernel.run("print(later.phase.value)")
    assert printed(messages) == "succeeded\n"


def test_output_does_not_flood_the_page(kernel):
    began = time.monotonic()
    status, messages = kernel.run("talked = %flyte_run talk --lines 100000")
    seconds = time.monotonic() - began
    assert status == "ok"
    sizes = [len(json.dumps(content)) for content in of_type(messages, "comm_msg")]
    print(f"{sum(sizes):,} bytes in {len(sizes)} messages, {seconds:.1f} s")  # noqa: T201
    assert sum(sizes) < 40_000 + 120_000 * seconds
    assert len(sizes) < 20 + 15 * seconds


def test_a_run_of_many_nodes_does_not_flood_the_page(kernel):
    kernel.run("map_one = map_task(one)")
    began = time.monotonic()
    status, messages = kernel.run("many = %flyte_run map_one --a =list(range(10000))")
    seconds = time.monotonic() - began
    assert status == "ok"
    sizes = [len(json.dumps(content)) for content in of_type(messages, "comm_msg")]
    print(f"{sum(sizes):,} bytes in {len(sizes)} messages, {seconds:.1f} s")  # noqa: T201
    assert sum(sizes) < 60_000 + 120_000 * seconds
    assert max(sizes) < 40_000


def test_a_secret_is_in_no_message(kernel):
    kernel.run(
        "from flyte_nb.context.leak_guard import LEAK_GUARD\nLEAK_GUARD.add('correct-horse')"
    )
    cell = (
        "@task\ndef leak(a: int) -> int:\n"
        "    print('it is correct', end='-'); time.sleep(0.4); print('esroh'[::-1])\n"
        "    raise ValueError('correct-horse')\n"
        "%flyte_run leak --a 1"
    )
    status, messages = kernel.run(cell)
    assert status == "error"
    told = [m for m in messages if m["msg_type"] != "execute_input"]
    assert "horse" not in json.dumps([m["content"] for m in told])


def test_a_saved_notebook_has_the_record(tmp_path):
    cells = [SETUP, "run = %flyte_run quadruple --a 3", "run.result()"]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": tmp_path}}).execute()
    (shown,) = [o for o in notebook.cells[1].outputs if o.output_type == "display_data"]
    assert sorted(shown.data) == ["text/html", "text/plain"]
    assert "<svg" in shown.data["text/html"]
    assert notebook.cells[2].outputs[0].data["text/plain"] == "12"


@pytest.fixture
def page(kernel):
    """Return a function that says something to the view, as JupyterLab does: by a subshell."""
    session, client = kernel.client.session, kernel.client
    client.control_channel.send(session.msg("create_subshell_request"))
    content = client.control_channel.get_msg(timeout=20)["content"]
    if "subshell_id" not in content:
        pytest.skip("this ipykernel has no subshells")

    def saying(kind):
        views = []

        def say(message):
            content = message["content"]
            if message["msg_type"] == "comm_open" and "frame" in content["data"].get("state", {}):
                views.append(content["comm_id"])
            if "waiting" in str(content.get("text", "")):
                data = {"method": "custom", "content": {"type": kind}}
                asked = session.msg("comm_msg", {"comm_id": views[0], "data": data})
                asked["header"]["subshell_id"] = subshell
                client.shell_channel.send(asked)

        return say

    subshell = content["subshell_id"]
    return saying


def test_a_page_cancels_a_run_that_blocks_its_cell(kernel, page):
    began = time.monotonic()
    status, messages = kernel.run("%flyte_run wait --seconds 60", on_output=page("cancel"))
    assert time.monotonic() - began < 30
    assert status == "error"
    assert [error["ename"] for error in of_type(messages, "error")] == ["KeyboardInterrupt"]
    assert "interrupted" in record(messages)["text/html"]


def test_a_page_asks_for_all_while_the_cell_is_blocked(kernel, page):
    status, messages = kernel.run("%flyte_run wait --seconds 1", on_output=page("hello"))
    assert status == "ok"
    assert of_type(messages, "execute_result") == []  # the cell was not taken for ended
