"""Integration: no secret in anything that a real kernel sends."""

import json
import os
import textwrap

import pytest
from jupyter_client.manager import start_new_kernel

pytestmark = pytest.mark.kernel
SECRET = "hunter22-correct-horse"
MASK = "••••"
SETUP = """
import os, sys, threading, time, asyncio, logging, subprocess, base64, html
from IPython.display import HTML, JSON, Image, display, clear_output, update_display
from flyte_nb import Deck, Secret, current_context, task
%load_ext flyte_nb
secret = current_context().secrets.get("db", "password")
"""


class Kernel:
    """Runs cells and keeps every message, as text and as it was."""

    def __init__(self, client):
        self.client = client
        self.sent = []

    def run(self, code, answer=None):
        """Return what the cell published, without the cell itself."""
        published = []
        before = len(self.sent)

        def take(message):
            self.sent.append(message)
            if message["msg_type"] not in {"execute_input", "status"}:
                published.append(message)

        def reply(message):
            self.sent.append(message)
            self.client.input(answer)

        done = self.client.execute_interactive(
            textwrap.dedent(code),
            timeout=60,
            allow_stdin=answer is not None,
            stdin_hook=reply,
            output_hook=take,
        )
        self.sent.append(done)
        for message in self.sent[before:]:
            if message["msg_type"] != "execute_input":
                assert SECRET not in json.dumps(message["content"]), message
        return published

    def text(self, code, name="stdout"):
        """Return what the cell wrote to a stream."""
        return "".join(
            m["content"]["text"]
            for m in self.run(code)
            if m["msg_type"] == "stream" and m["content"]["name"] == name
        )

    def data(self, code):
        """Return the data that the cell displayed."""
        return [m["content"]["data"] for m in self.run(code) if "data" in m["content"]]

    def error(self, code):
        """Return the error that the cell ended with."""
        (found,) = [m["content"] for m in self.run(code) if m["msg_type"] == "error"]
        return found

    def value(self, expression):
        """Return the text of an expression's value."""
        return self.text(f"print({expression})").strip()


@pytest.fixture(scope="module")
def running_kernel():
    # ipykernel leaves file descriptors alone where it sees this variable.
    env = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
    manager, client = start_new_kernel(env=env)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.fixture
def kernel(running_kernel):
    kernel = Kernel(running_kernel)
    running_kernel.execute_interactive(
        f"import os\nos.environ['_FSEC_DB_PASSWORD'] = '{SECRET}'", timeout=60
    )
    kernel.run(SETUP)
    yield kernel
    running_kernel.execute_interactive("%xmode Context\n%unload_ext flyte_nb", timeout=60)


def test_print(kernel):
    assert kernel.text("print('a', secret, 'b')") == f"a {MASK} b\n"
    assert kernel.text("print(secret, file=sys.stderr)", "stderr") == f"{MASK}\n"


def test_the_value_itself_is_untouched(kernel):
    assert kernel.value("len(secret)") == str(len(SECRET))
    assert kernel.value("secret[::-1]") == SECRET[::-1]


def test_print_in_pieces_with_flushes_and_pauses(kernel):
    assert kernel.text("for c in secret: print(c, end='', flush=True)") in {MASK, f"hun{MASK}"}
    slow = "for c in secret:\n    print(c, end='', flush=True)\n    time.sleep(0.05)"
    assert kernel.text(slow).endswith(MASK)
    paused = "print(secret[:9], end='', flush=True); time.sleep(1); print(secret[9:])"
    assert kernel.text(paused) == f"{MASK}\n"


def test_a_beginning_is_held_back_no_longer_than_the_cell(kernel):
    assert kernel.text("print(secret[:9], end='')") == SECRET[:9]


def test_a_progress_bar_stays_live(kernel):
    out = kernel.run("print('10% h', end='', flush=True); time.sleep(2); print()")
    assert [message["content"]["text"] for message in out] == ["10% ", "h", "\n"]
    first, second, third = (message["header"]["date"] for message in out)
    assert (second - first).total_seconds() < 1 < (third - second).total_seconds()


def test_what_is_held_back_comes_before_what_follows(kernel):
    out = kernel.run("print('a hu', end=''); display(HTML('<p>x</p>')); print('b')")
    kinds = [m["content"].get("text") or m["msg_type"] for m in out]
    assert "".join(kinds) == "a hudisplay_datab\n"


def test_display(kernel):
    (data,) = kernel.data(
        "a, b = secret[:4], secret[4:]; display(HTML(f'<b title={secret}>{a}<i>{b}</i></b>'))"
    )
    assert data["text/html"] == f"<b title={MASK}>{MASK}<i></i></b>"
    (data,) = kernel.data("display(JSON({'a': [secret, 1, None], secret: {'b': 'x' + secret}}))")
    assert data["application/json"] == {"a": [MASK, 1, None], MASK: {"b": f"x{MASK}"}}
    (data,) = kernel.data("[secret]")
    assert data["text/plain"] == f"['{MASK}']"
    (data,) = kernel.data("base64.b64encode(f'user:{secret}'.encode())")
    assert MASK in data["text/plain"]
    assert "Y29ycmVjdC1" not in data["text/plain"]


def test_updates(kernel):
    _, second = kernel.data(
        "handle = display('x', display_id=True); handle.update(HTML(f'<b>{secret}</b>'))"
    )
    assert second["text/html"] == f"<b>{MASK}</b>"


def test_images_are_left_alone(kernel):
    code = "display({'image/png': secret, 'image/svg+xml': secret, 'text/plain': secret}, raw=True)"
    found = []
    kernel.client.execute_interactive(code, timeout=60, output_hook=found.append)
    (data,) = [m["content"]["data"] for m in found if "data" in m["content"]]
    assert data == {"image/png": SECRET, "image/svg+xml": MASK, "text/plain": MASK}


def test_an_exception_is_shown_masked_and_stays_what_it_is(kernel):
    error = kernel.error("error = ValueError(f'no login with {secret!r}'); raise error")
    assert error["evalue"] == f"no login with '{MASK}'"
    assert MASK in error["traceback"][-1]
    assert kernel.value("secret in str(error)") == "True"
    assert kernel.value("type(error).__name__, error is sys.last_value") == "ValueError True"


@pytest.mark.parametrize("mode", ["Verbose", "Context", "Plain", "Minimal"])
def test_local_variables_of_a_traceback(kernel, mode):
    kernel.run(f"%xmode {mode}")
    error = kernel.error(
        """
        def login(password, header):
            raise RuntimeError(password)
        login(secret, {'Authorization': 'Basic ' + base64.b64encode(secret.encode()).decode()})
        """
    )
    trace = "\n".join(error["traceback"])
    assert MASK in trace
    assert "aHVudGVyMjIt" not in trace
    if mode == "Verbose":
        assert "password" in trace
        assert trace.count(MASK) >= 3


def test_logs(kernel):
    assert kernel.text("current_context().logging.info('with %s', secret)").endswith(
        f"INFO with {MASK}\n"
    )
    failed = """
        try:
            raise ValueError(secret)
        except ValueError:
            current_context().logging.exception('failed')
    """
    assert f"ValueError: {MASK}" in kernel.text(failed)


def test_a_log_file_of_the_users_own(kernel, tmp_path):
    kernel.run(
        f"""
        handler = logging.FileHandler({str(tmp_path / "log")!r})
        current_context().logging.addHandler(handler)
        current_context().logging.warning('with %s', secret)
        current_context().logging.removeHandler(handler); handler.close()
        """
    )
    assert (tmp_path / "log").read_text() == f"with {MASK}\n"


def test_threads_and_coroutines(kernel):
    assert kernel.text(
        "t = threading.Thread(target=print, args=(secret,)); t.start(); t.join()"
    ).strip() == MASK  # fmt: skip
    code = """
        async def speak():
            print(secret[:8], end='', flush=True)
            await asyncio.sleep(0.01)
            print(secret[8:])
        await asyncio.gather(speak())
    """
    assert kernel.text(code) == f"{MASK}\n"


def test_a_thread_that_outlives_its_cell(kernel):
    kernel.run("threading.Timer(0.3, print, (secret,)).start()")
    assert MASK in kernel.text("time.sleep(1)")


@pytest.mark.parametrize(
    "code",
    [
        "!echo $_FSEC_DB_PASSWORD",
        "subprocess.run(['echo', secret]); time.sleep(2)",
        "os.write(1, secret.encode() + b'\\n'); time.sleep(2)",
    ],
)  # fmt: skip
def test_other_processes(kernel, code):
    assert kernel.text(code).strip() == MASK


def test_a_fork_shows_none_either(kernel):
    code = """
        if not (child := os.fork()):
            print(secret, flush=True)
            os._exit(0)
        for _ in range(100):
            time.sleep(0.02)
            if os.waitpid(child, os.WNOHANG)[0]:
                break
        else:  # a copy of a process with threads may stop anywhere
            os.kill(child, 9)
            os.waitpid(child, 0)
    """
    assert kernel.text(code).strip() in {MASK, ""}


def test_captured_output_is_the_users_until_it_is_shown(kernel):
    kernel.run("from contextlib import redirect_stdout; from io import StringIO")
    kernel.run("out = StringIO()\nwith redirect_stdout(out): print(secret)")
    assert kernel.text("print(secret in out.getvalue(), out.getvalue())") == f"True {MASK}\n\n"


def test_help_shows_no_value(kernel):
    kernel.run("secret?")
    kernel.client.inspect("secret", 3)
    reply = kernel.client.get_shell_msg(timeout=10)
    assert MASK in reply["content"]["data"]["text/plain"]
    assert SECRET not in str(reply["content"])


def test_a_prompt(kernel):
    kernel.run("input(f'is it {secret}? ')", answer="yes")
    asked = [m["content"]["prompt"] for m in kernel.sent if m["msg_type"] == "input_request"]
    assert asked == [f"is it {MASK}? "]


def test_the_state_of_a_widget(kernel):
    kernel.run("from ipywidgets import Label\nlabel = Label(secret)\nlabel.value = 'x' + secret")
    states = [m["content"]["data"].get("state", {}) for m in kernel.sent if "comm" in m["msg_type"]]
    assert [s["value"] for s in states if "value" in s] == [MASK, f"x{MASK}"]
    assert kernel.value("label.value == 'x' + secret") == "True"


def test_a_deck_with_every_kind_of_quote_and_a_failed_run(kernel):
    code = """
        os.environ['_FSEC_DB_OTHER'] = other = '''a<b>&"c'd\\\\e'''
        @task(enable_deck=True, secret_requests=[Secret(group='db', key='other')])
        def report():
            value = current_context().secrets.get('db', 'other')
            Deck('secret ' + secret, f'<p title="{html.escape(value)}">{html.escape(value)}</p>')
            raise ValueError(secret)
        report()
    """
    (shown,) = [d["text/html"] for d in kernel.data(code)]
    assert shown.count(MASK) >= 3
    assert SECRET not in shown
    for written in ("a&lt;b&gt;", "a&amp;lt;b", "a&amp;amp;lt;b"):
        assert written not in shown


def test_an_export_of_the_notebook(kernel, tmp_path):
    kernel.run("print(secret)")
    kernel.run("secret")
    kernel.run("raise ValueError(secret)")
    kernel.run("1")
    kernel.run(f"%notebook {tmp_path / 'all.ipynb'}")
    notebook = json.loads((tmp_path / "all.ipynb").read_text())
    outputs = [output for cell in notebook["cells"] for output in cell["outputs"]]
    assert SECRET not in json.dumps(outputs)
    assert {"stream", "execute_result", "error"} <= {output["output_type"] for output in outputs}
    assert MASK in [output.get("evalue") for output in outputs]


def test_the_switch(kernel):
    off = kernel.client.execute_interactive
    seen = []
    off(
        "%env FLYTE_NB_LEAK_GUARD=off\nprint(secret)",
        timeout=60,
        output_hook=lambda m: seen.append(m["content"].get("text", "")),
    )
    assert SECRET in "".join(seen)
    kernel.run("del os.environ['FLYTE_NB_LEAK_GUARD']")
    assert kernel.text("print(secret)") == f"{MASK}\n"


def test_unloading_leaves_every_way_out_as_it_was(kernel):
    ways = (
        "(sys.stdout, sys.stderr, get_ipython().kernel.session.send.__func__,"
        " 'send' in vars(get_ipython().kernel.session),"
        " len(get_ipython().events.callbacks['post_run_cell']))"
    )
    kernel.run(f"loaded = {ways}")
    kernel.run("%unload_ext flyte_nb")
    kernel.run(f"bare = {ways}")
    assert kernel.value("bare[3]") == "False"
    assert kernel.value("type(sys.stdout).__name__, loaded[:2] == bare[:2]") == "OutStream True"
    assert kernel.value("loaded[4] > bare[4]") == "True"
    seen = []
    kernel.client.execute_interactive(
        "print(secret)", timeout=60, output_hook=lambda m: seen.append(m["content"].get("text", ""))
    )
    assert SECRET in "".join(seen)
    kernel.run("%load_ext flyte_nb")
    kernel.run(f"again = {ways}")
    kernel.run("%unload_ext flyte_nb")
    kernel.run(f"assert {ways}[2:] == bare[2:]")
    assert kernel.value(f"{ways}[2:] == bare[2:]") == "True"
