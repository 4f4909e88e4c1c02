"""Everything that one shell has of this package, and how it goes away."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from flyte_nb.context.logs import TASK_LOGGER, CellHandler, LevelFollower
from flyte_nb.notebook_session import Session

from .cell_display import CellDisplay
from .cell_settings import CellSettings
from .checkpoint import CheckpointMagics, complete_checkpoint
from .completion import LineCompleter
from .config import ConfigMagics, complete_config
from .context import ContextMagics, complete_context
from .deck import DeckMagics, complete_deck
from .leak_guard import guard_outputs
from .login import LoginMagics, complete_account, complete_login
from .login_display import LoginDisplay
from .run import RunMagics
from .run_completion import complete_run
from .runs import RunsMagics, complete_runs
from .secret import SecretMagics, complete_secret
from .task_cell import TaskCellMagics
from .task_completion import complete_task_cell

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


class Extension:
    """Owns the session of *shell*."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.session = Session()
        with ExitStack() as undo:
            guard_outputs(shell, undo)
            undo.callback(self.session.close)
            undo.callback(self.session.install())
            self._display = CellDisplay(shell, undo)
            self._add_logging(undo)
            # Not pre_execute and post_execute, which a message of a widget has too.
            for event, function in (
                ("pre_run_cell", self._begin_cell),
                ("post_run_cell", self._end_cell),
            ):
                shell.events.register(event, function)
                undo.callback(shell.events.unregister, event, function)
            completer = LineCompleter(shell)
            undo.callback(completer.install())
            cell = CellSettings(self.session)
            undo.callback(cell.install(shell))
            _add_magics(shell, ContextMagics(shell, self.session, cell), undo)
            completer.add("%flyte_context", complete_context)
            completer.add("%%flyte_context", complete_context)
            _add_magics(shell, ConfigMagics(shell), undo)
            completer.add("%flyte_config", complete_config)
            _add_magics(shell, SecretMagics(shell, self.session), undo)
            completer.add("%flyte_secret", complete_secret)
            logins = LoginDisplay(shell)
            undo.callback(logins.install())
            _add_magics(shell, LoginMagics(shell, logins), undo)
            completer.add("%flyte_login", complete_login)
            completer.add("%flyte_logout", complete_account)
            completer.add("%flyte_whoami", complete_account)
            _add_magics(shell, CheckpointMagics(shell), undo)
            completer.add("%flyte_checkpoint", complete_checkpoint)
            _add_magics(shell, DeckMagics(shell), undo)
            completer.add("%flyte_deck", complete_deck)
            _add_magics(shell, RunMagics(shell), undo)
            completer.add("%flyte_run", complete_run, is_all=True)
            _add_magics(shell, RunsMagics(shell), undo)
            completer.add("%flyte_runs", complete_runs)
            task_cell = TaskCellMagics(shell)
            _add_magics(shell, task_cell, undo)
            undo.callback(task_cell.install())
            completer.add("%%flyte_task", complete_task_cell, is_all=True)
            self._undo = undo.pop_all()

    def close(self) -> None:
        """Take everything away, the newest first."""
        self._undo.close()

    def _begin_cell(self, _info: object) -> None:
        self._level.update()
        self.session.follow_configuration()
        self._display.begin_cell()

    def _end_cell(self, _result: object) -> None:
        self._display.end_cell()

    def _add_logging(self, undo: ExitStack) -> None:
        handler = CellHandler()
        undo.callback(TASK_LOGGER.setLevel, TASK_LOGGER.level)
        undo.callback(TASK_LOGGER.removeHandler, handler)
        self._level = LevelFollower(TASK_LOGGER)
        TASK_LOGGER.addHandler(handler)


def _add_magics(shell: InteractiveShell, magics: Any, undo: ExitStack) -> None:
    shell.register_magics(magics)
    manager = shell.magics_manager
    undo.callback(manager.registry.pop, type(magics).__name__, None)
    for kind, names in magics.magics.items():
        for name in names:
            undo.callback(manager.magics[kind].pop, name, None)
