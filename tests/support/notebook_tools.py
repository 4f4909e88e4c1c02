"""Run, check and convert the notebooks of the guide.

run    execute each notebook and store it back, normalised: what `make notebooks` does
check  say which notebooks are not stored as `run` would store them
html   execute each notebook and write build/NAME.html: what `make demo` does
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import sysconfig
import tempfile
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from clean_environment import BUILD, ROOT, clean_environment, fill_font_cache
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbformat import NotebookNode

NOTEBOOKS = ROOT / "notebooks"
LIMIT_BYTES = 900_000  # what draws charts takes 400 kB of a deck
CELL_TIMEOUT_S = 600
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
ANSI = re.compile(r"\x1b\[[0-9;]*m")
WIDGET = "application/vnd.jupyter.widget-view+json"


class NotebookError(Exception):
    """A notebook failed, or is not fit to be stored."""


def execute(path: Path) -> NotebookNode:
    """Return the notebook at *path*, run from its own folder in a clean environment.

    Raises:
        NotebookError: A cell failed, hung or lost its kernel.
    """
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    folder = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT_S,
        kernel_name=KERNEL["name"],
        resources=folder,
        store_widget_state=False,
        record_timing=False,
    )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        environ = clean_environment(os.environ, Path(home))
        fill_font_cache(environ)
        try:
            client.execute(env=environ)
        except (CellControlSignal, DeadKernelError) as error:
            count = sum(bool(cell.get("execution_count")) for cell in notebook.cells)
            message = ANSI.sub("", str(error)).strip()
            raise NotebookError(f"code cell {count} failed\n{message}") from error
    return notebook


def normalise(notebook: NotebookNode) -> NotebookNode:
    """Return a copy that holds only what a reader sees, and the same for the same outputs."""
    notebook = nbformat.from_dict(notebook)
    kernel = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    notebook.metadata = nbformat.from_dict(kernel)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    count = 0
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number}"
        cell.metadata = {key: cell.metadata[key] for key in ("tags",) if key in cell.metadata}
        cell.source = cell.source.strip("\n")
        if cell.cell_type != "code":
            continue
        cell.outputs = _merge_streams(cell.outputs)
        if cell.execution_count is not None:
            count += 1
            cell.execution_count = count
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = cell.execution_count
            output.get("data", {}).pop(WIDGET, None)  # a view whose state is not stored
    nbformat.validate(notebook)
    return notebook


def text(notebook: NotebookNode) -> str:
    """Return the notebook as it is stored."""
    written: str = nbformat.writes(notebook)
    return written.rstrip("\n") + "\n"


def _without_machine(content: str) -> str:
    """Return *content* without where Python and the project are on the machine that ran it."""
    for path, name in ((sysconfig.get_path("stdlib"), "python"), (str(ROOT), ".")):
        content = content.replace(path, name)
    return content


def run(path: Path) -> str:
    """Execute and store *path*; return what was done."""
    content = _without_machine(text(normalise(execute(path)))).encode()
    if len(content) > LIMIT_BYTES:
        size = f"{len(content):,} bytes with outputs, over {LIMIT_BYTES:,}"
        raise NotebookError(f"{size}: show less, or smaller pictures")
    _write(path, content)
    return f"{_name(path)}: run and stored, {len(content):,} bytes"


def check(path: Path) -> str:
    """Compare *path* with its normal form."""
    stored = path.read_bytes()
    if len(stored) > LIMIT_BYTES:
        raise NotebookError(f"{len(stored):,} bytes, over {LIMIT_BYTES:,}")
    notebook = nbformat.reads(stored.decode(), as_version=4)
    if stored.decode() != text(normalise(notebook)):
        raise NotebookError("not normalised: run `make notebooks`")
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if any(cell.execution_count is None for cell in code):
        raise NotebookError("stored without its outputs: run `make notebooks`")
    return f"{_name(path)}: normalised"


def html(path: Path, folder: Path = BUILD) -> str:
    """Execute *path* and write it to *folder* as one page that loads nothing from the web."""
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(embed_images=True, require_js_url="", mathjax_url="")
    name = {"metadata": {"name": path.stem}}
    page, _ = exporter.from_notebook_node(normalise(execute(path)), name)
    folder.mkdir(exist_ok=True)
    target = folder / f"{path.stem}.html"
    _write(target, page.encode())
    return f"{_name(path)}: {_name(target)}"


def _merge_streams(outputs: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Join neighbouring pieces of one stream: where it was cut is a matter of timing."""
    merged: list[NotebookNode] = []
    for stream, group in groupby(outputs, key=lambda output: output.get("name")):
        pieces = list(group)
        if stream is None:
            merged += pieces
        else:
            joined = "".join(piece.text for piece in pieces)
            merged.append(nbformat.v4.new_output("stream", name=stream, text=joined))
    return merged


def _write(path: Path, content: bytes) -> None:
    """Replace *path* at once, so that an interrupted run leaves the old file."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_bytes(content)
    draft.replace(path)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def main(argv: Sequence[str] | None = None) -> int:
    """Do one command to the notebooks named, or to all; return 1 if any failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = {"run": run, "check": check, "html": html}
    parser.add_argument("command", choices=commands)
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: all of notebooks/")
    args = parser.parse_args(argv)
    failed = False
    for path in args.notebooks or sorted(NOTEBOOKS.glob("*.ipynb")):
        try:
            print(commands[args.command](path.resolve()))
        except NotebookError as error:
            failed = True
            print(f"{_name(path.resolve())}: {error}", file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
