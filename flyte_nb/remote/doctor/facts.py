"""What the checks hand on to each other."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flyte_nb.config.platform import PlatformConfig

if TYPE_CHECKING:
    import os
    from datetime import datetime

    from flyte_nb.auth.discovery import ServerMetadata
    from flyte_nb.config.endpoint import Endpoint
    from flyte_nb.config.file import ConfigFile


@dataclass(kw_only=True, slots=True)
class Facts:
    """What is known so far; a check fills in what later ones need.

    Attributes:
        asked: The configuration file that the user named, if any.
        file: The one that is looked at, if any.
        platform: How to reach Flyte; complete only as far as the network goes.
        endpoint: Where admin listens.
        proxy: The proxy in front of admin, None for none.
        addresses: What its name, or the proxy's, stands for, as `socket.getaddrinfo` says it.
        server_date: Admin's clock, and `local_date` ours at that moment.
        local_date: See above.
        is_offer_known: Whether admin was asked how to log in.
        offer: Its answer; None when it wants no login.
    """

    asked: str | os.PathLike[str] | ConfigFile | None = None
    file: ConfigFile | None = None
    platform: PlatformConfig = field(default_factory=PlatformConfig)
    endpoint: Endpoint | None = None
    proxy: str | None = None
    addresses: list[Any] = field(default_factory=list)
    server_date: datetime | None = None
    local_date: datetime | None = None
    is_offer_known: bool = False
    offer: ServerMetadata | None = None

    @property
    def admin(self) -> Endpoint:
        """Where admin listens, for checks that need the one of the endpoint."""
        if self.endpoint is None:
            raise LookupError("no endpoint")
        return self.endpoint


class Deadline:
    """A moment after which nothing more is waited for."""

    def __init__(self, limit_s: float) -> None:
        self._at = time.monotonic() + limit_s

    @property
    def left_s(self) -> float:
        """Seconds until then; never 0, which sockets take for not blocking."""
        return max(self._at - time.monotonic(), 0.01)
