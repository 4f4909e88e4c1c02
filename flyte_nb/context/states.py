"""What a context is doing: compiling a workflow, or executing something in one of seven modes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from flyte_nb.errors import InvalidValueError

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from .parameters import ExecutionParameters

    Folder = str | os.PathLike[str]


class BranchEvalMode(Enum):
    """Whether the next branch of a conditional runs; outside of conditionals there is none."""

    BRANCH_ACTIVE = "branch active"
    BRANCH_SKIPPED = "branch skipped"


class ExecutionMode(Enum):
    """How something executes; ``ExecutionState.Mode`` in flytekit."""

    TASK_EXECUTION = 1
    """As in a pod: what a pod does not have is not there."""
    LOCAL_WORKFLOW_EXECUTION = 2
    LOCAL_TASK_EXECUTION = 3
    DYNAMIC_TASK_EXECUTION = 4
    EAGER_EXECUTION = 5
    EAGER_LOCAL_EXECUTION = 6
    LOCAL_DYNAMIC_TASK_EXECUTION = 7


_LOCAL = frozenset(
    {
        ExecutionMode.LOCAL_TASK_EXECUTION,
        ExecutionMode.LOCAL_WORKFLOW_EXECUTION,
        ExecutionMode.EAGER_LOCAL_EXECUTION,
        ExecutionMode.LOCAL_DYNAMIC_TASK_EXECUTION,
    }
)


class ExecutionState:
    """What is executing, and how (flytekit's ``ExecutionState``).

    Args:
        working_dir: Folder for the files of the execution, or a function that makes it when it
            is first asked for.
        mode: How it executes; None before anything does.
        engine_dir: Folder for what the engine itself writes; made when it is first asked for.
        branch_eval_mode: Whether the next branch of a conditional runs.
        user_space_params: What task code sees.

    Raises:
        InvalidValueError: No working directory.
    """

    Mode: ClassVar = ExecutionMode

    def __init__(
        self,
        working_dir: Folder | Callable[[], Folder],
        mode: ExecutionMode | None = None,
        engine_dir: Folder | None = None,
        branch_eval_mode: BranchEvalMode | None = None,
        user_space_params: ExecutionParameters | None = None,
    ) -> None:
        if not working_dir:
            raise InvalidValueError("an execution needs a working directory")
        self._working_dir = working_dir
        self.mode = mode
        self._engine_dir = engine_dir
        self.branch_eval_mode = branch_eval_mode
        self.user_space_params = user_space_params

    @property
    def working_dir(self) -> Folder:
        """The folder for the files of the execution."""
        if callable(self._working_dir):
            self._working_dir = self._working_dir()
        return self._working_dir

    @property
    def engine_dir(self) -> str:
        """The engine's own folder, made now if it is not there."""
        path = Path(self._engine_dir or Path(self.working_dir, "engine_dir"))
        path.mkdir(parents=True, exist_ok=True)
        return str(path)

    def take_branch(self) -> None:
        """Let the next branch run: its condition is true."""
        self.branch_eval_mode = BranchEvalMode.BRANCH_ACTIVE

    def branch_complete(self) -> None:
        """Let no further branch run."""
        self.branch_eval_mode = BranchEvalMode.BRANCH_SKIPPED

    def with_params(
        self,
        working_dir: Folder | None = None,
        mode: ExecutionMode | None = None,
        engine_dir: Folder | None = None,
        branch_eval_mode: BranchEvalMode | None = None,
        user_space_params: ExecutionParameters | None = None,
    ) -> ExecutionState:
        """Return a copy with what is given instead of its own."""
        return ExecutionState(
            working_dir or self._working_dir,
            mode or self.mode,
            engine_dir or self._engine_dir,
            branch_eval_mode or self.branch_eval_mode,
            user_space_params or self.user_space_params,
        )

    def is_local_execution(self) -> bool:
        """Return whether it executes here, and not as in a pod."""
        return self.mode in _LOCAL

    def _values(self) -> tuple[Any, ...]:
        names = ("_working_dir", "mode", "_engine_dir", "branch_eval_mode", "user_space_params")
        return tuple(getattr(self, name) for name in names)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ExecutionState) and self._values() == other._values()

    __hash__ = None  # type: ignore[assignment]  # it changes with the branch taken

    def __repr__(self) -> str:
        mode = None if self.mode is None else self.mode.name
        return f"ExecutionState(mode={mode})"


@dataclass(frozen=True)
class CompilationState:
    """The graph that a workflow becomes while its function is followed.

    The same as flytekit's ``CompilationState``.

    Attributes:
        prefix: What the names of its nodes begin with, so that those of nested workflows differ.
        mode: As in flytekit, where it has no other value either.
        task_resolver: Finds tasks again in a pod, where it is needed.
        nodes: The nodes so far.
        sections: Conditionals that were begun and have no end yet.
    """

    prefix: str
    mode: int = 1
    task_resolver: Any = None
    nodes: list[Any] = field(default_factory=list)
    sections: list[Any] = field(default_factory=list, init=False, repr=False, compare=False)

    def add_node(self, n: Any) -> None:
        """Add a node to the graph."""
        self.nodes.append(n)

    def with_params(
        self,
        prefix: str,
        mode: int | None = None,
        resolver: Any = None,
        nodes: list[Any] | None = None,
    ) -> CompilationState:
        """Return a state of its own: prefix and nodes as given, the rest from this one."""
        return replace(
            self,
            prefix=prefix or "",
            mode=mode or self.mode,
            task_resolver=resolver or self.task_resolver,
            nodes=list(nodes or ()),
        )
