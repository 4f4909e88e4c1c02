"""How values of a type are shown in decks: what somebody registered, before what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte_nb.errors import InvalidValueError
from flyte_nb.installed import Installed

from .packages import renderer_entry_points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Renders = Callable[[Any], Any]

_registered: Installed[tuple[type, Any]] = Installed()


def register_renderer(kind: type, renderer: Any) -> Callable[[], None]:
    """Show every value of a type in decks by *renderer* from now on.

    A package does the same for whoever installs it, by an entry point of the group
    ``flyte_nb.renderers``. It is called as its type, the module written out or the package
    alone, and is imported with the first value of the type::

        [project.entry-points."flyte_nb.renderers"]
        "mylib.Forest" = "mylib.flyte:ForestRenderer"

    Args:
        kind: The type; its subclasses are shown so too, if they have no renderer of their own.
        renderer: A function of the value, or an object or a class of those with ``to_html(value)``.
            It returns HTML, or what else a deck takes.

    Returns:
        What takes it away.

    Raises:
        InvalidValueError: *kind* is no type, or *renderer* cannot be called.

    Example:
        >>> register_renderer(Forest, lambda forest: f"<p>{len(forest)} trees</p>")
    """
    if not isinstance(kind, type):
        raise InvalidValueError(f"register_renderer({kind!r}, …): not a type")
    to_function(renderer)
    return _registered.add((kind, renderer))


def renderer_for(kind: type) -> Renders | None:
    """Return what shows values of *kind*, None where nothing was registered.

    That of the nearest base class wins; of several, the one that came last, and one that was
    registered here over those of installed packages.

    Raises:
        Exception: What the package of an entry point raised when it was imported.
    """
    registered = {each: renderer for each, renderer in _registered.items if issubclass(kind, each)}
    known = {point.name: point for point in renderer_entry_points()}
    for base in kind.__mro__:
        if base in registered:
            return to_function(registered[base])
        for name in names_of(base):
            if point := known.get(name):
                return to_function(point.load())
    return None


def names_of(kind: type) -> Iterator[str]:
    """Yield the names that a class goes by: where it is, and what its package calls it."""
    package = kind.__module__.partition(".")[0]
    yield f"{kind.__module__}.{kind.__qualname__}"
    yield f"{package}.{kind.__name__}"


def to_function(renderer: Any) -> Renders:
    """Return the function of a renderer, which is one itself or has it as ``to_html``.

    Raises:
        InvalidValueError: It has none.
    """
    if isinstance(renderer, type):
        renderer = renderer()
    function = getattr(renderer, "to_html", renderer)
    if not callable(function):
        raise InvalidValueError(
            f"{renderer!r} is no renderer", hint="write a function, or a class with to_html(value)"
        )
    return function  # type: ignore[no-any-return]
