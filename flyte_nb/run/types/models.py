"""Dataclasses as a cluster makes them again: of their fields, each of its declared type."""

from __future__ import annotations

import copy
import dataclasses
import typing
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import TypeTransformerFailedError
from flyte_nb.run.describe import type_name, value_in_words

from .fields import field_conversion, fields_of
from .problem import ConversionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from .problem import Convert, Way


def is_model_class(kind: Any) -> bool:
    """Return whether *kind* is a dataclass."""
    return isinstance(kind, type) and dataclasses.is_dataclass(kind)


def is_plain_model(kind: Any) -> bool:
    """Return whether *kind* is a dataclass that does not write itself its own way."""
    return is_model_class(kind) and not (hasattr(kind, "to_json") and hasattr(kind, "from_json"))


@lru_cache(maxsize=1024)
def model_conversion(kind: Any) -> _Model | None:
    """Return what a dataclass goes through, None for one that writes itself its own way."""
    return _Model(kind) if is_plain_model(kind) else None


class _Model:
    """Takes an object of a dataclass, or a dictionary of its fields."""

    def __init__(self, kind: Any) -> None:
        self._kind = kind

    @cached_property
    def _types(self) -> dict[str, Any]:
        return fields_of(self._kind)

    @cached_property
    def fields(self) -> dict[str, Convert]:
        """What each field goes through, by its name."""
        return {name: field_conversion(kind) for name, kind in self._types.items()}

    def __call__(self, value: Any, way: Way) -> Any:
        kind = self._kind
        if type(value) is dict:
            value = self._from_dict(value)
        elif not isinstance(value, kind):
            return value
        found: dict[str, Any] = {}
        for name, convert in self.fields.items():
            given = getattr(value, name)
            try:
                taken = convert(given, way)
            except ConversionError as error:
                raise error.inside(f"field {name} of {kind.__name__}") from None
            if taken is not given:
                found[name] = taken
        if not found and type(value) is kind and self._has_nothing_else(value):
            return value
        return self._made_again(value, found)

    def _has_nothing_else(self, value: Any) -> bool:
        """Return whether there is no attribute that is no field: none of them arrives."""
        return len(getattr(value, "__dict__", ())) <= len(self.fields)

    def _made_again(self, value: Any, changed: dict[str, Any]) -> Any:
        kind = self._kind
        own = [field for field in dataclasses.fields(kind) if field.init]
        given = {f.name: changed.get(f.name, getattr(value, f.name)) for f in own}
        try:
            return kind(**given)
        except TypeError:  # it wants more than its fields
            found = copy.copy(value)
        except Exception as error:
            raise ConversionError(
                f"{kind.__name__}(…) cannot be made again of its fields: {type(error).__name__}"
            ) from error
        for name, taken in changed.items():
            object.__setattr__(found, name, taken)
        return found

    def _from_dict(self, given: dict[Any, Any]) -> Any:
        """Return the object that *given* has the fields of, as strictly as flytekit sees it."""
        kind, types = self._kind, self._types
        fields = {name: _without_none(one) for name, one in types.items()}
        needed = [name for name, one in fields.items() if one is types[name]]
        hint = f"its fields: {', '.join(types)}; or hand over a {kind.__name__}(…)"
        if missing := [name for name in needed if name not in given]:
            raise ConversionError(
                f"expected {kind.__name__}, got a dict without {', '.join(missing)}", hint
            )
        if more := [str(name) for name in given if name not in types]:
            raise ConversionError(
                f"expected {kind.__name__}, got a dict with {', '.join(more)} in it", hint
            )
        found = {}
        for name, value in given.items():
            expected = fields[name]
            if type(value) is dict and is_plain_model(expected):
                inner = typing.cast("_Model", model_conversion(expected))
                found[name] = inner._from_dict(value)  # noqa: SLF001 - of this class
            elif type(value) is expected or (value is None and expected is not types[name]):
                found[name] = value
            else:
                raise ConversionError(
                    f"field {name} of {kind.__name__}: expected {type_name(expected)}, got"
                    f" {value_in_words(value)}",
                    f"only plain values are taken from a dict; hand over a {kind.__name__}(…)",
                )
        return kind(**found)


def decoded(kind: Any) -> Callable[[Any], Any]:
    """Return what makes an object of the dataclass *kind* of the dictionary that another task gave.

    Fields that are not in it have their defaults, and others are what their types make of them.
    """

    def decode(value: Any) -> Any:
        if type(value) is not dict:
            return value
        known = fields_of(kind)
        found = {}
        for name, one in value.items():
            if name in known:
                inner = _without_none(known[name])
                found[name] = decoded(inner)(one) if is_plain_model(inner) else one
        try:
            return kind(**found)
        except TypeError as error:
            raise TypeTransformerFailedError(f"no {kind.__name__} of that dict: {error}") from None

    return decode


def _without_none(kind: Any) -> Any:
    """Return the type that an optional one is of; any other type itself."""
    args = typing.get_args(kind)
    others = [arg for arg in args if arg is not type(None)]
    return others[0] if type(None) in args and len(others) == 1 else kind
