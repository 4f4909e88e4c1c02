"""Who is logged in (flyteidl ``UserInfoResponse``)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from flyte_nb.errors import AccessTokenNotFoundError, RemoteError
from flyte_nb.models.json_form import in_either_case

from .http.fetch import get_json

if TYPE_CHECKING:
    import requests

    from flyte_nb.config.endpoint import Endpoint

_UNAUTHENTICATED = 401
_NOT_THERE = {404, 501}
_OK = 200
_MOST_SHOWN = 2_000  # as long as an address may be


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """What admin knows of who is logged in; empty what it does not know.

    Attributes:
        subject: Their number with the identity provider.
        name: Their whole name.
        preferred_username: What they log in as.
        given_name: First name.
        family_name: Last name.
        email: Address of electronic mail.
        picture: Address of a picture.
    """

    subject: str = ""
    name: str = ""
    preferred_username: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    picture: str = ""

    def __str__(self) -> str:
        best = self.name or self.preferred_username or self.email or self.subject
        return f"{best} ({self.email})" if self.email and best != self.email else best


def read_user(session: requests.Session, admin: Endpoint) -> User | None:
    """Return who the tokens of *session* are of, None where admin wants no login.

    Raises:
        AccessTokenNotFoundError: Admin does not take them.
        RemoteError: Admin could not be asked.
    """
    answer = get_json(session, f"{admin.url}/me")
    if answer.status == _UNAUTHENTICATED:
        raise AccessTokenNotFoundError(
            f"{admin.address} does not take the token", hint="log in again: %flyte_login"
        )
    if answer.status in _NOT_THERE:
        return None
    if answer.status != _OK or not isinstance(answer.body, dict):
        raise (
            answer.refused()
            if answer.status != _OK
            else RemoteError(f"{answer.url} does not say who is logged in", status=answer.status)
        )
    said = {field.name: in_either_case(answer.body, field.name) for field in fields(User)}
    return User(**{n: value[:_MOST_SHOWN] for n, value in said.items() if isinstance(value, str)})
