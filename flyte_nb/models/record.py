"""Dataclasses that are made when they are first used.

To import `dataclasses` and to make the twenty of this package costs more than the rest of it, and
a notebook uses three of them. So `dataclass` is called when a class is first called, or asked for
its fields or its signature; from then on it is a dataclass like any other.

Nor is `typing` imported, which costs half as much as all that is: the modules of records have its
names for type checkers only. For whoever evaluates annotations, dataclasses among them, they are
there as soon as `typing` is: when the class is made at the latest.
"""

from __future__ import annotations

import sys
from _thread import RLock  # as functools does: the module threading costs a millisecond

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dataclasses import Field
    from typing import Any, ClassVar

    from typing_extensions import Self, dataclass_transform
else:

    def dataclass_transform(**_: object) -> Any:
        """Return a decorator that only type checkers know."""
        return lambda kind: kind


_PACKAGE = "flyte_nb.models."
_WITH_ANY_KEYWORD = 0x08  # inspect.CO_VARKEYWORDS
# Each class that was made, and what it takes by keyword; nothing where that is anything.
_made: dict[type, tuple[str, ...]] = {}
_lock = RLock()  # reentrant: to make one asks for the fields of those that it inherits from


class _Field:
    """What `dataclasses.field` is to be called with when the class is made."""

    __slots__ = ("options",)

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options


def field(**options: Any) -> Any:
    """Declare a field of a record with what `dataclasses.field` takes."""
    return _Field(options)


def _make(cls: type[Record]) -> None:
    """Make dataclasses of *cls* and of all that it inherits from, once."""
    if cls in _made:
        return
    from dataclasses import dataclass
    from dataclasses import field as real_field

    with _lock:
        for kind in reversed(cls.__mro__):
            own = vars(kind)
            if not issubclass(kind, Record) or kind is Record or kind in _made:
                continue
            if isinstance(own["__dataclass_fields__"], _WhenMade):  # else its author made it one
                for name, value in list(own.items()):
                    if isinstance(value, _Field):
                        setattr(kind, name, real_field(**value.options))
                _tell_names_of_typing(kind)
                dataclass(frozen=True, eq=False, repr=False)(kind)
            for name in ("__setattr__", "__delattr__"):  # `Record` has better ones
                if name in own:
                    delattr(kind, name)
            _made[kind] = _arguments(kind)


def _arguments(kind: type) -> tuple[str, ...]:
    code = getattr(kind.__init__, "__code__", None)  # type: ignore[misc]
    if code is None or code.co_flags & _WITH_ANY_KEYWORD:
        return ()
    return tuple(code.co_varnames[1 : code.co_argcount + code.co_kwonlyargcount])


def _tell_names_of_typing(kind: type) -> None:
    """Give a module of ours the names by which a dataclass knows what is no field."""
    import typing

    if kind.__module__.startswith(_PACKAGE):
        names = vars(sys.modules[kind.__module__])
        for name in ("Any", "ClassVar"):
            names.setdefault(name, getattr(typing, name))


class _WhenMade:
    """An attribute of a class, for whoever asks before an object is made."""

    def __init__(self, read: Any) -> None:
        self._read = read

    def __get__(self, instance: object, owner: type[Record]) -> Any:
        if owner is Record:
            raise AttributeError("a Record has no fields: its subclasses do")
        _make(owner)
        return self._read(owner)


def _signature(cls: type) -> Any:
    from inspect import signature

    found = signature(cls.__init__)  # type: ignore[misc]
    return found.replace(parameters=list(found.parameters.values())[1:])


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
class Record:
    """A frozen dataclass, equal to nothing but itself; so is whatever inherits from it."""

    if TYPE_CHECKING:
        __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    else:
        __dataclass_fields__ = _WhenMade(lambda cls: cls.__dataclass_fields__)
        __signature__ = _WhenMade(_signature)

    __slots__ = ()

    def __init_subclass__(cls, **given: Any) -> None:
        """Give the class what it says before it is made: its bases say other things when made."""
        super().__init_subclass__(**given)
        if "typing" in sys.modules:
            _tell_names_of_typing(cls)
        if "__dataclass_fields__" not in vars(cls):
            cls.__dataclass_fields__ = _WhenMade(lambda kind: vars(kind)["__dataclass_fields__"])  # type: ignore[assignment]

    def __new__(cls, *_: Any, **given: Any) -> Self:
        """Make the class first, for which `__init__` is looked up next."""
        if cls not in _made:
            _make(cls)
        known = _made[cls]
        for name in given if known else ():
            if name not in known:
                from .wrong_use import unknown_argument

                raise unknown_argument(cls, name, known)
        return object.__new__(cls)

    if not TYPE_CHECKING:  # to a type checker they would allow any attribute

        def __setattr__(self, name: str, value: object) -> None:
            self.__delattr__(name)

        def __delattr__(self, name: str) -> None:
            from .wrong_use import read_only

            raise read_only(self, name, _made[type(self)])

    def _set(self, **values: Any) -> None:
        """Give fields another form, while the object is made."""
        for name, value in values.items():
            object.__setattr__(self, name, value)
