"""The first line of `%%flyte_task`: its flags, and what they say."""

from __future__ import annotations

import argparse
import difflib
import re
from typing import TYPE_CHECKING, Any, NoReturn

from IPython.core.error import UsageError

from flyte_nb.context.current import base_in_force
from flyte_nb.errors import InvalidValueError
from flyte_nb.run.cell import flags
from flyte_nb.run.cell.declared import declared, is_name
from flyte_nb.run.cell.declared import split as split_names
from flyte_nb.run.cell.parts import CellOptions
from flyte_nb.run.run_options import RunOptions

from .arguments import MagicParser, told_by_flags
from .task_flags import FLAGS, SWITCHES, task_options
from .words import split_values

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable

EXAMPLES = """\
  %%flyte_task prepare --out table
  %%flyte_task train --in epochs,rate:float --out model,score:float --retries 3 --timeout 1h
  %%flyte_task train --out score --cache v1 --requests cpu=1,mem=1Gi --limits mem=2Gi
  %%flyte_task fetch --out rows --secret db/password:DB_PASSWORD --env MODE=trial --deck
  %%flyte_task train --out score --attempts 3 --fail-at 0        try its second attempt
  %%flyte_task train --out score --pod-template =template --env ={"RATE": str(rate)}
  %%flyte_task train --out score:float --no-run                  define it only
"""
ABOUT = """\
Make a task of the cell and run it.

Its inputs are the names that the body reads before it binds them, with the types of their
values; modules, functions and classes come along by themselves. Its outputs are the names
that --out asks for: they are set in the notebook, and nothing else is. The task is left under
NAME: it can be called, put in a workflow, run by %flyte_run and exported.

The value of an option of @task may be = and Python, evaluated here: --timeout =limit,
--cache =Cache(version="1"), --container-image =image. Where it has spaces outside of brackets,
write it in brackets: =(a + b).
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
    for flag in FLAGS:
        group.add_argument(f"--{flag.name}", metavar=flag.metavar, help=flag.meaning, **flag.takes)
    group.add_argument("--cache-serialize", action="store_true", help="equal calls wait for one")
    for name, (_, meaning) in SWITCHES.items():
        group.add_argument(f"--{name}", action=argparse.BooleanOptionalAction, help=meaning)


def _add_run_options(group: Any) -> None:
    for name, meaning in _RUN_SWITCHES.items():
        group.add_argument(name, action="store_true", help=meaning)
    for name, (value, meaning) in _RUN_VALUES.items():
        group.add_argument(name, metavar=value, help=meaning)


_RUN_SWITCHES = {
    "--isolate": "in a process of its own, with its limits enforced",
    "--overwrite-cache": "compute again what the cache has",
    "--no-cache": "use no cache, and keep nothing in it",
}
_RUN_VALUES = {
    "--attempts": ("N", "how many attempts it has"),
    "--fail-at": ("0,1", "attempts that fail, from 0"),
    "--preempt-after": ("60s", "isolate, and preempt the first attempt"),
    "--backoff": ("10s", "wait before the second attempt, doubled for others"),
}


def read_line(line: str, names: dict[str, Any] | None = None) -> CellOptions:
    """Return what *line* says.

    Args:
        line: Without the magic.
        names: Those of the notebook, for expressions.

    Raises:
        UsageError: A flag is unknown or out of place, or the name is missing.
        InvalidValueError: A value breaks the rule of its flag, which the message names.
        HelpShown: It asked for help.
        BaseException: What an expression raises.
    """
    words = _joined(split_values(line))
    if "=" in words[1:-1]:
        at = words.index("=", 1)
        raise UsageError(f"no space after =: write {words[at - 1]} ={words[at + 1]}")
    if words in (["help"], ["?"]):
        words = ["-h"]
    args = parser().parse_intermixed_args(words)
    if args.no_run:
        _refuse_run_options(args)
    name = _name(args)
    options = tuple(task_options(args, {} if names is None else names))
    retries = next((one.value for one in options if one.keyword == "retries"), 0)
    return CellOptions(
        name=name,
        inputs=None if args.inputs is None else declared("--in", args.inputs),
        outputs=declared("--out", args.outputs or ()),
        options=options,
        how=_how(args, retries if type(retries) is int else 0),
        runs=not args.no_run,
    )


def _flag_names() -> Iterable[str]:
    return parser()._option_string_actions  # noqa: SLF001


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
        flag = f"--{names[1]}"
        meant = f"did you mean {flag}?" if flag in _flag_names() else "names go as --in a,b"
        raise UsageError(f"one name only: {names[1]!r} is too much; {meant}")
    if not is_name(names[0]):
        near = re.sub(r"\W", "_", names[0])
        meant = f"did you mean {near}?" if is_name(near) else "letters, digits and _, as of a def"
        raise UsageError(f"{names[0]!r} cannot be the name of a task: {meant}")
    return str(names[0])


def _refuse_run_options(args: Namespace) -> None:
    for flag in (*_RUN_SWITCHES, *_RUN_VALUES):
        if getattr(args, flag[2:].replace("-", "_")) not in (None, False):
            raise UsageError(f"{flag} is of a run, and --no-run asks for none")


def _how(args: Namespace, retries: int) -> RunOptions:
    """Return how the run is done of a task with so many *retries*."""
    given: dict[str, Any] = {"overwrite_cache": args.overwrite_cache}
    if args.attempts is not None:
        given["attempts"] = flags.whole_number("--attempts", args.attempts)
    if args.fail_at is not None:
        numbers = split_names(args.fail_at)
        given["fail_at"] = tuple(flags.whole_number("--fail-at", number) for number in numbers)
    for name in ("preempt_after", "backoff"):
        if (text := getattr(args, name)) is not None:
            given[name] = flags.seconds(f"--{name.replace('_', '-')}", text)
    try:
        how = RunOptions(isolate=args.isolate, cache=not args.no_cache, **given)
        how.check_fail_at(retries, base_in_force().settings.attempt)
    except InvalidValueError as error:
        texts = {name: getattr(args, name) for name in given} | {"overwrite_cache": ""}
        raise told_by_flags(error, given, texts) from None
    return how
