"""What flytekit keeps in the keyring: three items for an endpoint.

Both tools share one login. Where a server gives a new refresh token at each renewal the old one
is void, so what flytekit has is kept up to date; and what it has renewed since then, ours take.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flyte_nb.auth.credentials import Credentials
from flyte_nb.auth.token_end import ends_at

from .ask_keyring import Abandoned

if TYPE_CHECKING:
    from .ask_keyring import Keyring

_LOG = logging.getLogger(__name__)
_ACCESS, _REFRESH, _ID = "access_token", "refresh_token", "id_token"


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class FlytekitsItems:
    """The values of flytekit's items for an endpoint; None for those that are not there."""

    access_token: str | None
    refresh_token: str | None

    @classmethod
    def read(cls, keyring: Keyring, endpoint: str) -> FlytekitsItems:
        """Return what is there now."""
        return cls(
            access_token=keyring.get(endpoint, _ACCESS),
            refresh_token=keyring.get(endpoint, _REFRESH),
        )

    def credentials(self, keyring: Keyring, endpoint: str) -> Credentials | None:
        """Return them as a login, None when they are none."""
        if not self.access_token:
            return None
        return Credentials(
            self.access_token,
            self.refresh_token or None,
            endpoint,
            id_token=keyring.get(endpoint, _ID) or None,
            expires_at=ends_at(self.access_token),
        )

    @property
    def digests(self) -> set[str]:
        """What tells them from others, and nothing else about them."""
        return {_digest(value) for value in (self.access_token, self.refresh_token) if value}

    def replace(self, keyring: Keyring, new: Credentials) -> None:
        """Put *new* into flytekit's items, if flytekit has a login there.

        In its order, and not knowing whether it goes well: they are not ours. It does not where
        a backend takes no long values, and there flytekit has none.
        """
        if not self.digests:
            return
        values = {_REFRESH: new.refresh_token, _ACCESS: new.access_token, _ID: new.id_token}
        for user, value in values.items():
            try:
                if value:
                    keyring.set(new.for_endpoint, user, value)
                else:
                    keyring.delete(new.for_endpoint, user)
            except Abandoned:
                raise
            except Exception:  # noqa: BLE001 - a backend's own errors may be of any type
                _LOG.debug("an item of flytekit's is not replaced")


def remove(keyring: Keyring, endpoint: str) -> None:
    """Remove what flytekit has for *endpoint*."""
    for user in (_ACCESS, _REFRESH, _ID):
        keyring.delete(endpoint, user)


def digests(credentials: Credentials) -> set[str]:
    """Return the digests that flytekit's items have once they hold *credentials*."""
    values = (credentials.access_token, credentials.refresh_token)
    return {_digest(value) for value in values if value}


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode(errors="surrogatepass")).hexdigest()[:16]
