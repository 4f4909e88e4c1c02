"""`LaunchPlan`: a workflow with inputs, a schedule and options of its own."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, ClassVar

from flyte_nb.context.current import compiling
from flyte_nb.display import panel_html
from flyte_nb.errors import InvalidValueError
from flyte_nb.models import Options
from flyte_nb.run.graph import add_node
from flyte_nb.run.runnable import Runnable
from flyte_nb.run.workflow_execution import WorkflowExecution

from .checks import (
    check_registration,
    check_schedule,
    checked_inputs,
    implied_defaults,
    merged_options,
)
from .registry import name_and_workflow, register
from .view import launch_plan_rows, say_who_is_told

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flyte_nb.context import ContextSettings
    from flyte_nb.models import (
        Annotations,
        AuthRole,
        Labels,
        Notification,
        RawOutputDataConfig,
        Schedule,
        SecurityContext,
    )
    from flyte_nb.models.launch_plan import ConcurrencyPolicy, LaunchPlanSpec
    from flyte_nb.run.interface import Interface
    from flyte_nb.run.workflow import Workflow


class LaunchPlan(Runnable):
    """A workflow with inputs, a schedule and options (flytekit's ``LaunchPlan``); see `create`.

    Attributes:
        name: What it is called in its project and domain.
        workflow: What it launches.
        default_inputs: Inputs that a call may give others for; the workflow's own are among them.
        fixed_inputs: Inputs that no call may give.
        schedule: When it runs by itself on a cluster.
        options: What its executions have.
        should_auto_activate: Whether it becomes the active version when it is registered.
        concurrency: How many of its executions run at a time on a cluster.
        CACHE: Name to launch plan, of all that were created.
    """

    CACHE: ClassVar[dict[str, LaunchPlan]] = {}

    def __init__(  # noqa: PLR0913 - all by name
        self,
        name: str,
        workflow: Workflow,
        *,
        default_inputs: Mapping[str, Any] | None = None,
        fixed_inputs: Mapping[str, Any] | None = None,
        schedule: Schedule | None = None,
        options: Options | None = None,
        auto_activate: bool = False,
        concurrency: ConcurrencyPolicy | None = None,
    ) -> None:
        where = f"LaunchPlan({name!r})"
        defaults = checked_inputs(where, "default_inputs", default_inputs, workflow.interface)
        self.fixed_inputs = checked_inputs(where, "fixed_inputs", fixed_inputs, workflow.interface)
        known = {**implied_defaults(workflow.interface), **defaults}
        self.default_inputs = {k: v for k, v in known.items() if k not in self.fixed_inputs}
        self.name = name
        self.workflow = workflow
        self.options = options or Options()
        self.should_auto_activate = auto_activate
        self.concurrency = concurrency
        self.schedule = schedule
        check_schedule(where, schedule, workflow.interface, self.saved_inputs)
        check_registration(where, auto_activate, concurrency)

    @classmethod
    def create(  # noqa: PLR0913, PLR0917 - flytekit's order
        cls,
        name: str | Workflow,
        workflow: Workflow | str | None = None,
        default_inputs: Mapping[str, Any] | None = None,
        fixed_inputs: Mapping[str, Any] | None = None,
        schedule: Schedule | None = None,
        notifications: Sequence[Notification] | None = None,
        labels: Labels | dict[str, str] | None = None,
        annotations: Annotations | dict[str, str] | None = None,
        raw_output_data_config: RawOutputDataConfig | str | None = None,
        max_parallelism: int | None = None,
        security_context: SecurityContext | str | None = None,
        auth_role: AuthRole | None = None,
        trigger: object = None,
        overwrite_cache: bool | None = None,  # noqa: FBT001
        auto_activate: bool = False,  # noqa: FBT001, FBT002
        concurrency: ConcurrencyPolicy | None = None,
        options: Options | None = None,
    ) -> LaunchPlan:
        """Create a launch plan (flytekit's ``LaunchPlan.create``).

        A cell that is run again replaces the one that it created before.

        Args:
            name: What it is called; with the workflow alone, it is called as that is.
            workflow: What it launches.
            default_inputs: Inputs that a call may give others for.
            fixed_inputs: Inputs that no call may give.
            schedule: When it runs by itself on a cluster.
            notifications: See `Options`, as for all that follow but the last three.
            labels: Labels of its executions' resources.
            annotations: Their annotations.
            raw_output_data_config: Where its executions put files and tables; here too.
            max_parallelism: How many nodes run at a time at most.
            security_context: Who it runs as.
            auth_role: The older way to say that.
            trigger: Not to be given: flytekit cannot register one either.
            overwrite_cache: Whether cached outputs are computed again.
            auto_activate: Whether it becomes the active version when it is registered.
            concurrency: How many of its executions run at a time on a cluster.
            options: All options together, instead of one by one.

        Raises:
            InvalidValueError: A value that the cluster would refuse, or the name is taken by a
                launch plan of another workflow.
            TypeTransformerFailedError: The workflow has no such input, or its type is another.

        Example:
            >>> LaunchPlan.create("nightly", train, fixed_inputs={"epochs": 10},
            ...                   schedule=CronSchedule(schedule="0 2 * * *"))
        """
        name, workflow = name_and_workflow(name, workflow)
        if trigger is not None:
            raise InvalidValueError(
                "LaunchPlan.create(trigger=…): flytekit cannot register one", hint="write schedule="
            )
        found = cls(
            name,
            workflow,
            default_inputs=default_inputs,
            fixed_inputs=fixed_inputs,
            schedule=schedule,
            options=merged_options(
                options,
                auth_role,
                notifications=notifications,
                labels=labels,
                annotations=annotations,
                raw_output_data_config=raw_output_data_config,
                max_parallelism=max_parallelism,
                security_context=security_context,
                overwrite_cache=overwrite_cache,
            ),
            auto_activate=auto_activate,
            concurrency=concurrency,
        )
        return register(found, cls.CACHE)

    @classmethod
    def get_or_create(
        cls, workflow: Workflow, name: str | None = None, *args: Any, **given: Any
    ) -> LaunchPlan:
        """Return the launch plan of that name, created if there is none like it.

        Args:
            workflow: What it launches.
            name: What it is called; the workflow's default launch plan when there is none.
            args: As for `create`, after the workflow.
            given: As for `create`.

        Raises:
            InvalidValueError: The default launch plan takes nothing else.
        """
        is_bare = not args and all(value is None or value is False for value in given.values())
        if unknown := given.keys() - inspect.signature(cls.create).parameters.keys():
            raise TypeError(f"LaunchPlan.get_or_create() has no option {unknown.pop()!r}")
        if name is not None:
            known = cls.CACHE.get(name)
            if is_bare and known is not None and known.workflow is workflow:
                return known  # asked for by its name
            return cls.create(name, workflow, *args, **given)
        if not is_bare:
            raise InvalidValueError(
                "LaunchPlan.get_or_create(…): a launch plan without a name is the workflow's"
                " default one, which has nothing of its own",
                hint="give it a name",
            )
        return cls.get_default_launch_plan(None, workflow)

    @classmethod
    def get_default_launch_plan(cls, ctx: object, workflow: Workflow) -> LaunchPlan:  # noqa: ARG003
        """Return the launch plan that is named as the workflow, created if there is none.

        Args:
            ctx: As in flytekit; not needed.
            workflow: What it launches.
        """
        name, workflow = name_and_workflow(workflow, None)
        known = cls.CACHE.get(name)
        if known is not None and known.workflow is workflow:
            return known
        return register(cls(name, workflow, options=workflow.default_options), cls.CACHE)

    @property
    def interface(self) -> Interface:
        """Inputs and outputs of the workflow."""
        found: Interface = self.workflow.interface
        return found

    @property
    def saved_inputs(self) -> dict[str, Any]:
        """Default and fixed inputs together."""
        return {**self.default_inputs, **self.fixed_inputs}

    @property
    def version(self) -> str:
        """A hash of the workflow's, and of its own inputs."""
        import hashlib

        text = f"{self.workflow.version} {self.saved_inputs!r}"
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]

    def __getattr__(self, name: str) -> Any:
        """Return an option: ``labels``, ``annotations``, ``max_parallelism`` and so on."""
        if name.startswith("_") or name not in Options.__dataclass_fields__:
            raise AttributeError(f"LaunchPlan has no attribute {name!r}")
        value = getattr(self.options, name)
        return value or [] if name == "notifications" else value  # a list, as in flytekit

    def __call__(self, *args: Any, **inputs: Any) -> Any:
        """Run the workflow here, with the launch plan's inputs and *inputs* over them.

        Raises:
            InvalidValueError: An input that is fixed, or that is not given by its name.
            TypeTransformerFailedError: An input is missing, unknown or of a wrong type.
        """
        __tracebackhide__ = True
        graph = compiling()
        if graph is not None:
            return add_node(graph, self, (), self._completed(args, inputs))
        return self.run_as_node(self.checked_inputs(args, inputs), None)

    def checked_inputs(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:  # noqa: D102
        # First: nothing is begun then, and nobody is told.
        return super().checked_inputs((), self._completed(args, kwargs))

    def _completed(self, args: tuple[Any, ...], inputs: dict[str, Any]) -> dict[str, Any]:
        """Return *inputs* with those that the launch plan has."""
        if args:
            raise InvalidValueError(f"{self.name}(): inputs of a launch plan are given by name")
        if fixed := [name for name in inputs if name in self.fixed_inputs]:
            raise InvalidValueError(
                f"{self.name}({fixed[0]}=…): the launch plan has fixed it",
                hint="make it one of default_inputs, or call the workflow",
            )
        return {**self.saved_inputs, **inputs}

    @property
    def most_retries(self) -> int | None:
        """Those of its workflow."""
        return self.workflow.most_retries

    def needs_environment(self, settings: ContextSettings) -> bool:
        """Return whether a task of the workflow sets variables."""
        return self.workflow.needs_environment(settings)

    def run_as_node(self, inputs: dict[str, Any], within: WorkflowExecution | None) -> Any:
        """Run the workflow in an execution of its own, as a cluster does, and return its value.

        What its options do not say, is as in the execution that it is a node of.
        """
        __tracebackhide__ = True
        return self.run_as_whole(inputs, WorkflowExecution.begin(self.options, within))

    def run_as_whole(self, inputs: dict[str, Any], execution: WorkflowExecution) -> Any:
        """Run the workflow as the whole of *execution*, and return its value."""
        __tracebackhide__ = True
        with say_who_is_told(self):
            return self.workflow.run_as_node(inputs, execution)

    @property
    def options_of_runs(self) -> Options:
        """What its executions have."""
        return self.options

    def spec(self) -> LaunchPlanSpec:
        """Return what admin is sent, for the project and domain of the session.

        Raises:
            InvalidValueError: An input has a type that has no literal.
        """
        from .spec import make_spec

        return make_spec(self)

    def to_json(self) -> dict[str, Any]:
        """Return what admin's HTTP interface takes: an ``admin.LaunchPlanSpec``."""
        return self.spec().to_json()

    def to_flyte_idl(self) -> Any:
        """Return flyteidl's ``admin.LaunchPlanSpec``.

        Raises:
            ImportError: flyteidl is not installed.
        """
        return self.spec().to_flyte_idl()

    def content(self) -> tuple[Any, ...]:
        """Return all but the name and the workflow."""
        return (
            self.default_inputs,
            self.fixed_inputs,
            self.schedule,
            self.options,
            self.should_auto_activate,
            self.concurrency,
        )

    def __repr__(self) -> str:
        return f"<launch plan {self.name} of {self.workflow.name}>"

    def _repr_html_(self) -> str:
        return panel_html(f"launch plan {self.name}", list(launch_plan_rows(self)))
