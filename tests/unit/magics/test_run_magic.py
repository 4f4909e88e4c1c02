"""`%flyte_run` in a real shell: what it takes, what it says, what it completes."""

import re
from datetime import datetime, timezone

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.error import UsageError

from flyte_nb.errors import InvalidValueError, TypeTransformerFailedError
from flyte_nb.magics.words import split_values
from flyte_nb.run.handle.run import Run

pytestmark = pytest.mark.usefixtures("home")
CELL = """
import enum, time
import pandas as pd
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from flyte_nb import LaunchPlan, map_task, task, workflow

class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"

@dataclass
class Config:
    layers: list[int]
    rate: float = 0.1

@task
def show(
    n: int = 0,
    rate: float = 0.5,
    name: str = "none",
    shuffle: bool = True,
    since: datetime = datetime(2026, 1, 1),
    pause: timedelta = timedelta(0),
    colour: Colour = Colour.RED,
    mode: Literal["fast", "slow"] = "fast",
    config: Config | None = None,
    items: list[int] | None = None,
    max_depth: int = 1,
) -> str:
    "Show what it is given."
    return repr((n, rate, name, shuffle, since.year, pause, colour, mode, config, items, max_depth))

@task
def framed(rows: pd.DataFrame, config: Config, n: int) -> int:
    return n
@task
def double(a: int) -> int:
    return 2 * a

@task
def tricky(attempts: int, isolate: bool = False) -> str:
    return f"{attempts} {isolate}"

@task
def divide(a: int) -> int:
    return 1 // a

@workflow
def wf(a: int, b: int = 2) -> int:
    return double(a=a)

nightly = LaunchPlan.get_or_create(wf, "nightly", fixed_inputs={"b": 3}, default_inputs={"a": 7})
map_double = map_task(double)
number = 20
def plain(): pass
"""


@pytest.fixture
def shell(shell):
    result = shell.run_cell(CELL)
    result.raise_error()
    return shell


def run(shell, line):
    """Return the value of what *line* runs."""
    found = shell.run_line_magic("flyte_run", line)
    assert isinstance(found, Run)
    return found.result()


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("--n 3", "(3, 0.5"),
        ("--n -3", "(-3, 0.5"),
        ("--n=3", "(3, 0.5"),
        ("--rate 1", "0, 1.0, "),
        ("--name 'two words'", "'two words'"),
        ("--name=x=y", "'x=y'"),
        ("--name --n", "'--n'"),
        ("--name $HOME/{number}", "'$HOME/{number}'"),
        ("--no-shuffle", "False, 2026"),
        ("--shuffle --n 4", "(4, 0.5, 'none', True"),
        ("--shuffle false", "False, 2026"),
        ("--since 2020-05-06T07:08", "2020,"),
        ("--pause 1h30m", "seconds=5400"),
        ("--colour blue", "<Colour.BLUE: 'blue'>"),
        ("--mode slow", "'slow'"),
        ('--config {"layers": [64, 64]}', "Config(layers=[64, 64], rate=0.1)"),
        ("""--config '{"layers": [1], "rate": 2}'""", "Config(layers=[1], rate=2.0)"),
        ("--items [1, 2, 3]", "[1, 2, 3]"),
        ("--items =list(range(number // 5))", "[0, 1, 2, 3]"),
        ("--items =[k for k in (1, 2)] --n =number", "(20, 0.5"),
        ("--name =f'{number} \"x y\"'", "'20 \"x y\"'"),
        ("--max-depth 5", ", 5)"),
        ("--max_depth 5", ", 5)"),
        ('--inputs {"n": 9, "colour": "blue"}', "(9, 0.5"),
        ("--inputs =dict(n=number)", "(20, 0.5"),
        ("--inputs =dict(items=[number], since=datetime(2020, 1, 1))", "2020, "),
        ("--inputs =dict(config=Config([1]), colour=Colour.BLUE)", "Config(layers=[1], rate=0.1)"),
        ('--inputs {"rate": 1, "config": {"layers": [1]}}', "Config(layers=[1], rate=0.1)"),
        ("--attempts 2 --n 6 --backoff 0", "(6, 0.5"),
        ("--n 6 --backoff 1m", "(6, 0.5"),
    ],
)
def test_a_value_is_read_as_the_type_of_its_input(shell, line, part):
    assert part in run(shell, f"show {line}")


def test_inputs_by_an_expression_are_the_values_that_it_gave(shell):
    shell.run_cell("@task\ndef echo(d: dict, at: list[datetime]) -> str:\n    return repr((d, at))")
    moments = run(shell, "echo --d ={1: 2} --at =[datetime(2020, 1, 1)]")
    assert "{1: 2}" in moments
    assert run(shell, 'echo --inputs ={"d": {1: 2}, "at": [datetime(2020, 1, 1)]}') == moments
    # Not taken for code, as nothing of a value is.
    shell.user_ns["texts"] = {"name": "=1 + 1", "n": "=number"}
    with pytest.raises(TypeTransformerFailedError, match="expected int, got str"):
        run(shell, "show --inputs =texts")


def test_inputs_by_a_file_of_yaml_may_be_moments(shell, tmp_path):
    shell.run_cell("@task\ndef echo(d: dict, at: list[datetime]) -> str:\n    return repr((d, at))")
    (tmp_path / "a.yaml").write_text(
        "{d: {on: 2020-01-01}, at: [2020-01-01, 2020-01-01 00:00:00Z]}"
    )
    (tmp_path / "b.yaml").write_text("since: 2020-01-01")
    moment = repr(datetime(2020, 1, 1, tzinfo=timezone.utc))
    assert run(shell, f"echo --inputs @{tmp_path / 'a.yaml'}").count(moment) == 2
    assert "2020, " in run(shell, f"show --inputs @{tmp_path / 'b.yaml'}")


def test_nothing_in_a_file_of_inputs_is_code(shell, tmp_path):
    (tmp_path / "a.json").write_text('{"n": "=number"}')
    with pytest.raises(TypeTransformerFailedError, match="not of type int"):
        run(shell, f"show --inputs @{tmp_path / 'a.json'}")
    assert "(20, 0.5" in run(shell, 'show --inputs {"n": "=number"}')


def test_inputs_that_are_called_as_an_option_stand_after_two_dashes(shell):
    assert run(shell, "tricky --attempts 2 -- --attempts 7 --isolate") == "7 True"
    assert run(shell, 'tricky --inputs {"attempts": 5}') == "5 False"


def test_workflows_launch_plans_and_map_tasks_run_too(shell):
    assert run(shell, "wf --a 4") == 8
    assert run(shell, "nightly") == 14
    assert run(shell, "nightly --a 1") == 2
    assert run(shell, "map_double --a [1, 2]") == [2, 4]


def test_what_is_in_a_module_runs_too(shell):
    import types

    module = types.ModuleType("jobs")
    module.double = shell.user_ns["double"]
    shell.user_ns["jobs"] = module
    assert run(shell, "jobs.double --a 4") == 8


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("shw", "there is no shw: did you mean show?"),
        ("nothing.at.all", "there is no nothing.at.all: %flyte_run lists what there is"),
        ("plain", "plain is a plain function: write @task or @workflow above it"),
        ("number", "number is of type int"),
        ("--n 3", "run what? Write its name first"),
        ("show 3", "'3' has no name before it: write --n 3"),
        ("show(n=3)", "inputs stand behind the name: %flyte_run show --input value"),
        ("show n=3", "'n=3': write --n=3"),
        ("show -n 3", "'-n': write --n"),
        ("show --shuffle maybe", "--shuffle is true or false, and not 'maybe'"),
        (
            "show --timeout 60s",
            "--timeout is no option of a run: give it to the task, @task(timeou",
        ),
        ("show --nn 3", "show has no input --nn: did you mean --n?"),
        ("show --z 3", "show has no input --z: its inputs: --n"),
        ("show --zzzzzz 3", "its inputs: --n --rate"),
        ("show --n", "--n needs a value: --n VALUE"),
        ("show --attempts", "--attempts needs a value: --attempts N"),
        ("show --isolate=yes", "--isolate takes no value"),
        ("show --fail-at x", "--fail-at x: it takes numbers of attempts"),
        ("show --fail-at 0,1x", "--fail-at 0,1x: it takes numbers of attempts"),
        ("show --inputs =3", "--inputs takes a JSON object, or =a dictionary"),
        ("show --inputs ={1: 2}", "--inputs takes a JSON object, or =a dictionary"),
        ("show --n 3 --n 4", "--n is given twice"),
        ("tricky --attempts 2", "write -- --attempts 2 for the input"),
        ("show --name 'x", "no closing quotation"),
        ('show --config {"layers": [1}', "no closing bracket"),
    ],
)
def test_a_line_that_is_wrong_is_answered_in_one(shell, line, message):
    with pytest.raises(UsageError) as caught:
        shell.run_line_magic("flyte_run", line)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("show --n x", "--n 'x': not of type int; e.g. --n 3"),
        ("show --colour green", "one of red, blue; e.g. --colour red"),
        ('show --config {"rate": 1}', "config"),
        ("show --config layers", "e.g. --config"),
        ("show --n number", "--n 'number': not of type int; e.g. --n 3; --n =number is what"),
        ("show --backoff soon", "--backoff soon: write seconds, or a duration"),
        ("show --fail-at 2", "--fail-at 2: attempts are counted from 0, and with retries=0"),
        ("show --no-cache --overwrite-cache", "--overwrite-cache: nothing is kept of a run"),
        ("show --n = number", "--n: this is no Python expression: nothing follows the ="),
        ("show --attempts many", "--attempts 'many': not of type int; e.g. --attempts 3"),
        ("show --items @none.json", "there is no none.json"),
        ("wf", "wf() needs a; write --a 3"),
        ("wf --b 1", "wf() needs a; write --a 3"),
        ("framed --n 1", "framed() needs rows, config; write --rows @table.csv --config '{"),
        ("show --n =name_of_nothing", ""),
    ],
)
def test_a_value_that_is_wrong_is_named(shell, line, message):
    with pytest.raises((TypeTransformerFailedError, InvalidValueError, NameError)) as caught:
        shell.run_line_magic("flyte_run", line)
    error = caught.value
    assert message in f"{error.args[0]}; {getattr(error, 'hint', '')}"


def test_a_failure_is_the_users_own_and_ends_in_the_users_code(shell, capsys):
    result = shell.run_cell("run = %flyte_run divide --a 0")
    assert isinstance(result.error_in_exec, ZeroDivisionError)
    shown = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    assert shown.count("ZeroDivisionError") <= 3
    assert "return 1 // a" in shown
    assert "views" not in shown


def test_alone_it_lists_what_can_be_run(shell):
    view = shell.run_line_magic("flyte_run", "")
    rows = {row[0]: row[1:] for row in view.rows}
    assert rows["wf"][:2] == ("workflow", "a: int, b: int = 2")
    assert rows["nightly"][:2] == ("launch plan", "a: int = 7")
    assert rows["map_double"][0] == "map task"
    assert rows["show"][2] == "Show what it is given."
    assert "plain" not in rows


def test_help_of_one_has_an_example_for_each_input(shell):
    view = shell.run_line_magic("flyte_run", "show -h")
    rows = {row[0]: row[1:] for row in view.rows}
    assert rows["--pause"][2] == "--pause 1h30m"
    assert rows["--shuffle"][2] == "--shuffle or --no-shuffle"
    assert rows["--n"][1] == "0"
    assert "b is fixed: 3" in repr(shell.run_line_magic("flyte_run", "nightly -h"))


def test_help_names_every_option(shell, capsys):
    assert shell.run_line_magic("flyte_run", "-h") is None
    text = capsys.readouterr().out
    for option in ("--isolate", "--attempts N", "--preempt-after SECONDS", "--background"):
        assert option in text


def test_in_the_background_it_returns_at_once(shell):
    shell.run_cell("@task\ndef slow(a: int) -> int:\n    time.sleep(0.5); return a")
    found = shell.run_line_magic("flyte_run", "slow --a 3 --background")
    assert not found.done
    assert found.result(20) == 3


def test_in_a_terminal_each_change_is_a_line(shell, capsys):
    shell.run_cell("run = %flyte_run map_double --a [1, 2]")
    lines = capsys.readouterr().out.splitlines()
    assert any(line.endswith("map_double: running") for line in lines)
    assert any("double[1] (n0/n1): succeeded" in line for line in lines)


@pytest.mark.parametrize(
    ("line", "expected", "absent"),
    [
        ("", {"show", "wf", "nightly", "map_double"}, {"plain", "number"}),
        ("sh", {"show"}, set()),
        ("show --", {"--n", "--no-shuffle", "--isolate", "--max-depth"}, set()),
        ("show --n 3 --", {"--rate", "--background"}, {"--n"}),
        ("show --colour ", {"red", "blue"}, {"--n"}),
        ("show --mode s", {"slow"}, {"fast"}),
        ("show --shuffle ", {"true", "false", "--n"}, set()),
        ("nightly --", {"--a"}, {"--b"}),
        ("tricky -- --", {"--attempts"}, {"--background"}),
        ("show --items =num", {"number"}, set()),
    ],
)
def test_completion(shell, line, expected, absent):
    text = f"%flyte_run {line}"
    with provisionalcompleter():
        found = {text[: c.start] + c.text for c in shell.Completer.completions(text, len(text))}
    words = {one.split(" ")[-1].rpartition("=")[2] for one in found}
    words |= {word.replace("_", "-") for word in words}
    assert expected <= words
    assert not absent & words


def test_files_are_completed(shell, tmp_path, monkeypatch):
    (tmp_path / "table.csv").touch()
    (tmp_path / "tables").mkdir()
    monkeypatch.chdir(tmp_path)
    text = "%flyte_run show --items @ta"
    with provisionalcompleter():
        found = {c.text for c in shell.Completer.completions(text, len(text))}
    assert {"table.csv", "tables/"} <= found


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("a  b", ["a", "b"]),
        ("--x 'a b' \"c d\"", ["--x", "a b", "c d"]),
        ("--x={'a': [1, 2]} y", ["--x={'a': [1, 2]}", "y"]),
        ('{"a": "} "} z', ['{"a": "} "}', "z"]),
        ("=d['a b'] z", ["=d['a b']", "z"]),
        ("=f('\\' ') z", ["=f('\\' ')", "z"]),
        ("C:\\dir\\x", ["C:\\dir\\x"]),
        ("", []),
    ],
)
def test_words_of_a_line(line, words):
    assert split_values(line) == words
