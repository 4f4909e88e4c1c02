"""Who has logged in, as a signed token (OpenID Connect Core, section 2), for scope ``openid``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from joserfc import jwt
from joserfc.jwk import ECKey

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALGORITHM = "ES256"


class Identity:
    """Signs tokens with a key of its own."""

    def __init__(self) -> None:
        self._key = ECKey.generate_key("P-256", {"use": "sig", "alg": _ALGORITHM}, auto_kid=True)

    @property
    def key_set(self) -> dict[str, Any]:
        """The public keys that the tokens can be checked with (RFC 7517)."""
        return {"keys": [self._key.as_dict(private=False)]}

    def token(self, claims: Mapping[str, Any]) -> str:
        """Return *claims*, signed."""
        header = {"alg": _ALGORITHM, "kid": self._key.kid}
        return jwt.encode(header, dict(claims), self._key, algorithms=[_ALGORITHM])
