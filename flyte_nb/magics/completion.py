"""Completion of the lines of our magics, without the answers that IPython has for Python."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from IPython.core.completer import SimpleCompletion, context_matcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.completer import CompletionContext, SimpleMatcherResult
    from IPython.core.interactiveshell import InteractiveShell

_MAGIC = re.compile(r"\s*(?:(?:[\w.,\s]+=\s*)?(?=%))?(%{0,2}\w+)\s")  # also run = %flyte_run …
_FIRST = 1_000  # of all matchers


class _Nothing(list[Any]):
    """No completions, and yet an answer: IPython asks others only where there is none."""

    def __len__(self) -> int:
        return 1


class LineCompleter:
    """Asks the one function that knows a magic what can follow in its line.

    IPython's own hook for this, ``complete_command``, lets Jedi put the names that Python has
    there among the answers.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell: Any = shell
        self._known: dict[str, tuple[Callable[[Any, Any], list[str]], bool]] = {}

    def install(self) -> Callable[[], None]:
        """Look at each line from now on; return what ends that."""
        matchers = self._shell.Completer.custom_matchers
        matchers.append(self.match)
        return lambda: matchers.remove(self.match)

    def add(
        self, magic: str, complete: Callable[[Any, Any], list[str]], *, is_all: bool = False
    ) -> None:
        """Ask *complete* about the lines of *magic*.

        Args:
            magic: With its percent sign, or both.
            complete: Called with the shell and with what is there: its ``line`` up to the cursor
                and the ``symbol`` at its end, which is to be completed. It returns what can
                stand there.
            is_all: Whether nothing else can follow, also where it returns nothing.
        """
        self._known[magic] = complete, is_all

    @context_matcher(identifier="flyte_nb", priority=_FIRST)
    def match(self, context: CompletionContext) -> SimpleMatcherResult:
        """Return what can follow in the line of *context*."""
        line = context.text_until_cursor
        complete, is_all = self._known.get(_magic_of(line), (None, False))
        if complete is None:
            return {"completions": []}
        begin = line.index("%") if "%" in line else 0
        symbol = self._shell.Completer.splitter.split_line(line)
        found = complete(self._shell, SimpleNamespace(line=line[begin:], symbol=symbol))
        fits = [word for word in found if word.startswith(symbol)]
        fits = fits or [word for word in found if word.lower().startswith(symbol.lower())]
        words: list[SimpleCompletion] = [SimpleCompletion(word) for word in fits]
        if not words and is_all:
            words = _Nothing()
        return {
            "completions": words,
            "suppress": bool(words),
            "ordered": True,
            "matched_fragment": symbol,
        }


def names_in_expression(shell: Any, symbol: str) -> list[str]:
    """Return names of the notebook, or attributes, that can stand in an expression."""
    if "." in symbol:
        found: list[str] = shell.Completer.attr_matches(symbol)
        return found
    return [name for name in shell.user_ns if not name.startswith("_")]


def _magic_of(line: str) -> str:
    """Return the magic that *line* is of, with its percent sign; empty for none."""
    found = _MAGIC.match(line)
    name = found[1] if found else ""
    return name if not name or name.startswith("%") else f"%{name}"
