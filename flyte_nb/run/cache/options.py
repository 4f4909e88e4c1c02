"""`@task(cache=Cache(...))`: what flytekit takes, with its names and signatures."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, Protocol, TypeVar, runtime_checkable

from flyte_nb.errors import InvalidValueError
from flyte_nb.run.near import class_knows_its_names

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flyte_nb.models import PodTemplate

P = ParamSpec("P")
FuncOut = TypeVar("FuncOut")


@dataclass(frozen=True)
class VersionParameters(Generic[P, FuncOut]):
    """What a version can be made of (flytekit's ``VersionParameters``).

    Attributes:
        func: The task's function.
        container_image: Image of the task: a name, or what describes one.
        pod_template: Pod of the task.
        pod_template_name: Name of a pod template on the cluster.
    """

    func: Callable[P, FuncOut]
    container_image: Any = None
    pod_template: PodTemplate | None = None
    pod_template_name: str | None = None


@runtime_checkable
class CachePolicy(Protocol):
    """How versions are made (flytekit's ``CachePolicy``)."""

    def get_version(self, salt: str, params: VersionParameters[..., Any]) -> str:
        """Return a text that is another one when values from before must not be used."""


@class_knows_its_names
@dataclass(frozen=True)
class Cache:
    """How the values of a task are kept (flytekit's ``Cache``).

    Attributes:
        version: Values of another version are not used. Without one, `policies` make it.
        serialize: Whether of calls with the same inputs at the same time one alone runs; the
            others wait for its value.
        ignored_inputs: Names of inputs, or one name, that tell no calls apart.
        salt: Handed to the policies: another salt is another version.
        policies: What makes versions. Without any, and without a `version`, the installed
            plugin's; where that has none, `CacheFunctionBody`.

    Raises:
        InvalidValueError: Something is of a wrong type, or no version can come of it.
        UnknownArgumentError: There is no such option.

    Example:
        >>> Cache(version="1", ignored_inputs="verbose").get_ignored_inputs()
        ('verbose',)
    """

    version: str | None = None
    serialize: bool = False
    ignored_inputs: tuple[str, ...] | str = ()
    salt: str = ""
    policies: list[CachePolicy] | CachePolicy | None = None

    def __post_init__(self) -> None:
        if self.version is not None:
            check_version("Cache(version=…)", self.version)
        if not isinstance(self.serialize, bool):
            raise InvalidValueError(f"Cache(serialize={self.serialize!r}): not True or False")
        if not isinstance(self.salt, str):
            raise InvalidValueError(f"Cache(salt={self.salt!r}): not a text")
        input_names("Cache(ignored_inputs=…)", self.ignored_inputs)
        if not all(isinstance(policy, CachePolicy) for policy in self._listed()):
            raise InvalidValueError(
                f"Cache(policies={self.policies!r}): a policy has a method"
                " get_version(salt, params)",
                hint='give a version instead: Cache(version="1")',
            )
        if self.version is None and self.policies is not None and not self._listed():
            raise InvalidValueError(
                "Cache(policies=[]): without a policy or a version no version can come of it",
                hint='write Cache() for a version by the function\'s body, or Cache(version="1")',
            )

    def get_ignored_inputs(self) -> tuple[str, ...]:
        """Return the names of inputs that tell no calls apart."""
        return input_names("Cache(ignored_inputs=…)", self.ignored_inputs)

    def get_policies(self) -> tuple[CachePolicy, ...]:
        """Return what makes the version where none is given.

        Raises:
            ConfigError: The installed plugin cannot be loaded.
        """
        if self.policies is not None:
            return tuple(self._listed())
        from flyte_nb.config.plugin import get_plugin

        from .body import CacheFunctionBody

        return tuple(get_plugin().get_default_cache_policies()) or (CacheFunctionBody(),)

    def get_version(self, params: VersionParameters[..., Any]) -> str:
        """Return the version, or make it.

        Raises:
            InvalidValueError: A policy raised.
        """
        if self.version is not None:
            return self.version
        return joined(ask(policy, self.salt, params) for policy in self.get_policies())

    def _listed(self) -> Sequence[CachePolicy]:
        if isinstance(self.policies, (list, tuple)):
            return self.policies
        return () if self.policies is None else (self.policies,)


def ask(policy: CachePolicy, salt: str, params: VersionParameters[..., Any]) -> str:
    """Return the version that *policy* makes.

    Raises:
        InvalidValueError: It raised, or made no text.
    """
    try:
        found = policy.get_version(salt, params)
    except Exception as error:
        raise InvalidValueError(
            f"the cache policy {policy!r} made no version: {type(error).__name__}: {error}",
            hint='give a version instead: Cache(version="1")',
        ) from error
    if not isinstance(found, str):
        raise InvalidValueError(f"the cache policy {policy!r} returned {found!r}: not a text")
    return found


def joined(versions: Any) -> str:
    """Return the version that the texts of several policies make together."""
    return hashlib.sha256("".join(versions).encode()).hexdigest()


def check_version(where: str, value: object) -> None:
    """Refuse a version that a cluster would.

    Raises:
        InvalidValueError: It is no text, or empty.
    """
    if not isinstance(value, str):
        raise InvalidValueError(f'{where} {value!r}: not a text, write "{value}"')
    if not value:
        raise InvalidValueError(
            f"{where}: the version is empty",
            hint='write "1", or leave it out for a version by the function\'s body',
        )


def input_names(where: str, value: object) -> tuple[str, ...]:
    """Return the names of inputs in *value*: several, or one.

    Raises:
        InvalidValueError: It is something else.
    """
    names = (value,) if isinstance(value, str) else value
    if not isinstance(names, (tuple, list)) or not all(isinstance(n, str) and n for n in names):
        raise InvalidValueError(
            f"{where} {value!r}: not a tuple of names", hint='write ("verbose",)'
        )
    return tuple(names)
