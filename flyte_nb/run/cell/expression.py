"""An option of `@task` whose value is a Python expression of the notebook's names."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from flyte_nb.run.typed_text import evaluate

from .flags import Option
from .flow import flow_of
from .sorting import sort_names

if TYPE_CHECKING:
    from collections.abc import Mapping


def by_expression(keyword: str, flag: str, text: str, names: dict[str, Any]) -> Option:
    """Return the option *keyword* with the value of the expression behind the ``=`` of *text*.

    Args:
        keyword: Its name in `@task`.
        flag: Its name in the line.
        text: What follows that.
        names: Those of the notebook.

    Raises:
        InvalidValueError: It is no expression.
        BaseException: What the expression raises.

    Example:
        >>> by_expression("retries", "--retries", "=n + 1", {"n": 2}).value
        3
    """
    code = text.removeprefix("=").strip()
    value = evaluate(code, names, flag)
    imports, helpers = _needed(flag, code, names)
    is_assignment = isinstance(ast.parse(code, mode="eval").body, ast.NamedExpr)
    return Option(keyword, value, f"({code})" if is_assignment else code, imports, helpers)


def _needed(
    flag: str, code: str, names: Mapping[str, Any]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what *code* needs in a file: imports, and names of the notebook."""
    found = sort_names(flag, flow_of(ast.parse(code).body), names)
    return tuple(found.imports), (*found.helpers, *found.inputs)
