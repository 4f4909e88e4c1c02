"""The cache of tasks' values: `@task(cache=...)`."""

from __future__ import annotations

from .body import CacheFunctionBody
from .hash_method import HashMethod
from .options import Cache, CachePolicy, VersionParameters
from .settings import CacheSettings, cache_settings

__all__ = [
    "Cache",
    "CacheFunctionBody",
    "CachePolicy",
    "CacheSettings",
    "HashMethod",
    "VersionParameters",
    "cache_settings",
]
