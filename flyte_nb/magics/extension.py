"""Everything that one shell has of this package, and how it goes away."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from IPython.display import display

from flyte_nb.context.logs import TASK_LOGGER, CellHandler, LevelFollower
from flyte_nb.run.listeners import RUN_ENDED
from flyte_nb.run.report import CellReport
from flyte_nb.session import Session

from .cell_settings import CellSettings
from .checkpoint import CheckpointMagics, complete_checkpoint
from .config import ConfigMagics, complete_config
from .context import ContextMagics, complete_context
from .leak_guard import guard_outputs
from .run import RunMagics
from .run_completion import complete_run
from .runs import RunsMagics, complete_runs
from .secret import SecretMagics, complete_secret
from .task_cell import TaskCellMagics, complete_task_cell

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from flyte_nb.run import TaskRun


class Extension:
    """Owns the session of *shell*."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.session = Session()
        self._report = CellReport()
        self._cell_runs = True  # the one with %load_ext
        with ExitStack() as undo:
            guard_outputs(shell, undo)
            undo.callback(self.session.close)
            undo.callback(self.session.install())
            undo.callback(RUN_ENDED.subscribe(self._add_run))
            self._add_logging(undo)
            for event, function in (
                ("pre_execute", self._begin_cell),
                ("post_execute", self._end_cell),
            ):
                shell.events.register(event, function)
                undo.callback(shell.events.unregister, event, function)
            cell = CellSettings(self.session)
            undo.callback(cell.install(shell))
            _add_magics(shell, ContextMagics(shell, self.session, cell), undo)
            _add_completer(shell, "%flyte_context", complete_context, undo)
            _add_completer(shell, "%%flyte_context", complete_context, undo)
            _add_magics(shell, ConfigMagics(shell), undo)
            _add_completer(shell, "%flyte_config", complete_config, undo)
            _add_magics(shell, SecretMagics(shell, self.session), undo)
            _add_completer(shell, "%flyte_secret", complete_secret, undo)
            _add_magics(shell, CheckpointMagics(shell), undo)
            _add_completer(shell, "%flyte_checkpoint", complete_checkpoint, undo)
            _add_magics(shell, RunMagics(shell), undo)
            _add_completer(shell, "%flyte_run", complete_run, undo)
            _add_magics(shell, RunsMagics(shell), undo)
            _add_completer(shell, "%flyte_runs", complete_runs, undo)
            task_cell = TaskCellMagics(shell)
            _add_magics(shell, task_cell, undo)
            undo.callback(task_cell.install())
            _add_completer(shell, "%%flyte_task", complete_task_cell, undo)
            self._undo = undo.pop_all()

    def close(self) -> None:
        """Take everything away, the newest first."""
        self._undo.close()

    def _begin_cell(self) -> None:
        self._cell_runs = True
        self._level.update()
        self.session.follow_configuration()

    def _end_cell(self) -> None:
        """Show the runs of the cell that just ended, whether it failed or not."""
        self._cell_runs = False
        self._show_report()

    def _add_run(self, run: TaskRun) -> None:
        """Keep *run* for the end of the cell; show it at once when its cell has ended before it."""
        self._report.add(run)
        if not self._cell_runs:
            self._show_report()

    def _show_report(self) -> None:
        report = self._report.take()
        if report:
            display(report)

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


def _add_completer(shell: InteractiveShell, command: str, complete: Any, undo: ExitStack) -> None:
    shell.set_hook("complete_command", complete, str_key=command)
    dispatcher = shell.strdispatchers["complete_command"]
    undo.callback(dispatcher.strs.pop, command, None)
