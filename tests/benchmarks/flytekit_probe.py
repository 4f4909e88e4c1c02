"""Time flytekit, in its own environment, at what flyte-nb is timed at; print JSON.

Run by `make bench` with the interpreter of .venv-flytekit. Medians, in seconds.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from flytekit import Deck, current_context, task, workflow
from flytekit.configuration import Config
from flytekit.configuration.file import get_config_file
from flytekit.core.context_manager import FlyteContextManager, SecretsManager
from flytekit.deck.deck import _get_deck

CONFIG = str(Path(__file__).with_name("config.yaml"))
IMPORT = """
import time
start = time.perf_counter()
from flytekit import Deck, current_context, task
print(time.perf_counter() - start)
"""


def in_fresh_interpreter(rounds):
    """Time the import, each time in an interpreter that has loaded nothing."""
    command = [sys.executable, "-c", IMPORT]
    return statistics.median(
        float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        for _ in range(rounds)
    )


def median(call, rounds):
    """Time *call*, after one that is not counted."""
    call()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


@task
def add(a: int, b: int) -> int:
    return a + b


@task(enable_deck=True)
def report(appends: int) -> int:
    deck = Deck("Report")
    for _ in range(appends):
        deck.append("<p>one paragraph of a report</p>")
    return appends


KILOBYTE = "<p class='row'>a &amp; b</p>" + "x" * 996
LARGE = KILOBYTE * 20_000


def page(pieces):
    """The page of one deck, as flytekit makes it when a task has ended."""
    with FlyteContextManager.with_context(FlyteContextManager.current_context().new_builder()):
        params = FlyteContextManager.current_context().user_space_params
        params.decks.clear()
        deck = Deck("report")
        for piece in pieces:
            deck.append(piece)
        return _get_deck(params, ignore_jupyter=True)


@task
def same(a: int) -> int:
    return a


@workflow
def chain(a: int) -> int:
    for _ in range(50):
        a = same(a=a)
    return a


def push_and_pop():
    """What happens around whatever flytekit runs."""
    ctx = FlyteContextManager.current_context()
    with FlyteContextManager.with_context(ctx.new_builder()):
        pass


def read_config_again():
    """What a user has to do to see an edit."""
    get_config_file.cache_clear()
    return Config.auto(CONFIG)


if __name__ == "__main__":
    os.environ["_FSEC_GROUP_IN_VARIABLE"] = "value-of-the-variable"
    os.environ["FLYTE_SECRETS_DEFAULT_DIR"] = folder = tempfile.mkdtemp()
    Path(folder, "group").mkdir()
    Path(folder, "group", "in_file").write_text("value-of-the-file")
    secrets = SecretsManager()
    medians = {
        "import": in_fresh_interpreter(rounds=5),
        "current_context": median(current_context, rounds=1000),
        "push and pop": median(push_and_pop, rounds=1000),
        "secret, variable": median(lambda: secrets.get("group", "in_variable"), rounds=1000),
        "secret, file": median(lambda: secrets.get("group", "in_file"), rounds=1000),
        "call": median(lambda: add(a=1, b=2), rounds=200),
        "workflow": median(lambda: chain(a=1), rounds=20),
        "deck": median(lambda: report(appends=1), rounds=5),
        "1,000 x 1 KB": median(lambda: page([KILOBYTE] * 1_000), rounds=10),
        "20 MB": median(lambda: page([LARGE]), rounds=5),
        "both in one": median(lambda: page([KILOBYTE] * 1_000 + [LARGE]), rounds=5),
        "config": median(lambda: Config.auto(CONFIG), rounds=1000),
        "config, edited": median(read_config_again, rounds=50),
    }
    json.dump(medians, sys.stdout)
