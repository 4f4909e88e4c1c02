"""The cache of tasks' values: `@task(cache=...)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte_nb.later import later

from .options import Cache, CachePolicy, VersionParameters
from .settings import CacheSettings, cache_settings

if TYPE_CHECKING:
    from .body import CacheFunctionBody
    from .call import CacheCall, CachedTask
    from .entry import CacheEntry
    from .found import CacheStatus, Hit, Miss
    from .hash_method import HashMethod
    from .lookup import TaskCache, task_cache

__all__ = [
    "Cache",
    "CacheCall",
    "CacheEntry",
    "CacheFunctionBody",
    "CachePolicy",
    "CacheSettings",
    "CacheStatus",
    "CachedTask",
    "HashMethod",
    "Hit",
    "Miss",
    "TaskCache",
    "VersionParameters",
    "cache_settings",
    "task_cache",
]
# Name -> module, of what a definition does not need: a task that keeps nothing loads none of it.
_LATER = {
    "CacheCall": "call",
    "CacheEntry": "entry",
    "CacheFunctionBody": "body",
    "CacheStatus": "found",
    "CachedTask": "call",
    "HashMethod": "hash_method",
    "Hit": "found",
    "Miss": "found",
    "TaskCache": "lookup",
    "task_cache": "lookup",
}

__getattr__ = later(__name__, _LATER)
