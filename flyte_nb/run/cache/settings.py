"""What `@task` is given about its cache, in its new way and its old one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import InvalidValueError

from .options import Cache, check_version, input_names

if TYPE_CHECKING:
    from collections.abc import Iterable

_OLD_WAY = ("cache_version", "cache_serialize", "cache_ignore_input_vars")


@dataclass(frozen=True, kw_only=True, slots=True)
class CacheSettings:
    """A task whose values are kept.

    Attributes:
        cache: How; the old way of writing it has become the new one.
    """

    cache: Cache

    @property
    def serialize(self) -> bool:
        """Whether of equal calls at the same time one alone runs."""
        return self.cache.serialize

    @property
    def ignored_inputs(self) -> tuple[str, ...]:
        """Names of inputs that tell no calls apart."""
        return self.cache.get_ignored_inputs()

    @property
    def is_versioned(self) -> bool:
        """Whether the version is given: nothing else of the function counts then."""
        return self.cache.version is not None


def cache_settings(
    cache: Any = False,  # noqa: FBT002 - flytekit's option
    cache_version: str | None = None,
    cache_serialize: bool | None = None,  # noqa: FBT001 - flytekit's option
    cache_ignore_input_vars: Iterable[str] | None = None,
) -> CacheSettings | None:
    """Return how a task's values are kept, None when they are not.

    Args:
        cache: True or False; or a `Cache`, which says the rest, flytekit's own too.
        cache_version: flytekit's old way to write ``Cache(version=…)``.
        cache_serialize: The same for ``Cache(serialize=…)``.
        cache_ignore_input_vars: The same for ``Cache(ignored_inputs=…)``.

    Raises:
        InvalidValueError: Options do not go together, or one is of a wrong type.

    Example:
        >>> cache_settings(True, cache_version="1").cache
        Cache(version='1', serialize=False, ignored_inputs=(), salt='', policies=None)
    """
    old = (cache_version, cache_serialize, cache_ignore_input_vars)
    if _is_cache(cache):
        _refuse_both([name for name, value in zip(_OLD_WAY, old, strict=True) if value is not None])
        return CacheSettings(cache=_ours(cache))
    if cache is not None and not isinstance(cache, bool):
        version = f"cache_version={cache!r}" if isinstance(cache, str) else 'cache_version="1"'
        raise InvalidValueError(
            f"@task(cache={cache!r}): not True, False or a Cache",
            hint=f"write cache=True, {version}",
        )
    if cache_version is not None and (cache or cache_version != ""):
        check_version("@task(cache_version=…)", cache_version)
    serialize: Any = False if cache_serialize is None else cache_serialize
    if not isinstance(serialize, bool):
        raise InvalidValueError(f"@task(cache_serialize={serialize!r}): not True or False")
    ignored = input_names("@task(cache_ignore_input_vars=…)", _listed(cache_ignore_input_vars))
    if not cache:
        _refuse_without_cache(serialize=serialize, ignored=ignored)
        return None  # a version alone keeps nothing, as with flytekit
    return CacheSettings(
        cache=Cache(version=cache_version, serialize=serialize, ignored_inputs=ignored)
    )


def _is_cache(value: Any) -> bool:
    kind = type(value)
    return isinstance(value, Cache) or (
        kind.__name__ == "Cache" and kind.__module__.startswith("flytekit.")
    )


def _ours(cache: Any) -> Cache:
    """Return a `Cache`, made of flytekit's where it is that."""
    if isinstance(cache, Cache):
        return cache
    return Cache(**{name: getattr(cache, name) for name in Cache.__dataclass_fields__})


def _refuse_both(given: list[str]) -> None:
    if given:
        raise InvalidValueError(
            f"@task(cache=Cache(…), {given[0]}=…): a Cache says that itself",
            hint="write Cache(version=…, serialize=…, ignored_inputs=…)",
        )


def _refuse_without_cache(*, serialize: bool, ignored: tuple[str, ...]) -> None:
    for name, is_given in (("cache_serialize", serialize), ("cache_ignore_input_vars", ignored)):
        if is_given:
            raise InvalidValueError(
                f"@task({name}=…) without a cache: nothing is kept",
                hint=f"write @task(cache=True, {name}=…)",
            )


def _listed(names: Any) -> Any:
    """Return what flytekit takes as it is: any collection, one name, or nothing."""
    if names is None:
        return ()
    return tuple(names) if isinstance(names, (list, set, frozenset)) else names
