"""One request and its answer, as they went over the wire."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from werkzeug.datastructures import Headers


@dataclass(kw_only=True, slots=True)
class Request:
    """A request that the server received, secrets and all; its repr has none of them.

    Attributes:
        at_s: When, in seconds of `time.monotonic`.
        method: ``GET`` or another.
        path: Path without the query.
        query_string: What stands behind the question mark, as sent.
        headers: By name, in any casing.
        body: What was sent.
        form: Parameters of the body, where it is a form, the last of each name.
        status: Status of the answer; None while there is none, and when there never was.
    """

    at_s: float
    method: str
    path: str
    query_string: str = field(repr=False)
    headers: Headers = field(repr=False)
    body: bytes = field(repr=False)
    form: dict[str, str] = field(init=False, repr=False)
    status: int | None = None

    def __post_init__(self) -> None:
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        is_form = kind == "application/x-www-form-urlencoded"
        self.form = _parameters(self.body.decode(errors="replace")) if is_form else {}

    @property
    def query(self) -> dict[str, str]:
        """Parameters of the address, the last of each name."""
        return _parameters(self.query_string)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """An answer before it is sent.

    Attributes:
        status: Status of HTTP.
        headers: Names and values, without ``Content-Length``.
        body: What is sent.
    """

    status: int = HTTPStatus.OK
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)

    @classmethod
    def of_json(cls, body: Any, status: int = 200, **headers: str) -> Reply:
        """Return an answer of JSON; in *headers* ``_`` stands for ``-``."""
        more = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        kind = ("Content-Type", "application/json")
        return cls(status=status, headers=(kind, *more), body=json.dumps(body).encode())


def _parameters(encoded: str) -> dict[str, str]:
    """Return the parameters of a form or a query, the last of each name."""
    return {name: values[-1] for name, values in parse_qs(encoded, keep_blank_values=True).items()}
