"""The name that was meant by one that there is not."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from flyte_nb.errors import UnknownArgumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

F = TypeVar("F", bound="Callable[..., Any]")
T = TypeVar("T")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return the hint that says which of *known* is near *name*; all of them where none is.

    Example:
        >>> did_you_mean("retry", ["retries", "timeout"])
        "did you mean 'retries'?"
        >>> did_you_mean("x", ["retries", "timeout"])
        'it has retries, timeout'
    """
    from difflib import get_close_matches

    names = list(known)
    near = get_close_matches(name, names, n=1)
    return f"did you mean {near[0]!r}?" if near else f"it has {', '.join(names) or 'none'}"


def class_knows_its_names(kind: type[T]) -> type[T]:
    """Let a class refuse a keyword as `knows_its_names` lets a function."""
    kind.__init__ = knows_its_names(kind.__init__)  # type: ignore[method-assign]  # of the same signature
    return kind


def _called(function: Callable[..., Any]) -> str:
    name = function.__qualname__.removesuffix(".__init__")
    return name.rpartition(".")[2]


def knows_its_names(function: F) -> F:
    """Let *function* refuse a keyword that it does not know with the one that is near.

    Raises:
        UnknownArgumentError: When it is called with such a keyword.
    """
    import inspect

    known = [name for name in inspect.signature(function).parameters if name != "self"]

    @wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        if unknown := [name for name in kwargs if name not in known]:
            raise UnknownArgumentError(
                f"{_called(function)}() has no {unknown[0]!r}",
                hint=did_you_mean(unknown[0], known),
            )
        return function(*args, **kwargs)

    return checked  # type: ignore[return-value]  # has the signature of the function
