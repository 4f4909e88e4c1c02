"""`%flyte_context`."""

from __future__ import annotations

from argparse import SUPPRESS
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class

from flyte_nb.config import view
from flyte_nb.config.profiles import profiles
from flyte_nb.context import running
from flyte_nb.context.explain import explain, stack
from flyte_nb.context.settings import MODES

from .arguments import HelpShown, MagicParser, command_parser, key_values, words_before

if TYPE_CHECKING:
    from argparse import Namespace

    from IPython.core.interactiveshell import InteractiveShell

    from flyte_nb.context import ExecutionParameters
    from flyte_nb.display import TableView
    from flyte_nb.notebook_session import Session

    from .cell_settings import CellSettings

SETTINGS = ("project", "domain", "name", "mode", "attempt", "raw_output_prefix")
COMMANDS = {
    "show": "show the current context (the default)",
    "set": "key=value ...: change what runs belong to, and how they begin",
    "use": "NAME: read the configuration of that name; without one, list them",
    "reset": "undo every set",
    "edit": "change it in a panel",
    "explain": "where each setting comes from",
    "stack": "the contexts that were pushed, the newest first",
    "shim": "on|off: let `from flytekit import ...` be flyte_nb; without either, whether it is",
}
EXAMPLES = """\
  %flyte_context
  %flyte_context set project=flytesnacks domain=development
  %flyte_context set name=nightly-42     every run has this execution name
  %flyte_context set name=               a fresh name for each run again
  %flyte_context set mode=pod            refuse what a pod would not have
  %flyte_context set attempt=2           runs begin with their third attempt
  %flyte_context set raw_output_prefix=s3://bucket/runs
  %%flyte_context mode=pod name=trial    for the rest of this cell only
  %flyte_context use                     which configurations there are
  %flyte_context use staging             that is ~/.flyte/config-staging.yaml, or staging.yaml
  %flyte_context use ~/work/flyte.yaml
  %flyte_context use default             back to the usual places
  %flyte_context shim on                 from flytekit import task
"""


def _parser() -> MagicParser:
    parser = command_parser(
        prog="%flyte_context",
        usage="[show | set key=value ... | use [NAME] | reset | edit | explain | stack | shim]",
        about="Show or change the context that tasks run in.",
        commands=COMMANDS,
        examples=EXAMPLES,
        default="show",
    )
    parser.add_argument("settings", nargs="*", help=SUPPRESS)
    parser.add_argument("--cell", action="store_true", help=SUPPRESS)  # what %%flyte_context adds
    return parser


@magics_class
class ContextMagics(Magics):
    """Shows and changes the context of *session*."""

    def __init__(self, shell: InteractiveShell, session: Session, cell: CellSettings) -> None:
        super().__init__(shell)
        self._session = session
        self._cell = cell

    @line_cell_magic
    def flyte_context(self, line: str, cell: str | None = None) -> Any:  # noqa: D102 - its help is made by the parser
        if cell is not None and self.shell is not None:
            # Called by its function: a cell that is typed never comes here.
            return self.shell.run_cell(f"%%flyte_context {line}\n{cell}")
        first = line.split(maxsplit=1)[0] if line.strip() else ""
        try:
            # A setting alone can only be meant to be set.
            args = _parser().parse_line(f"set {line}" if "=" in first else line)
        except HelpShown:
            return None
        if args.settings and args.command not in {"set", "use", "shim"}:
            raise UsageError(f"{args.command} takes no {args.settings[0]!r}")
        return getattr(self, f"_{args.command}")(args)

    def _show(self, _: Namespace) -> ExecutionParameters:
        return running() or self._session.parameters

    def _set(self, args: Namespace) -> ExecutionParameters | None:
        if not args.settings:
            raise UsageError(f"set what? One or more of {', '.join(SETTINGS)}, as key=value")
        changes: dict[str, Any] = key_values(args.settings, SETTINGS)
        if changes.get("attempt", "").isdecimal():
            changes["attempt"] = int(changes["attempt"])
        if args.cell:
            self._cell.enter(changes)
            return None
        self._session.configure(**changes)
        return self._show(args)

    def _use(self, args: Namespace) -> TableView:
        if len(args.settings) > 1:
            raise UsageError(f"use takes one name; {args.settings[1]!r} is too much")
        for name in args.settings:
            self._session.use(name)
        return view.profile_list(active_only=bool(args.settings))

    def _reset(self, args: Namespace) -> ExecutionParameters:
        self._session.reset()
        return self._show(args)

    def _edit(self, _: Namespace) -> Any:
        from flyte_nb.widgets import ContextPanel

        return ContextPanel(self._session)

    def _explain(self, _: Namespace) -> TableView:
        return explain(self._session.settings, self._session.changes)

    def _stack(self, _: Namespace) -> TableView:
        return stack()

    def _shim(self, args: Namespace) -> Any:
        from flyte_nb import compat

        if args.settings == ["on"]:
            was_on = compat.is_installed()
            shim = compat.install()  # says what it does
            return shim if was_on else None
        if args.settings == ["off"]:
            compat.uninstall()
            return None
        if not args.settings:
            return compat.state()
        raise UsageError("shim, shim on, or shim off")

    flyte_context.__doc__ = _parser().format_help()


def complete_context(_shell: Any, event: Any) -> list[str]:
    """Return what can follow in the line of *event*."""
    words = words_before(event)
    if event.line[: -len(event.symbol) or None].endswith("mode="):
        return list(MODES)
    if event.line.startswith("%%"):
        return [f"{name}=" for name in SETTINGS]
    if not words:
        return list(COMMANDS)
    if words == ["use"]:
        return [profile.name for profile in profiles()]
    if words == ["shim"]:
        return ["on", "off"]
    return [f"{name}=" for name in SETTINGS] if words[0] == "set" else []
