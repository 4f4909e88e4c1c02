"""`%flyte_secret` in a real shell."""

from pathlib import Path

import pytest
from IPython.core.completer import provisionalcompleter

from flyte_nb.config import vault


@pytest.fixture(autouse=True)
def _a_keyring(keyrings):
    """A keyring of this test's own."""


def run(shell, capsys, line):
    shell.run_cell(f"%flyte_secret {line}")
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err
    return captured.out + captured.err


def test_a_secret_is_set_found_listed_and_deleted(shell, capsys, monkeypatch):
    monkeypatch.setattr("flyte_nb.magics.asking.getpass", lambda _: "correct-horse")
    assert "db/password: kept in the keyring" in run(shell, capsys, "set db/password")
    assert vault.get("secret/db/password") == "correct-horse"
    assert "keyring" in run(shell, capsys, "")
    assert "answers" in run(shell, capsys, "explain db/password")
    with provisionalcompleter():
        found = shell.Completer.completions("%flyte_secret delete db", 23)
        assert "db/password" in {completion.text for completion in found}
    assert "removed" in run(shell, capsys, "delete db/password")
    assert vault.names() == []


def test_dotenv_files_are_added_and_forgotten(shell, tmp_path):
    path = str(tmp_path / ".env")
    assert shell.run_line_magic("flyte_secret", f"dotenv {path}").rows == ((path, "not there"),)
    Path(path).write_text("_FSEC_TEAM_KEY=hunter2-hunter2\nOTHER=1\n")
    assert shell.run_line_magic("flyte_secret", "dotenv").rows == ((path, "variables: 2"),)
    listed = shell.run_line_magic("flyte_secret", "list")
    assert ("team_key", f"_FSEC_TEAM_KEY in {path}") in listed.rows
    assert "hunter2" not in repr(listed)
    assert shell.run_line_magic("flyte_secret", "dotenv none").rows == ()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("set", "set which secret? Write GROUP/KEY"),
        ("list x", "list takes no 'x'"),
        ("sett x", "did you mean 'set'?"),
        ("explain a//b", "write GROUP/KEY"),
        ("delete a/b", "a/b is not in the keyring"),
    ],
)
def test_a_wrong_line_is_one_line(shell, capsys, line, message):
    assert message in run(shell, capsys, line)


def test_without_a_keyring_it_says_what_to_do(shell, capsys, no_keyring):  # noqa: ARG001
    assert "%flyte_secret dotenv" in run(shell, capsys, "set a/b")
