"""What can follow in the first line of `%%flyte_task`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte_nb.run.cell.sorting import is_code

from .arguments import words_before
from .completion import names_in_expression
from .task_flags import FLAGS
from .task_line import parser

if TYPE_CHECKING:
    from argparse import Action

_NAMES = ("--in", "--out", "--cache-ignore")
_AGAIN = {"--in", "--out", *(f"--{flag.name}" for flag in FLAGS if "action" in flag.takes)}
_BY_EXPRESSION = tuple(f"--{flag.name}" for flag in FLAGS if flag.make is None)


def complete_task_cell(shell: Any, event: Any) -> list[str]:
    """Return what can follow in the line of *event*."""
    words = words_before(event)
    last = words[-1] if words else ""
    flag = next((word for word in reversed(words) if word.startswith("--")), "").partition("=")[0]
    if last == "=" or (last.startswith("--") and last.endswith("==")):
        return names_in_expression(shell, event.symbol)
    if last == flag or last.endswith((",", f"{flag}=")):
        values = _values_of(shell, flag)
        action = _flags().get(flag)
        if values or (action is not None and action.nargs is None):  # a value has to follow
            return values
    given = {word.partition("=")[0] for word in words} - _AGAIN
    return [name for name in _flags() if name not in given]


def _values_of(shell: Any, flag: str) -> list[str]:
    """Return values that *flag* can have, as far as they are known."""
    if flag in _NAMES:
        return _own_values(shell)
    if flag in _BY_EXPRESSION:
        return [f"={name}" for name in _own_values(shell)]
    if flag == "--secret":
        from flyte_nb.config import vault

        return [n.removeprefix("secret/") for n in vault.names() if n.startswith("secret/")]
    if flag in {"--requests", "--limits", "--resources"}:
        return ["cpu=", "mem=", "gpu=", "ephemeral_storage="]
    return []


def _flags() -> dict[str, Action]:
    actions = parser()._option_string_actions  # noqa: SLF001
    return {name: action for name, action in actions.items() if name.startswith("--")}


def _own_values(shell: Any) -> list[str]:
    """Return the names that the notebook has given to values."""
    return [
        name
        for name, value in shell.user_ns.items()
        if not name.startswith("_") and name not in shell.user_ns_hidden and not is_code(value)
    ]
