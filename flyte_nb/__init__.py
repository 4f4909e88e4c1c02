"""Flyte at home in a notebook: the cell is the pod."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from IPython.core.interactiveshell import InteractiveShell

    from .context import ExecutionParameters as ExecutionParameters
    from .context.flyte_context import FlyteContext as FlyteContext
    from .decks import Deck as Deck
    from .errors import FlyteRecoverableException as FlyteRecoverableException
    from .models import Annotations as Annotations
    from .models import CronSchedule as CronSchedule
    from .models import Email as Email
    from .models import FixedRate as FixedRate
    from .models import Labels as Labels
    from .models import Options as Options
    from .models import PagerDuty as PagerDuty
    from .models import PodTemplate as PodTemplate
    from .models import Resources as Resources
    from .models import Secret as Secret
    from .models import SecurityContext as SecurityContext
    from .models import Slack as Slack
    from .models import WorkflowExecutionPhase as WorkflowExecutionPhase
    from .models.flyte_error import FlyteError as FlyteError
    from .run.cache import Cache as Cache
    from .run.cache import HashMethod as HashMethod
    from .run.dynamic import dynamic as dynamic
    from .run.graph.conditional import conditional as conditional
    from .run.history.compare import compare_runs as compare_runs
    from .run.history.runs import clean_runs as clean_runs
    from .run.history.runs import run_record as run_record
    from .run.history.runs import runs as runs
    from .run.launch_plan import LaunchPlan as LaunchPlan
    from .run.map_task import map_task as map_task
    from .run.workflow import workflow as workflow
    from .run.workflow_options import WorkflowFailurePolicy as WorkflowFailurePolicy
    from .session import FlyteContextManager as FlyteContextManager
    from .session import Session as Session
    from .session import current_context as current_context
    from .session import new_context as new_context
    from .session import task as task
    from .types.directory import FlyteDirectory as FlyteDirectory
    from .types.file import FlyteFile as FlyteFile
    from .types.frames import StructuredDataset as StructuredDataset

__all__ = [
    "Annotations",
    "Cache",
    "CronSchedule",
    "Deck",
    "Email",
    "ExecutionParameters",
    "FixedRate",
    "FlyteContext",
    "FlyteContextManager",
    "FlyteDirectory",
    "FlyteError",
    "FlyteFile",
    "FlyteRecoverableException",
    "HashMethod",
    "Labels",
    "LaunchPlan",
    "Options",
    "PagerDuty",
    "PodTemplate",
    "Resources",
    "Secret",
    "SecurityContext",
    "Session",
    "Slack",
    "StructuredDataset",
    "WorkflowExecutionPhase",
    "WorkflowFailurePolicy",
    "clean_runs",
    "compare_runs",
    "conditional",
    "current_context",
    "dynamic",
    "map_task",
    "new_context",
    "run_record",
    "runs",
    "task",
    "workflow",
]

# Public name -> defining module. Nothing here is imported until it is used, so
# `import flyte_nb` costs no more than this file.
_EXPORTS = {
    "Annotations": ".models",
    "Cache": ".session",
    "CronSchedule": ".models",
    "Deck": ".decks",
    "Email": ".models",
    "ExecutionParameters": ".context",
    "FixedRate": ".models",
    "FlyteContext": ".context.flyte_context",
    "FlyteContextManager": ".session",
    "FlyteDirectory": ".types",
    "FlyteFile": ".types",
    "FlyteError": ".models.flyte_error",
    "FlyteRecoverableException": ".errors",
    "HashMethod": ".session",
    "Labels": ".models",
    "LaunchPlan": ".session",
    "Options": ".models",
    "PagerDuty": ".models",
    "PodTemplate": ".models",
    "Resources": ".models",
    "Secret": ".models",
    "SecurityContext": ".models",
    "Session": ".session",
    "Slack": ".models",
    "StructuredDataset": ".types",
    "WorkflowExecutionPhase": ".models",
    "WorkflowFailurePolicy": ".session",
    "clean_runs": ".session",
    "compare_runs": ".session",
    "conditional": ".session",
    "current_context": ".session",
    "dynamic": ".session",
    "map_task": ".session",
    "new_context": ".session",
    "run_record": ".session",
    "runs": ".session",
    "task": ".session",
    "workflow": ".session",
}


def __getattr__(name: str) -> Any:
    """Import a public name on first use (PEP 562)."""
    if name == "__version__":
        from importlib.metadata import version

        return version("flyte-nb")
    try:
        module = _EXPORTS[name]
    except KeyError:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None
    from importlib import import_module

    value = globals()[name] = getattr(import_module(module, __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_EXPORTS})


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Add the magics and the deck display to *shell*: `%load_ext flyte_nb`."""
    from .magics import load

    load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Leave *shell* as it was found: `%unload_ext flyte_nb`."""
    from .magics import unload

    unload(shell)
