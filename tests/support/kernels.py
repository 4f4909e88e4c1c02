"""A real IPython kernel, driven as a front end drives it."""

import os
import re
from contextlib import contextmanager

from jupyter_client.manager import start_new_kernel

SHOWN = frozenset({"stream", "display_data", "execute_result", "error"})


class Kernel:
    """Runs cells and keeps what they publish.

    Args:
        manager: Of the kernel.
        client: Talks to it.
        kinds: Types of the messages that are kept; None for all.

    Attributes:
        number: Of the cell that was run last, as a user sees it.
    """

    def __init__(self, manager, client, kinds=SHOWN):
        self.manager = manager
        self.client = client
        self.kinds = kinds
        self.number = 0

    def run(self, code, on_output=None):
        """Run a cell; return (status, its messages in order)."""
        messages = []

        def collect(message):
            if self.kinds is None or message["msg_type"] in self.kinds:
                messages.append(message)
                if on_output:
                    on_output(message)

        reply = self.client.execute_interactive(
            code, timeout=120, allow_stdin=False, output_hook=collect
        )
        self.number = reply["content"]["execution_count"]
        return reply["content"]["status"], messages

    def answer(self, code, text):
        """Run a cell that asks for one line; return (how it asked, status, outputs)."""
        asked, outputs = [], []

        def reply(message):
            asked.append(message["content"])
            self.client.input(text)

        result = self.client.execute_interactive(
            code, timeout=60, allow_stdin=True, stdin_hook=reply, output_hook=outputs.append
        )
        return asked, result["content"]["status"], outputs

    def value(self, expression):
        """Return the text of an expression's value."""
        status, outputs = self.run(f"print(({expression}))")
        assert status == "ok", outputs
        return "".join(o["content"]["text"] for o in outputs if o["msg_type"] == "stream").strip()

    def error(self, code, on_output=None):
        """Run a cell that fails; return the text of its one error."""
        status, outputs = self.run(code, on_output)
        assert status == "error", outputs
        (error,) = [o["content"] for o in outputs if o["msg_type"] == "error"]
        assert not [o for o in outputs if o["content"].get("name") == "stderr"]
        return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(error["traceback"]))

    def complete(self, text):
        """Return what can follow *text*, each as the whole line would be then."""
        content = self.client.complete(text, len(text), reply=True, timeout=60)["content"]
        begin = text[: content["cursor_start"]]
        return [begin + match for match in content["matches"]]

    def interrupting(self, text):
        """Return what, given to `run`, presses Stop when the cell prints *text*."""

        def press(message):
            if text in str(message["content"].get("text", "")):
                self.manager.interrupt_kernel()

        return press


@contextmanager
def started(setup="", kinds=SHOWN, **given):
    """Return a context that has a new kernel in which *setup* was run.

    Args:
        setup: The first cell.
        kinds: As for `Kernel`.
        given: For the start of its process: ``env``, ``cwd``.
    """
    manager, client = start_new_kernel(**given)
    kernel = Kernel(manager, client, kinds)
    try:
        if setup:
            status, outputs = kernel.run(setup)
            assert status == "ok", outputs
        yield kernel
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def kernels_of(folder, setup):
    """Return a context that has a new kernel for a notebook in *folder*, as a server starts it."""

    @contextmanager
    def start(notebook="train.ipynb", **environ):
        env = {**os.environ, "JPY_SESSION_NAME": str(folder / notebook), **environ}
        with started(setup, env=env, cwd=str(folder)) as kernel:
            yield kernel.manager, kernel.client

    return start


def shown(client, code, kind="text/plain"):
    """Return what a cell printed or displayed, in one form."""
    texts = []

    def take(message):
        content = message["content"]
        assert message["msg_type"] != "error", content["traceback"]
        texts.append(content.get("text") or content.get("data", {}).get(kind, ""))

    client.execute_interactive(code, timeout=60, output_hook=take)
    return "".join(texts)
