"""What `@task` is given, checked when the task is defined."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import InvalidValueError
from flyte_nb.models import Resources, ResourceSpec, Secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from flyte_nb.models import Annotations, Labels, PodTemplate, SecurityContext
    from flyte_nb.models.accelerators import GPUAccelerator
    from flyte_nb.models.extended_resources import ExtendedResources

    from .cache import Cache, CacheSettings

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

    def __post_init__(self) -> None:
        if type(self.retries) is not int or self.retries < 0:
            raise InvalidValueError(f"@task(retries={self.retries!r}): not a number from 0 up")
        for name in ("interruptible", "disable_deck", "enable_deck"):
            value = getattr(self, name)
            if value is not None and not isinstance(value, bool):
                raise InvalidValueError(f"@task({name}={value!r}): not True or False")
        if self.disable_deck is not None:
            self._take_older_name()
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
            if field.name not in {"requests", "limits", "resources"} and value != field.default:
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
