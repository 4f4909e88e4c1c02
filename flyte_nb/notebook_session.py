"""The composition root: one object that owns settings and context."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from functools import cache
from typing import TYPE_CHECKING, Any

from .config.choice import install_chooser
from .context import (
    AttemptParameters,
    ContextSettings,
    RunScope,
    SecretRules,
    TaggableStats,
    Workspace,
)
from .context.current import (
    base_in_force,
    current_context,
    install_base,
    refresh_base,
    set_default_base,
)
from .context.decks import DeckCollection
from .context.logs import TASK_LOGGER, LevelFollower
from .context.manager import FlyteContextManager, new_context
from .context.secrets import SecretsManager
from .context.secrets.manager import change_rules
from .context.settings import configured
from .installed import Installed
from .later import later
from .run import task
from .run.listeners import RUN_BEGAN

if TYPE_CHECKING:
    from collections.abc import Callable

    from .context import ExecutionParameters
    from .run.handle.run import Run

__all__ = [
    "FlyteContextManager",
    "Session",
    "current_context",
    "default_session",
    "new_context",
    "task",
]
# Name -> module, of what runs graphs and of what remembers runs.
_LATER = {
    "Cache": "run.cache",
    "HashMethod": "run.cache",
    "LaunchPlan": "run.launch_plan",
    "WorkflowFailurePolicy": "run.workflow_options",
    "clean_runs": "run.history.runs",
    "compare_decks": "run.history.decks",
    "compare_runs": "run.history.compare",
    "conditional": "run.graph.conditional",
    "deck_display": "decks.how_shown",
    "dynamic": "run.dynamic",
    "list_decks": "run.history.decks",
    "map_task": "run.map_task",
    "run_decks": "run.history.decks",
    "run_record": "run.history.runs",
    "runs": "run.history.runs",
    "save_decks": "run.history.decks",
    "workflow": "run.workflow",
}

__getattr__ = later(__name__, _LATER)


class Session:
    """What magics and widgets share.

    Settings may be changed from any thread: a widget's callback runs in another one.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._listeners: Installed[Callable[[], None]] = Installed()
        self.on_change = self._listeners.add
        """Call a function after each change; what this returns ends that."""
        self._workspace = Workspace()
        self._decks = DeckCollection()
        self._stats = TaggableStats()
        self._secrets = SecretsManager()  # one for all settings: a cell may hold it
        self._config_path: str | None = None
        self._configured = configured()
        self._apply({})

    @property
    def settings(self) -> ContextSettings:
        """Project, domain and execution name of the runs to come."""
        return self._settings

    @property
    def parameters(self) -> ExecutionParameters:
        """The context outside of tasks."""
        return self._parameters

    @property
    def outputs(self) -> Workspace:
        """Where what a run makes stays as long as the session."""
        return self._workspace

    @property
    def config_path(self) -> str | None:
        """The configuration file that was chosen, None for the first of the usual places."""
        return self._config_path

    def use(self, name: str) -> None:
        """Read settings from another configuration file from now on.

        Args:
            name: ``default``, the NAME of ``~/.flyte/config-NAME.yaml`` or
                ``~/.flyte/NAME.yaml``, or a path.

        Raises:
            ConfigError: There is no such file, or it cannot be used; nothing has changed then.
        """
        from .config.profiles import find_profile

        path = find_profile(name)
        with self._lock:
            self._config_path = path
            self._configured = configured()
            self._apply(self._changes)

    def configure(self, **changes: Any) -> None:
        """Change settings, all of them or none.

        Raises:
            InvalidValueError: A value that Flyte admin would refuse.
        """
        with self._lock:
            self._apply({**self._changes, **changes})

    def reset(self) -> None:
        """Go back to the defaults; files of secrets that were named stay."""
        with self._lock:
            self._apply({k: v for k, v in self._changes.items() if k == "dotenv"})

    @property
    def changes(self) -> dict[str, Any]:
        """What was set by hand, the rest is from the configuration or a default."""
        return dict(self._changes)

    def put_back(self, changes: dict[str, Any]) -> None:
        """Go back to what *changes* said before."""
        with self._lock:
            self._apply(changes)

    def follow_configuration(self) -> None:
        """Take over what has changed in the configuration."""
        found = configured()
        with self._lock:
            if found != self._configured:
                self._configured = found
                self._apply(self._changes)

    def install(self) -> Callable[[], None]:
        """Make this the session under every task; return what takes it away."""
        with ExitStack() as undo:
            undo.callback(install_base(self))
            undo.callback(install_chooser(self))
            undo.callback(RUN_BEGAN.subscribe(self._keep_run))
            return undo.pop_all().close

    def close(self) -> None:
        """Remove the session's files."""
        self._workspace.close()

    def _keep_run(self, run: Run) -> Callable[[], None] | None:
        """Have *run* kept in the history, where this is the session under it."""
        from .run.history.recorder import RECORDER

        return RECORDER.began(run) if base_in_force() is self else None

    def _apply(self, changes: dict[str, Any]) -> None:
        settings = ContextSettings(**{**self._configured, **changes})
        scope = RunScope(
            settings=settings,
            workspace=self._workspace,
            outputs=self._workspace,
            identify=lambda _: None,
            secret_rules=SecretRules(dotenv=settings.dotenv),
        )
        change_rules(self._secrets, scope.secret_rules)
        self._changes, self._settings = changes, settings
        self._parameters = AttemptParameters(
            scope, decks=self._decks, stats=self._stats, secrets=self._secrets
        )
        refresh_base()
        self._tell()

    def _tell(self) -> None:
        for function in self._listeners.items:
            function()


@cache
def _make_default_session() -> Session:
    session = Session()
    session.install()
    LevelFollower(TASK_LOGGER)
    return session


_making_default = threading.Lock()


def default_session() -> Session:
    """Return the session of a script, where no extension is loaded."""
    with _making_default:
        return _make_default_session()


set_default_base(default_session)
