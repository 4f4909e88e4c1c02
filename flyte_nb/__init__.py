"""Flyte at home in a notebook: the cell is the pod."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from IPython.core.interactiveshell import InteractiveShell

    from .auth.api import login as login
    from .auth.api import logout as logout
    from .auth.api import session as session
    from .auth.api import whoami as whoami
    from .auth.login.login import Login as Login
    from .context import ExecutionParameters as ExecutionParameters
    from .context.flyte_context import FlyteContext as FlyteContext
    from .decks import Deck as Deck
    from .decks.how_shown import deck_display as deck_display
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
    from .notebook_session import FlyteContextManager as FlyteContextManager
    from .notebook_session import Session as Session
    from .notebook_session import current_context as current_context
    from .notebook_session import new_context as new_context
    from .notebook_session import task as task
    from .remote.deck import remote_deck as remote_deck
    from .run.cache import Cache as Cache
    from .run.cache import HashMethod as HashMethod
    from .run.dynamic import dynamic as dynamic
    from .run.graph.conditional import conditional as conditional
    from .run.history.compare import compare_runs as compare_runs
    from .run.history.decks import compare_decks as compare_decks
    from .run.history.decks import list_decks as list_decks
    from .run.history.decks import run_decks as run_decks
    from .run.history.decks import save_decks as save_decks
    from .run.history.runs import clean_runs as clean_runs
    from .run.history.runs import run_record as run_record
    from .run.history.runs import runs as runs
    from .run.launch_plan import LaunchPlan as LaunchPlan
    from .run.map_task import map_task as map_task
    from .run.workflow import workflow as workflow
    from .run.workflow_options import WorkflowFailurePolicy as WorkflowFailurePolicy
    from .types.directory import FlyteDirectory as FlyteDirectory
    from .types.file import FlyteFile as FlyteFile
    from .types.frames import StructuredDataset as StructuredDataset
    from .types.table_form import kwtypes as kwtypes

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
    "Login",
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
    "compare_decks",
    "compare_runs",
    "conditional",
    "current_context",
    "deck_display",
    "dynamic",
    "kwtypes",
    "list_decks",
    "login",
    "logout",
    "map_task",
    "new_context",
    "remote_deck",
    "run_decks",
    "run_record",
    "runs",
    "save_decks",
    "session",
    "task",
    "whoami",
    "workflow",
]

# Public name -> defining module. Nothing here is imported until it is used, so
# `import flyte_nb` costs no more than this file.
_EXPORTS = {
    "Annotations": ".models",
    "Cache": ".notebook_session",
    "CronSchedule": ".models",
    "Deck": ".decks",
    "Email": ".models",
    "ExecutionParameters": ".context",
    "FixedRate": ".models",
    "FlyteContext": ".context.flyte_context",
    "FlyteContextManager": ".notebook_session",
    "FlyteDirectory": ".types",
    "FlyteError": ".models.flyte_error",
    "FlyteFile": ".types",
    "FlyteRecoverableException": ".errors",
    "HashMethod": ".notebook_session",
    "Labels": ".models",
    "LaunchPlan": ".notebook_session",
    "Login": ".auth.login.login",
    "Options": ".models",
    "PagerDuty": ".models",
    "PodTemplate": ".models",
    "Resources": ".models",
    "Secret": ".models",
    "SecurityContext": ".models",
    "Session": ".notebook_session",
    "Slack": ".models",
    "StructuredDataset": ".types",
    "WorkflowExecutionPhase": ".models",
    "WorkflowFailurePolicy": ".notebook_session",
    "clean_runs": ".notebook_session",
    "compare_decks": ".notebook_session",
    "compare_runs": ".notebook_session",
    "conditional": ".notebook_session",
    "current_context": ".notebook_session",
    "deck_display": ".notebook_session",
    "dynamic": ".notebook_session",
    "kwtypes": ".types",
    "list_decks": ".notebook_session",
    "login": ".auth.api",
    "logout": ".auth.api",
    "map_task": ".notebook_session",
    "new_context": ".notebook_session",
    "remote_deck": ".remote.deck",
    "run_decks": ".notebook_session",
    "run_record": ".notebook_session",
    "runs": ".notebook_session",
    "save_decks": ".notebook_session",
    "session": ".auth.api",
    "task": ".notebook_session",
    "whoami": ".auth.api",
    "workflow": ".notebook_session",
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
