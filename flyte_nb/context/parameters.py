"""What task code sees of where it runs (flytekit's ``ExecutionParameters``)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from flyte_nb.errors import ContextAttributeError, NoCheckpointError

from . import builder as _builder
from .decks import DeckCollection
from .logs import TASK_LOGGER
from .states import ExecutionMode

if TYPE_CHECKING:
    import logging as std_logging
    from collections.abc import Callable, Hashable, Iterable, Mapping
    from datetime import datetime

    from flyte_nb.models import Identifier, WorkflowExecutionIdentifier

    from .checkpoint import Checkpoint
    from .output_metadata import OutputMetadataTracker
    from .secrets import SecretsManager
    from .stats import TaggableStats
    from .storage import FileAccess
    from .task_log import TaskLog

T = TypeVar("T")


class ExecutionParameters:
    """What `current_context()` returns.

    Nothing here can be changed; `builder` makes another one with other values, which shares
    nothing with this one that could change. Attributes of a task type, such as
    ``spark_session``, are found by their upper-cased name.

    Args:
        execution_date: When the execution started, in UTC.
        tmp_dir: Folder for temporary files.
        stats: Takes metrics.
        execution_id: The execution.
        logging: Logger of task code.
        raw_output_prefix: Address below which files and tables of the task go.
        output_metadata_prefix: Address below which what describes them goes.
        checkpoint: What the previous attempt saved, and where this one saves.
        decks: The decks so far.
        task_id: The running task; None outside of tasks.
        enable_deck: Whether the task asked for its decks to be shown.
        kwargs: Attributes of the task type.
    """

    __slots__ = ("__weakref__", "_attrs", "_base", "_collection", "_given")

    _attrs: dict[str, Any]
    _base: ExecutionParameters | None
    _collection: DeckCollection
    _given: dict[str, Any]

    Builder: ClassVar[type[_builder.Builder]] = _builder.Builder

    def __init__(  # noqa: PLR0913, PLR0917 - flytekit's signature
        self,
        execution_date: datetime | None,
        tmp_dir: str | None,
        stats: Any,
        execution_id: WorkflowExecutionIdentifier | None,
        logging: std_logging.Logger | None,
        raw_output_prefix: str | None,
        output_metadata_prefix: str | None = None,
        checkpoint: Checkpoint | None = None,
        decks: list[Any] | None = None,
        task_id: Identifier | None = None,
        enable_deck: bool = False,  # noqa: FBT001, FBT002
        **kwargs: Any,
    ) -> None:
        given = {
            "execution_date": execution_date,
            "working_directory": tmp_dir,
            "stats": stats,
            "execution_id": execution_id,
            "logging": TASK_LOGGER if logging is None else logging,
            "raw_output_prefix": raw_output_prefix,
            "output_metadata_prefix": output_metadata_prefix,
            "checkpoint": checkpoint,
            "task_id": task_id,
            "enable_deck": enable_deck,
        }
        self._fill(None, given, kwargs, [] if decks is None else decks)

    @classmethod
    def over(
        cls,
        base: ExecutionParameters | None,
        given: dict[str, Any],
        attrs: dict[str, Any],
        decks: list[Any],
    ) -> ExecutionParameters:
        """Return *base* with other values: what a builder makes."""
        made = object.__new__(ExecutionParameters)
        made._fill(base, given, attrs, decks)
        return made

    def _fill(
        self,
        base: ExecutionParameters | None,
        given: dict[str, Any],
        attrs: dict[str, Any],
        decks: list[Any],
    ) -> None:
        if base is not None and type(base) is ExecutionParameters:
            # Not a chain, which would grow; and what takes things in is each one's own.
            kept = {k: v for k, v in base._given.items() if k not in _OWN}  # noqa: SLF001
            base, given = base._base, {**kept, **given}  # noqa: SLF001
        self._base = base
        self._given = given
        self._attrs = {str(name).upper(): value for name, value in attrs.items()}
        below = None if base is None else base._collection  # noqa: SLF001
        self._collection = DeckCollection(decks, below)

    def _value(self, name: str, default: Any = None) -> Any:
        given = self._given
        if name in given:
            return given[name]
        return default if self._base is None else getattr(self._base, name)

    @property
    def execution_id(self) -> WorkflowExecutionIdentifier:
        """The execution that this attempt belongs to."""
        return self._value("execution_id")  # type: ignore[no-any-return]

    @property
    def execution_date(self) -> datetime:
        """When the execution started, in UTC; the same for all its attempts."""
        return self._value("execution_date")  # type: ignore[no-any-return]

    @property
    def task_id(self) -> Identifier | None:
        """The running task; None outside of tasks."""
        return self._value("task_id")  # type: ignore[no-any-return]

    @property
    def attempt(self) -> int:
        """Number of the attempt, from 0."""
        return self._value("attempt", 0)  # type: ignore[no-any-return]

    @property
    def stats(self) -> TaggableStats:
        """Takes metrics."""
        return self._value("stats")  # type: ignore[no-any-return]

    @property
    def logging(self) -> std_logging.Logger:
        """The logger of task code; what it writes shows under the cell."""
        return self._value("logging", TASK_LOGGER)  # type: ignore[no-any-return]

    @property
    def working_directory(self) -> str:
        """A folder for temporary files: this attempt's own, removed when the run ends.

        Raises:
            WorkspaceError: It cannot be made.
        """
        return self._value("working_directory")  # type: ignore[no-any-return]

    @property
    def raw_output_prefix(self) -> str:
        """Address below which files and tables of this execution go; it ends in a slash."""
        return self._value("raw_output_prefix")  # type: ignore[no-any-return]

    @property
    def output_metadata_prefix(self) -> str:
        """Address below which what describes the outputs of this attempt goes."""
        return self._value("output_metadata_prefix")  # type: ignore[no-any-return]

    @property
    def mode(self) -> ExecutionMode:
        """Whether the task executes here, or as in a pod."""
        return self._value("mode", ExecutionMode.LOCAL_TASK_EXECUTION)  # type: ignore[no-any-return]

    @property
    def secrets(self) -> SecretsManager:
        """Looks secrets up; the same at each access."""
        from .secrets import SecretsManager

        return self._own("secrets", SecretsManager)

    @property
    def checkpoint(self) -> Checkpoint:
        """What the previous attempt saved, and where this one saves.

        It survives the kernel: a run of the same task with the same inputs goes on from it,
        until one has succeeded.

        Raises:
            CheckpointError: What there is cannot be read, or this context was made without one.
        """
        checkpoint = self._value("checkpoint")
        if checkpoint is None:
            raise NoCheckpointError(
                "this context has no checkpoint",
                hint="it was made without one, or has come from another process: use the"
                " checkpoint in the task itself",
            )
        return checkpoint  # type: ignore[no-any-return]

    @property
    def decks(self) -> list[Any]:
        """The decks made so far."""
        return self._collection.all

    def add_deck(self, deck: Any) -> None:
        """Add a deck that was made in this context; that of the attempt has it too."""
        self._collection.add(deck)

    def keep_decks(self, execution: Hashable, task: str, decks: Iterable[Any]) -> None:
        """Keep the decks of a task that was called in this context, for `decks_page`."""
        self._collection.keep(execution, task, decks)

    def decks_page(self) -> Any:
        """Return one page of the decks of this context and of the last execution in it."""
        return self._collection.page()

    @property
    def default_deck(self) -> Any:
        """The deck named ``default``, the same at each access."""
        return self._collection.default()

    @property
    def timeline_deck(self) -> Any:
        """The deck that shows how long the parts of the task took; the same at each access."""
        return self._collection.timeline()

    @property
    def enable_deck(self) -> bool:
        """Whether the task asked for its decks to be shown."""
        return bool(self._value("enable_deck", default=False))

    @property
    def log(self) -> TaskLog:
        """What the attempt has logged so far."""
        from .task_log import TaskLog

        return self._own("log", TaskLog)

    @property
    def output_metadata_tracker(self) -> OutputMetadataTracker:
        """Takes metadata of the attempt's outputs."""
        from .output_metadata import OutputMetadataTracker

        return self._own("output_metadata_tracker", OutputMetadataTracker)

    def storage(self) -> FileAccess:
        """Return the storage that files and tables of the execution go through."""
        if self._base is not None:
            return self._base.storage()
        from .storage import FileAccess

        return FileAccess(raw_output_prefix=self.raw_output_prefix or "")

    def scratch_directory(self) -> str | None:
        """Return a folder for the runtime's own files, gone with the run; None outside."""
        return None if self._base is None else self._base.scratch_directory()

    def at_end_of_attempt(self, function: Callable[[], None]) -> None:
        """Call *function* when this attempt ends; what it raises fails the attempt.

        A context that was made by hand has no attempt that could end.
        """
        if self._base is not None:
            self._base.at_end_of_attempt(function)

    def _own(self, name: str, make: Callable[[], T]) -> T:
        """Return what takes things in: the attempt's, else this context's, made now."""
        if self._base is not None:
            return getattr(self._base, name)  # type: ignore[no-any-return]
        return self._given.setdefault(name, make())  # type: ignore[no-any-return]

    @staticmethod
    def new_builder(current: ExecutionParameters | None = None) -> _builder.Builder:
        """Return a builder that begins with all that *current* has."""
        return _builder.Builder(current)

    def builder(self) -> _builder.Builder:
        """Return a builder that begins with all that this context has."""
        return _builder.Builder(self)

    def with_task_sandbox(self) -> _builder.Builder:
        """Return a builder with a folder and a checkpoint of its own, removed with the run's."""
        return _builder.Builder(self).sandboxed()

    def with_enable_deck(self, enable_deck: bool) -> _builder.Builder:  # noqa: FBT001 - flytekit's signature
        """Return a builder that says whether decks are shown."""
        builder = _builder.Builder(self)
        builder.enable_deck = enable_deck
        return builder

    @property
    def task_attributes(self) -> Mapping[str, Any]:
        """Attributes of the task type, by upper-cased name."""
        return MappingProxyType(self._attrs)

    def has_attr(self, attr_name: str) -> bool:
        """Return whether the task type has this attribute."""
        return attr_name.upper() in self._attrs

    def get(self, key: str) -> Any:
        """Return an attribute of the task type.

        Raises:
            ContextAttributeError: It has none of that name.
        """
        try:
            return self._attrs[key.upper()]
        except KeyError:
            known = ", ".join(sorted(self._attrs)) or "none"
            raise ContextAttributeError(
                f"this context has no {key!r}",
                hint=f"attributes of the task type here: {known}; see current_context() for the"
                " others",
            ) from None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # what copy, pickle and IPython probe for
            raise AttributeError(name)
        if hasattr(type(self), name):  # a property of ours failed: say how
            return object.__getattribute__(self, name)
        return self.get(name)

    def __copy__(self) -> ExecutionParameters:
        return _builder.Builder(self).build()

    def __deepcopy__(self, memo: dict[int, Any]) -> ExecutionParameters:
        from copy import deepcopy

        builder = _builder.Builder(self)
        builder.decks = deepcopy(builder.decks, memo)
        builder.attrs = deepcopy(builder.attrs, memo)
        return builder.build()

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel as plain values; what belongs to this process, such as a checkpoint, stays."""
        return ExecutionParameters.over, (
            None,
            {name: getattr(self, name) for name in _TRAVEL},
            dict(self._attrs),
            list(self.decks),
        )

    def __repr__(self) -> str:
        return f"ExecutionParameters(execution_id={self.execution_id}, task_id={self.task_id})"

    def _repr_html_(self) -> str:
        from .parameters_view import as_html

        return as_html(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # noqa: ARG002, FBT001
        from .parameters_view import as_text

        printer.text(as_text(self))


_OWN = ("log", "output_metadata_tracker")
_TRAVEL = (
    "execution_date",
    "working_directory",
    "stats",
    "execution_id",
    "logging",
    "raw_output_prefix",
    "output_metadata_prefix",
    "task_id",
    "enable_deck",
    "attempt",
    "mode",
    "secrets",
)
