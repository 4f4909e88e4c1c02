"""Options of one call in a workflow: ``my_task(a=1).with_overrides(retries=3)``."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import WorkflowDefinitionError
from flyte_nb.run.map_task import MapTask
from flyte_nb.run.near import did_you_mean
from flyte_nb.run.task import Task
from flyte_nb.run.task_options import TaskOptions

from .promise import refuse_text_of_a_promise

if TYPE_CHECKING:
    from .node import Node

_OWN = re.compile(r"n\d+|start-node")  # ids that nodes have by themselves
_OF_THE_TASK = {
    "pickle_untyped", "node_dependency_hints", "task_resolver", "execution_mode", "is_dynamic",
}  # fmt: skip
_AMOUNTS = ("requests", "limits", "resources")


def override(node: Node, given: dict[str, Any]) -> None:
    """Change the call *node*.

    Args:
        node: The call.
        given: ``node_name``, its id; ``name``, what it is called for people; ``aliases``, other
            names of its outputs, which only a cluster knows, as in flytekit; and, for a task,
            every option of `task` but those that say what it is.

    Raises:
        WorkflowDefinitionError: There is no such option, or the node has none.
        InvalidValueError: An option has a value that a cluster would refuse.
    """
    options = dict(given)
    id_, label = options.pop("node_name", None), options.pop("name", None)
    _check_aliases(node, options.pop("aliases", None))
    known = [field.name for field in fields(TaskOptions) if field.name not in _OF_THE_TASK]
    if unknown := [name for name in options if name not in known]:
        raise WorkflowDefinitionError(
            f"{node.name}: with_overrides has no {unknown[0]!r}",
            hint=did_you_mean(unknown[0], ["node_name", "name", "aliases", *known]),
        )
    if options:
        if not isinstance(node.entity, (Task, MapTask)):
            raise WorkflowDefinitionError(
                f"{node.name}: {', '.join(options)} is for the call of a task"
            )
        if any(name in options for name in _AMOUNTS):  # all of them, or those of the task
            options = {**dict.fromkeys(_AMOUNTS), **options}
        node.entity = node.entity.with_options(replace(node.entity.options, **options))
    if label is not None:
        _check_name(node, "name", label)
        node.label = label
    if id_ is not None:
        _check_name(node, "node_name", id_)
        node.id = _id_of(node, id_)


def _check_aliases(node: Node, aliases: Any) -> None:
    if aliases is None:
        return
    outputs = list(node.entity.interface.outputs) if node.entity is not None else []
    if not isinstance(aliases, dict) or not all(isinstance(to, str) for to in aliases.values()):
        raise WorkflowDefinitionError(f"{node.name}: aliases={type(aliases).__name__} is no names")
    if unknown := [name for name in aliases if name not in outputs]:
        raise WorkflowDefinitionError(
            f"{node.name}: aliases: it has no output {unknown[0]!r}",
            hint=did_you_mean(str(unknown[0]), outputs),
        )


def _check_name(node: Node, option: str, value: Any) -> None:
    if not isinstance(value, str) or not value.strip():
        raise WorkflowDefinitionError(f"{node.name}: {option}={value!r} is not a name")
    refuse_text_of_a_promise(value, f"{node.name}: {option}=…")


def _id_of(node: Node, name: str) -> str:
    """Return *name* as Kubernetes can have it.

    Raises:
        WorkflowDefinitionError: Nothing of it can stay, or it is as nodes are called anyway.
    """
    id_ = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:63].strip("-")
    if not id_ or _OWN.fullmatch(id_):
        raise WorkflowDefinitionError(
            f"{node.name}: node_name={name!r} cannot be an id",
            hint="use letters, digits and dashes; n0, n1 and so on are given by themselves",
        )
    return id_
