"""`%flyte_secret`."""

from __future__ import annotations

from argparse import SUPPRESS
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class

from flyte_nb.config import vault
from flyte_nb.context.secrets import view

from .arguments import MagicParser, command_parser, takes_line, words_before
from .asking import ask

if TYPE_CHECKING:
    from argparse import Namespace

    from IPython.core.interactiveshell import InteractiveShell

    from flyte_nb.notebook_session import Session

COMMANDS = {
    "list": "list the secrets that can be found here, and where; no values (the default)",
    "explain": "GROUP/KEY: show each name and path that is tried, and which one answers",
    "set": "GROUP/KEY [--ask]: ask for it in a masked field, and keep it in the keyring",
    "delete": "GROUP/KEY: remove it from the keyring",
    "dotenv": "[FILE | none]: look for secrets in a .env file too",
}
EXAMPLES = """\
  %flyte_secret set my-db/password
  %flyte_secret set my-db/password --ask       ask in the cell, where no widget runs
  %flyte_secret explain my-db/password
  %flyte_secret dotenv ~/project/.env          _FSEC_MY-DB_PASSWORD=… in it
"""


def _parser() -> MagicParser:
    parser = command_parser(
        prog="%flyte_secret",
        usage="[list | explain NAME | set NAME | delete NAME | dotenv [FILE]]",
        about="Look after the secrets of this notebook.",
        commands=COMMANDS,
        examples=EXAMPLES,
        default="list",
    )
    parser.add_argument("names", nargs="*", help=SUPPRESS)
    parser.add_argument("--ask", action="store_true", help="ask in the cell instead of a widget")
    return parser


@magics_class
class SecretMagics(Magics):
    """Looks after the secrets of *session*."""

    def __init__(self, shell: InteractiveShell, session: Session) -> None:
        super().__init__(shell)
        self._session = session

    @line_magic
    @takes_line(_parser)
    def flyte_secret(self, args: Namespace) -> Any:  # noqa: D102 - its help is made by the parser
        args.name = args.names[0] if args.names else None
        if args.command == "set" and (len(args.names) > 1 or "=" in (args.name or "")):
            # What follows may be the secret: it is not repeated.
            raise UsageError("a value is asked for, and never typed in a line: set GROUP/KEY")
        if len(args.names) > 1:
            raise UsageError(f"{args.command} takes one name; {args.names[1]!r} is too much")
        if args.command in {"explain", "set", "delete"} and args.name is None:
            raise UsageError(f"{args.command} which secret? Write GROUP/KEY")
        if args.command == "list" and args.name is not None:
            raise UsageError(f"list takes no {args.name!r}")
        return getattr(self, f"_{args.command}")(args)

    def _list(self, _args: Namespace) -> Any:
        return view.list_secrets(self._session.parameters.secrets)

    def _explain(self, args: Namespace) -> Any:
        return view.explain(self._session.parameters.secrets, args.name)

    def _delete(self, args: Namespace) -> Any:
        return view.delete(args.name)

    def _set(self, args: Namespace) -> Any:
        name = view.parse(args.name).label
        if reason := vault.why_not():
            raise UsageError(f"{reason}: set a variable, or %flyte_secret dotenv FILE")
        if args.ask or not hasattr(self.shell, "kernel"):
            print(view.keep(name, ask(name)))  # noqa: T201 - the answer of a question in the cell
            return None
        from flyte_nb.widgets import SecretField

        return SecretField(name, vault.backend(), lambda value: view.keep(name, value))

    def _dotenv(self, args: Namespace) -> Any:
        if args.name is not None:
            files = () if args.name == "none" else (*self._session.settings.dotenv, args.name)
            self._session.configure(dotenv=tuple(dict.fromkeys(files)))
        return view.dotenv_files(self._session.settings.dotenv)


def complete_secret(_shell: Any, event: Any) -> list[str]:
    """Return what can follow in the line of *event*."""
    words = words_before(event)
    if not words:
        return list(COMMANDS)
    names = [n.removeprefix("secret/") for n in vault.names() if n.startswith("secret/")]
    return names if words[0] in {"explain", "set", "delete"} else []
