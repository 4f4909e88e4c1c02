"""The flags of `%%flyte_task` that are options of `@task`: one for each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import InvalidValueError
from flyte_nb.run.cell import flags
from flyte_nb.run.cell.declared import split as split_names
from flyte_nb.run.cell.expression import by_expression
from flyte_nb.run.typed_text import is_expression

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class Flag:
    """An option of `@task` as a flag; the value of each may be ``=`` and an expression.

    Attributes:
        name: The flag without its dashes.
        keyword: The option.
        metavar: What stands for its value.
        meaning: What it does, for the help.
        make: Makes the option of the flag and what follows it; None where an expression has to.
        takes: How `argparse` takes it: a value, unless this says otherwise.
    """

    name: str
    keyword: str
    metavar: str
    meaning: str
    make: Callable[[str, Any], flags.Option] | None
    takes: dict[str, Any] = field(default_factory=dict)


def _plain(keyword: str) -> Callable[[str, Any], flags.Option]:
    return lambda _, value: flags.plain(keyword, value)


def _resources(keyword: str) -> Callable[[str, Any], flags.Option]:
    return lambda flag, texts: flags.resources(keyword, flag, texts)


def _pairs(keyword: str) -> Callable[[str, Any], flags.Option]:
    return lambda flag, texts: flags.plain(keyword, flags.pairs(flag, texts))


def _retries(flag: str, text: str) -> flags.Option:
    return flags.plain("retries", flags.whole_number(flag, text))


def _ignored(_: str, texts: list[str]) -> flags.Option:
    return flags.plain(
        "cache_ignore_input_vars", tuple(name for text in texts for name in split_names(text))
    )


_MANY = {"action": "append"}
_MAYBE: dict[str, Any] = {"nargs": "?", "const": True}
_CPU = "cpu=1,mem=1Gi"
# fmt: off
FLAGS = (
    Flag("cache", "cache", "VERSION", "keep its values; without a version, by its body",
         _plain("cache"), _MAYBE),
    Flag("cache-ignore", "cache_ignore_input_vars", "a,b", "inputs that tell no calls apart",
         _ignored, _MANY),
    Flag("retries", "retries", "N", "attempts after the first", _retries),
    Flag("timeout", "timeout", "60s", "how long an attempt may take: 60s, 1h30m", flags.timeout),
    Flag("requests", "requests", _CPU, "what its pod is given: cpu=1,mem=1Gi,gpu=1",
         _resources("requests"), _MANY),
    Flag("limits", "limits", _CPU, "what its pod may not exceed", _resources("limits"), _MANY),
    Flag("resources", "resources", _CPU, "both at once: cpu=1:2,mem=1Gi:2Gi",
         _resources("resources"), _MANY),
    Flag("secret", "secret_requests", "group/key[:ENV_VAR]",
         "a secret that it reads; may be there again", flags.secrets, _MANY),
    Flag("env", "environment", "NAME=value", "a variable that it has; may be there again",
         flags.variables, _MANY),
    Flag("accelerator", "accelerator", "DEVICE[:PART]", "such as nvidia-tesla-t4",
         flags.accelerator),
    Flag("labels", "labels", "k=v", "labels of its pod", _pairs("labels"), _MANY),
    Flag("annotations", "annotations", "k=v", "annotations of its pod",
         _pairs("annotations"), _MANY),
    Flag("container-image", "container_image", "IMAGE", "image of its pod",
         _plain("container_image")),
    Flag("pod-template-name", "pod_template_name", "NAME", "a pod template of the cluster",
         _plain("pod_template_name")),
    Flag("deprecated", "deprecated", "TEXT", "why it should no longer be used",
         _plain("deprecated")),
    Flag("shared-memory", "shared_memory", "SIZE", "memory that its processes share",
         _plain("shared_memory"), _MAYBE),
    Flag("pod-template", "pod_template", "=EXPR", "a PodTemplate", None),
    Flag("security-context", "security_context", "=EXPR", "a SecurityContext", None),
    Flag("task-config", "task_config", "=EXPR", "the configuration of a plugin", None),
    Flag("docs", "docs", "=EXPR", "its documentation for the cluster", None),
)
# fmt: on
SWITCHES = {
    "deck": ("enable_deck", "show its decks"),
    "interruptible": ("interruptible", "its pod may be preempted"),
}
"""Flags with a ``--no-``: their option, and what they do."""


def option_for(flag: Flag, value: Any, names: dict[str, Any]) -> flags.Option:
    """Return the option that *flag* with *value* says.

    Args:
        flag: The flag.
        value: What follows it; a list where it may be there again.
        names: Those of the notebook, for expressions.

    Raises:
        InvalidValueError: The value breaks the rule of its flag, which the message names.
        BaseException: What an expression raises.
    """
    option = f"--{flag.name}"
    texts = [one for one in (value if isinstance(value, list) else [value]) if one is not True]
    code = next(filter(is_expression, texts), None)
    if code is not None:
        if len(texts) > 1:
            raise InvalidValueError(
                f"{option} {code}: an expression stands for the whole option",
                hint=f"write {option} once",
            )
        return by_expression(flag.keyword, option, code, names)
    if flag.make is None:
        raise InvalidValueError(
            f"{option} {value}: it takes a Python expression",
            hint=f"write {option} ={value if str(value).isidentifier() else 'name'}",
        )
    return flag.make(option, value)


def task_options(args: Namespace, names: dict[str, Any]) -> Iterator[flags.Option]:
    """Yield the options of `@task` that the line says, as `option_for` does."""
    if args.cache is None:
        for flag in ("--cache-serialize", "--cache-ignore", "--overwrite-cache"):
            if getattr(args, flag[2:].replace("-", "_")):
                raise InvalidValueError(
                    f"{flag}: nothing is kept without --cache", hint="add --cache"
                )
    for one in FLAGS:
        if (value := getattr(args, one.name.replace("-", "_"))) is not None:
            option = option_for(one, value, names)
            if option.keyword == "cache" and isinstance(option.value, str):
                option = replace(option, keyword="cache_version")
                yield flags.plain("cache", value=True)
            yield option
    if args.cache_serialize:
        yield flags.plain("cache_serialize", value=True)
    for name, (keyword, _) in SWITCHES.items():
        if (value := getattr(args, name)) is not None:
            yield flags.plain(keyword, value)
