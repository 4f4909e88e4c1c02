"""Integration: cells in a real IPython kernel, driven as a front end drives it."""

import pytest
from kernels import started

pytestmark = pytest.mark.kernel

SETUP = """
%load_ext flyte_nb
from flyte_nb import Deck, FlyteRecoverableException, current_context, task
import time
"""


@pytest.fixture(scope="module")
def running_kernel():
    with started() as kernel:
        yield kernel


@pytest.fixture
def kernel(running_kernel):
    running_kernel.run(SETUP)
    yield running_kernel
    running_kernel.run("%unload_ext flyte_nb")


def decks(outputs):
    return [
        o["content"]["data"]
        for o in outputs
        if o["msg_type"] == "display_data"
        and "<iframe" in o["content"]["data"].get("text/html", "")
    ]


def test_two_tasks_of_one_cell_show_two_decks_after_its_output(kernel):
    status, outputs = kernel.run(
        "@task(enable_deck=True)\n"
        "def f(a: int) -> int:\n"
        "    Deck(f'deck {a}', f'<p>{a}</p>')\n"
        "    return a\n"
        "print('before'); f(a=1); f(a=2)"
    )
    assert status == "ok"
    (shown,) = decks(outputs)
    assert shown["text/html"].count("<iframe data-flyte-nb-decks") == 2
    assert "decks: deck 1" in shown["text/plain"]
    assert outputs[0]["content"]["text"] == "before\n"
    assert outputs[-1]["msg_type"] == "display_data"


def test_an_interrupt_ends_the_task_and_the_next_cell_works(kernel):
    def interrupt(message):
        if "working" in message["content"].get("text", ""):
            kernel.manager.interrupt_kernel()

    status, outputs = kernel.run(
        "@task(enable_deck=True, retries=3)\n"
        "def slow() -> int:\n"
        "    folder = current_context().working_directory\n"
        "    Deck('so far', '<p>half</p>')\n"
        "    print('working', folder, flush=True)\n"
        "    time.sleep(60)\n"
        "    return 1\n"
        "slow()",
        on_output=interrupt,
    )
    assert status == "error"
    assert [o["content"]["ename"] for o in outputs if o["msg_type"] == "error"] == [
        "KeyboardInterrupt"
    ]
    assert "slow: aborted" in decks(outputs)[0]["text/plain"]
    folder = outputs[0]["content"]["text"].split()[1]
    assert kernel.value(f"__import__('os').path.exists({folder!r})") == "False"
    assert kernel.value("current_context().task_id") == "None"


def test_a_failing_task_shows_the_users_error_and_its_deck(kernel):
    status, outputs = kernel.run(
        "@task(enable_deck=True)\n"
        "def divide(a: float) -> float:\n"
        "    Deck('inputs', '<p>in</p>')\n"
        "    return a / 0\n"
        "divide(a=1.0)"
    )
    assert status == "error"
    (error,) = [o["content"] for o in outputs if o["msg_type"] == "error"]
    trace = "\n".join(error["traceback"])
    assert error["ename"] == "ZeroDivisionError"
    assert "in" in trace
    assert "divide" in trace
    assert "flyte_nb" not in trace.replace("load_ext flyte_nb", "")
    assert "divide: failed" in decks(outputs)[0]["text/plain"]
    assert kernel.value("1 + 1") == "2"


def test_a_wrong_type_is_one_short_error(kernel):
    kernel.run("@task\ndef f(a: int) -> int:\n    return a")
    status, outputs = kernel.run("f(a='one')")
    assert status == "error"
    (error,) = [o["content"] for o in outputs if o["msg_type"] == "error"]
    assert error["ename"] == "TypeTransformerFailedError"
    assert error["traceback"] == [
        "TypeTransformerFailedError: f(a=…): expected int, got str of 3 characters",
        "  at <module>, line 1: f(a='one')",
    ]


def test_a_context_set_in_one_cell_is_seen_by_the_next_also_after_await(kernel):
    kernel.run("import asyncio\n%flyte_context set project=p1")
    kernel.run("await asyncio.sleep(0.01)\n%flyte_context set domain=d1")
    assert kernel.value("current_context().execution_id").startswith("ex:p1:d1:")


def test_an_async_task_is_awaited_in_a_cell(kernel):
    kernel.run("import asyncio\n@task\nasync def f(a: int) -> int:\n    return a")
    status, outputs = kernel.run("await asyncio.gather(f(a=1), f(a=2))")
    assert status == "ok"
    assert outputs[-1]["content"]["data"]["text/plain"] == "[1, 2]"


def test_the_tasks_log_is_shown_under_the_cell(kernel):
    _, outputs = kernel.run(
        "@task\ndef f():\n    current_context().logging.info('epoch %d', 3)\nf()"
    )
    assert outputs[0]["content"]["name"] == "stdout"
    assert outputs[0]["content"]["text"].endswith("INFO epoch 3\n")


def test_a_deck_of_a_thread_that_outlives_its_cell_is_not_shown_by_the_next_cell(kernel):
    kernel.run(
        "import threading\n"
        "@task(enable_deck=True)\n"
        "def late():\n"
        "    Deck('late', '<p>x</p>')\n"
        "go, gone = threading.Event(), threading.Event()\n"
        "def work():\n"
        "    go.wait(); late(); gone.set()\n"
        "threading.Thread(target=work).start()"
    )
    kernel.run("threading.Timer(0.3, go.set).start()")
    kernel.run("1")
    kernel.run("gone.wait(10)")
    kernel.run("import time; time.sleep(0.1)")
    _, later = kernel.run("'nothing of it'")
    assert decks(later) == []


def test_a_deck_with_broken_html_harms_nothing(kernel):
    status, outputs = kernel.run(
        "@task(enable_deck=True)\n"
        "def f():\n"
        "    Deck('broken', '</iframe></div><!-- <script> \\' \" <plaintext>')\n"
        "    Deck('good', '<p>fine</p>')\n"
        "f()"
    )
    assert status == "ok"
    assert "decks: broken, good" in decks(outputs)[0]["text/plain"]


def test_unloading_takes_it_all_away_and_loading_works_again(kernel):
    kernel.run("%unload_ext flyte_nb")
    _, outputs = kernel.run("%flyte_context")
    assert "not found" in str(outputs)
    kernel.run(SETUP)
    _, outputs = kernel.run("%flyte_context")
    assert "Flyte context" in outputs[-1]["content"]["data"]["text/plain"]


def test_nothing_is_left_in_the_sandbox(kernel, tmp_path):
    kernel.run(f"%env FLYTE_SDK_LOCAL_SANDBOX={tmp_path}")
    status, _ = kernel.run(
        "@task\ndef f() -> str:\n    return current_context().working_directory\n"
        "assert all(f() for _ in range(20))"
    )
    kernel.run("import os; os.environ.pop('FLYTE_SDK_LOCAL_SANDBOX', 0)")
    assert status == "ok"
    assert list(tmp_path.iterdir()) == []


def test_an_edit_of_the_configuration_is_in_force_in_the_next_cell(kernel, tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("admin: {endpoint: one}")
    kernel.run(f"%env FLYTECTL_CONFIG={path}\nfrom flyte_nb.config.objects import Config")
    assert kernel.value("Config.auto().platform.endpoint") == "one"
    path.write_text("admin: {endpoint: another}")
    assert kernel.value("Config.auto().platform.endpoint") == "another"
    _, outputs = kernel.run("%flyte_config explain admin.endpoint")
    assert "another" in outputs[-1]["content"]["data"]["text/plain"]
    kernel.run("import os; del os.environ['FLYTECTL_CONFIG']")


def test_a_secret_is_asked_for_in_a_masked_field_and_is_in_no_output(kernel, tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("admin: {endpoint: one}")
    asked, status, outputs = kernel.answer(
        f"%flyte_config set credentials.client_secret --keep file --file {path}", "correct-horse"
    )
    assert (status, [ask["password"] for ask in asked]) == ("ok", [True])
    assert "correct-horse" not in str(outputs)
    assert (tmp_path / "secrets/config.yaml-client_secret").read_text() == "correct-horse"
    _, outputs = kernel.run("%flyte_config set credentials.client_secret")  # nobody answers
    assert "nobody can be asked" in str(outputs)


def test_a_profile_is_chosen_for_this_kernel_and_the_next_cell(kernel, tmp_path):
    path = tmp_path / "staging.yaml"
    path.write_text("admin: {endpoint: stage}")
    kernel.run(f"%flyte_context use {path}\nfrom flyte_nb.config.objects import Config")
    assert kernel.value("Config.auto().platform.endpoint") == "stage"
    kernel.run("await __import__('asyncio').sleep(0)\n%flyte_context use default")
    assert kernel.value("Config.auto().platform.endpoint") == "localhost:30080"


def test_the_doctor_grows_in_one_place(kernel):
    updates = []
    kernel.run("%env FLYTE_PLATFORM_URL=localhost:9")

    def collect(message):
        if message["msg_type"] in {"display_data", "update_display_data"}:
            updates.append((message["msg_type"], message["content"]["data"]["text/plain"]))

    kernel.client.execute_interactive("%flyte_config doctor", timeout=60, output_hook=collect)
    kernel.run("import os; del os.environ['FLYTE_PLATFORM_URL']")
    assert [kind for kind, _ in updates] == ["display_data"] + ["update_display_data"] * (
        len(updates) - 1
    )
    assert updates[0][1] == "Flyte doctor: looking …"
    assert "✗ failure  TCP" in updates[-1][1]
