"""Loading and unloading leave a shell as it was."""

import logging
from pathlib import Path

import pytest

from flyte_nb import current_context
from flyte_nb.context.current import base_in_force
from flyte_nb.magics import load
from flyte_nb.run.listeners import RUN_ENDED

LOGGER = logging.getLogger("flyte_nb.task")


def state(shell):
    base = base_in_force()  # first: the session of scripts, if none is loaded, sets the level
    manager = shell.magics_manager
    return (
        {kind: set(names) for kind, names in manager.magics.items()},
        set(manager.registry),
        {name: list(functions) for name, functions in shell.events.callbacks.items()},
        list(shell.Completer.custom_matchers),
        (LOGGER.handlers[:], LOGGER.level),
        base,
        RUN_ENDED._functions.items,
        list(shell.input_transformers_cleanup),
    )


def test_unload_leaves_the_shell_as_it_was_found(shell):
    loaded = state(shell)
    shell.extension_manager.unload_extension("flyte_nb")
    bare = state(shell)
    assert all(a != b for a, b in zip(loaded, bare, strict=True))
    shell.extension_manager.load_extension("flyte_nb")
    shell.extension_manager.unload_extension("flyte_nb")
    assert state(shell) == bare


def test_loading_twice_changes_nothing(shell):
    shell.run_cell("%load_ext flyte_nb")
    before = state(shell)
    assert load(shell) is load(shell)
    shell.run_cell("%load_ext flyte_nb")
    assert state(shell) == before


def test_reload_gives_a_session_that_works(shell):
    shell.run_line_magic("flyte_context", "set project=old")
    shell.run_cell("%reload_ext flyte_nb")
    assert shell.run_line_magic("flyte_context", "").execution_id.project == "local"


def test_unloading_twice_is_harmless(shell):
    shell.run_cell("%unload_ext flyte_nb")
    shell.run_cell("%unload_ext flyte_nb")
    assert current_context().execution_id.project == "local"


CELL = """
from flyte_nb import Deck, task
@task(enable_deck=True)
def report(n: int) -> int:
    Deck(f"deck {n}", "<p>content</p>")
    return 1 // n
"""


def test_decks_are_shown_when_the_cell_has_ended(shell, capsys):
    shell.run_cell(CELL + "print(report(n=1), report(n=2), 'the end')")
    out = capsys.readouterr().out
    assert out.index("the end") < out.index("deck 1") < out.index("deck 2")


def test_decks_are_shown_once(shell, capsys):
    shell.run_cell(CELL + "report(n=1)")
    capsys.readouterr()
    shell.run_cell("1")
    assert "deck" not in capsys.readouterr().out


def test_decks_of_a_cell_that_fails_are_shown_and_the_next_cell_works(shell, capsys):
    shell.run_cell(CELL + "report(n=0)")
    out = capsys.readouterr().out
    assert "ZeroDivisionError" in out
    assert "deck 0" in out
    assert shell.run_cell("report(n=1)").result == 1


def test_unloading_removes_the_files_of_the_session(shell):
    shell.run_cell("from flyte_nb import current_context")
    folder = Path(shell.run_cell("current_context().working_directory").result)
    assert folder.is_dir()
    shell.run_cell("%unload_ext flyte_nb")
    assert not folder.exists()


def test_a_wrong_log_level_does_not_keep_the_extension_from_loading(shell, monkeypatch):
    shell.run_cell("%unload_ext flyte_nb")
    monkeypatch.setenv("FLYTE_SDK_LOGGING_LEVEL", "loud")
    with pytest.warns(UserWarning, match="loud"):
        load(shell)
    assert shell.run_line_magic("flyte_context", "") is not None


def test_a_panel_shows_itself_as_text(shell):
    panel = shell.run_line_magic("flyte_context", "edit")
    assert repr(panel) == "ContextPanel(project='local', domain='local', name='')"
    panel.close()
