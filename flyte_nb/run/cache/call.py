"""What tells one call of a task from another: the key of its value in the cache."""

from __future__ import annotations

import hashlib
import inspect
import sys
import typing
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flyte_nb.context.checkpoint.fingerprint import TooLargeError
from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.context.logs import TASK_LOGGER
from flyte_nb.errors import InvalidValueError
from flyte_nb.run.describe import value_in_words

from .body import RESTLESS, Bodies, Body, CacheFunctionBody, salted
from .content import OpaqueError, content_hash
from .hash_method import stand_in
from .options import VersionParameters, ask, joined
from .ownership import name_of, users_code
from .signature import signature

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flyte_nb.models import PodTemplate
    from flyte_nb.run.interface import Interface

    from .hash_method import StandIn
    from .settings import CacheSettings

_FORMAT = "1"
_MAX_TEXT = 300  # characters of the description of inputs


@dataclass(frozen=True, kw_only=True, slots=True)
class CacheCall:
    """One call of a task whose values are kept.

    Attributes:
        task: Name of the task.
        version: Version of its values.
        key: 32 characters, the same for the calls that may share a value; empty for none.
        inputs: What it is called with, in words: no text among them, it may be a secret.
        execution: Name of the execution that it is part of.
        serialize: Whether of equal calls at the same time one alone runs.
        problem: Why it has no key; empty when it has one.
    """

    task: str
    version: str
    key: str
    inputs: str = ""
    execution: str = ""
    serialize: bool = False
    problem: str = ""


class CachedTask:
    """A task whose values are kept.

    Args:
        settings: How they are.
        name: Name of the task.
        function: Its function.
        interface: Its inputs and outputs.
        origin: The file or notebook that defines it. It counts where the version is given and
            the function has no module: many a notebook has a task ``train`` of version 1.
        container_image: Image of the task, for policies.
        pod_template: Pod of the task, for policies.
        pod_template_name: Name of its pod template, for policies.

    Raises:
        InvalidValueError: An input that is to be ignored is none, or a policy failed.
    """

    def __init__(  # noqa: PLR0913 - what flytekit hands to policies is among it
        self,
        settings: CacheSettings,
        *,
        name: str,
        function: Callable[..., Any],
        interface: Interface,
        origin: str = "",
        container_image: Any = None,
        pod_template: PodTemplate | None = None,
        pod_template_name: str | None = None,
    ) -> None:
        self.name = name
        self.settings = settings
        self._function = function
        self._interface = interface
        is_of_notebook = getattr(function, "__module__", None) == "__main__"
        self._origin = origin if settings.is_versioned and is_of_notebook else ""
        for ignored in settings.ignored_inputs:
            if ignored not in interface.inputs:
                raise InvalidValueError(
                    f"@task(cache=…): task {name} has no input {ignored!r} to be ignored",
                    hint=f"its inputs: {', '.join(interface.inputs) or 'none'}",
                )
        self._body = Body(function)
        self._has_warned = False
        self._bodies = Bodies()
        parameters: VersionParameters[..., Any] = VersionParameters(
            function, container_image, pod_template, pod_template_name
        )
        policies = () if settings.is_versioned else settings.cache.get_policies()
        # Asked once, when the task is defined, as by flytekit. The body is looked at for each
        # call: a later cell may give a helper another one. None stands for it here.
        self._policies = [
            None
            if type(policy) is CacheFunctionBody
            else ask(policy, settings.cache.salt, parameters)
            for policy in policies
        ]

    @property
    def version(self) -> str:
        """The version of its values, by what the function is now."""
        given, salt = self.settings.cache.version, self.settings.cache.salt
        if given is not None:
            return given
        return joined(
            salted(salt, self._body.digest()) if text is None else text for text in self._policies
        )

    def call(
        self, args: tuple[Any, ...], kwargs: Mapping[str, Any], *, execution: str = ""
    ) -> CacheCall:
        """Return what tells this call from others; made before the task can change its inputs.

        Args:
            args: Inputs by position.
            kwargs: Inputs by name.
            execution: Name of the execution that it is part of.

        Raises:
            TypeTransformerFailedError: An input is unknown, missing or given twice.
            InvalidValueError: A `HashMethod` returned no text.
        """
        interface, ignored = self._interface, self.settings.ignored_inputs
        inputs = {**interface.defaults, **interface.bind(args, dict(kwargs))}
        counted = {
            name: self._stand_ins[name](value) if name in self._stand_ins else value
            for name, value in inputs.items()
            if name not in ignored
        }
        version = self.version
        self._warn_of_restless_value()
        told, problem = self._told(counted)
        parts = (_FORMAT, _PYTHON, self.name, self._origin, version, self._signature, told)
        return CacheCall(
            task=self.name,
            version=version,
            key="" if problem else _digest(parts),
            inputs=_in_words(inputs),
            execution=execution,
            serialize=self.settings.serialize,
            problem=problem,
        )

    def _warn_of_restless_value(self) -> None:
        """Say once that each call makes a version of its own, so that none finds a value."""
        if self._body.restless and not self._has_warned:
            self._has_warned = True
            TASK_LOGGER.warning(
                "%s: nothing that is kept is found, for %s, which it reads, was another one at"
                " each of the last %d calls; pass it as an input, or give a version:"
                ' Cache(version="1")',
                self.name,
                self._body.restless,
                RESTLESS,
            )

    def _told(self, inputs: dict[str, Any]) -> tuple[str, str]:
        """Return what tells *inputs* from others, or why nothing does."""
        try:
            return content_hash(inputs, self._code), ""
        except Exception:  # noqa: BLE001 - looked at below, one input after the other
            problem = "its inputs are too large to be compared"
        for name, value in inputs.items():
            if words := self._problem_of(value):
                return "", f"its input {name} {words}"
        return "", problem

    def _problem_of(self, value: Any) -> str:
        try:
            content_hash(value, self._code)
        except TooLargeError:
            return "is too large to be compared"
        except OpaqueError as error:
            return f"holds a {error.what}, which cannot be compared"
        except Exception as error:  # noqa: BLE001 - an object of the user's may raise anything
            return f"cannot be compared: {type(error).__name__}"
        return ""

    def _code(self, value: Any) -> bytes:
        """Return what a function or a class counts by that is, or is in, an input."""
        user = users_code(value)
        if user is None or (self.settings.is_versioned and isinstance(user, type)):
            return name_of(value).encode()
        return self._bodies.digest(user)

    @cached_property
    def _signature(self) -> str:
        return signature(self._interface.types)

    @cached_property
    def _stand_ins(self) -> dict[str, StandIn]:
        function = inspect.unwrap(self._function)
        try:
            hints = typing.get_type_hints(function, include_extras=True)
        except Exception:  # noqa: BLE001 - what cannot be told has been said by the interface
            hints = dict(inspect.get_annotations(function))
        found = {name: stand_in(hints[name]) for name in self._interface.inputs if name in hints}
        return {name: made for name, made in found.items() if made is not None}


# A pickled function is bytecode, which another Python would run into the ground.
_PYTHON = ".".join(map(str, sys.version_info[:2]))


def _digest(parts: tuple[str, ...]) -> str:
    framed = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.blake2b(framed.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _in_words(inputs: Mapping[str, Any]) -> str:
    words = LEAK_GUARD.mask(", ".join(f"{n}={value_in_words(v)}" for n, v in inputs.items()))
    return words if len(words) <= _MAX_TEXT else f"{words[: _MAX_TEXT - 1]}…"
