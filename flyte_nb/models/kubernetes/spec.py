"""A pod spec, in whatever way it was written, as the JSON that Kubernetes takes."""

from __future__ import annotations

from flyte_nb.errors import InvalidValueError
from flyte_nb.models.checks import plain, text_problem
from flyte_nb.models.shown import below, shown

from .client_objects import is_client_object, is_of_kind, members_of
from .relations import problems_of
from .rules import is_quantity_field, key_rule_of, quantity_problem, rule_of
from .schema import POD_SPEC, Field, fields_of, meant, spellings_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# A Struct of protobuf holds numbers as doubles: beyond, another number would arrive.
_MAX_INT = 2**53
_MAX_AMOUNT = 100  # characters
# A template of a claim takes no more.
_ONLY = {"V1ObjectMeta": ("labels", "annotations")}
_IN_WORDS = {"str": "text", "int": "a whole number", "bool": "true or false"}
_CONTAINERS_HINT = "containers: [] is enough, Flyte adds the primary one"


def pod_spec_json(spec: object, path: str = "spec") -> dict[str, Any]:
    """Return *spec* in JSON's spelling of Kubernetes, without what is not set.

    Args:
        spec: A ``V1PodSpec``, or a dictionary with the names of JSON (``nodeSelector``) or of
            the client (``node_selector``); either may hold the other.
        path: Where it stands, for messages.

    Raises:
        InvalidValueError: The API server would refuse it; the message names the path. A value
            is named only where it can be no secret.

    Example:
        >>> pod_spec_json({"containers": [], "node_selector": {"disk": "ssd"}})
        {'containers': [], 'nodeSelector': {'disk': 'ssd'}}
    """
    return _object(spec, POD_SPEC, path)


def _object(value: object, kind: str, path: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, item in _members(value, kind, path).items():
        field = _field(name, kind, path)
        if item is None:
            continue
        if field.name in found:
            message = f"given twice, as {field.name!r} and {field.attribute!r}"
            raise InvalidValueError(f"{path}.{field.name}: {message}")
        found[field.name] = _value(item, kind, field, f"{path}.{field.name}")
    for field in fields_of(kind).values():
        if field.required and field.name not in found:
            hint = _CONTAINERS_HINT if kind == POD_SPEC else ""
            raise InvalidValueError(f"{path}.{field.name}: missing", hint=hint)
    for where, problem in problems_of(kind, found):
        raise InvalidValueError(f"{path}{where}: {problem}")
    return found


def _members(value: object, kind: str, path: str) -> dict[Any, Any]:
    if isinstance(value, dict):
        return plain(value)  # type: ignore[no-any-return]
    if is_client_object(value) and is_of_kind(value, kind):
        return members_of(value)
    raise InvalidValueError(f"{path}: {type(value).__name__}, and {kind} or a dictionary is wanted")


def _field(name: object, kind: str, path: str) -> Field:
    if not isinstance(name, str):
        raise InvalidValueError(f"{path}: {shown(name)} is no name of a field")
    name = str.__str__(name)
    field = spellings_of(kind).get(name)
    where = below(path, name)
    if field is None:
        guess = meant(kind, name)
        known = f"it has {', '.join(fields_of(kind))}"
        whole = kind == POD_SPEC and name in {"apiVersion", "kind", "metadata", "spec"}
        raise InvalidValueError(
            f"{where}: no such field" + (f"; did you mean {guess!r}?" if guess else ""),
            hint="this is a whole Pod: give what is under its 'spec'" if whole else known,
        )
    if field.name not in _ONLY.get(kind, (field.name,)):
        raise InvalidValueError(f"{where}: not allowed here, only {' and '.join(_ONLY[kind])}")
    return field


def _value(value: object, kind: str, field: Field, path: str) -> Any:
    if field.many == "[":
        if not isinstance(value, (list, tuple)):
            raise InvalidValueError(f"{path}: {type(value).__name__}, and a list is wanted")
        return [_one(item, kind, field, f"{path}[{n}]") for n, item in enumerate(plain(value))]
    if field.many == "{":
        return _mapping(value, kind, field, path)
    return _one(value, kind, field, path)


def _mapping(value: object, kind: str, field: Field, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InvalidValueError(f"{path}: {type(value).__name__}, and a dictionary is wanted")
    found = {}
    rule = key_rule_of(kind, field.name)
    for key, item in plain(value).items():
        where = below(path, key)
        key_text = _text(key, f"{where}: the key")
        problem = rule(key_text) if rule else None
        if problem:
            raise InvalidValueError(f"{where}: the key {problem}")
        found[key_text] = _one(item, kind, field, where)
    return found


def _one(value: object, kind: str, field: Field, path: str) -> Any:
    if fields_of(field.kind):
        return _object(value, field.kind, path)
    if is_quantity_field(kind, field.name):
        found = _amount(value, path)
    elif field.kind == "object":  # the number or the name of a port
        found = _text(value, path) if isinstance(value, str) else _whole(value, path)
    elif field.kind == "str":
        found = _text(value, path)
    elif field.kind == "int":
        found = _whole(value, path)
    elif isinstance(value, bool):
        return value
    else:
        raise _wrong_type(value, "bool", path)
    rule = rule_of(kind, field.name)
    problem = rule(found) if rule else None
    if problem:
        raise InvalidValueError(f"{path}: {problem}")
    return found


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise _wrong_type(value, "str", path)
    if problem := text_problem(value):
        raise InvalidValueError(f"{path}: {problem}")
    return str.__str__(value)  # of an Enum: its value


def _whole(value: object, path: str) -> int:
    number = plain(value) if isinstance(value, (int, float)) else value
    if isinstance(number, float) and number.is_integer():
        number = int(number)  # as a Struct of protobuf gives it back
    if isinstance(number, bool) or not isinstance(number, int):
        raise _wrong_type(value, "int", path)
    if abs(number) > _MAX_INT:
        raise InvalidValueError(f"{path}: beyond 2**53, which Flyte's messages carry exactly")
    return number


def _amount(value: object, path: str) -> str | int | float:
    if isinstance(value, str):
        found: str | int | float = _text(value, path)
        if len(str(found)) > _MAX_AMOUNT:
            raise InvalidValueError(f"{path}: longer than {_MAX_AMOUNT} characters")
    elif isinstance(value, float) and not float.is_integer(value):
        found = float.__float__(value)
    else:
        found = _whole(value, path)
    problem = quantity_problem(found)
    if problem:
        raise InvalidValueError(f"{path}: {problem}")
    return found


def _wrong_type(value: object, wanted: str, path: str) -> InvalidValueError:
    simple = wanted == "str" and isinstance(value, (bool, int, float))
    given = "nothing" if value is None else type(value).__name__
    return InvalidValueError(
        f"{path}: {given}, and {_IN_WORDS[wanted]} is wanted",
        hint="write it in quotes" if simple else "",
    )
