"""What a launch plan may not be; the rules are Flyte admin's."""

from __future__ import annotations

import dataclasses
import typing
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import InvalidValueError
from flyte_nb.models import AuthRole, Identity, Options, Schedule, SecurityContext
from flyte_nb.run.copies import own_copy
from flyte_nb.run.describe import value_in_words

if TYPE_CHECKING:
    from flyte_nb.run.interface import Interface


def checked_inputs(where: str, field: str, inputs: Any, interface: Interface) -> dict[str, Any]:
    """Return a copy of *inputs*, which are for a workflow of that *interface*.

    Raises:
        InvalidValueError: They are no mapping.
        TypeTransformerFailedError: One is unknown, or of a wrong type.
    """
    if inputs is None:
        return {}
    if not isinstance(inputs, dict):
        raise InvalidValueError(
            f"{where}: {field} is no dictionary: {value_in_words(inputs)}",
            hint=f"write {field}={{'name of an input': value}}",
        )
    return {n: own_copy(interface.check_input(n, value)) for n, value in inputs.items()}


def implied_defaults(interface: Interface) -> dict[str, Any]:
    """Return the inputs that a launch plan has by itself: on a cluster an optional one is None."""
    optional = {
        name: None
        for name in interface.inputs
        if type(None) in typing.get_args(interface.types[name])
    }
    return {**optional, **interface.defaults}


def check_schedule(where: str, schedule: Any, interface: Interface, inputs: dict[str, Any]) -> None:
    """Refuse a schedule that would launch a workflow without all its inputs.

    Args:
        where: The launch plan, for messages.
        schedule: None for none.
        interface: The workflow's.
        inputs: Those that the launch plan has.

    Raises:
        InvalidValueError: An input would be missing, or its time cannot be handed over.
    """
    if schedule is None:
        return
    if not isinstance(schedule, Schedule):
        raise InvalidValueError(
            f"{where}: schedule={value_in_words(schedule)} is none",
            hint="write CronSchedule(schedule='0 8 * * *') or FixedRate(timedelta(hours=6))",
        )
    at = schedule.kickoff_time_input_arg
    if at and (at not in interface.inputs or interface.types[at] is not datetime):
        raise InvalidValueError(
            f"{where}: kickoff_time_input_arg={at!r} is no input of type datetime",
            hint=f"inputs of the workflow: {', '.join(interface.inputs) or 'none'}",
        )
    for name in interface.inputs:
        if name not in inputs and name != at:
            raise InvalidValueError(
                f"{where}: the schedule gives no value for the input {name!r}",
                hint="put it into default_inputs or fixed_inputs",
            )


def check_registration(where: str, auto_activate: Any, concurrency: Any) -> None:
    """Refuse what says wrongly how a launch plan is registered.

    Raises:
        InvalidValueError: One is of another type.
    """
    if not isinstance(auto_activate, bool):
        raise InvalidValueError(
            f"{where}: auto_activate={value_in_words(auto_activate)}: not True or False"
        )
    if concurrency is None:
        return
    from flyte_nb.models.launch_plan import ConcurrencyPolicy

    if not isinstance(concurrency, ConcurrencyPolicy):
        raise InvalidValueError(
            f"{where}: concurrency={value_in_words(concurrency)}: not ConcurrencyPolicy",
            hint="write ConcurrencyPolicy(max_concurrency=1)",
        )


def merged_options(options: Any, auth_role: Any, **given: Any) -> Options:
    """Return *options* with what was *given* one by one.

    Raises:
        InvalidValueError: Something is given twice, or is refused.
    """
    if auth_role is not None:
        if not isinstance(auth_role, AuthRole):
            raise InvalidValueError(
                f"LaunchPlan.create(auth_role={value_in_words(auth_role)}): not AuthRole"
            )
        if given["security_context"] is not None:
            raise InvalidValueError(
                "LaunchPlan.create(auth_role=…, security_context=…): one or the other"
            )
        given["security_context"] = SecurityContext(
            run_as=Identity(
                iam_role=auth_role.assumable_iam_role,
                k8s_service_account=auth_role.kubernetes_service_account,
            )
        )
    given = {name: value for name, value in given.items() if value is not None}
    if options is None:
        return Options(**given)
    if not isinstance(options, Options):
        raise InvalidValueError(
            f"LaunchPlan.create(options={value_in_words(options)}): not Options",
            hint="write options=Options(labels={'team': 'ml'})",
        )
    for name in given:
        if getattr(options, name) is not None:
            raise InvalidValueError(f"LaunchPlan.create({name}=…, options=…): {name} is in both")
    return dataclasses.replace(options, **given)
