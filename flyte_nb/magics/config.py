"""`%flyte_config`."""

from __future__ import annotations

from argparse import SUPPRESS, RawDescriptionHelpFormatter
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class

from flyte_nb.config import view
from flyte_nb.config.catalogue import all_entries

from .arguments import HelpShown, MagicParser, split

if TYPE_CHECKING:
    from flyte_nb.config.view import ConfigView

COMMANDS = {
    "show": "list the settings that something sets, and what is wrong (the default)",
    "explain": "SETTING: list every value that it could have, the one in force first",
    "set": "SETTING=VALUE [--file FILE]: change a file, and nothing else in it",
    "unset": "SETTING [--file FILE]: remove a setting from a file",
    "files": "list where a configuration file is looked for, and which is used",
}
EXAMPLES = """\
examples:
  %flyte_config
  %flyte_config show --all
  %flyte_config explain admin.endpoint
  %flyte_config explain FLYTE_PLATFORM_URL     its other name
  %flyte_config set admin.endpoint=flyte.example.com
  %flyte_config unset admin.insecure --file ~/.flyte/config.yaml
"""


def _parser() -> MagicParser:
    lines = [f"  {name:<8} {meaning}" for name, meaning in COMMANDS.items()]
    parser = MagicParser(
        prog="%flyte_config",
        usage="%(prog)s [show [--all] | explain SETTING | set SETTING=VALUE | unset SETTING"
        " | files]",
        description="\n".join(["Show which configuration is in force, and why.\n", *lines]),
        epilog=EXAMPLES,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", nargs="?", default="show", choices=COMMANDS, help=SUPPRESS)
    parser.add_argument("setting", nargs="?", help=SUPPRESS)
    parser.add_argument("--file", help="file to change; by default the one in force")
    parser.add_argument("--all", action="store_true", help="list settings with their default too")
    return parser


@magics_class
class ConfigMagics(Magics):
    """Shows the configuration."""

    @line_magic
    def flyte_config(self, line: str) -> ConfigView | None:  # noqa: D102 - made by the parser
        try:
            args = _parser().parse_args(split(line))
        except HelpShown:
            return None
        if args.command in {"explain", "set", "unset"} and args.setting is None:
            raise UsageError(f"{args.command} which setting? See %flyte_config -h")
        if args.command == "explain":
            return view.explain(args.setting)
        if args.command == "unset":
            return view.change(args.setting, None, args.file)
        if args.command == "set":
            name, equals, value = args.setting.partition("=")
            if not equals:
                raise UsageError(f"set {name} to what? Write {name}=VALUE")
            return view.change(name, value, args.file)
        if args.setting is not None:
            raise UsageError(f"{args.command} takes no {args.setting!r}")
        return view.files() if args.command == "files" else view.show(everything=args.all)

    flyte_config.__doc__ = _parser().format_help()


def complete_config(_shell: Any, event: Any) -> list[str]:
    """Return what can follow in the line of *event*."""
    words = event.line[: -len(event.symbol) or None].split()[1:]
    if not words:
        return list(COMMANDS)
    after = {"explain": "", "unset": "", "set": "="}.get(words[-1])
    return [] if after is None else [entry.name + after for entry in all_entries()]
