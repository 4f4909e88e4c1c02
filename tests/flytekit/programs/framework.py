"""The framework's own context: its stack, what it compiles, what it executes."""

# ruff: noqa: E402 - each cell is a program of its own

# %% the context in force
from flytekit import FlyteContext, FlyteContextManager, current_context
from flytekit.core.data_persistence import FileAccessProvider

ctx = FlyteContextManager.current_context()
answer = {
    "type": type(ctx).__name__,
    "by the class": FlyteContext.current_context() is ctx,
    "same again": FlyteContextManager.current_context() is ctx,
    "size": FlyteContextManager.size(),
    "compiling": ctx.compilation_state,
    "mode": ctx.execution_state.mode,
    "local": ctx.execution_state.is_local_execution(),
    "task code": ctx.user_space_params is current_context(),
    "condition": ctx.in_a_condition,
    "client": ctx.flyte_client,
    "settings": ctx.serialization_settings,
    "tracker": ctx.output_metadata_tracker,
    "queue": ctx.worker_queue,
    "storage": isinstance(ctx.file_access, FileAccessProvider),
}

# %% a pushed context
from flytekit import FlyteContextManager

sizes = [FlyteContextManager.size()]
before = FlyteContextManager.current_context()
ctx = before.new_builder().build()
pushed = FlyteContextManager.push_context(ctx)
sizes.append(FlyteContextManager.size())
inside = FlyteContextManager.current_context()
popped = FlyteContextManager.pop_context()
sizes.append(FlyteContextManager.size())
answer = {
    "sizes": [size - sizes[0] for size in sizes],
    "returned": pushed is ctx,
    "in force": inside is ctx,
    "popped": popped is ctx,
    "afterwards": FlyteContextManager.current_context() is before,
    "level": ctx.level - before.level,
    "where": ctx.get_origin_stackframe_repr().startswith("StackOrigin("),
    "line": ctx.origin_stackframe.lineno,
    "nowhere": before.new_builder().build().get_origin_stackframe_repr(),
}

# %% one context too many is popped
from flytekit import FlyteContextManager
from programs import outcome

FlyteContextManager.push_context(FlyteContextManager.current_context().new_builder().build())
FlyteContextManager.pop_context()
answer = {"pop": outcome(lambda: FlyteContextManager.pop_context() is None)}

# %% with blocks
from flytekit import FlyteContextManager, new_context
from programs import outcome

before = FlyteContextManager.current_context()
size = FlyteContextManager.size()
with FlyteContextManager.with_context(before.new_builder()) as outer:
    with new_context() as inner:
        levels = [inner.level - outer.level, outer.level - before.level]
        deep = FlyteContextManager.size() - size
        in_force = FlyteContextManager.current_context() is inner
    back = FlyteContextManager.current_context() is outer


def fail():
    with new_context():
        FlyteContextManager.push_context(before.new_builder().build())  # and is not popped
        raise KeyError("inside")


failed = outcome(fail)
answer = {
    "levels": levels,
    "deep": deep,
    "in force": in_force,
    "back": back,
    "failed": failed,
    "afterwards": FlyteContextManager.size() - size,
    "as before": FlyteContextManager.current_context() is before,
}

# %% the stack is forgotten
from flytekit import FlyteContextManager

for _ in range(3):
    FlyteContextManager.push_context(FlyteContextManager.current_context().new_builder().build())
FlyteContextManager.initialize()
answer = {"size": FlyteContextManager.size()}

# %% a context with other parts
from flytekit import FlyteContextManager
from flytekit.configuration import ImageConfig, SerializationSettings
from flytekit.core.context_manager import OutputMetadataTracker

ctx = FlyteContextManager.current_context()
settings = SerializationSettings(ImageConfig.from_images("x/y:1"))
tracker = OutputMetadataTracker()
changed = (
    ctx.with_serialization_settings(settings)
    .with_output_metadata_tracker(tracker)
    .with_client("client")
    .with_worker_queue("queue")
    .with_file_access("storage")
    .build()
)
answer = {
    "settings": changed.serialization_settings is settings,
    "tracker": changed.output_metadata_tracker is tracker,
    "others": [changed.flyte_client, changed.worker_queue, changed.file_access],
    "kept": changed.execution_state is ctx.execution_state,
    "untouched": [ctx.serialization_settings, ctx.flyte_client],
    "again": changed.new_builder().build().flyte_client,
    "one by one": [
        ctx.with_client("c").flyte_client,
        ctx.with_worker_queue("q").worker_queue,
        ctx.with_file_access("f").file_access,
    ],
}

# %% compiling
from flytekit import FlyteContextManager
from flytekit.core.context_manager import CompilationState

ctx = FlyteContextManager.current_context()
fresh = ctx.with_new_compilation_state().build().compilation_state
state = ctx.new_compilation_state("prefix")
state.add_node("node")
nested = state.with_params("inner")
given = state.with_params(prefix="inner", mode=2, resolver="resolver", nodes=["a"])
by_hand = CompilationState("p", 2, "resolver", ["a"])
answer = {
    "fresh": [fresh.prefix, fresh.mode, fresh.nodes],
    "named": [state.prefix, state.nodes],
    "nested": [nested.prefix, nested.mode, nested.nodes],
    "given": [given.prefix, given.mode, given.task_resolver, given.nodes],
    "no prefix": state.with_params(None).prefix,
    "by hand": [by_hand.prefix, by_hand.mode, by_hand.task_resolver, by_hand.nodes],
    "in force": ctx.with_compilation_state(state).build().compilation_state is state,
    "of a builder": ctx.new_builder().new_compilation_state("x").prefix,
}

# %% a compilation state is changed
from flytekit.core.context_manager import CompilationState
from programs import outcome

state = CompilationState("p")
answer = {"assign": outcome(lambda: setattr(state, "prefix", "other"))}

# %% executing
from pathlib import Path

from flytekit.core.context_manager import BranchEvalMode, ExecutionState
from programs import outcome

Mode = ExecutionState.Mode
state = ExecutionState("work", Mode.TASK_EXECUTION)
other = state.with_params(mode=Mode.LOCAL_TASK_EXECUTION, working_dir="other", engine_dir="engine")
state.take_branch()
taken = state.branch_eval_mode
kept = state.with_params()
state.branch_complete()
answer = {
    "modes": {mode.name: mode.value for mode in Mode},
    "local": [mode.name for mode in Mode if ExecutionState("w", mode).is_local_execution()],
    "no mode": [ExecutionState("w").mode, ExecutionState("w").is_local_execution()],
    "folders": [state.working_dir, state.engine_dir, Path(state.engine_dir).is_dir()],
    "other": [other.mode, other.working_dir, other.engine_dir, Path("engine").is_dir()],
    "branches": [taken, kept.branch_eval_mode, state.branch_eval_mode],
    "words": [mode.value for mode in BranchEvalMode],
    "task code": state.user_space_params,
    "a path": ExecutionState(Path("p")).working_dir,
    "no folder": outcome(lambda: ExecutionState("")),
}

# %% the engine's folder
from pathlib import Path

from flytekit.core.context_manager import ExecutionState

state = ExecutionState("work")
answer = {"before it is asked for": Path("work/engine_dir").exists()}

# %% a state to execute in
from pathlib import Path

from flytekit import FlyteContextManager, current_context
from flytekit.core.context_manager import ExecutionState

ctx = FlyteContextManager.current_context()
state = ctx.new_execution_state()
mine = ctx.new_execution_state("mine")
built = ctx.new_builder().new_execution_state("built")
with FlyteContextManager.with_context(
    ctx.with_execution_state(mine.with_params(mode=ExecutionState.Mode.TASK_EXECUTION))
) as inner:
    mode = FlyteContextManager.current_context().execution_state.mode
answer = {
    "folder": Path(state.working_dir).is_dir(),
    "mine": mine.working_dir,
    "task code": state.user_space_params is current_context(),
    "built": [built.working_dir, built.user_space_params],
    "pushed": mode,
    "mode": state.mode,
}

# %% other parameters for task code
from flytekit import FlyteContextManager, current_context
from flytekit.models.core.identifier import WorkflowExecutionIdentifier

ctx = FlyteContextManager.current_context()
builder = current_context().builder()
builder.execution_id = WorkflowExecutionIdentifier("p", "d", "pushed")
state = ctx.execution_state.with_params(user_space_params=builder.build())
with FlyteContextManager.with_context(ctx.with_execution_state(state)):
    inside = current_context().execution_id.name
answer = {"inside": inside, "outside": current_context().execution_id.name != "pushed"}

# %% a conditional
from flytekit import FlyteContextManager
from flytekit.core.context_manager import ExecutionState

ctx = FlyteContextManager.current_context()
local = ExecutionState("w", ExecutionState.Mode.LOCAL_WORKFLOW_EXECUTION)
remote = ExecutionState("w", ExecutionState.Mode.TASK_EXECUTION)
section = ctx.with_execution_state(local).build().enter_conditional_section().build()
nested = section.enter_conditional_section().build()
section.execution_state.take_branch()
active = section.enter_conditional_section().build()
elsewhere = ctx.with_execution_state(remote).build().enter_conditional_section().build()
compiled = ctx.with_compilation_state(ctx.new_compilation_state("p")).build()
compiled.compilation_state.add_node("node")
inner = compiled.enter_conditional_section().build()
answer = {
    "inside": [ctx.in_a_condition, section.in_a_condition, nested.in_a_condition],
    "outside": local.branch_eval_mode,
    "nested": nested.execution_state.branch_eval_mode,
    "active": active.execution_state.branch_eval_mode,
    "taken": section.execution_state.branch_eval_mode,
    "elsewhere": elsewhere.execution_state.branch_eval_mode,
    "graph": [inner.compilation_state.prefix, inner.compilation_state.nodes],
    "graph outside": compiled.compilation_state.nodes,
}

# %% in a task
from flytekit import FlyteContextManager, current_context, task

seen = {}
outside = FlyteContextManager.current_context()


@task
def look() -> int:
    ctx = FlyteContextManager.current_context()
    seen["mode"] = ctx.execution_state.mode
    seen["local"] = ctx.execution_state.is_local_execution()
    seen["task code"] = ctx.user_space_params is current_context()
    seen["tracker"] = ctx.output_metadata_tracker is not None
    seen["deeper"] = ctx.level > outside.level
    seen["compiling"] = ctx.compilation_state
    return 1


look()
seen["afterwards"] = FlyteContextManager.current_context() is outside
answer = seen

# %% entities
from flytekit import task
from flytekit.core.context_manager import FlyteEntities


@task
def first() -> int:
    return 1


@task
def second() -> int:
    return 2


answer = {"known": [one in FlyteEntities.entities for one in (first, second)]}

# %% metadata of outputs
from datetime import datetime, timezone

from flytekit.core.context_manager import OutputMetadata, OutputMetadataTracker


class Note:
    def serialize_to_string(self, ctx, variable_name):
        return f"note of {ctx}", variable_name


value, other = [1], [2]
tracker = OutputMetadataTracker()
metadata = OutputMetadata(
    artifact="model",
    dynamic_partitions={"region": "eu"},
    time_partition=datetime(2026, 1, 1, tzinfo=timezone.utc),
    additional_items=[Note()],
)
tracker.add(value, metadata)
copied = tracker.with_params()
answer = {
    "found": tracker.get(value) is metadata,
    "not found": tracker.get(other),
    "an equal value": tracker.get([1]),
    "parts": [metadata.artifact, metadata.dynamic_partitions, len(metadata.additional_items)],
    "copied": copied.get(value) is metadata,
    "replaced": OutputMetadataTracker().with_params(tracker.output_metadata).get(value) is metadata,
    "empty": OutputMetadataTracker().output_metadata,
    "by default": [OutputMetadata("a", None).time_partition, OutputMetadata("a", {}).artifact],
}

# %% threads
import threading

from flytekit import FlyteContextManager, new_context

sizes = []
with new_context():
    thread = threading.Thread(target=lambda: sizes.append(FlyteContextManager.size()))
    thread.start()
    thread.join()
answer = {"of a thread": sizes, "here": FlyteContextManager.size()}

# %% coroutines
import asyncio

from flytekit import FlyteContextManager, new_context

turns = []


async def nest():
    before = FlyteContextManager.current_context()
    with new_context() as ctx:
        await asyncio.sleep(0)
        turns.append(FlyteContextManager.current_context() is ctx)
        await asyncio.sleep(0)
    return FlyteContextManager.current_context() is before


async def both():
    return await asyncio.gather(nest(), nest())


answer = {"as before": asyncio.run(both()), "own": turns}
