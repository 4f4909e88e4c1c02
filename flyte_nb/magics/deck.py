"""`%flyte_deck`."""

from __future__ import annotations

from argparse import SUPPRESS
from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, line_magic, magics_class

from flyte_nb.decks.how_shown import MODES

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
    "show": "[ID]: show the decks of a run, by default the last one that has any (the default)",
    "list": "list the runs that have decks, the newest first",
    "save": "FILE.html [ID]: write all decks of a run into one file",
    "compare": "ID [ID]: set the decks of two runs side by side, by default with the last one",
    "set": "[auto | off | always] [--limit SIZE]: say how decks are shown in this kernel",
}
EXAMPLES = """\
  %flyte_deck
  %flyte_deck save report.html
  %flyte_deck compare -2 last
  %flyte_deck set off
  %flyte_deck set auto --limit 5MB
"""
_TAKES = {"show": (0, 1), "list": (0, 0), "save": (1, 2), "compare": (1, 2), "set": (0, 1)}
_OPTIONS = {"list": ("--last",), "save": ("--overwrite",), "set": ("--limit",)}


def _parser() -> MagicParser:
    ways = "\n".join(f"  {name:<8} {meaning}" for name, meaning in MODES.items())
    parser = command_parser(
        prog="%flyte_deck",
        usage="[show ID | list | save FILE ID | compare ID ID | set MODE] [options]",
        about="Look at the decks of past runs, of all kernels. An ID is the beginning of one, or"
        " of its last part; `last`, or -1, for the last run with decks; -2 for the one before it.",
        commands=COMMANDS,
        examples=f"{EXAMPLES}\nhow decks are shown:\n{ways}\n",
        default="show",
    )
    parser.add_argument("words", nargs="*", metavar="ID", help=SUPPRESS)
    parser.add_argument("--last", type=int, metavar="N", help="for list: so many at most")
    parser.add_argument(
        "--overwrite", action="store_true", help="for save: replace a file of another kind, too"
    )
    parser.add_argument("--limit", metavar="SIZE", help="for set: what a notebook keeps of a run")
    return parser


@magics_class
class DeckMagics(Magics):
    """Shows, lists, saves and compares decks of past runs."""

    @line_magic
    @takes_line(_parser)
    def flyte_deck(self, args: Namespace) -> Any:  # noqa: D102 - made by the parser
        refuse_what_is_not_taken(
            args, args.words, prog="%flyte_deck", commands=COMMANDS, takes=_TAKES, options=_OPTIONS
        )
        return getattr(self, f"_{args.command}")(args)

    def _show(self, args: Namespace) -> Any:
        from flyte_nb.run.history.decks import run_decks

        return run_decks(*args.words)

    def _list(self, args: Namespace) -> Any:
        from flyte_nb.run.history.decks import list_decks

        return list_decks() if args.last is None else list_decks(args.last)

    def _save(self, args: Namespace) -> Any:
        from flyte_nb.run.history.decks import save_decks

        return save_decks(*args.words, overwrite=args.overwrite)

    def _compare(self, args: Namespace) -> Any:
        from flyte_nb.run.history.decks import compare_decks

        return compare_decks(*args.words)

    def _set(self, args: Namespace) -> Any:
        from flyte_nb.decks.how_shown import deck_display

        return deck_display(*args.words, limit=args.limit)


def complete_deck(_shell: Any, event: Any) -> list[str]:
    """Return what can follow in the line of *event*."""
    words = words_before(event)
    if not words:
        return list(COMMANDS)
    if words[0] == "set":
        return [*MODES, "--limit"] if len(words) == 1 else ["--limit"]
    if words[0] in {"show", "compare"} or (words[0] == "save" and len(words) > 1):
        from flyte_nb.run.history.decks import list_decks

        return [*(row[0] for row in list_decks().rows), "last"]
    return list(_OPTIONS.get(words[0], ()))
