"""Proof Key for Code Exchange (RFC 7636): only who began a login can end it."""

from __future__ import annotations

from dataclasses import dataclass, field

_LENGTH = 64  # characters of the verifier: 43 to 128 (4.1)


@dataclass(frozen=True, slots=True)
class Challenge:
    """A fresh secret and what is said of it beforehand.

    Attributes:
        verifier: The secret, which is shown at the end.
        parameters: What a login begins with.
    """

    verifier: str = field(repr=False)
    parameters: dict[str, str] = field(repr=False)


def new_challenge() -> Challenge:
    """Return one that nobody has used; for each login another."""
    from oauthlib.oauth2 import Client

    client = Client("")
    verifier = client.create_code_verifier(_LENGTH)
    digest = client.create_code_challenge(verifier, "S256")
    return Challenge(verifier, {"code_challenge": digest, "code_challenge_method": "S256"})
