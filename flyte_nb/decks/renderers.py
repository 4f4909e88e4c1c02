"""What turns values into HTML (flytekit's ``flytekit.deck.renderer``)."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from typing import Any, Protocol, runtime_checkable

from flyte_nb.errors import InvalidValueError

from .table import html_table

DEFAULT_MAX_ROWS = 10
DEFAULT_MAX_COLS = 100


@runtime_checkable
class Renderable(Protocol):
    """Turns a value into HTML."""

    def to_html(self, python_value: Any) -> str:
        """Return *python_value* as HTML."""


class TopFrameRenderer:
    """The first and the last rows of a data frame: of pandas, polars or pyarrow.

    Args:
        max_rows: How many rows.
        max_cols: How many columns.

    Example:
        >>> @task(enable_deck=True)
        ... def load() -> Annotated[pd.DataFrame, TopFrameRenderer(20)]:
        ...     return frame
    """

    def __init__(self, max_rows: int = DEFAULT_MAX_ROWS, max_cols: int = DEFAULT_MAX_COLS) -> None:
        self._max_rows = max_rows
        self._max_cols = max_cols

    def to_html(self, df: Any) -> str:
        """Return *df* as a table.

        Raises:
            InvalidValueError: It is no data frame.
        """
        package = _package(df)
        if package == "pandas" and hasattr(df, "to_html"):
            return str(df.to_html(max_rows=self._max_rows, max_cols=self._max_cols))
        if package == "polars" and hasattr(df, "to_arrow"):
            dtypes = map(str, df.dtypes)
            columns = [s[: self._max_rows].to_list() for s in df.get_columns()[: self._max_cols]]
            return _of_columns(df.columns[: self._max_cols], dtypes, columns, df.shape)
        return _arrow_table(df, self._max_rows, self._max_cols)


class ArrowRenderer:
    """The first rows of a table of pyarrow.

    Example:
        >>> Deck("table", ArrowRenderer().to_html(table))
    """

    def to_html(self, df: Any) -> str:
        """Return *df* as a table.

        Raises:
            InvalidValueError: It is no table of pyarrow.
        """
        return _arrow_table(df, DEFAULT_MAX_ROWS, DEFAULT_MAX_COLS)


class MarkdownRenderer:
    """Markdown, with tables and strikethrough; HTML in it stays HTML.

    Example:
        >>> Deck("notes", MarkdownRenderer().to_html("# Done"))
    """

    def to_html(self, text: str) -> str:
        """Return *text* as HTML."""
        from markdown_it import MarkdownIt

        return str(MarkdownIt().enable(["table", "strikethrough"]).render(text))


class SourceCodeRenderer:
    """Python source with its words in colours, readable in both themes.

    Args:
        title: As flytekit has it; it is not shown.

    Example:
        >>> Deck("source", SourceCodeRenderer().to_html(inspect.getsource(train)))
    """

    def __init__(self, title: str = "Source Code") -> None:
        self._title = title

    def to_html(self, source_code: str) -> str:
        """Return *source_code* as HTML."""
        from .source_style import highlighted

        return highlighted(source_code)


class PythonDependencyRenderer:
    """The packages that this Python can import, and the same as a ``requirements.txt``.

    Args:
        title: As flytekit has it; it is not shown.

    Example:
        >>> Deck("packages", PythonDependencyRenderer().to_html())
    """

    def __init__(self, title: str = "Dependencies") -> None:
        self._title = title

    def to_html(self) -> str:
        """Return names and versions as HTML."""
        from .packages import installed_packages

        return _packages_html(installed_packages())


@lru_cache(maxsize=1)
def _packages_html(found: tuple[tuple[str, str], ...]) -> str:
    lines = escape("\n".join(f"{name}=={version}" for name, version in found))
    return (
        f"{html_table(('Name', 'Version'), found, f'{len(found)} packages')}"
        f"<details><summary>requirements.txt</summary><pre>{lines}</pre></details>"
    )


def _arrow_table(table: Any, max_rows: int, max_cols: int) -> str:
    if _package(table) != "pyarrow" or not hasattr(table, "schema"):
        name = type(table).__name__
        raise InvalidValueError(f"a {name} is no data frame", hint="append it to the deck as it is")
    fields = list(table.schema)[:max_cols]
    columns = [table.column(n).slice(0, max_rows).to_pylist() for n in range(len(fields))]
    types = (str(field.type) for field in fields)
    return _of_columns([field.name for field in fields], types, columns, table.shape)


def _of_columns(
    names: list[str], types: Any, columns: list[list[Any]], shape: tuple[int, int]
) -> str:
    head = [f"{name} ({kind})" for name, kind in zip(names, types, strict=False)]
    rows = list(zip(*columns, strict=True))
    shown = f"{len(rows)} of " if len(rows) < shape[0] else ""
    return html_table(head, rows, f"{shown}{shape[0]:,} rows, {shape[1]:,} columns")


def _package(value: Any) -> str:
    return type(value).__module__.partition(".")[0]
