"""Why runs belong where they do, and what is on the stack of contexts."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from flyte_nb.config.mask import without_password
from flyte_nb.display import TableView, short_path

from .current import running
from .manager import pushed
from .settings import FROM_CONFIGURATION, ContextSettings, problem_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BY_HAND = {"dotenv": "%flyte_secret dotenv"}


def explain(settings: ContextSettings, changes: Mapping[str, Any]) -> TableView:
    """Return each setting of runs with all that it could have been, the strongest first.

    Args:
        settings: What is in force.
        changes: What was set by hand.
    """
    rows = []
    for field in fields(ContextSettings):
        in_force, arrow = _text(getattr(settings, field.name)), "→"
        for number, (value, where) in enumerate(_candidates(field.name, field.default, changes)):
            is_it = arrow and value == in_force
            rows.append((arrow if is_it else "", "" if number else field.name, value, where))
            arrow = "" if is_it else arrow
    remarks = () if settings.name else ("name: every run has a fresh one, such as a1b2c3…",)
    return TableView("Settings of runs", ("", "setting", "value", "from"), tuple(rows), remarks)


def stack() -> TableView:
    """Return what is on the stack of contexts, the newest first."""
    rows = []
    for ctx in reversed(pushed()):
        where = ctx.origin_stackframe
        origin = (
            "" if where is None else f"{short_path(where.filename)}:{where.lineno} {where.name}"
        )
        if ctx.compilation_state is not None:
            doing = "compiling"
        elif ctx.execution_state is not None and ctx.execution_state.mode is not None:
            doing = ctx.execution_state.mode.name.lower().replace("_", " ")
        else:
            doing = "nothing"
        rows.append((str(ctx.level), doing, origin))
    task = running()
    if task is not None and task.task_id is not None:
        rows.append(("", f"task {task.task_id.name}", ""))
    rows.append(("0", "session", ""))
    return TableView("Stack of contexts", ("level", "what it does", "pushed at"), tuple(rows))


def _candidates(name: str, default: Any, changes: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if name in changes:
        yield _text(changes[name]), _BY_HAND.get(name, "%flyte_context set")
    if name in FROM_CONFIGURATION:
        from flyte_nb.config.file import get_config_file
        from flyte_nb.config.resolve import Source, resolve

        found = resolve(FROM_CONFIGURATION[name], get_config_file())
        for one in found.candidates:
            if one.source is not Source.DEFAULT:
                problem = one.problem or problem_of(name, one.value)
                yield one.raw, f"{short_path(one.where)}{f': {problem}' if problem else ''}"
    yield _text(default), "default"


def _text(value: Any) -> str:
    text = ", ".join(map(short_path, value)) if isinstance(value, tuple) else str(value)
    return without_password(text)
