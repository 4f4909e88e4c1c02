"""What task code sees of where it runs."""

# ruff: noqa: E402, F811 - each cell is a program of its own

# %% outside of tasks
import logging
from datetime import datetime, timedelta, timezone
from pathlib import Path

import flytekit

ctx = flytekit.current_context()
now = datetime.now(timezone.utc)
answer = {
    "type": isinstance(ctx, flytekit.ExecutionParameters),
    "project and domain": [ctx.execution_id.project, ctx.execution_id.domain],
    "name": ctx.execution_id.name == "local",
    "task": ctx.task_id and ctx.task_id.name,
    "folder": Path(ctx.working_directory).is_dir(),
    "logger": isinstance(ctx.logging, logging.Logger),
    "date": abs(now - ctx.execution_date) < timedelta(minutes=5),
    "zone": ctx.execution_date.utcoffset(),
    "decks": ctx.decks,
    "deck asked for": ctx.enable_deck,
    "raw output": ctx.raw_output_prefix.endswith("/"),
    "metadata": isinstance(ctx.output_metadata_prefix, str),
}

# %% in a task
import logging
from datetime import datetime
from pathlib import Path

from flytekit import ExecutionParameters, current_context, task

seen = {}


@task
def look() -> int:
    ctx = current_context()
    seen["type"] = isinstance(ctx, ExecutionParameters)
    seen["project and domain"] = [ctx.execution_id.project, ctx.execution_id.domain]
    seen["task's name"] = ctx.task_id.name.endswith(".look")
    seen["task's version"] = ctx.task_id.version != "local"
    seen["task's project and domain"] = [ctx.task_id.project, ctx.task_id.domain]
    seen["name of the execution"] = ctx.execution_id.name == "local"
    seen["folder"] = Path(ctx.working_directory).is_dir()
    seen["folder is text"] = isinstance(ctx.working_directory, str)
    seen["logger"] = isinstance(ctx.logging, logging.Logger)
    seen["date"] = isinstance(ctx.execution_date, datetime)
    seen["raw output"] = isinstance(ctx.raw_output_prefix, str)
    seen["decks"] = len(ctx.decks)
    seen["deck asked for"] = ctx.enable_deck
    return 1


look()
answer = seen

# %% identifiers
from flytekit import current_context
from flytekit.models.core.identifier import Identifier, ResourceType, WorkflowExecutionIdentifier
from programs import message, outcome

execution = WorkflowExecutionIdentifier("p", "d", "n")
task = Identifier(ResourceType.TASK, "p", "d", "n", "v")
current = current_context().execution_id
answer = {
    "execution": [execution.project, execution.domain, execution.name],
    "execution, message": outcome(lambda: message(execution)),
    "execution, equal": execution == WorkflowExecutionIdentifier(project="p", domain="d", name="n"),
    "task": [task.project, task.domain, task.name, task.version],
    "task, message": outcome(lambda: message(task)),
    "task, kind": outcome(lambda: task.resource_type_name().lower()),
    "task, equal": task == Identifier(ResourceType.TASK, "p", "d", "n", "v"),
    "other kind, equal": task == Identifier(ResourceType.WORKFLOW, "p", "d", "n", "v"),
    "back": outcome(lambda: Identifier.from_flyte_idl(task.to_flyte_idl()) == task),
    "a kind is a number": ResourceType.TASK == 1,
    "a number is a kind": task == Identifier(1, "p", "d", "n", "v"),
    "current": isinstance(current, WorkflowExecutionIdentifier),
}

# %% identifiers as text
from flytekit import current_context
from flytekit.models.core.identifier import Identifier, ResourceType, WorkflowExecutionIdentifier

answer = {
    "execution": str(WorkflowExecutionIdentifier("p", "d", "n")) == "ex:p:d:n",
    "task": str(Identifier(ResourceType.TASK, "p", "d", "n", "v")),
    "current": str(current_context().execution_id)[:3],
}

# %% attributes that there are not
from flytekit import current_context
from programs import outcome

ctx = current_context()
answer = {
    "attribute": outcome(lambda: ctx.spark_session),
    "get": outcome(lambda: ctx.get("SPARK_SESSION")),
    "asked": ctx.has_attr("SPARK_SESSION"),
    "hasattr": outcome(lambda: hasattr(ctx, "spark_session")),
    "default": outcome(lambda: getattr(ctx, "spark_session", "none")),
    "assign": outcome(lambda: setattr(ctx, "working_directory", "x")),
}

# %% attributes of a task type
from flytekit import current_context
from flytekit.core.context_manager import ExecutionParameters

ctx = current_context().builder().add_attr("SPARK_SESSION", "session").build()
given = ExecutionParameters(
    execution_date=None,
    tmp_dir="/tmp",
    stats=None,
    execution_id=None,
    logging=None,
    raw_output_prefix="s3://bucket/raw",
    SPARK_SESSION="given",
)
answer = {
    "attribute": ctx.spark_session,
    "upper case": ctx.SPARK_SESSION,
    "get": [ctx.get("spark_session"), ctx.get("SPARK_SESSION")],
    "asked": [ctx.has_attr("spark_session"), ctx.has_attr("SPARK_SESSION"), ctx.has_attr("other")],
    "hasattr": hasattr(ctx, "spark_session"),
    "given": given.spark_session,
    "not in the other": current_context().has_attr("spark_session"),
}

# %% an attribute added in lower case
from flytekit import current_context
from programs import outcome

ctx = current_context().builder().add_attr("spark_session", "session").build()
answer = {"attribute": outcome(lambda: ctx.spark_session), "asked": ctx.has_attr("spark_session")}

# %% parameters made by hand
import logging
from datetime import datetime, timezone

from flytekit.core.context_manager import ExecutionParameters
from flytekit.models.core.identifier import Identifier, ResourceType, WorkflowExecutionIdentifier
from programs import outcome

logger = logging.getLogger("mine")
date = datetime(2026, 1, 2, tzinfo=timezone.utc)
ctx = ExecutionParameters(
    date,
    "/tmp/x",
    "stats",
    WorkflowExecutionIdentifier("p", "d", "n"),
    logger,
    "s3://bucket/raw",
    output_metadata_prefix="s3://bucket/meta",
    checkpoint="checkpoint",
    decks=["deck"],
    task_id=Identifier(ResourceType.TASK, "p", "d", "n", "v"),
    enable_deck=True,
)
bare = ExecutionParameters(date, "/tmp/x", None, None, None, None)
answer = {
    "date": ctx.execution_date == date,
    "folder": ctx.working_directory,
    "stats": ctx.stats,
    "name": ctx.execution_id.name,
    "logger": ctx.logging is logger,
    "raw output": ctx.raw_output_prefix,
    "metadata": ctx.output_metadata_prefix,
    "checkpoint": ctx.checkpoint,
    "decks": ctx.decks,
    "task": ctx.task_id.version,
    "deck asked for": [ctx.enable_deck, bare.enable_deck],
    "bare": [bare.decks, bare.task_id, bare.raw_output_prefix, bare.output_metadata_prefix],
    "no checkpoint": outcome(lambda: bare.checkpoint),
}

# %% a builder
from pathlib import Path

from flytekit import current_context
from flytekit.core.context_manager import ExecutionParameters
from flytekit.models.core.identifier import WorkflowExecutionIdentifier

ctx = current_context()
builder = ctx.new_builder(ctx)
builder.working_dir = str(Path("new/folder").absolute())
builder.execution_id = WorkflowExecutionIdentifier("p", "d", "n")
builder.raw_output_prefix = "s3://bucket/raw"
builder.output_metadata_prefix = "s3://bucket/meta"
builder.checkpoint = "checkpoint"
builder.enable_deck = True
built = builder.build()
empty = ExecutionParameters.new_builder()
answer = {
    "folder": [Path("new/folder").is_dir(), built.working_directory == builder.working_dir],
    "execution": built.execution_id.name,
    "prefixes": [built.raw_output_prefix, built.output_metadata_prefix],
    "checkpoint": built.checkpoint,
    "deck asked for": [built.enable_deck, ctx.enable_deck],
    "date kept": built.execution_date == ctx.execution_date,
    "logger kept": built.logging is ctx.logging,
    "task kept": built.task_id == ctx.task_id,
    "empty": [empty.working_dir, empty.execution_id, empty.checkpoint, empty.decks, empty.attrs],
    "class": type(empty).__name__,
}

# %% a builder shares nothing
from flytekit import Deck, current_context

ctx = current_context()
builder = ctx.builder()
builder.decks.append(Deck("of the builder", auto_add_to_deck=False))
builder.add_attr("KEY", 1)
answer = {
    "decks of the parent": len(ctx.decks),
    "decks of the new one": len(builder.build().decks),
    "attribute of the parent": ctx.has_attr("key"),
}

# %% a sandbox for a task
from pathlib import Path

from flytekit import current_context

ctx = current_context()
boxed = ctx.with_task_sandbox().build()
boxed.checkpoint.write(b"state")
shown = ctx.with_enable_deck(True).build()  # noqa: FBT003
answer = {
    "folder": Path(boxed.working_directory).is_dir(),
    "another one": boxed.working_directory != ctx.working_directory,
    "checkpoint": type(boxed.checkpoint).__name__,
    "before": boxed.checkpoint.prev_exists(),
    "folder of checkpoints": [path.name for path in Path(boxed.working_directory).iterdir()],
    "deck asked for": [shown.enable_deck, boxed.enable_deck, ctx.enable_deck],
    "not asked for": ctx.with_enable_deck(False).build().enable_deck,  # noqa: FBT003
}

# %% files of the working directory
from pathlib import Path

from flytekit import current_context, task

folders = []


@task
def write() -> str:
    path = Path(current_context().working_directory) / "data.csv"
    path.write_text("1,2\n")
    folders.append(current_context().working_directory)
    return path.read_text()


answer = {
    "read": [write(), write()],
    "another call, another folder": folders[0] != folders[1],
    "gone": not Path(folders[0]).exists(),
}

# %% copies of a context
import copy
import pickle

from flytekit import current_context
from programs import outcome

ctx = current_context()
answer = {
    "copy": outcome(lambda: copy.copy(ctx).execution_id == ctx.execution_id),
    "deep copy": outcome(lambda: copy.deepcopy(ctx).execution_id == ctx.execution_id),
    "pickle": outcome(lambda: pickle.loads(pickle.dumps(ctx)).execution_id == ctx.execution_id),
}

# %% each run by its own name
from flytekit import current_context, task


@task
def name() -> str:
    return current_context().execution_id.name


answer = {"different": name() != name()}

# %% an interrupt
import signal

import flytekit

answer = {
    "version": flytekit.__version__,
    "handler is Python's": signal.getsignal(signal.SIGINT) is signal.default_int_handler,
}
