"""Anything that a notebook can show, as HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from flyte_nb.context.leak_guard import LEAK_GUARD

from .beginning import beginning_of_repr
from .problem import problem
from .registry import names_of, renderer_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from .library import Drawing

_MOST = 20_000  # characters of a repr


def render(value: Any, renderer: Callable[[Any], Any] | None = None) -> str | Drawing:
    """Return *value* as HTML; it never raises, but says in the HTML what went wrong.

    Args:
        value: Text that is HTML already, or anything else: shown by what was registered for its
            type, as the figure or table that it is, by the notebook's ``_repr_*_`` methods, or
            by its `repr`.
        renderer: What shows it instead.
    """
    if isinstance(value, str) and renderer is None:
        return value
    kind = type(value).__name__
    try:
        function = renderer or renderer_for(type(value))
    except Exception as error:  # noqa: BLE001 - what shows a value ends no training
        return f"{problem(f'the renderer of this {kind} cannot be had', error)}\n{_text(value)}"
    if function is None:
        return _by_itself(value)
    try:
        shown = function(value)
        # What it leaves alone is shown as if there was no renderer.
        return _by_itself(shown) if type(shown) is type(value) else render(shown)
    except Exception as error:  # noqa: BLE001 - as above
        name = _name(function)
        return f"{problem(f'{name} could not show this {kind}', error)}\n{_text(value)}"


def _by_itself(value: Any) -> str | Drawing:
    """Return *value* as it is shown where nothing was registered for it."""
    if isinstance(value, str):
        return value
    problems = ""
    try:
        if (show := _built_in(type(value))) and (shown := show(value)) is not None:
            return shown
    except Exception as error:  # noqa: BLE001 - as above
        problems = problem(f"this {type(value).__name__} could not be drawn", error)
    from .mime import by_mime

    shown, failed = by_mime(value)
    problems += failed
    if shown is None:
        shown = _text(value)
    return f"{problems}\n{shown}" if problems and isinstance(shown, str) else shown


def _built_in(kind: type) -> Callable[[Any], str | Drawing | None] | None:
    """Return what draws values of *kind*; found by names, so that nothing is imported for it."""
    from .built_in import BUILT_IN

    names = (name for base in kind.__mro__ for name in names_of(base))
    return next((BUILT_IN[name] for name in names if name in BUILT_IN), None)


def _text(value: Any) -> str:
    try:
        text, is_whole = beginning_of_repr(value, _MOST)
    except Exception as error:  # noqa: BLE001 - as above
        return problem(f"this {type(value).__name__} has no text", error)
    return text_html(text, "" if is_whole else "and more")


def text_html(text: str, more: str = "") -> str:
    """Return *text* as it is written; of a very long one the beginning.

    Args:
        text: The text.
        more: What is said of the rest; by default how long it is.
    """
    if len(text) > _MOST:
        text = LEAK_GUARD.mask(text)  # first: half a secret is not found
    if not more and len(text) > _MOST:
        more = f"{len(text) - _MOST:,} more characters"
    rest = f"\n… {more}" if more else ""
    return f'<pre style="white-space:pre-wrap">{escape(text[:_MOST])}{rest}</pre>'


def _name(function: Any) -> str:
    owner = getattr(function, "__self__", None)
    return str(getattr(function, "__name__", "") if owner is None else type(owner).__name__)
