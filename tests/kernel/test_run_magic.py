"""Integration: `%flyte_run` in a real kernel, as a front end and a headless notebook see it."""

import json
import re
import time

import nbformat
import pytest
from kernels import started
from nbclient import NotebookClient

from flyte_nb.magics.run_line import OPTIONS

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
SILENCES = """
import os, sys

@task
def silences(a: int) -> int:
    sys.stdout = open(os.devnull, "w")
    return a

%flyte_run silences --a 1
"""
BUNDLE = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def kernel():
    with started(SETUP, kinds=None) as kernel:
        yield kernel


def messages_of(kernel, seconds):
    """Return what comes without a cell in that time."""
    found, end = [], time.monotonic() + seconds
    while (rest := end - time.monotonic()) > 0:
        try:
            found.append(kernel.client.get_iopub_msg(timeout=rest))
        except Exception:  # noqa: BLE001 - queue.Empty, of a library's own
            break
    return found


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


@pytest.mark.parametrize("jedi", [True, False])
@pytest.mark.parametrize("begin", ["%flyte_run double --", "run = %flyte_run double --"])
def test_inputs_and_options_are_completed_and_nothing_else(kernel, begin, jedi):
    kernel.run(f"%config IPCompleter.use_jedi = {jedi}")
    found = {one.removeprefix(begin) for one in kernel.complete(begin)}
    assert found == {"a", "wait", *(name.removeprefix("--") for name in OPTIONS)}
    assert kernel.complete(f"{begin}z") == []
    assert kernel.complete(f"{begin}a ") == []
    assert kernel.complete(f"{begin}wait 1 --i") == [f"{begin}wait 1 --i{one}" for one in
                                                     ("solate", "nputs")]  # fmt: skip
    assert f"{begin}a =double" in kernel.complete(f"{begin}a =do")
    assert f"{begin}a =time.sleep" in kernel.complete(f"{begin}a =time.sl")
    assert "%flyte_run doub" not in kernel.complete("doub")


def error_of(kernel, code, on_output=None):
    """Return the text of the one error of a cell."""
    status, messages = kernel.run(code, on_output)
    assert status == "error"
    (error,) = of_type(messages, "error")
    return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(error["traceback"]))


def test_a_mistake_in_an_expression_is_shown_at_the_expression(kernel):
    kernel.run("def halved(n):\n    return n / none")
    trace = error_of(kernel, "%flyte_run double --a =halved(4)")
    assert re.search(r"-+> 1 halved\(4\)\n", trace), trace
    assert re.search(r"-+> 2\s+return n / none\n\nNameError", trace), trace
    assert "flyte_nb/" not in trace
    trace = error_of(kernel, "%flyte_run double --a =(1 +* 2)")
    assert len(trace.splitlines()) <= 4
    assert re.search(r"no Python expression: .*\n +\(1 \+\* 2\)\n +\^", trace), trace


@pytest.mark.parametrize(
    "cell",
    [
        "%flyte_run wait --seconds 60 --isolate",
        "wait.run(seconds=60.0, isolate=True).result()",
        "wait.run(seconds=60.0).wait()",
        "await wait.run(seconds=60.0, isolate=True)",
        "map_task(wait).run(seconds=[60.0], isolate=True).result()",
    ],
)
def test_an_interrupted_run_shows_no_frames_of_ours(kernel, cell):
    trace = error_of(kernel, cell, kernel.interrupting("waiting"))
    assert re.search(r"-+> 1 ", trace), trace  # the cell
    assert re.search(r"-+> +\d+ def wait", trace), trace
    assert "flyte_nb/" not in trace
    assert "asyncio" not in trace


def test_what_cannot_be_pickled_is_told_once_without_frames_of_ours(kernel):
    kernel.run(
        "import threading\nfrom typing import Any\nlock = threading.Lock()\n"
        "class Stays:\n    def __reduce__(self):\n        raise RuntimeError('stays here')\n"
        "@task\ndef given(a: Any) -> int:\n    return 1\n"
        "@task\ndef used() -> int:\n    return lock.locked()\n"
        "@task\ndef handed() -> Any:\n    return Stays()"
    )
    for line, said in (
        ("given --a =lock", "argument 'a' cannot be pickled: it is a _thread.lock"),
        ("used", "global 'lock' cannot be pickled: it is a _thread.lock"),
        ("handed", "the value, a Stays, cannot be handed back: RuntimeError: stays here"),
    ):
        trace = error_of(kernel, f"%flyte_run {line} --isolate")
        assert trace.count(said) == 1
        assert "flyte_nb/" not in trace
        assert "cloudpickle" not in trace
        assert ("raise RuntimeError" in trace) == (line == "handed")


def test_an_interrupt_ends_the_run_and_is_in_the_record(kernel):
    def interrupt(message):
        if "waiting" in str(message["content"].get("text", "")):
            kernel.manager.interrupt_kernel()

    status, messages = kernel.run("%flyte_run wait --seconds 60", on_output=interrupt)
    assert status == "error"
    assert [error["ename"] for error in of_type(messages, "error")] == ["KeyboardInterrupt"]
    assert "aborted" in record(messages)["text/html"]
    assert kernel.run("1 + 1")[0] == "ok"


def test_a_stop_counts_though_the_task_catches_it_and_a_second_one_ends_the_task(kernel):
    kernel.run(
        "import time\nfrom flyte_nb import workflow\n"
        "@task\ndef catches(times: int) -> int:\n    for n in range(times):\n"
        "        try:\n            print('caught', n)\n            time.sleep(60)\n"
        "        except KeyboardInterrupt:\n            pass\n    return 1\n"
        "@task\ndef after(a: int) -> int:\n    print('after')\n    return a\n"
        "@workflow\ndef wf(times: int) -> int:\n    return after(a=catches(times=times))"
    )

    def stop_twice(message):
        for text in ("caught 0", "caught 1"):
            kernel.interrupting(text)(message)

    for times, said in ((1, "what it returned is dropped"), (1000, "forced to end")):
        status, messages = kernel.run(f"%flyte_run wf --times {times}", on_output=stop_twice)
        assert status == "error"
        (error,) = of_type(messages, "error")
        assert (error["ename"], said in error["evalue"]) == ("KeyboardInterrupt", True)
        assert "aborted" in record(messages)["text/html"]
        assert "after\n" not in printed(messages)
    assert kernel.run("1 + 1")[0] == "ok"


def test_a_task_that_replaces_stdout_does_not_silence_the_next_cell(kernel):
    status, _ = kernel.run(SILENCES)
    assert status == "ok"
    _, messages = kernel.run("print('heard')")
    assert printed(messages) == "heard\n"


def test_in_the_background_the_cell_ends_before_the_run(kernel):
    status, messages = kernel.run("later = %flyte_run double --a 1 --wait 1 --background")
    assert status == "ok"
    assert of_type(messages, "update_display_data") == []
    assert len(of_type(messages, "display_data")) == 1
    assert len(of_type(messages_of(kernel, 3), "update_display_data")) == 1
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
    assert "aborted" in record(messages)["text/html"]


def test_a_page_asks_for_all_while_the_cell_is_blocked(kernel, page):
    status, messages = kernel.run("%flyte_run wait --seconds 1", on_output=page("hello"))
    assert status == "ok"
    assert of_type(messages, "execute_result") == []  # the cell was not taken for ended
