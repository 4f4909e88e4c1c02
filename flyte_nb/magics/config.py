"""`%flyte_config`."""

from __future__ import annotations

from argparse import SUPPRESS
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class

from flyte_nb.config import view
from flyte_nb.config.catalogue import all_entries
from flyte_nb.config.editor import ConfigEditor, SecretPlace, change, keep_secret, secret_place

from .arguments import MagicParser, command_parser, takes_line, words_before
from .asking import ask
from .live import show_live

if TYPE_CHECKING:
    from argparse import Namespace

    from flyte_nb.config.entry import ConfigEntry
    from flyte_nb.display import TableView

COMMANDS = {
    "show": "list the settings that something sets, and what is wrong (the default)",
    "explain": "SETTING: list every value that it could have, the one in force first",
    "set": "SETTING=VALUE [--file FILE]: change a file, and nothing else in it; SETTING alone"
    " asks for a secret",
    "unset": "SETTING [--file FILE]: remove a setting from a file",
    "edit": "[--file FILE]: change settings in an editor, with a look at the difference first",
    "doctor": "look at files, network, certificates and login, and say what to do",
    "files": "list where a configuration file is looked for, and which is used",
}
EXAMPLES = """\
  %flyte_config
  %flyte_config show --all
  %flyte_config explain admin.endpoint
  %flyte_config explain FLYTE_PLATFORM_URL     its other name
  %flyte_config set admin.endpoint=flyte.example.com
  %flyte_config set admin.scopes=all,offline     a list; or '["a", "b"]'
  %flyte_config set credentials.client_secret   asks for it, and puts it in the keyring
  %flyte_config unset admin.insecure --file ~/.flyte/config.yaml
  %flyte_config edit
"""


def _parser() -> MagicParser:
    parser = command_parser(
        prog="%flyte_config",
        usage="[show [--all] | explain SETTING | set SETTING=VALUE | unset SETTING"
        " | edit | files | doctor]",
        about="Show which configuration is in force, and why.",
        commands=COMMANDS,
        examples=EXAMPLES,
        default="show",
    )
    parser.add_argument("words", nargs="*", help=SUPPRESS)
    parser.add_argument("--file", help="file to change; by default the one in force")
    parser.add_argument(
        "--keep",
        choices=[place.value for place in SecretPlace],
        help="where a secret goes; by default the keyring, else a file of its own",
    )
    parser.add_argument("--all", action="store_true", help="list settings with their default too")
    return parser


@magics_class
class ConfigMagics(Magics):
    """Shows the configuration."""

    @line_magic
    @takes_line(_parser)
    def flyte_config(self, args: Namespace) -> Any:  # noqa: D102 - made by the parser
        args.setting = " ".join(args.words)
        if args.command in {"explain", "set", "unset"} and not args.setting:
            raise UsageError(f"{args.command} which setting? See %flyte_config -h")
        if args.command not in {"explain", "set", "unset"} and args.setting:
            raise UsageError(f"{args.command} takes no {args.setting!r}")
        return getattr(self, f"_{args.command}")(args)

    def _show(self, args: Namespace) -> TableView:
        return view.show(everything=args.all)

    def _explain(self, args: Namespace) -> TableView:
        return view.explain(args.setting)

    def _files(self, _args: Namespace) -> TableView:
        return view.files()

    def _unset(self, args: Namespace) -> TableView:
        return change(args.setting, None, args.file)

    def _set(self, args: Namespace) -> TableView:
        name, equals, value = map(str.strip, args.setting.partition("="))
        if equals:
            return change(name, value, args.file)
        if not view.find_entry(name).secret:
            raise UsageError(f"set {name} to what? Write {name}=VALUE")
        place = secret_place(name, args.keep, args.file)
        return keep_secret(name, ask(name), place, args.file)

    def _doctor(self, _args: Namespace) -> None:
        from flyte_nb.remote.doctor import growing_report

        show_live(self.shell, growing_report())

    def _edit(self, args: Namespace) -> Any:
        from flyte_nb.widgets import ConfigEditorPanel

        return ConfigEditorPanel(ConfigEditor(args.file))


def complete_config(_shell: Any, event: Any) -> list[str]:
    """Return what can follow in the line of *event*."""
    words = words_before(event)
    if not words:
        return list(COMMANDS)
    if event.symbol.startswith("-"):
        return ["--file", "--keep", "--all"]
    word = "" if event.line[-1:].isspace() else event.line.split()[-1]
    name, equals, _ = word.partition("=")
    if equals:  # IPython may count what follows the sign as a word of its own
        known = [f"{name}={v}" for e in all_entries() if e.name == name for v in _values(e)]
        return [text[len(word) - len(event.symbol) :] for text in known]
    after = {"explain": "", "unset": "", "set": "="}.get(words[-1])
    if after is None:
        return []
    return [name + after for e in all_entries() for name in (e.name, *e.env_names)]


def _values(entry: ConfigEntry) -> tuple[str, ...]:
    return ("true", "false") if entry.legacy.type_ is bool else entry.choices
