"""`%flyte_runs`."""

from __future__ import annotations

from argparse import SUPPRESS
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class

from .arguments import (
    MagicParser,
    command_parser,
    refuse_what_is_not_taken,
    takes_line,
    words_before,
)

if TYPE_CHECKING:
    from argparse import Namespace

COMMANDS = {
    "list": "list runs, the newest first (the default)",
    "show": "[ID]: show a run with its nodes, decks, checkpoints and errors",
    "logs": "[ID [NODE]]: show what a run printed and logged; os.system() only if isolated",
    "compare": "ID [ID]: set two runs side by side, by default with the newest of the same name",
    "clean": "ID… | --older 7d | --all: remove runs",
}
EXAMPLES = """\
  %flyte_runs
  %flyte_runs --task train --phase failed --since 2h
  %flyte_runs show last
  %flyte_runs logs -2 n0
  %flyte_runs compare last
  %flyte_runs clean --older 7d
"""
_OPTIONS = ("--task", "--phase", "--since", "--last", "--here")
_TAKES = {"list": (0, 0), "show": (0, 1), "logs": (0, 2), "compare": (1, 2), "clean": (0, 10_000)}


def _parser() -> MagicParser:
    from flyte_nb.run.history.choose import PHASES

    parser = command_parser(
        prog="%flyte_runs",
        usage="[list | show ID | logs ID | compare ID ID | clean] [options]",
        about="Look at the runs of this sandbox, of all kernels. An ID is the beginning of one,"
        " or of its last part; `last`, or -1; -2 for the one before it.",
        commands=COMMANDS,
        examples=EXAMPLES,
        default="list",
    )
    parser.add_argument("ids", nargs="*", metavar="ID", help=SUPPRESS)
    parser.add_argument("--task", metavar="NAME", help="those of that name; * for anything")
    phases = f"one of {', '.join(PHASES)}"
    parser.add_argument("--phase", "--state", metavar="PHASE", help=phases)
    parser.add_argument("--since", metavar="2h", help="those of the last 30m, 2h, 7d")
    parser.add_argument("--last", type=int, metavar="N", help="so many at most")
    parser.add_argument("--here", action="store_true", help="those of this kernel")
    parser.add_argument("--older", metavar="7d", help="for clean: those before that")
    parser.add_argument("--all", action="store_true", help="for clean: all that have ended")
    return parser


def _as_option(line: str) -> str:
    """Return a line that begins with a phase, which is no command, with that as an option."""
    from flyte_nb.run.history.choose import PHASES

    return f"--phase {line}" if line.partition(" ")[0].lower() in PHASES else line


@magics_class
class RunsMagics(Magics):
    """Lists, shows, compares and removes runs."""

    @line_magic
    @takes_line(_parser, rewrite=_as_option)
    def flyte_runs(self, args: Namespace) -> Any:  # noqa: D102 - made by the parser
        _check(args)
        return getattr(self, f"_{args.command}")(args)

    def _list(self, args: Namespace) -> Any:
        from flyte_nb.run.history.runs import runs

        names = (option[2:] for option in _OPTIONS)
        return runs(**{name: getattr(args, name) for name in names})

    def _show(self, args: Namespace) -> Any:
        from flyte_nb.run.history.runs import run_record

        return run_record(*args.ids)

    def _logs(self, args: Namespace) -> Any:
        from flyte_nb.run.history.runs import run_record
        from flyte_nb.run.views.logs_view import run_logs

        return run_logs(run_record(*args.ids[:1]), *args.ids[1:])

    def _compare(self, args: Namespace) -> Any:
        from flyte_nb.run.history.compare import compare_runs

        return compare_runs(*args.ids)

    def _clean(self, args: Namespace) -> Any:
        from flyte_nb.run.history.runs import clean_runs, runs

        count = clean_runs(*args.ids, older=args.older, everything=args.all)
        return runs().remarked(f"{count:,} removed")


def _check(args: Namespace) -> None:
    """Refuse what the command does not take."""
    refuse_what_is_not_taken(
        args,
        args.ids,
        prog="%flyte_runs",
        commands=COMMANDS,
        takes=_TAKES,
        options={"list": _OPTIONS, "clean": ("--older", "--all")},
    )
    if args.command == "clean" and bool(args.ids) + (args.older is not None) + args.all != 1:
        raise UsageError("clean which ones? Write clean ID, clean --older 7d, or clean --all")


def complete_runs(_shell: Any, event: Any) -> list[str]:
    """Return what can follow in the line of *event*."""
    from flyte_nb.run.history.choose import PHASES
    from flyte_nb.run.history.folder import HistoryFolder

    words = words_before(event)
    if words[-1:] in (["--phase"], ["--state"]):
        return list(PHASES)
    if words[-1:] == ["--task"]:
        return sorted({head.name for head in HistoryFolder().heads()})
    if not words or words[0].startswith("-"):
        return [*COMMANDS, *_OPTIONS] if not words else list(_OPTIONS)
    if words[0] == "list":
        return list(_OPTIONS)
    if words[0] in COMMANDS and len(words) <= max(_TAKES[words[0]][1], 1):
        extra = ["--older", "--all"] if words[0] == "clean" else ["last"]
        return [*HistoryFolder().ids(), *extra]
    return []
