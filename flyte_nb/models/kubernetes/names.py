"""Rules of Kubernetes for names, labels and annotations.

As in apimachinery: ``pkg/util/validation/validation.go`` and
``pkg/api/validation/objectmeta.go``.
"""

from __future__ import annotations

from collections.abc import Mapping

from flyte_nb.errors import InvalidValueError
from flyte_nb.models.checks import plain, text_problem
from flyte_nb.models.pattern import fullmatch
from flyte_nb.models.shown import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

# Not compiled here: few imports of this module come to need them.
_DNS_LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_DNS_SUBDOMAIN = rf"{_DNS_LABEL}(\.{_DNS_LABEL})*"
_NAME = r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?"
_ENV_NAME = r"[ -<>-~]+"  # printable ASCII without '='
_MAX_LABEL, _MAX_SUBDOMAIN = 63, 253
MAX_ANNOTATIONS_BYTES = 256 * 1024

_OF_NAME = "of letters, digits, '-', '_' and '.', with a letter or digit at both ends"
_KEY_HINT = "write a key like 'team' or 'example.com/team'"
_VALUE_HINT = f"a label's value is empty or {_OF_NAME}; longer text goes into an annotation"


def dns_label_problem(name: object) -> str | None:
    """Return why *name* cannot name a container (RFC 1123 label), None when it can."""
    if not isinstance(name, str):
        return "is not text"
    name = str.__str__(name)
    if not name:
        return "is empty"
    if len(name) > _MAX_LABEL:
        return f"is longer than {_MAX_LABEL} characters"
    if not fullmatch(_DNS_LABEL, name):
        return "is not made of a-z, 0-9 and '-', with a letter or digit at both ends"
    return None


def dns_subdomain_problem(name: object) -> str | None:
    """Return why *name* cannot name an object (RFC 1123 subdomain), None when it can."""
    if not isinstance(name, str):
        return "is not text"
    name = str.__str__(name)
    if not name:
        return "is empty"
    if len(name) > _MAX_SUBDOMAIN:
        return f"is longer than {_MAX_SUBDOMAIN} characters"
    if not fullmatch(_DNS_SUBDOMAIN, name):
        return "is not made of a-z, 0-9, '-' and '.', with a letter or digit beside each '.'"
    return None


def label_key_problem(key: object) -> str | None:
    """Return why *key* cannot be the key of a label, None when it can."""
    if not isinstance(key, str):
        return "is not text"
    key = str.__str__(key)
    *prefixes, name = key.split("/")
    if len(prefixes) > 1:
        return "has more than one '/'"
    for prefix in prefixes:
        problem = dns_subdomain_problem(prefix)
        if problem:
            return f"has a prefix before '/' that {problem}"
    subject = "has a name after '/' that " if prefixes else ""
    if not name:
        return f"{subject}is empty"
    if len(name) > _MAX_LABEL:
        return f"{subject}is longer than {_MAX_LABEL} characters"
    return None if fullmatch(_NAME, name) else f"{subject}is not made {_OF_NAME}"


def label_value_problem(value: object) -> str | None:
    """Return why *value* cannot be the value of a label, None when it can."""
    if not isinstance(value, str):
        return "is not text"
    value = str.__str__(value)
    if len(value) > _MAX_LABEL:
        return f"is longer than {_MAX_LABEL} characters"
    return None if not value or fullmatch(_NAME, value) else f"is not made {_OF_NAME}"


def annotation_key_problem(key: object) -> str | None:
    """Return why *key* cannot be the key of an annotation: as for labels, in any case."""
    key = plain(key) if isinstance(key, str) else key
    return label_key_problem(key.lower() if isinstance(key, str) and key.isascii() else key)


def annotation_value_problem(value: object) -> str | None:
    """Return why *value* cannot be the value of an annotation, None when it can."""
    return text_problem(value)


def env_name_problem(name: object) -> str | None:
    """Return why *name* cannot name a variable of a container, None when it can."""
    if not isinstance(name, str):
        return "is not text"
    if fullmatch(_ENV_NAME, name):
        return None
    return "is not made of printable ASCII characters other than '='"


def check_service_account(owner: str, field: str, name: str | None) -> None:
    """Refuse what cannot name a service account; nothing and empty text name none.

    Raises:
        InvalidValueError: The message names *owner*, *field*, value and rule.
    """
    problem = dns_subdomain_problem(name) if name else None
    if problem:
        raise InvalidValueError(f"{owner}({field}={shown(name)}): {problem}")


def check_labels(owner: str, values: object, *, field: str = "labels") -> dict[str, str]:
    """Return *values* as a dictionary of their own when Kubernetes takes them as labels.

    Args:
        owner: Name of the class whose field they are.
        values: Text by text.
        field: Name of the field.

    Raises:
        InvalidValueError: The message names field, key, value and rule.

    Example:
        >>> check_labels("Labels", {"example.com/team": "vision"})
        {'example.com/team': 'vision'}
    """
    return _check(owner, field, values, label_key_problem, label_value_problem, _VALUE_HINT)


def check_annotations(owner: str, values: object, *, field: str = "annotations") -> dict[str, str]:
    """Return *values* as a dictionary of their own when Kubernetes takes them as annotations.

    Args:
        owner: Name of the class whose field they are.
        values: Text by text; together at most 256 KiB in UTF-8, keys included.
        field: Name of the field.

    Raises:
        InvalidValueError: The message names field, key, value and rule.
    """
    hint = "an annotation's value is any text"
    checked = _check(owner, field, values, annotation_key_problem, annotation_value_problem, hint)
    size = sum(len(key.encode()) + len(value.encode()) for key, value in checked.items())
    if size > MAX_ANNOTATIONS_BYTES:
        raise InvalidValueError(
            f"{owner}({field}=…): {size} bytes together, keys included, and"
            f" {MAX_ANNOTATIONS_BYTES} are allowed",
            hint="keep large text in a file or an input, and its address in the annotation",
        )
    return checked


def _check(  # noqa: PLR0913, PLR0917 - what labels and annotations differ in
    owner: str,
    field: str,
    values: object,
    key_problem: Callable[[object], str | None],
    value_problem: Callable[[object], str | None],
    value_hint: str,
) -> dict[str, str]:
    if not isinstance(values, Mapping):
        raise InvalidValueError(
            f"{owner}({field}={shown(values)}): not a dictionary of text by text",
            hint=f"write {field}={{'team': 'vision'}}",
        )
    found = {}
    for key, value in _items(owner, field, values):
        where = f"{owner}({field}={{{shown(key)}: {shown(value)}}})"
        problem = key_problem(key)
        if problem:
            raise InvalidValueError(f"{where}: the key {problem}", hint=_KEY_HINT)
        problem = value_problem(value)
        if problem:
            simple = isinstance(value, (bool, int, float))
            text = str(value).lower() if isinstance(value, bool) else value
            hint = f"write it in quotes: '{shown(text).strip(chr(39))}'" if simple else value_hint
            raise InvalidValueError(f"{where}: the value {problem}", hint=hint)
        found[key] = value
    return found


def _items(owner: str, field: str, values: Mapping[Any, Any]) -> list[tuple[Any, Any]]:
    """Return keys and values, texts as plain text."""
    try:
        copied = plain(values) if isinstance(values, dict) else dict(values)
    except Exception as error:
        raise InvalidValueError(
            f"{owner}({field}=<{type(values).__name__}>): it cannot be read: {type(error).__name__}"
        ) from error
    return [(_plain_text(key), _plain_text(value)) for key, value in copied.items()]


def _plain_text(value: object) -> object:
    return plain(value) if isinstance(value, str) else value
