"""`%flyte_run`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_magic, magics_class, no_var_expand

from flyte_nb.errors import InvalidValueError
from flyte_nb.run.typed_text import of_expression

from .arguments import told_by_flags
from .run_line import OPTIONS, LineReader
from .words import split_values

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from flyte_nb.run.handle.run import Run

_HELP = ("-h", "--help", "?")
EXAMPLES = """\
  %flyte_run                                   what can be run here
  %flyte_run train -h                          its inputs, with an example for each
  %flyte_run train --epochs 3 --rate 1e-3
  %flyte_run train --config {"layers": [64, 64]} --no-shuffle
  %flyte_run train --data @table.csv --since 2026-01-31 --pause 1h30m
  %flyte_run train --data =df[df.year > 2020]  Python, evaluated here
  run = %flyte_run train --epochs 3 --background
  %flyte_run train --epochs 3 --isolate --attempts 3 --fail-at 0
  %flyte_run train --attempts 3 -- --attempts 7    the option, and an input of its name
"""


def _help() -> str:
    width = max(len(f"{name} {option.value}") for name, option in OPTIONS.items()) + 2
    options = "".join(
        f"  {f'{name} {option.value}':<{width}}{option.meaning}\n"
        for name, option in OPTIONS.items()
    )
    return (
        "usage: %flyte_run [NAME [--input VALUE ...] [options]]\n\n"
        "Run a task, a workflow or a launch plan here, and watch it.\n\n"
        "A value is read as the type of its input: numbers, text, dates (2026-01-31T12:00), time\n"
        "spans (1h30m), members of an enumeration by value, JSON; @FILE reads JSON, YAML, CSV,\n"
        "Parquet, or gives the path where a file is wanted; =CODE is Python, evaluated here.\n"
        f"It returns the run, and raises what that raised.\n\noptions:\n{options}"
        f"  {'--':<{width}}all that follows are inputs\n\nexamples:\n{EXAMPLES}"
    )


@magics_class
class RunMagics(Magics):
    """Runs what the notebook has."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._shell = shell

    @no_var_expand  # braces are JSON, and $ may be in a value
    @line_magic
    def flyte_run(self, line: str) -> Any:  # noqa: D102 - its help is made below
        __tracebackhide__ = True
        from .run_targets import explained, find, listing

        words = split_values(line)
        if not words:
            return listing(self._namespace)
        if words[0] in {*_HELP, "help"}:
            print(_help())  # noqa: T201 - as other magics do
            return None
        name, *rest = words
        if name.startswith("-"):
            raise UsageError(f"{name}: run what? Write its name first; see %flyte_run -h")
        entity = find(name, self._namespace)
        if rest and "--" not in rest and (rest == ["help"] or {rest[0], rest[-1]} & {*_HELP}):
            return explained(name, entity)
        reader = LineReader(name, entity.interface, self._namespace)
        try:
            said = reader.read(rest)
            reader.refuse_missing(getattr(entity, "saved_inputs", ()))
        except Exception as error:  # noqa: BLE001 - the user's own
            raise error.with_traceback(of_expression(error.__traceback__))  # noqa: B904 - as it is
        try:
            run = entity.new_run(inputs=said.inputs, **said.options)
        except InvalidValueError as error:
            raise told_by_flags(error, said.options, said.texts) from None
        return self._run(run, is_background=said.is_background)

    flyte_run.__doc__ = _help()

    @property
    def _namespace(self) -> dict[str, Any]:
        namespace: dict[str, Any] = self._shell.user_ns
        return namespace

    def _run(self, run: Run, *, is_background: bool) -> Run:
        __tracebackhide__ = True
        from .run_display import RunDisplay

        shown = RunDisplay(self._shell, run, is_background=is_background)
        if hasattr(self._shell, "kernel"):
            self._hide_value(run)
        if is_background:
            return run.start()
        try:
            run.run_here()
        finally:
            shown.end()
        if run.error is not None:
            raise run.error
        return run

    def _hide_value(self, run: Run) -> None:
        from .run_display import shown_once

        end = shown_once(self._shell, run)

        def at_end_of_cell(_result: Any) -> None:
            self._shell.events.unregister("post_run_cell", at_end_of_cell)
            end()

        # Not post_execute, which a message of a widget has too.
        self._shell.events.register("post_run_cell", at_end_of_cell)
