"""The framework's own context: what is compiled or executed, with which files and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .states import BranchEvalMode, CompilationState, ExecutionState

if TYPE_CHECKING:
    import os

    from typing_extensions import Self

    from .output_metadata import OutputMetadataTracker
    from .parameters import ExecutionParameters

_FIELDS = (
    "file_access",
    "level",
    "flyte_client",
    "compilation_state",
    "execution_state",
    "serialization_settings",
    "in_a_condition",
    "output_metadata_tracker",
    "worker_queue",
)


class _Changes:
    """The ``with_…`` methods, which a context and its builder share."""

    __slots__ = ()

    def _with(self, **changes: Any) -> FlyteContext.Builder:
        raise NotImplementedError

    def with_execution_state(self, es: ExecutionState) -> FlyteContext.Builder:
        """Return a builder with what is executing."""
        return self._with(execution_state=es)

    def with_compilation_state(self, c: CompilationState) -> FlyteContext.Builder:
        """Return a builder with what is compiled."""
        return self._with(compilation_state=c)

    def with_new_compilation_state(self) -> FlyteContext.Builder:
        """Return a builder that compiles from scratch."""
        return self._with(compilation_state=self.new_compilation_state())

    def with_file_access(self, fa: Any) -> FlyteContext.Builder:
        """Return a builder with other storage."""
        return self._with(file_access=fa)

    def with_serialization_settings(self, ss: Any) -> FlyteContext.Builder:
        """Return a builder with the settings for registering."""
        return self._with(serialization_settings=ss)

    def with_output_metadata_tracker(self, t: OutputMetadataTracker) -> FlyteContext.Builder:
        """Return a builder that takes metadata of outputs."""
        return self._with(output_metadata_tracker=t)

    def with_worker_queue(self, wq: Any) -> FlyteContext.Builder:
        """Return a builder with the controller of eager executions."""
        return self._with(worker_queue=wq)

    def with_client(self, c: Any) -> FlyteContext.Builder:
        """Return a builder with a client of Flyte admin."""
        return self._with(flyte_client=c)

    def new_compilation_state(self, prefix: str = "") -> CompilationState:
        """Return the state of an empty graph."""
        return CompilationState(prefix=prefix)


class FlyteContext(_Changes):
    """What the framework knows of where it is (flytekit's ``FlyteContext``); never changed.

    Task code sees `ExecutionParameters` instead, which are its `user_space_params`.

    Args:
        file_access: Storage, or a function that makes it when it is first asked for.
        level: How deep it is nested.
        flyte_client: Client of Flyte admin.
        compilation_state: What is compiled, None when nothing is.
        execution_state: What is executing, None when nothing is.
        serialization_settings: Settings for registering.
        in_a_condition: Whether it is inside a conditional.
        origin_stackframe: Where it was pushed, a frame or ``traceback.FrameSummary``.
        output_metadata_tracker: Takes metadata of outputs.
        worker_queue: Controller of eager executions.
    """

    __slots__ = (*_FIELDS[1:], "_file_access", "_origin")

    def __init__(  # noqa: PLR0913, PLR0917 - flytekit's signature
        self,
        file_access: Any,
        level: int = 0,
        flyte_client: Any = None,
        compilation_state: CompilationState | None = None,
        execution_state: ExecutionState | None = None,
        serialization_settings: Any = None,
        in_a_condition: bool = False,  # noqa: FBT001, FBT002
        origin_stackframe: Any = None,
        output_metadata_tracker: OutputMetadataTracker | None = None,
        worker_queue: Any = None,
    ) -> None:
        self._file_access = file_access
        self._origin: tuple[Any, int] | None = None
        if origin_stackframe is not None:
            self.set_stackframe(origin_stackframe)
        self.level = level
        self.flyte_client = flyte_client
        self.compilation_state = compilation_state
        self.execution_state = execution_state
        self.serialization_settings = serialization_settings
        self.in_a_condition = in_a_condition
        self.output_metadata_tracker = output_metadata_tracker
        self.worker_queue = worker_queue

    @property
    def file_access(self) -> Any:
        """The storage that files and data frames go through."""
        if callable(self._file_access):
            self._file_access = self._file_access()
        return self._file_access

    @property
    def user_space_params(self) -> ExecutionParameters | None:
        """What task code sees."""
        state = self.execution_state
        return None if state is None else state.user_space_params

    def new_builder(self) -> Builder:
        """Return a builder that begins with all that this context has."""
        return FlyteContext.Builder(
            self._file_access,
            self.level,
            self.compilation_state,
            self.execution_state,
            self.flyte_client,
            self.serialization_settings,
            self.in_a_condition,
            self.output_metadata_tracker,
            self.worker_queue,
        )

    def enter_conditional_section(self) -> Builder:
        """Return a builder for the inside of a conditional."""
        return self.new_builder().enter_conditional_section()

    def new_execution_state(
        self, working_dir: str | os.PathLike[str] | None = None
    ) -> ExecutionState:
        """Return a state for something to execute, with what task code sees now."""
        folder = working_dir or self.file_access.local_sandbox_dir
        return ExecutionState(working_dir=folder, user_space_params=self.user_space_params)

    def set_stackframe(self, frame: Any) -> None:
        """Keep where the context was pushed: a frame, or a ``traceback.FrameSummary``."""
        try:
            self._origin = (frame.f_code, frame.f_lineno)  # looked at when somebody asks
        except AttributeError:
            self._origin = (frame, frame.lineno)

    @property
    def origin_stackframe(self) -> Any:
        """Where the context was pushed, as a ``traceback.FrameSummary``; None for nowhere."""
        if self._origin is None:
            return None
        import traceback

        where, line = self._origin
        if not hasattr(where, "co_name"):
            return where
        return traceback.FrameSummary(where.co_filename, line, where.co_name)

    def get_origin_stackframe_repr(self) -> str:
        """Return where the context was pushed, in words; empty for nowhere."""
        where = self.origin_stackframe
        return (
            "" if where is None else f"StackOrigin({where.name}, {where.lineno}, {where.filename})"
        )

    @staticmethod
    def current_context() -> FlyteContext:
        """Return the context in force: the same as ``FlyteContextManager.current_context()``."""
        from .manager import FlyteContextManager

        return FlyteContextManager.current_context()

    def get_deck(self) -> Any:
        """Return one page of the decks of the last execution here, and of those made here.

        It is the text of an HTML file, and what a notebook shows. Of a task that was called
        outside of workflows these are its own decks, else those of all tasks.

        Example:
            >>> with new_context() as ctx:
            ...     train()
            >>> ctx.get_deck()
        """
        from .decks import DeckCollection

        params = self.user_space_params
        return DeckCollection().page() if params is None else params.decks_page()

    def _with(self, **changes: Any) -> Builder:
        return self.new_builder()._with(**changes)  # noqa: SLF001 - what both share

    def __repr__(self) -> str:
        doing = "compiling" if self.compilation_state is not None else self.execution_state
        return f"FlyteContext(level={self.level}, {doing})"

    class Builder(_Changes):
        """Collects the parts of a new context."""

        __slots__ = _FIELDS

        def __init__(  # noqa: PLR0913, PLR0917 - flytekit's signature
            self,
            file_access: Any,
            level: int = 0,
            compilation_state: CompilationState | None = None,
            execution_state: ExecutionState | None = None,
            flyte_client: Any = None,
            serialization_settings: Any = None,
            in_a_condition: bool = False,  # noqa: FBT001, FBT002
            output_metadata_tracker: OutputMetadataTracker | None = None,
            worker_queue: Any = None,
        ) -> None:
            self.file_access = file_access
            self.level = level
            self.compilation_state = compilation_state
            self.execution_state = execution_state
            self.flyte_client = flyte_client
            self.serialization_settings = serialization_settings
            self.in_a_condition = in_a_condition
            self.output_metadata_tracker = output_metadata_tracker
            self.worker_queue = worker_queue

        def build(self) -> FlyteContext:
            """Return the context, one level below the one that the builder came from."""
            return FlyteContext(
                self.file_access,
                self.level + 1,
                self.flyte_client,
                self.compilation_state,
                self.execution_state,
                self.serialization_settings,
                self.in_a_condition,
                None,
                self.output_metadata_tracker,
                self.worker_queue,
            )

        def enter_conditional_section(self) -> Self:
            """Enter a conditional: its nodes and its branches are its own.

            Executed locally, no branch runs before one is taken; inside a branch that is
            skipped nothing runs, and inside one that is active the branches begin afresh.
            """
            if self.compilation_state is not None:
                self.compilation_state = self.compilation_state.with_params(
                    prefix=self.compilation_state.prefix
                )
            state = self.execution_state
            if state is not None and state.is_local_execution():
                state = state.with_params()  # of its own: the section outside keeps its branch
                if not self.in_a_condition:
                    state.branch_eval_mode = BranchEvalMode.BRANCH_SKIPPED
                self.execution_state = state
            self.in_a_condition = True
            return self

        def new_execution_state(
            self, working_dir: str | os.PathLike[str] | None = None
        ) -> ExecutionState:
            """Return a state for something to execute, in a folder of its own by default."""
            access = self.file_access() if callable(self.file_access) else self.file_access
            return ExecutionState(working_dir or access.get_random_local_directory())

        def _with(self, **changes: Any) -> Self:
            for name, value in changes.items():
                setattr(self, name, value)
            return self
