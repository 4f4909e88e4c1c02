"""What stands behind the flags of `%%flyte_task`, as values for `@task` and as code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import FlyteNbError, InvalidValueError
from flyte_nb.models import Resources, Secret

from .declared import is_name, split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)([smhd])")
_DURATIONS = "write seconds, or a duration such as 60s, 5m or 1h30m"
_RESOURCES = ("cpu", "mem", "gpu", "ephemeral_storage")
_OURS = "from flyte_nb import {}"


@dataclass(frozen=True, slots=True)
class Option:
    """One option of `@task`.

    Attributes:
        keyword: Its name there.
        value: Its value.
        text: The value as code.
        imports: Lines that the code needs.
        helpers: What it uses of the notebook.
    """

    keyword: str
    value: Any
    text: str
    imports: tuple[str, ...] = ()
    helpers: tuple[str, ...] = ()


def refused(flag: str, value: str, rule: str) -> InvalidValueError:
    """Return the error for the *value* of *flag*, which breaks *rule*."""
    return InvalidValueError(f"{flag} {value}: {rule}")


def plain(keyword: str, value: Any) -> Option:
    """Return an option whose code is what Python prints of its value."""
    return Option(keyword, value, _quoted(value))


def whole_number(flag: str, text: str) -> int:
    """Return a number from 0 up.

    Raises:
        InvalidValueError: It is none.
    """
    if not text.isascii() or not text.isdecimal():
        raise refused(flag, text, "it has to be a whole number from 0 up")
    return int(text)


def seconds(flag: str, text: str) -> float:
    """Return how long *text* says: ``90``, ``60s``, ``1h30m``.

    Raises:
        InvalidValueError: It is no duration.
    """
    try:
        found = float(text)
    except ValueError:
        parts = _DURATION.findall(text)
        if not parts or "".join(number + unit for number, unit in parts) != text:
            raise refused(flag, text, _DURATIONS) from None
        found = sum(float(number) * _UNITS[unit] for number, unit in parts)
    if not 0 <= found < float("inf"):
        raise refused(flag, text, _DURATIONS)
    return found


def timeout(flag: str, text: str) -> Option:
    """Return the option ``timeout``."""
    found = seconds(flag, text)
    shown = int(found) if found == int(found) else found
    code = f"timedelta(seconds={shown!r})"
    return Option("timeout", timedelta(seconds=found), code, ("from datetime import timedelta",))


def resources(keyword: str, flag: str, texts: Iterable[str]) -> Option:
    """Return an option such as ``requests``: ``cpu=1,mem=1Gi``; a pair is ``cpu=1:2``.

    Raises:
        InvalidValueError: There is no such resource, or the amount is none.
    """
    given: dict[str, Any] = {}
    for key, value in pairs(flag, texts).items():
        name = {"memory": "mem", "storage": "ephemeral_storage"}.get(key, key).replace("-", "_")
        if name not in _RESOURCES:
            raise refused(flag, f"{key}={value}", f"the resources are {', '.join(_RESOURCES)}")
        request, colon, limit = value.partition(":")
        given[name] = (request, limit) if colon else request
    made = _made(flag, ",".join(texts), lambda: Resources(**given))
    code = ", ".join(f"{name}={_quoted(value)}" for name, value in given.items())
    return Option(keyword, made, f"Resources({code})", (_OURS.format("Resources"),))


def secrets(flag: str, texts: Iterable[str]) -> Option:
    """Return the option ``secret_requests``: ``group/key``, or ``group/key:ENV_VAR``.

    Raises:
        InvalidValueError: One has another form.
    """
    found, codes = [], []
    for text in texts:
        name, colon, variable = text.partition(":")
        group, slash, key = name.partition("/")
        if not group or (slash and not key) or (colon and not variable):
            raise refused(flag, text, "write group/key, or group/key:ENV_VAR")
        fields = {"group": group, "key": key, "env_var": variable}
        given: dict[str, Any] = {name: value for name, value in fields.items() if value}
        found.append(_made(flag, text, partial(Secret, **given)))
        codes.append(f"Secret({', '.join(f'{n}={_quoted(v)}' for n, v in given.items())})")
    code = f"[{', '.join(codes)}]"
    return Option("secret_requests", found, code, (_OURS.format("Secret"),))


def variables(flag: str, texts: Iterable[str]) -> Option:
    """Return the option ``environment``: ``NAME=value``, each by itself, commas and all."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not is_name(name):
            raise refused(flag, text, "write NAME=value")
        found[name] = value
    return plain("environment", found)


def pairs(flag: str, texts: Iterable[str]) -> dict[str, str]:
    """Return ``key=value,…`` as a dictionary.

    Raises:
        InvalidValueError: A part has another form, or a key is there twice.
    """
    found: dict[str, str] = {}
    for item in (item for text in texts for item in split(text)):
        key, equals, value = item.partition("=")
        if not equals or not key or not value:
            raise refused(flag, item, "write key=value, separated by commas")
        if key in found:
            raise refused(flag, item, f"{key} is given twice")
        found[key] = value
    return found


def accelerator(flag: str, text: str) -> Option:
    """Return the option ``accelerator``: a device, and behind a colon the size of its part."""
    from flyte_nb.models.accelerators import GPUAccelerator

    device, _, part = text.partition(":")
    made = _made(flag, text, lambda: GPUAccelerator(device, part or None))
    more = f", {_quoted(part)}" if part else ""
    line = "from flyte_nb.models.accelerators import GPUAccelerator"
    return Option("accelerator", made, f"GPUAccelerator({_quoted(device)}{more})", (line,))


def _made(flag: str, text: str, make: Callable[[], Any]) -> Any:
    """Return what *make* does; an error of it says which flag it was."""
    try:
        return make()
    except FlyteNbError as error:
        raise InvalidValueError(f"{flag} {text}: {error.args[0]}", hint=error.hint) from None


def _quoted(value: Any) -> str:
    """Return *value* as code, with the quotes that formatters use."""
    if isinstance(value, str):
        text = repr(value)
        return f'"{text[1:-1]}"' if text[0] == "'" and '"' not in text else text
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_quoted(k)}: {_quoted(v)}' for k, v in value.items())}}}"
    if isinstance(value, tuple):
        return f"({', '.join(map(_quoted, value))}{',' if len(value) == 1 else ''})"
    return repr(value)
