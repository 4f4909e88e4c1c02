"""`%flyte_runs` in a real shell."""

import pytest
from IPython.core.completer import provisionalcompleter

pytestmark = pytest.mark.usefixtures("home")
CELL = """
from flyte_nb import Deck, task, workflow
@task(enable_deck=True)
def double(a: int) -> int:
    print("doubling", a)
    Deck("summary", f"<b>{a}</b>")
    return 2 * a

@task
def fails(a: int) -> int:
    raise KeyError(a)

@workflow
def quadruple(a: int) -> int:
    return double(a=double(a=a))

quadruple.run(a=1).wait(); quadruple.run(a=3).wait(); fails.run(a=7).wait();
"""


def run(shell, capsys, line):
    """Return what the cell *line* prints."""
    shell.run_cell(line)
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err
    return captured.out + captured.err


@pytest.fixture
def magic(shell, capsys):
    """Run a line of the magic, after three runs of a cell."""
    assert shell.run_cell(CELL).success
    capsys.readouterr()
    return lambda line="": shell.run_line_magic("flyte_runs", line)


def test_runs_are_listed_and_filtered(magic):
    assert [head.name for head in magic()] == ["fails", "quadruple", "quadruple"]
    assert len(magic("--task quadruple --last 1")) == 1
    assert [head.name for head in magic("list --phase failed --since 2h --here")] == ["fails"]
    for words in (
        "--state failed",
        "--phase FAILED",
        "--state Failed",
        "failed",
        "FAILED --last 1",
    ):
        assert [head.name for head in magic(words)] == ["fails"]


def test_one_is_shown_with_all_it_has(magic):
    assert "KeyError: 7" in magic("show").shown()["text/plain"]
    shown = magic("show -2").shown()
    assert "doubling 6" in shown["text/html"]
    assert "<iframe" in shown["text/html"]
    assert "doubling 6" in repr(magic("logs -2"))
    assert "doubling 6" not in repr(magic("logs -2 n0"))


def test_two_are_compared(magic):
    assert magic("compare -3 -2").inputs() == [("≠", "a", "1", "3")]
    for words in ("compare -3", "compare -2"):
        assert magic(words).inputs() == [("≠", "a", "1", "3")]


def test_runs_are_removed(magic):
    assert "1 removed" in repr(magic("clean last"))
    assert "0 removed" in repr(magic("clean --older 1d"))
    assert "2 removed" in repr(magic("clean --all"))
    assert len(magic()) == 0


def test_what_a_cell_shows_is_the_table(shell, magic, capsys):
    magic("clean last")
    out = run(shell, capsys, "%flyte_runs")
    assert "2 runs" in out
    assert "quadruple" in out


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--nope", "unrecognized arguments: --nope; see %flyte_runs -h"),
        ("shw", "did you mean 'show'?"),
        ("list 3", "list takes no ID"),
        ("show a b", "show takes [ID]"),
        ("compare", "compare takes ID [ID]"),
        ("show --last 3", "show takes no --last"),
        ("--all", "list takes no --all"),
        ("clean --older", "--older takes a value: --older 7d; see %flyte_runs -h"),
        ("--state", "--phase takes a value: --phase PHASE; see %flyte_runs -h"),
        ("--last x", "invalid int value: 'x'"),
        ("clean", "Write clean ID, clean --older 7d, or clean --all"),
        ("clean 3 --all", "Write clean ID"),
    ],
)
def test_a_wrong_line_is_one_line_of_usage(shell, capsys, line, message):
    out = run(shell, capsys, f"%flyte_runs {line}")
    assert out.startswith("UsageError: ")
    assert message in out
    assert out.count("\n") == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("show nope", "there is no run 'nope'"),
        ("--phase lucky", "there is no phase 'lucky'"),
        ("--state failing", "there is no phase 'failing': queued, running, succeeded, failed"),
        ("clean --older=", "'' is no time"),
        ("--since soon", "'soon' is no time"),
        ("logs last n7", "there is no node 'n7' in that run"),
    ],
)
def test_what_is_not_there_is_a_short_error(shell, magic, capsys, line, message):
    assert magic is not None
    out = run(shell, capsys, f"%flyte_runs {line}").splitlines()
    assert out[0].startswith(f"InvalidValueError: {message}")
    assert len(out) <= 3


def test_help(shell, capsys):
    for line in ("%flyte_runs -h", "%flyte_runs help", "%flyte_runs?"):
        assert "%flyte_runs compare last" in run(shell, capsys, line)


def test_completion(shell, magic):
    newest = magic()[0].id
    with provisionalcompleter():
        for line, completion in (
            ("%flyte_runs ", "compare"),
            ("%flyte_runs sh", "show"),
            ("%flyte_runs --", "--phase"),
            ("%flyte_runs --phase ", "failed"),
            ("%flyte_runs --task ", "quadruple"),
            ("%flyte_runs show ", newest),
            ("%flyte_runs compare last ", newest),
            ("%flyte_runs clean ", "--older"),
        ):
            found = {c.text for c in shell.Completer.completions(line, len(line))}
            assert completion in found, line
