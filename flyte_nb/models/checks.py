"""What more than one noun asks of its values.

What they return is plain: the methods of a subclass of text or of a list may do anything.
"""

from __future__ import annotations

from flyte_nb.errors import InvalidValueError

from .shown import shown, shown_if_plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def plain(value: Any) -> Any:
    """Return a text, number, dictionary, list or tuple as the built-in type, a tuple as a list.

    What is inside it, and all else, stays as it is.

    Example:
        >>> plain(("a", "b"))
        ['a', 'b']
    """
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return int.__int__(value)
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, dict):
        return dict(dict.items(value))
    if isinstance(value, list):
        return list.copy(value)
    return [*tuple.__iter__(value)] if isinstance(value, tuple) else value


def text_problem(value: object) -> str | None:
    """Return why *value* is no text that can be sent, None when it is."""
    if not isinstance(value, str):
        return "is not text"
    try:
        str.encode(value)
    except UnicodeEncodeError:
        return "is not Unicode that UTF-8 can write"
    return None


def check_text(
    owner: str, field: str, value: object, *, required: bool = False, empty: bool = False
) -> str | None:
    """Return *value* as plain text, or None where nothing is required.

    Args:
        owner: Name of the class.
        field: Name of its field.
        value: What was given.
        required: Whether there has to be text, and not only blanks.
        empty: Whether a text that is required may be empty.

    Raises:
        InvalidValueError: It is no such text; the message names *owner* and *field*.
    """
    if value is None and not required:
        return None
    problem = text_problem(value)
    text: str = plain(value) if problem is None else ""
    if problem is None and required and not empty and not text.strip():
        problem = "is empty"
    if problem:
        raise InvalidValueError(f"{owner}({field}={shown_if_plain(value)}): {problem}")
    return text


def check_texts(record: Any, *names: str, required: bool = False, empty: bool = False) -> None:
    """Make the fields *names* of *record* plain text, see `check_text`."""
    for name in names:
        value = getattr(record, name)
        if type(value) is str and value.isascii() and (empty or value.strip()):
            continue  # as nearly all are: identifiers are made at each call of a task
        text = check_text(owner_of(record), name, value, required=required, empty=empty)
        object.__setattr__(record, name, text)


def owner_of(record: object) -> str:
    """Return what messages call the class of *record*; some are known by their JSON alone."""
    return type(record).__name__.lstrip("_")


def check_kind(
    owner: str, field: str, value: object, kind: type, *, required: bool = False
) -> None:
    """Refuse what is no *kind*; only its type is named: it may hold secrets.

    Raises:
        InvalidValueError: It is none, and not None where nothing is required; the message names
            *owner* and *field*.
    """
    if not isinstance(value, kind) and (required or value is not None):
        raise InvalidValueError(
            f"{owner}({field}=<{type(value).__name__}>): not {kind.__name__.lstrip('_')}"
        )


def check_bool(owner: str, field: str, value: object) -> None:
    """Refuse what is neither True nor False.

    Raises:
        InvalidValueError: The message names *owner* and *field*.
    """
    if not isinstance(value, bool):
        raise InvalidValueError(f"{owner}({field}={shown(value)}): not True or False")


def check_mapping(
    owner: str,
    field: str,
    value: object,
    key_problem: Callable[[object], str | None] = text_problem,
) -> dict[str, str]:
    """Return *value*, text by text, as a plain dictionary of its own.

    Raises:
        InvalidValueError: The message names *owner*, *field* and key; no value, it may be a secret.
    """
    if not isinstance(value, dict):
        raise InvalidValueError(f"{owner}({field}=<{type(value).__name__}>): not a dictionary")
    found = {}
    for key, item in plain(value).items():
        if problem := key_problem(key):
            raise InvalidValueError(f"{owner}({field}={{{shown(key)}: …}}): the key {problem}")
        if problem := text_problem(item):
            raise InvalidValueError(f"{owner}({field}={{{shown(key)}: …}}): the value {problem}")
        found[plain(key)] = plain(item)
    return found
