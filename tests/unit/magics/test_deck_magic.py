"""`%flyte_deck` in a real shell."""

import pytest
from IPython.core.completer import provisionalcompleter

from flyte_nb import deck_display
from flyte_nb.run.history.calls import KEPT_CALLS

pytestmark = pytest.mark.usefixtures("home")
CELL = """
from flyte_nb import Deck, task
@task(enable_deck=True)
def report(a: int) -> int:
    Deck("summary", f"<b>number {a}</b>")
    return a

@task
def plain(a: int) -> int:
    return a
"""


@pytest.fixture(autouse=True)
def _as_before():
    yield
    deck_display("auto", limit=2_000_000)


@pytest.fixture
def magic(home, shell, capsys):  # noqa: ARG001 - before what is kept there
    """Run a line of the magic, after calls and a run of tasks."""
    assert shell.run_cell(CELL).success
    for cell in ("report(a=1)", "report.run(a=2).wait()", "plain.run(a=3).wait()"):
        assert shell.run_cell(cell).success
    KEPT_CALLS.wait()
    capsys.readouterr()
    return lambda line="": shell.run_line_magic("flyte_deck", line)


def run(shell, capsys, line):
    """Return what the cell *line* prints."""
    shell.run_cell(line)
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err
    return captured.out + captured.err


def test_decks_of_runs_and_of_calls_are_shown_and_listed(magic):
    assert "<b>number 2</b>" in magic()
    assert "<b>number 1</b>" in magic("show -2")
    assert [row[1].rpartition(".")[2] for row in magic("list").rows] == ["report", "report"]
    assert len(magic("list --last 1").rows) == 1


def test_they_are_saved_and_compared(magic, tmp_path):
    magic(f"save {tmp_path}/a.html -2")
    assert "<b>number 1</b>" in (tmp_path / "a.html").read_text()
    assert next(p.name for p in magic("compare -2").pairs() if p.differs) == "summary"


def test_how_they_are_shown_is_set(magic, shell, capsys):
    assert magic("set").mode == "auto"
    assert magic("set always --limit 5MB").limit_bytes == 5_000_000
    assert "keeps 5 MB" in run(shell, capsys, "%flyte_deck set")


@pytest.mark.usefixtures("magic")
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("show a b", "show takes [ID]; see %flyte_deck -h"),
        ("save", "save takes FILE.html [ID]; see"),
        ("list --limit 3MB", "list takes no --limit"),
        ("show --last 0", "show takes no --last; see %flyte_deck -h"),
        ("shwo", "there is no 'shwo': did you mean 'show'?"),
        ("set sometimes", "there is no way 'sometimes' to show decks"),
        ("set --limit lots", "the limit 'lots' is no size"),
        ("show nowhere", "there is no run 'nowhere'"),
        ("compare last", "are the same run"),
        ("-h", "Look at the decks of past runs"),
    ],
)
def test_what_is_wrong_is_said(shell, capsys, line, said):
    assert said in " ".join(run(shell, capsys, f"%flyte_deck {line}").split())


@pytest.mark.usefixtures("magic")
def test_words_are_completed(shell):
    def complete(line):
        with provisionalcompleter():
            return sorted(found.text for found in shell.Completer.completions(line, len(line)))

    assert "compare" in complete("%flyte_deck ")
    assert complete("%flyte_deck set a") == ["always", "auto"]
    assert "last" in complete("%flyte_deck show ")
    assert len(complete("%flyte_deck compare ")) == 3
