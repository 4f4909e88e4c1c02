"""`%flyte_context`."""

from __future__ import annotations

from argparse import SUPPRESS
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class

from flyte_nb.config import view
from flyte_nb.config.profiles import profiles
from flyte_nb.context import running

from .arguments import HelpShown, MagicParser, command_parser, key_values, words_before

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from flyte_nb.session import Session

SETTINGS = ("project", "domain", "name", "mode")
COMMANDS = {
    "show": "show the current context (the default)",
    "set": "project=NAME domain=NAME name=NAME mode=local|pod: change what runs belong to",
    "use": "NAME: read the configuration of that name; without one, list them",
    "reset": "go back to the default project, domain and name",
    "edit": "change it in a panel",
}
EXAMPLES = """\
  %flyte_context
  %flyte_context set project=flytesnacks domain=development
  %flyte_context set name=nightly-42     every run has this execution name
  %flyte_context set name=               a fresh name for each run again
  %flyte_context set mode=pod            refuse what a pod would not have
  %flyte_context use                     which configurations there are
  %flyte_context use staging             that is ~/.flyte/config-staging.yaml, or staging.yaml
  %flyte_context use ~/work/flyte.yaml
  %flyte_context use default             back to the usual places
"""


def _parser() -> MagicParser:
    parser = command_parser(
        prog="%flyte_context",
        usage="[show | set key=value ... | use [NAME] | reset | edit]",
        about="Show or change the context that tasks run in.",
        commands=COMMANDS,
        examples=EXAMPLES,
        default="show",
    )
    parser.add_argument("settings", nargs="*", help=SUPPRESS)
    return parser


@magics_class
class ContextMagics(Magics):
    """Shows and changes the context of *session*."""

    def __init__(self, shell: InteractiveShell, session: Session) -> None:
        super().__init__(shell)
        self._session = session

    @line_magic
    def flyte_context(self, line: str) -> Any:  # noqa: D102 - its help is made by the parser
        try:
            args = _parser().parse_line(line)
        except HelpShown:
            return None
        if args.command == "set":
            if not args.settings:
                raise UsageError(f"set what? One or more of {', '.join(SETTINGS)}, as key=value")
            self._session.configure(**key_values(args.settings, SETTINGS))
        elif args.command == "use":
            if len(args.settings) > 1:
                raise UsageError(f"use takes one name; {args.settings[1]!r} is too much")
            for name in args.settings:
                self._session.use(name)
            return view.profile_list(active_only=bool(args.settings))
        elif args.settings:
            raise UsageError(f"{args.command} takes no {args.settings[0]!r}")
        elif args.command == "reset":
            self._session.reset()
        elif args.command == "edit":
            from flyte_nb.widgets import ContextPanel

            return ContextPanel(self._session)
        return running() or self._session.parameters

    flyte_context.__doc__ = _parser().format_help()


def complete_context(_shell: Any, event: Any) -> list[str]:
    """Return what can follow in the line of *event*."""
    words = words_before(event)
    if not words:
        return list(COMMANDS)
    if words == ["use"]:
        return [profile.name for profile in profiles()]
    return [f"{name}=" for name in SETTINGS] if words[0] == "set" else []
