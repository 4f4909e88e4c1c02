"""Which store tokens are kept in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte_nb.config.catalogue import Credentials
from flyte_nb.errors import ConfigError

from .fallback import FallbackStore
from .file import FileStore
from .memory import MemoryStore
from .system import SystemKeyringStore

if TYPE_CHECKING:
    from .base import TokenStore


def choose_store(kind: str | None = None) -> TokenStore:
    """Return the store that is configured.

    ``auto`` and ``file`` keep tokens in memory while the keyring or the file fails, and their
    `notice` says so. ``keyring`` keeps them nowhere else: then `store` raises.

    Args:
        kind: ``auto``, ``keyring``, ``file`` or ``memory``; by default what the setting
            ``credentials.tokenStore`` says.

    Raises:
        ConfigError: There is no such kind, or the configuration cannot be read.
    """
    entry = Credentials.TOKEN_STORE
    kind = str(entry.in_force() if kind is None else kind).strip().lower()
    match kind:
        case "auto":
            return FallbackStore(SystemKeyringStore())
        case "keyring":
            return SystemKeyringStore()
        case "file":
            return FallbackStore(FileStore())
        case "memory":
            return MemoryStore()
    raise ConfigError(
        f"{entry.name} is {kind!r}: tokens cannot be kept there",
        hint=f"set it to {', '.join(entry.choices)}, in the file or by {entry.env_name}",
    )
