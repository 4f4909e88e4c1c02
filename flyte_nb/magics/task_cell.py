"""`%%flyte_task`: the body of the cell becomes a task, which is run.

The first line becomes a call, and IPython's own machinery does the rest: the cell keeps its
lines and its name in tracebacks, its errors are shown once, its value is shown as always.
"""

from __future__ import annotations

import ast
import linecache
import sys
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand
from IPython.display import display

from flyte_nb.run.cell.cell_task import CellTask
from flyte_nb.run.cell.last_value import LastValue
from flyte_nb.run.cell.parts import Cell, cell_source
from flyte_nb.run.cell.view import CellTaskView
from flyte_nb.run.handle.run import Run
from flyte_nb.run.typed_text import of_expression

from .arguments import HelpShown
from .task_line import parser, read_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from IPython.core.interactiveshell import InteractiveShell

MAGIC = "%%flyte_task"
_MARK = "--cell "  # which nobody types


@magics_class
class TaskCellMagics(Magics):
    """Makes tasks of cells."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._shell: Any = shell
        self._lines: list[str] = []  # of the cell that was read last
        self._body: list[ast.stmt] = []
        self._line = ""
        self._number = 0

    def install(self) -> Callable[[], None]:
        """Look at each cell from now on; return what ends that."""
        shell = self._shell
        # Before %%flyte_context is looked for: both may be there.
        shell.input_transformers_cleanup.insert(0, rewrite)
        shell.input_transformers_post.append(self._keep_lines)
        shell.ast_transformers.insert(0, self)

        def uninstall() -> None:
            shell.input_transformers_cleanup.remove(rewrite)
            shell.input_transformers_post.remove(self._keep_lines)
            shell.ast_transformers[:] = [t for t in shell.ast_transformers if t is not self]

        return uninstall

    @no_var_expand
    @line_cell_magic
    def flyte_task(self, line: str, cell: str | None = None) -> Any:  # noqa: D102 - its help is made by the parser
        if cell is not None:
            # Called by its function: a cell that is typed never comes here.
            return self._shell.run_cell(f"{MAGIC} {line}\n{cell}")
        try:
            read_line(line or "-h")
        except HelpShown:
            return None
        raise UsageError(f"it makes a task of a whole cell: write {MAGIC} in its first line")

    flyte_task.__doc__ = parser().format_help()

    def _keep_lines(self, lines: list[str]) -> list[str]:
        if any(_MARK.strip() in line and "flyte_task" in line for line in lines):
            self._lines = lines
        return lines

    def visit(self, tree: Any) -> Any:
        """Replace the statements of a cell by one that makes a task of them and runs it."""
        for position, statement in enumerate(tree.body[:2] if isinstance(tree, ast.Module) else ()):
            line = _marked(statement)
            if line is None:
                continue
            self._line, self._number = line, statement.lineno
            self._body = tree.body[position + 1 :]
            call = ast.parse(
                f"get_ipython().magics_manager.registry[{type(self).__name__!r}].run_body()"
            ).body[0]
            for node in ast.walk(call):
                ast.copy_location(node, statement)
            tree.body[position:] = [call]
            break
        return tree

    def run_body(self) -> Any:
        """Run the cell whose first line this is, and return the value of its last expression."""
        __tracebackhide__ = True
        lines = [line for text in self._lines for line in text.splitlines(keepends=True)]
        filename = sys._getframe(1).f_code.co_filename  # noqa: SLF001 - the cell's
        lines[self._number - 1] = f"{MAGIC} {self._line}\n"  # as it was typed, for tracebacks
        if filename in linecache.cache:
            linecache.cache[filename] = (sum(map(len, lines)), None, lines, filename)
        names = self._shell.user_ns
        try:
            options = read_line(self._line, names)
        except HelpShown:
            return None
        except Exception as error:  # noqa: BLE001 - the user's own
            raise error.with_traceback(of_expression(error.__traceback__))  # noqa: B904 - as it is
        cell = Cell(
            body=self._body,
            lines=lines,
            first_line=self._number + 1,
            filename=filename,
            flags=self._shell.compile.flags,
            register=lambda name: self._call_it_the_cell(name, filename),
        )
        self._body = []
        made = CellTask(options, cell, names)
        values = made.values() if options.runs else {}
        names[options.name] = made.task
        view = CellTaskView(made.task, made.rows())
        shown: Any = display(view, display_id=True)
        if not options.runs:
            return None
        last = LastValue()
        entity = made.with_last_value(last)
        run = Run(entity, entity.checked_inputs((), values), options.how)
        value = self._watched(run)
        task = made.task
        names.update(made.take(value))
        if made.task is not task:
            names[options.name] = made.task
            if hasattr(self._shell, "kernel"):
                shown.update(CellTaskView(made.task, made.rows()))
        return last.value

    def _watched(self, run: Run) -> Any:
        """Return the value of *run*, shown while it goes on."""
        __tracebackhide__ = True
        from .run_display import RunDisplay

        shown = RunDisplay(self._shell, run, is_background=False)
        try:
            run.run_here()
        except KeyboardInterrupt:
            if run.error is None:
                raise
        finally:
            shown.end()
        if run.error is not None:
            source = cell_source(run.entity)
            filename = source.filename if source else ""
            raise run.error.with_traceback(_of_cell(run.error.__traceback__, filename))
        return run.result()

    def _call_it_the_cell(self, filename: str, cell: str) -> None:
        """Let tracebacks call *filename* what they call the file of the cell: In[3]."""
        known = getattr(self._shell.compile, "_filename_map", {})
        if cell in known:
            known[filename] = known[cell]


def _of_cell(trace: TracebackType | None, filename: str) -> TracebackType | None:
    """Return the part of *trace* that begins in the cell, all of it where none does."""
    part = trace
    while part is not None and part.tb_frame.f_code.co_filename != filename:
        part = part.tb_next
    return part or trace


def rewrite(lines: list[str]) -> list[str]:
    """Return the lines of a cell, its first one a line magic where it was `%%flyte_task`."""
    place = next((n for n, line in enumerate(lines) if not _is_above(line)), None)
    if place is None:
        return lines
    word, _, rest = lines[place].strip().partition(" ")
    if word != MAGIC:
        return lines
    end = place + 1
    while rest.endswith("\\") and end < len(lines):  # goes on in the next line
        rest = f"{rest[:-1].strip()} {lines[end].strip()}"
        end += 1
    call = f"%flyte_task {_MARK}{rest.strip()}\n"
    blank = ["\n"] * (end - place - 1)
    below = lines[end:]
    above = lines[:place]
    if below and below[0].startswith("%%"):  # another cell magic: it has to come first
        return [*above, below[0], call, *blank, *below[1:]]
    return [*above, call, *blank, *below]


def _is_above(line: str) -> bool:
    """Return whether *line* may stand above the magic's."""
    text = line.strip()
    return not text or text.startswith(("#", "%%flyte_context"))


def _marked(statement: ast.stmt) -> str | None:
    """Return the rest of the magic's line where *statement* was that, else None."""
    call = statement.value if isinstance(statement, ast.Expr) else None
    if not isinstance(call, ast.Call) or getattr(call.func, "attr", "") != "run_line_magic":
        return None
    values = [arg.value for arg in call.args if isinstance(arg, ast.Constant)]
    match values:
        case ["flyte_task", str(line)] if line.startswith(_MARK.strip()):
            return line.removeprefix(_MARK.strip()).strip()
    return None
