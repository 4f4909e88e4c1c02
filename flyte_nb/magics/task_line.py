"""The first line of `%%flyte_task`: its flags, and what they say."""

from __future__ import annotations

import argparse
import difflib
from typing import TYPE_CHECKING, Any, NoReturn

from IPython.core.error import UsageError

from flyte_nb.errors import InvalidValueError
from flyte_nb.run.cell import flags
from flyte_nb.run.cell.declared import declared, is_name
from flyte_nb.run.cell.declared import split as split_names
from flyte_nb.run.cell.parts import CellOptions
from flyte_nb.run.run_options import RunOptions

from .arguments import MagicParser, split

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Iterator

EXAMPLES = """\
  %%flyte_task prepare --out table
  %%flyte_task train --in epochs,rate:float --out model,score:float --retries 3 --timeout 1h
  %%flyte_task train --out score --cache v1 --requests cpu=1,mem=1Gi --limits mem=2Gi
  %%flyte_task fetch --out rows --secret db/password:DB_PASSWORD --env MODE=trial --deck
  %%flyte_task train --out score --attempts 3 --fail-at 0        try its second attempt
  %%flyte_task train --out score:float --no-run                  define it only
"""
ABOUT = """\
Make a task of the cell and run it.

Its inputs are the names that the body reads before it binds them, with the types of their
values; modules, functions and classes come along by themselves. Its outputs are the names
that --out asks for: they are set in the notebook, and nothing else is. The task is left under
NAME: it can be called, put in a workflow, run by %flyte_run and exported.
"""


class _Parser(MagicParser):
    def error(self, message: str) -> NoReturn:
        """Name the flag that may have been meant."""
        wrong = message.removeprefix("unrecognized arguments: ")
        if wrong != message:
            flag = wrong.split()[0].partition("=")[0]
            near = difflib.get_close_matches(flag, self._option_string_actions, n=1)
            message = f"there is no {flag}" if flag.startswith("-") else f"{wrong}: one name only"
            message += f": did you mean {near[0]}?" if near else ""
        super().error(message)


def parser() -> MagicParser:
    """Return the parser of the line."""
    made = _Parser(
        prog="%%flyte_task",
        usage="%(prog)s NAME [--in a,b:int] [--out c,d:float] [options]",
        description=ABOUT,
        epilog=f"examples:\n{EXAMPLES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    made.add_argument("names", nargs="*", help=argparse.SUPPRESS)
    names = made.add_argument_group("the task")
    names.add_argument("--name", metavar="NAME", help="another way to write its name")
    names.add_argument(
        "--in", dest="inputs", action="append", metavar="a,b:int",
        help="its inputs, and no others; a type is told from the value where none is written",
    )  # fmt: skip
    names.add_argument(
        "--out", dest="outputs", action="append", metavar="c,d:float",
        help="its outputs; a type is told by the first run where none is written",
    )  # fmt: skip
    names.add_argument("--no-run", action="store_true", help="define it and do not run it")
    _add_task_options(made.add_argument_group("options of @task"))
    _add_run_options(made.add_argument_group("this run"))
    return made


def _add_task_options(group: Any) -> None:
    group.add_argument("--retries", metavar="N", help="attempts after the first")
    group.add_argument("--timeout", metavar="60s", help="how long an attempt may take: 60s, 1h30m")
    group.add_argument(
        "--cache", nargs="?", const=True, metavar="VERSION",
        help="keep its values; without a version, by its body",
    )  # fmt: skip
    group.add_argument("--cache-serialize", action="store_true", help="equal calls wait for one")
    group.add_argument("--cache-ignore", action="append", metavar="a,b",
                       help="inputs that tell no calls apart")  # fmt: skip
    for name, meaning in (
        ("--requests", "what its pod is given: cpu=1,mem=1Gi,gpu=1"),
        ("--limits", "what its pod may not exceed"),
        ("--resources", "both at once: cpu=1:2,mem=1Gi:2Gi"),
    ):
        group.add_argument(name, action="append", metavar="cpu=1,mem=1Gi", help=meaning)
    group.add_argument("--secret", action="append", metavar="group/key[:ENV_VAR]",
                       help="a secret that it reads; may be there again")  # fmt: skip
    group.add_argument("--env", action="append", metavar="NAME=value",
                       help="a variable that it has; may be there again")  # fmt: skip
    for name, meaning in (
        ("deck", "show its decks"),
        ("interruptible", "its pod may be preempted"),
    ):
        group.add_argument(f"--{name}", action=argparse.BooleanOptionalAction, help=meaning)
    for name, value, meaning in (
        ("--container-image", "IMAGE", "image of its pod"),
        ("--accelerator", "DEVICE[:PART]", "such as nvidia-tesla-t4"),
        ("--pod-template-name", "NAME", "a pod template of the cluster"),
        ("--deprecated", "TEXT", "why it should no more be used"),
    ):
        group.add_argument(name, metavar=value, help=meaning)
    group.add_argument("--shared-memory", nargs="?", const=True, metavar="SIZE",
                       help="memory that its processes share")  # fmt: skip
    for name in ("labels", "annotations"):
        group.add_argument(f"--{name}", action="append", metavar="k=v", help=f"{name} of its pod")


def _add_run_options(group: Any) -> None:
    for name, meaning in (
        ("--isolate", "in a process of its own, with its limits enforced"),
        ("--overwrite-cache", "compute again what the cache has"),
        ("--no-cache", "use no cache, and keep nothing in it"),
    ):
        group.add_argument(name, action="store_true", help=meaning)
    for name, value, meaning in (
        ("--attempts", "N", "how many attempts it has"),
        ("--fail-at", "0,1", "attempts that fail, from 0"),
        ("--preempt-after", "60s", "preempt the first attempt"),
        ("--backoff", "10s", "wait before the second attempt, doubled for others"),
    ):
        group.add_argument(name, metavar=value, help=meaning)


def read_line(line: str) -> CellOptions:
    """Return what *line* says.

    Raises:
        UsageError: A flag is unknown, or the name is missing.
        InvalidValueError: A value breaks the rule of its flag, which the message names.
        HelpShown: It asked for help.
    """
    words = _joined(split(line))
    if words in (["help"], ["?"]):
        words = ["-h"]
    args = parser().parse_intermixed_args(words)
    return CellOptions(
        name=_name(args),
        inputs=None if args.inputs is None else declared("--in", args.inputs),
        outputs=declared("--out", args.outputs or ()),
        options=tuple(_task_options(args)),
        how=_how(args),
        runs=not args.no_run,
    )


def _joined(words: list[str]) -> list[str]:
    """Return *words* where ``a, b`` is one: a comma says that more follows."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1].endswith(",") and not word.startswith("--"):
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _name(args: Namespace) -> str:
    names = [*args.names, *([args.name] if args.name else [])]
    if not names:
        asked = ("cache", "shared_memory")
        taken = [(n, getattr(args, n)) for n in asked if isinstance(getattr(args, n), str)]
        if taken:
            flag = f"--{taken[0][0].replace('_', '-')}"
            raise UsageError(f"the task has no name: {taken[0][1]!r} was taken as that of {flag}")
        raise UsageError("the task has no name: write %%flyte_task NAME; see %%flyte_task -h")
    if len(names) > 1:
        raise UsageError(f"one name only: {names[1]!r} is too much; names go as --in a,b")
    if not is_name(names[0]):
        raise UsageError(f"{names[0]!r} is no name for a task: letters, digits and _, as of a def")
    return str(names[0])


def _task_options(args: Namespace) -> Iterator[flags.Option]:
    """Yield the options of `@task`, in the order in which flytekit has them."""
    yield from _cache_options(args)
    for keyword, make in _MAKERS.items():
        value = getattr(args, keyword)
        if value is not None:
            yield make(f"--{keyword.replace('_', '-')}", value)
    for keyword in _PLAIN:
        if (value := getattr(args, keyword)) is not None:
            yield flags.plain(keyword, value)


_MAKERS: dict[str, Callable[[str, Any], flags.Option]] = {
    "retries": lambda flag, text: flags.plain("retries", flags.whole_number(flag, text)),
    "timeout": flags.timeout,
    "requests": lambda flag, texts: flags.resources("requests", flag, texts),
    "limits": lambda flag, texts: flags.resources("limits", flag, texts),
    "resources": lambda flag, texts: flags.resources("resources", flag, texts),
    "secret": flags.secrets,
    "env": flags.variables,
    "deck": lambda _, value: flags.plain("enable_deck", value),
    "accelerator": flags.accelerator,
    "labels": lambda flag, texts: flags.plain("labels", flags.pairs(flag, texts)),
    "annotations": lambda flag, texts: flags.plain("annotations", flags.pairs(flag, texts)),
}
_PLAIN = ("interruptible", "container_image", "pod_template_name", "deprecated", "shared_memory")


def _cache_options(args: Namespace) -> Iterator[flags.Option]:
    if args.cache is None and (args.cache_serialize or args.cache_ignore):
        flag = "--cache-serialize" if args.cache_serialize else "--cache-ignore"
        raise InvalidValueError(f"{flag}: nothing is kept without --cache", hint="add --cache")
    if args.cache is not None:
        yield flags.Option("cache", value=True, text="True")
    if isinstance(args.cache, str):
        yield flags.plain("cache_version", args.cache)
    if args.cache_serialize:
        yield flags.Option("cache_serialize", value=True, text="True")
    if args.cache_ignore:
        ignored = tuple(name for text in args.cache_ignore for name in split_names(text))
        yield flags.plain("cache_ignore_input_vars", ignored)


def _how(args: Namespace) -> RunOptions:
    given: dict[str, Any] = {}
    if args.attempts is not None:
        given["attempts"] = flags.whole_number("--attempts", args.attempts)
    if args.fail_at is not None:
        numbers = split_names(args.fail_at)
        given["fail_at"] = tuple(flags.whole_number("--fail-at", number) for number in numbers)
    for name in ("preempt_after", "backoff"):
        if (text := getattr(args, name)) is not None:
            given[name] = flags.seconds(f"--{name.replace('_', '-')}", text)
    try:
        return RunOptions(
            isolate=args.isolate,
            cache=not args.no_cache,
            overwrite_cache=args.overwrite_cache,
            **given,
        )
    except InvalidValueError as error:
        # It is told as of a call: run(attempts=0): …
        message = str(error.args[0])
        for name, value in given.items():
            flag = f"--{name.replace('_', '-')}"
            message = message.replace(f"run({name}={value!r})", f"{flag} {getattr(args, name)}")
        raise InvalidValueError(message, hint=error.hint) from None
