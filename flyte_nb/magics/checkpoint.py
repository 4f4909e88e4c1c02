"""`%flyte_checkpoint`."""

from __future__ import annotations

from argparse import SUPPRESS
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class

from .arguments import MagicParser, command_parser, takes_line, words_before

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

    from flyte_nb.display import TableView

COMMANDS = {
    "list": "list the attempts that saved something, the newest first (the default)",
    "restore": "ID PATH: copy the files of a checkpoint into a folder",
    "clear": "ID | --all: remove a checkpoint, so that the next run begins afresh",
}
EXAMPLES = """\
  %flyte_checkpoint
  %flyte_checkpoint restore 17 ./epoch-3
  %flyte_checkpoint clear 17
  %flyte_checkpoint clear --all
"""


def _parser() -> MagicParser:
    parser = command_parser(
        prog="%flyte_checkpoint",
        usage="[list | restore ID PATH | clear ID | clear --all]",
        about="Look at what tasks have saved here, and take it out.",
        commands=COMMANDS,
        examples=EXAMPLES,
        default="list",
    )
    parser.add_argument("number", nargs="?", type=int, metavar="ID", help=SUPPRESS)
    parser.add_argument("path", nargs="?", help=SUPPRESS)
    parser.add_argument("--all", action="store_true", help="all checkpoints")
    return parser


@magics_class
class CheckpointMagics(Magics):
    """Shows, restores and removes checkpoints."""

    @line_magic
    @takes_line(_parser)
    def flyte_checkpoint(self, args: Namespace) -> Any:  # noqa: D102 - made by the parser
        return getattr(self, f"_{args.command}")(args)

    def _list(self, args: Namespace) -> TableView:
        if args.number is not None or args.all:
            raise UsageError(f"list takes no {'--all' if args.all else repr(args.number)}")
        from flyte_nb.context.checkpoint.view import list_checkpoints

        return list_checkpoints()

    def _restore(self, args: Namespace) -> Path:
        if args.number is None or args.path is None or args.all:
            raise UsageError("restore which one, and where to? Write restore ID PATH")
        from flyte_nb.context.checkpoint.view import restore_checkpoint

        return restore_checkpoint(args.number, args.path)

    def _clear(self, args: Namespace) -> TableView:
        if args.path is not None:
            raise UsageError(f"clear takes no {args.path!r}")
        if (args.number is not None) == args.all:
            raise UsageError("clear which one? Write clear ID, or clear --all")
        from flyte_nb.context.checkpoint.view import clear_checkpoints, list_checkpoints

        count = clear_checkpoints(args.number)
        return list_checkpoints(remark=f"{count} removed")


def complete_checkpoint(_shell: Any, event: Any) -> list[str]:
    """Return what can follow in the line of *event*."""
    words = words_before(event)
    if not words:
        return list(COMMANDS)
    if words in (["restore"], ["clear"]):
        from flyte_nb.context.checkpoint.history import History

        numbers = [str(entry.number) for entry in History().entries()]
        return [*numbers, "--all"] if words == ["clear"] else numbers
    return []
