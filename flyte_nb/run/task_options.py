"""What `@task` is given, checked when the task is defined."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flyte_nb.decks.field import ALL_FIELDS, DeckField
from flyte_nb.errors import InvalidValueError
from flyte_nb.models import Resources, ResourceSpec, Secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flyte_nb.models import Annotations, Labels, PodTemplate, SecurityContext
    from flyte_nb.models.accelerators import GPUAccelerator
    from flyte_nb.models.extended_resources import ExtendedResources

    from .cache import Cache, CacheSettings

_SAID_OTHERWISE = {"requests", "limits", "resources", "is_dynamic"}
_RESOURCES_HINT = "Resources(cpu='1', mem='1Gi')"


@dataclass(frozen=True, kw_only=True)
class TaskOptions:
    """What `@task` was given; see `task`.

    Attributes:
        secret_requests: All secrets that the task declares, those of its security context too.

    Raises:
        InvalidValueError: An option that a cluster would refuse.
    """

    task_config: Any = None
    cache: bool | Cache = False
    cache_version: str | None = None
    cache_serialize: bool | None = None
    cache_ignore_input_vars: tuple[str, ...] | None = None
    retries: int = 0
    interruptible: bool | None = None
    deprecated: str = ""
    timeout: timedelta | float | None = None
    container_image: Any = None
    environment: Mapping[str, str] | None = None
    docs: Any = None
    disable_deck: bool | None = None
    enable_deck: bool | None = None
    deck_fields: tuple[DeckField, ...] = ALL_FIELDS
    secret_requests: tuple[Secret, ...] = ()
    requests: Resources | None = None
    limits: Resources | None = None
    resources: Resources | None = None
    accelerator: GPUAccelerator | None = None
    shared_memory: bool | str | None = None
    pod_template: PodTemplate | None = None
    pod_template_name: str | None = None
    security_context: SecurityContext | None = None
    labels: Labels | None = None
    annotations: Annotations | None = None
    pickle_untyped: bool = False
    node_dependency_hints: tuple[Any, ...] | None = None
    task_resolver: Any = None
    execution_mode: Any = None
    is_dynamic: bool = False

    def __post_init__(self) -> None:
        if type(self.retries) is not int or self.retries < 0:
            raise InvalidValueError(f"@task(retries={self.retries!r}): not a number from 0 up")
        for name in ("interruptible", "disable_deck", "enable_deck", "pickle_untyped"):
            value = getattr(self, name)
            if value is not None and not isinstance(value, bool):
                raise InvalidValueError(f"@task({name}={value!r}): not True or False")
        if self.disable_deck is not None:
            self._take_older_name()
        if self.deck_fields is not ALL_FIELDS:
            object.__setattr__(self, "deck_fields", _deck_fields(self.deck_fields))
        if self.timeout is not None:
            object.__setattr__(self, "timeout", _duration(self.timeout))
        if self.environment is not None:
            object.__setattr__(self, "environment", _variables(self.environment))
        for name in ("requests", "limits", "resources"):
            _check_kind(name, getattr(self, name), Resources, _RESOURCES_HINT)
        if self.resources is not None and (self.requests or self.limits):
            raise InvalidValueError(
                "@task(resources=…, requests or limits=…): one or the other",
                hint="resources=Resources(cpu=(request, limit)) says both",
            )
        self._check_what_is_seldom_given()
        self._check_how_it_is_found()
        # Refused here, not at the first call.
        _ = self.resource_spec, self.extended_resources, self.caching

    def _take_older_name(self) -> None:
        """Say by ``enable_deck`` what ``disable_deck`` says."""
        if self.enable_deck is not None:
            raise InvalidValueError(
                "@task(disable_deck=…, enable_deck=…): one or the other",
                hint="enable_deck is the newer name",
            )
        object.__setattr__(self, "enable_deck", not self.disable_deck)
        object.__setattr__(self, "disable_deck", None)

    def _check_how_it_is_found(self) -> None:
        """Check what says of a task on a cluster how it is loaded, and what belongs to it."""
        if (mode := self.execution_mode) is not None:
            wanted = "DYNAMIC" if self.is_dynamic else "DEFAULT"
            if getattr(mode, "name", None) != wanted:
                raise InvalidValueError(
                    f"@task(execution_mode={mode!r}): the decorator says what a task is",
                    hint="leave it out, and write @task or @dynamic",
                )
            object.__setattr__(self, "execution_mode", None)
        resolver = self.task_resolver
        if resolver is not None and not hasattr(resolver, "load_task"):
            raise InvalidValueError(
                f"@task(task_resolver={resolver!r}): it has no method load_task",
                hint="leave it out: here a task is the function itself",
            )
        if self.node_dependency_hints is None:
            return
        if not self.is_dynamic:
            raise InvalidValueError(
                "@task(node_dependency_hints=…): only a dynamic task calls what nobody knows"
                " before it runs",
                hint="leave it out, or write @dynamic",
            )
        object.__setattr__(self, "node_dependency_hints", _entities(self.node_dependency_hints))

    def _check_what_is_seldom_given(self) -> None:
        from flyte_nb import models

        if self.pod_template is not None:
            _check_kind("pod_template", self.pod_template, models.PodTemplate)
        if self.security_context is not None:
            _check_kind("security_context", self.security_context, models.SecurityContext)
            declared = (*_secrets(self.secret_requests), *(self.security_context.secrets or ()))
        else:
            declared = _secrets(self.secret_requests)
        # Each once: other options for a call are made of these.
        object.__setattr__(self, "secret_requests", tuple(dict.fromkeys(declared)))
        for name in ("pod_template_name", "deprecated"):
            _check_kind(name, getattr(self, name), str)
        for name in ("labels", "annotations"):
            value = getattr(self, name)
            if value is not None:
                kind = getattr(models, name.capitalize())
                converted = kind(value) if isinstance(value, dict) else value
                _check_kind(name, converted, kind)
                object.__setattr__(self, name, converted)

    @cached_property
    def decks_to_make(self) -> tuple[DeckField, ...]:
        """The decks that are made of each call."""
        return self.deck_fields if self.enable_deck else ()

    @cached_property
    def resource_spec(self) -> ResourceSpec:
        """What the pod asks for and what it may not exceed."""
        if self.resources is not None:
            return ResourceSpec.from_multiple_resource(self.resources)
        asked = ResourceSpec.from_multiple_resource(self.requests or Resources())
        return ResourceSpec(asked.requests, self.limits or asked.limits)

    @cached_property
    def extended_resources(self) -> ExtendedResources | None:
        """Accelerator and shared memory, None for neither."""
        if self.accelerator is None and self.shared_memory is None:
            return None
        from flyte_nb.models.extended_resources import extended_resources

        return extended_resources(accelerator=self.accelerator, shared_memory=self.shared_memory)

    @cached_property
    def caching(self) -> CacheSettings | None:
        """How values are kept, None when they are not."""
        given = (
            self.cache, self.cache_version, self.cache_serialize, self.cache_ignore_input_vars
        )  # fmt: skip
        if given == (False, None, None, None):
            return None  # most tasks: nothing is imported for them
        from .cache import cache_settings

        return cache_settings(*given)

    def rows(self) -> Iterator[tuple[str, str]]:
        """Yield what was given and what it means, as (label, value); no secret's value is known."""
        from flyte_nb.models.rows import rows_of

        spec = self.resource_spec
        yield from rows_of("requests", spec.requests)
        yield from rows_of("limits", spec.effective_limits())
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "environment":
                value = tuple(value or ()) or None  # the names: a value may be a secret
            if field.name not in _SAID_OTHERWISE and value != field.default:
                yield from rows_of(field.name.replace("_", " "), value)


def _duration(given: Any) -> timedelta | None:
    """Return a timeout; None for 0, flytekit's word for none."""
    is_number = isinstance(given, (int, float)) and not isinstance(given, bool)
    try:
        found = timedelta(seconds=given) if is_number else given
    except (OverflowError, ValueError):
        found = None
    if not isinstance(found, timedelta) or found < timedelta(0):
        raise InvalidValueError(
            f"@task(timeout={given!r}): no duration", hint="write seconds or a timedelta"
        )
    return found or None


def _deck_fields(given: Any) -> tuple[DeckField, ...]:
    try:
        return tuple(DeckField(field) for field in given or ())
    except (TypeError, ValueError):
        known = ", ".join(f"DeckField.{field.name}" for field in DeckField)
        raise InvalidValueError(
            f"@task(deck_fields={given!r}): not a list of deck fields", hint=f"there are {known}"
        ) from None


def _variables(given: Any) -> dict[str, str]:
    if not isinstance(given, dict):
        raise InvalidValueError(f"@task(environment=…): {type(given).__name__} is no dictionary")
    for name, value in given.items():
        is_name = isinstance(name, str) and name and not {"=", "\0"} & set(name)
        if not is_name or not isinstance(value, str) or "\0" in value:
            raise InvalidValueError(
                f"@task(environment={{{name!r}: …}}): not the name of a variable with a text"
            )
    return dict(given)


def _check_kind(name: str, value: Any, kind: type, example: str = "") -> None:
    if value is not None and not isinstance(value, kind):
        raise InvalidValueError(
            f"@task({name}={value!r}): not {kind.__name__}",
            hint=f"write {name}={example}" if example else "",
        )


def _entities(given: Any) -> tuple[Any, ...]:
    from .runnable import Runnable

    found = tuple(given) if isinstance(given, (list, tuple, set)) else (given,)
    if wrong := [one for one in found if not isinstance(one, Runnable)]:
        raise InvalidValueError(
            f"@dynamic(node_dependency_hints=…): {type(wrong[0]).__name__} is no task, workflow or"
            " launch plan"
        )
    return found


def _secrets(given: Iterable[Secret] | None) -> tuple[Secret, ...]:
    hint = "write secret_requests=[Secret(group='my-group', key='my-key')]"
    try:
        secrets = tuple(given or ())
    except TypeError:
        raise InvalidValueError(
            f"@task(secret_requests={given!r}): not a list", hint=hint
        ) from None
    for secret in secrets:
        if not isinstance(secret, Secret):
            raise InvalidValueError(
                f"@task(secret_requests=…): {secret!r} is not a Secret", hint=hint
            )
    return secrets
