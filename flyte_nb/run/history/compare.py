"""Two runs beside each other: what was given, what came out, what took how long."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flyte_nb.errors import InvalidValueError
from flyte_nb.run.views.record_words import label, took
from flyte_nb.run.words import duration

from .folder import HistoryFolder
from .runs import run_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .node_record import DeckRecord, NodeRecord
    from .record import RunRecord

DIFFERS, NOTHING = "≠", "-"
_MUCH = 1.5  # times as long, and by _LONG_S at least: less than that comes at random
_LONG_S = 0.1
DeckKey = tuple[str, str, int]

Row = tuple[str, str, str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class DeckPair:
    """A deck of one run and that of the other in its place.

    Attributes:
        node: Name of the node that made it.
        name: What its tab says.
        a: In the first run, None where it has none.
        b: In the second one.
    """

    node: str
    name: str
    a: DeckRecord | None
    b: DeckRecord | None

    @property
    def differs(self) -> bool:
        """Whether they are not the same, as far as both were kept."""
        a, b = self.a, self.b
        return a is None or b is None or (a.digest, a.size_bytes) != (b.digest, b.size_bytes)


@dataclass(frozen=True, slots=True, repr=False)
class Comparison:
    """Two runs; shows itself in a notebook and in a terminal.

    Each row is (mark, what, in the first, in the second); the mark is empty where nothing differs.

    Attributes:
        a: The first run.
        b: The second one.
    """

    a: RunRecord
    b: RunRecord

    def about(self) -> list[Row]:
        """Return what was run, how, and how that ended."""
        a, b = ({**_about(one), **_texts(one.options)} for one in (self.a, self.b))
        rows = beside(a, b)
        a_s, b_s = self.a.seconds, self.b.seconds
        mark = DIFFERS if _is_much_longer(a_s or 0.0, b_s or 0.0) else ""
        rows.append((mark, "took", _time(a_s), _time(b_s)))
        # What is the same of the software is left out: there is a lot of it.
        return rows + [row for row in beside(self.a.versions, self.b.versions) if row[0]]

    def inputs(self) -> list[Row]:
        """Return what they were given."""
        return beside(self.a.inputs, self.b.inputs)

    def outputs(self) -> list[Row]:
        """Return what came out."""
        return beside(self.a.outputs, self.b.outputs)

    def nodes(self) -> list[Row]:
        """Return how their nodes went and how long they took, in the order of the first run."""
        a = {node.path: node for node in self.a.nodes}
        b = {node.path: node for node in self.b.nodes}
        return [_node_row(path, a.get(path), b.get(path)) for path in {**a, **b}]

    def values(self) -> list[Row]:
        """Return inputs and outputs of their nodes that differ, where there are several nodes."""
        a, b = (_values(one) if len(one.nodes) > 1 else {} for one in (self.a, self.b))
        return [row for row in beside(a, b) if row[0]]

    def decks(self) -> list[DeckPair]:
        """Return their decks in pairs."""
        a, b = _decks(self.a), _decks(self.b)
        names = {node.path: label(node) for node in (*self.b.nodes, *self.a.nodes)}
        return [
            DeckPair(node=names[key[0]], name=key[1], a=a.get(key), b=b.get(key))
            for key in {**a, **b}
        ]

    def __repr__(self) -> str:
        return f"<runs {self.a.id} and {self.b.id}, compared>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        from flyte_nb.run.views.compare_view import comparison_html, comparison_text

        return {"text/plain": comparison_text(self), "text/html": comparison_html(self)}


def compare_runs(a: Any, b: Any = None, *, history: HistoryFolder | None = None) -> Comparison:
    """Return two runs beside each other; in a notebook that shows itself.

    Args:
        a: One of them; as for `run_record`.
        b: The other one; by default the newest of the same task or workflow, and where that is
            *a* itself, the one before it comes first.
        history: Where they are kept; the usual place by default.

    Raises:
        InvalidValueError: There is no such run, there are several, it cannot be read, or there is
            no other one of the same task or workflow.

    Example:
        >>> compare_runs("-2", "last").inputs()
        [('≠', 'a', '2', '3')]
    """
    history = HistoryFolder() if history is None else history
    one = run_record(a, history=history)
    if b is not None:
        return Comparison(one, run_record(b, history=history))
    alike = (h.id for h in history.heads() if (h.name, h.kind) == (one.name, one.kind))
    newest = next(alike, one.id)
    other = next(alike, None) if newest == one.id else newest
    if other is None:
        raise InvalidValueError(
            f"there is no other run of {one.name} to compare {one.id} with",
            hint="name two runs; %flyte_runs lists those that there are",
        )
    found = run_record(other, history=history)
    return Comparison(found, one) if newest == one.id else Comparison(one, found)


def beside(a: Mapping[str, str], b: Mapping[str, str]) -> list[Row]:
    """Return a row for each name of either."""
    return [
        ("" if a.get(name) == b.get(name) else DIFFERS, name, a.get(name, NOTHING),
         b.get(name, NOTHING))
        for name in {**a, **b}
    ]  # fmt: skip


def _about(record: RunRecord) -> dict[str, str]:
    found = {
        record.kind: record.name,
        "version": record.version,
        "ended": record.outcome,
        "error": record.error,
        "notebook": record.notebook,
    }
    return {name: value for name, value in found.items() if value}


def _texts(options: Mapping[str, Any]) -> dict[str, str]:
    return {name: repr(value) for name, value in options.items()}


def _node_row(path: str, a: NodeRecord | None, b: NodeRecord | None) -> Row:
    one = a or b
    name = path if one is None else label(one)
    mark = DIFFERS if a is None or b is None or _differ(a, b) else ""
    return mark, name, _in_words(a), _in_words(b)


def _differ(a: NodeRecord, b: NodeRecord) -> bool:
    if (a.phase, a.calls, a.error, len(a.attempts)) != (b.phase, b.calls, b.error, len(b.attempts)):
        return True
    return _is_much_longer(a.seconds() or 0.0, b.seconds() or 0.0)


def _is_much_longer(a_s: float, b_s: float) -> bool:
    less, more = sorted((a_s, b_s))
    return more >= less * _MUCH and more - less >= _LONG_S


def _values(record: RunRecord) -> dict[str, str]:
    return {
        f"{label(node)}: {kind} {name}": value
        for node in record.nodes
        for kind, words in (("input", node.inputs), ("output", node.outputs))
        for name, value in words.items()
    }


def _time(seconds: float | None) -> str:
    return NOTHING if seconds is None else duration(seconds)


def _in_words(node: NodeRecord | None) -> str:
    if node is None:
        return NOTHING
    words = [node.phase.value, took(node)]
    if len(node.attempts) > 1:
        words.append(f"{len(node.attempts)} attempts")
    return ", ".join([*filter(None, words), *filter(None, [node.error])])


def _decks(record: RunRecord) -> dict[DeckKey, DeckRecord]:
    """Return the decks of each node's last attempt that has any, by what tells them apart."""
    return dict(_numbered(record.nodes))


def _numbered(nodes: Iterable[NodeRecord]) -> Iterable[tuple[DeckKey, DeckRecord]]:
    for node in nodes:
        decks = next((a.decks for a in reversed(node.attempts) if a.decks), ())
        seen: Counter[str] = Counter()
        for deck in decks:
            yield (node.path, deck.name, seen[deck.name]), deck
            seen[deck.name] += 1
