"""How the server behaves where the standards and Flyte leave it a choice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What `AuthServer` takes as keywords, and `AuthServer.change` while it runs.

    Attributes:
        interval_s: Least time between two polls of a device login.
        device_lifetime_s: How long a device login may be approved.
        token_lifetime_s: How long an access token is good for.
        refresh_lifetime_s: How long a refresh token is good for.
        refresh_grace_s: How long a refresh token is taken once more after it was rotated.
        token_length: Characters of an access token.
        device_flow: Whether device logins are offered.
        refresh_tokens: Whether logins of users yield a refresh token.
        rotation: Whether each refresh yields another refresh token and ends the old one.
        revocation: Whether tokens can be revoked (RFC 7009).
        issuer_announced: Whether metadata says that a browser comes back with ``iss`` (RFC 9207).
        issuers_sent: How many it comes back with.
        auto_approve: User for whom ``/authorize`` approves without a page; empty for none.
        login_required: Whether admin wants tokens; without, it does not tell how to log in.
        client_id: Client that admin tells users to log in with.
        redirect_uri: Redirect address that admin tells them.
        scopes: Scopes that admin tells them to ask for.
        audience: Audience that admin tells them to ask for.
        authorization_metadata_key: Header that admin takes tokens from, beside ``Authorization``.
        casing: Names in admin's JSON: ``snake`` as 1.10.6, ``camel`` as 1.10.7, or ``auto``, as
            releases since 1.11 do it: by the ``Accept`` line.
    """

    interval_s: float = 5
    device_lifetime_s: float = 600
    token_lifetime_s: int = 3600
    refresh_lifetime_s: int = 30 * 24 * 3600
    refresh_grace_s: float = 0
    token_length: int = 256
    device_flow: bool = True
    refresh_tokens: bool = True
    rotation: bool = True
    revocation: bool = True
    issuer_announced: bool = False
    issuers_sent: int = 0
    auto_approve: str = ""
    login_required: bool = True
    client_id: str = "flytectl"
    redirect_uri: str = "http://localhost:53593/callback"
    scopes: tuple[str, ...] = ("all", "offline")
    audience: str = ""
    authorization_metadata_key: str = "flyte-authorization"
    casing: str = "auto"
