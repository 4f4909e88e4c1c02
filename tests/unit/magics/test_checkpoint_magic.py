"""`%flyte_checkpoint` in a real shell."""

import pytest
from IPython.core.completer import provisionalcompleter

pytestmark = pytest.mark.usefixtures("home")
CELL = """
from flyte_nb import current_context, task
@task
def train(epochs: int) -> int:
    checkpoint = current_context().checkpoint
    start = int(checkpoint.read() or b"0")
    checkpoint.write(b"%d" % (start + 1))
    return epochs // (start == 1)
train(epochs=3)
"""


def run(shell, capsys, line):
    """Return what the cell *line* prints."""
    shell.run_cell(line)
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err
    return captured.out + captured.err


def test_a_failed_run_is_listed_restored_and_cleared(shell, capsys, tmp_path):
    magic = shell.run_line_magic
    assert magic("flyte_checkpoint", "").rows == ()
    assert isinstance(shell.run_cell(CELL).error_in_exec, ZeroDivisionError)
    view = magic("flyte_checkpoint", "list")
    assert view.rows[0][:2] == ("1", "train")
    assert view.rows[0][4] == "failed"
    assert view.rows[0][6] == "1 B"
    assert view.rows[0][8] == "goes on from it"
    folder = magic("flyte_checkpoint", f"restore 1 {tmp_path / 'out'}")
    assert [p.read_bytes() for p in folder.iterdir()] == [b"1"]
    assert shell.run_cell("train(epochs=3)").result == 3
    rows = magic("flyte_checkpoint", "").rows
    assert [(row[0], row[4], row[5], row[8]) for row in rows] == [
        ("2", "succeeded", "1", ""),
        ("1", "failed", "-", ""),
    ]
    capsys.readouterr()
    assert "1 removed" in run(shell, capsys, "%flyte_checkpoint clear 1")
    assert "1 removed" in repr(magic("flyte_checkpoint", "clear --all"))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--nope", "unrecognized arguments: --nope; see %flyte_checkpoint -h"),
        ("frobnicate", "invalid choice: 'frobnicate'"),
        ("list 3", "list takes no 3"),
        ("list --all", "list takes no --all"),
        ("restore", "Write restore ID PATH"),
        ("restore 3", "Write restore ID PATH"),
        ("restore x y", "invalid int value: 'x'"),
        ("clear", "Write clear ID, or clear --all"),
        ("clear 3 --all", "Write clear ID, or clear --all"),
        ("clear 3 x", "clear takes no 'x'"),
    ],
)
def test_a_wrong_line_is_one_line_of_usage(shell, capsys, line, message):
    out = run(shell, capsys, f"%flyte_checkpoint {line}")
    assert out.startswith("UsageError: ")
    assert message in out
    assert out.count("\n") == 1


def test_an_id_that_is_not_there_is_a_short_error(shell, capsys):
    out = run(shell, capsys, "%flyte_checkpoint clear 9")
    assert out.splitlines() == [
        "CheckpointError: there is no checkpoint 9",
        "  hint: there are: none",
    ]


def test_help(shell, capsys):
    for line in ("%flyte_checkpoint -h", "%flyte_checkpoint help", "%flyte_checkpoint?"):
        assert "%flyte_checkpoint clear --all" in run(shell, capsys, line)


def test_completion(shell, capsys):
    shell.run_cell(CELL)
    capsys.readouterr()
    with provisionalcompleter():
        for line, completion in (
            ("%flyte_checkpoint ", "restore"),
            ("%flyte_checkpoint restore ", "1"),
            ("%flyte_checkpoint clear ", "1"),
        ):
            assert completion in {c.text for c in shell.Completer.completions(line, len(line))}
