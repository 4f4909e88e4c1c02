"""Where tokens are kept.

::

    base.py           the verbs that all have
    system.py         the system's keyring: one item for each endpoint
      ask_keyring.py      asks it, with a deadline, one at a time
      parts.py            long values, where the keyring takes short ones only
      flytekits_items.py  what flytekit has there
      keyring_store.py    the same by flytekit's name
    file.py           files that only their user can read
    memory.py         this process
    fallback.py       one of them, and memory while it fails
    choose.py         which one is configured
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte_nb.later import later

if TYPE_CHECKING:
    from .base import TokenStore as TokenStore
    from .choose import choose_store as choose_store
    from .fallback import FallbackStore as FallbackStore
    from .file import FileStore as FileStore
    from .keyring_store import KeyringStore as KeyringStore
    from .memory import MemoryStore as MemoryStore
    from .system import SystemKeyringStore as SystemKeyringStore

__all__ = [
    "FallbackStore",
    "FileStore",
    "KeyringStore",
    "MemoryStore",
    "SystemKeyringStore",
    "TokenStore",
    "choose_store",
]

_LATER = {
    "FallbackStore": "fallback",
    "FileStore": "file",
    "KeyringStore": "keyring_store",
    "MemoryStore": "memory",
    "SystemKeyringStore": "system",
    "TokenStore": "base",
    "choose_store": "choose",
}

__getattr__ = later(__name__, _LATER)
