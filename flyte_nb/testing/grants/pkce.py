"""Proof key for code exchange (RFC 7636), with S256 only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oauth2.rfc7636.challenge import CODE_CHALLENGE_PATTERN, CODE_VERIFIER_PATTERN

if TYPE_CHECKING:
    from collections.abc import Mapping


def check_challenge(sent: Mapping[str, str], *, required: bool = False) -> None:
    """Refuse a challenge that is none, one by another method, and none where one is required."""
    challenge = sent.get("code_challenge", "")
    if not challenge and not required and "code_challenge_method" not in sent:
        return
    if not CODE_CHALLENGE_PATTERN.match(challenge):
        raise InvalidRequestError("A code_challenge of 43 characters is required")
    if sent.get("code_challenge_method") != "S256":
        raise InvalidRequestError("The code_challenge_method has to be S256")


def check_verifier(challenge: str, sent: Mapping[str, str]) -> None:
    """Refuse a verifier that does not belong to *challenge*."""
    verifier = sent.get("code_verifier", "")
    if not challenge and not verifier:
        return
    if not CODE_VERIFIER_PATTERN.match(verifier):
        raise InvalidRequestError("A code_verifier of 43 to 128 characters is required")
    if create_s256_code_challenge(verifier) != challenge:
        raise InvalidGrantError("The code_verifier does not belong to the code_challenge")
