"""What annotations say of tables beside their types."""

from __future__ import annotations

import inspect
import typing
from typing import TYPE_CHECKING, Any

from flyte_nb.types.table_form import ANY_FORM, form_of

from .frames import is_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from flyte_nb.types.table_form import TableForm

    Forms = dict[str, TableForm]


def forms_of(
    function: Callable[..., Any], inputs: dict[str, Any], outputs: dict[str, Any]
) -> tuple[Forms, Forms]:
    """Return the forms of inputs and of outputs, by their names, where there are any.

    Args:
        function: Whose annotations are looked at.
        inputs: Name to type.
        outputs: Name to type.
    """
    if not any(
        isinstance(one, type) and is_table(one) for one in (*inputs.values(), *outputs.values())
    ):
        return {}, {}
    function = inspect.unwrap(function)
    try:
        hints = typing.get_type_hints(function, include_extras=True)
    except Exception:  # noqa: BLE001 - what cannot be told has been said by the interface
        hints = dict(inspect.get_annotations(function))
    output = hints.get("return")
    several = {"o0": output} if [*outputs] == ["o0"] else _several(output, outputs)
    return _said({name: hints.get(name) for name in inputs}), _said(several)


def _several(output: Any, names: dict[str, Any]) -> dict[str, Any]:
    if hasattr(output, "_fields"):
        return typing.get_type_hints(output, include_extras=True)
    each = output if isinstance(output, tuple) else typing.get_args(output)
    return dict(zip(names, each, strict=False))


def _said(hints: dict[str, Any]) -> Forms:
    found = {name: form_of(hint) for name, hint in hints.items()}
    return {name: form for name, form in found.items() if form != ANY_FORM}
