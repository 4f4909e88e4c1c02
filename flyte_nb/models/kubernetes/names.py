"""Rules of Kubernetes for names, labels and annotations.

As in apimachinery: ``pkg/util/validation/validation.go`` and
``pkg/api/validation/objectmeta.go``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from flyte_nb.errors import InvalidValueError

from .shown import shown

if TYPE_CHECKING:
    from collections.abc import Callable

_DNS_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_DNS_SUBDOMAIN = re.compile(rf"{_DNS_LABEL.pattern}(\.{_DNS_LABEL.pattern})*")
_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?")
_MAX_LABEL, _MAX_SUBDOMAIN = 63, 253
MAX_ANNOTATIONS_BYTES = 256 * 1024

_OF_NAME = "of letters, digits, '-', '_' and '.', with a letter or digit at both ends"
_KEY_HINT = "write a key like 'team' or 'example.com/team'"
_VALUE_HINT = f"a label's value is empty or {_OF_NAME}; longer text goes into an annotation"


def dns_label_problem(name: object) -> str | None:
    """Return why *name* cannot name a container (RFC 1123 label), None when it can."""
    if not isinstance(name, str):
        return "is not text"
    if not name:
        return "is empty"
    if len(name) > _MAX_LABEL:
        return f"is longer than {_MAX_LABEL} characters"
    if not _DNS_LABEL.fullmatch(name):
        return "is not made of a-z, 0-9 and '-', with a letter or digit at both ends"
    return None


def dns_subdomain_problem(name: object) -> str | None:
    """Return why *name* cannot name an object (RFC 1123 subdomain), None when it can."""
    if not isinstance(name, str):
        return "is not text"
    if not name:
        return "is empty"
    if len(name) > _MAX_SUBDOMAIN:
        return f"is longer than {_MAX_SUBDOMAIN} characters"
    if not _DNS_SUBDOMAIN.fullmatch(name):
        return "is not made of a-z, 0-9, '-' and '.', with a letter or digit beside each '.'"
    return None


def label_key_problem(key: object) -> str | None:
    """Return why *key* cannot be the key of a label, None when it can."""
    if not isinstance(key, str):
        return "is not text"
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
    return None if _NAME.fullmatch(name) else f"{subject}is not made {_OF_NAME}"


def label_value_problem(value: object) -> str | None:
    """Return why *value* cannot be the value of a label, None when it can."""
    if not isinstance(value, str):
        return "is not text"
    if len(value) > _MAX_LABEL:
        return f"is longer than {_MAX_LABEL} characters"
    return None if not value or _NAME.fullmatch(value) else f"is not made {_OF_NAME}"


def annotation_key_problem(key: object) -> str | None:
    """Return why *key* cannot be the key of an annotation: as for labels, in any case."""
    return label_key_problem(key.lower() if isinstance(key, str) and key.isascii() else key)


def annotation_value_problem(value: object) -> str | None:
    """Return why *value* cannot be the value of an annotation, None when it can."""
    if not isinstance(value, str):
        return "is not text"
    try:
        value.encode()
    except UnicodeEncodeError:
        return "is not Unicode that UTF-8 can write"
    return None


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
    for key, value in values.items():
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
    return dict(values)
