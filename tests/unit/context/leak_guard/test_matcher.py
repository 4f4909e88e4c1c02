"""The automaton: what overlaps is one place, and where a pattern may have begun."""

import pytest

from flyte_nb.context.leak_guard import matcher
from flyte_nb.context.leak_guard.matcher import Matcher


@pytest.mark.parametrize("is_table", [True, False])
def test_both_automata_find_the_same(monkeypatch, is_table):
    monkeypatch.setattr(matcher, "_FOR_TABLE", 10**6 if is_table else 0)
    found = Matcher([b"abcd", b"cdef", b"bc", b"xy"]).find(b"-abcdef-bcbc-xabcd")
    assert found == [(1, 7), (8, 10), (10, 12), (14, 18)]


@pytest.mark.parametrize("length", range(1, 11))
def test_each_beginning_of_a_pattern_is_unfinished(length):
    beginning = b"hello world"[:length]
    assert Matcher([b"hello world", b"zz"]).unfinished(b"-----------" + beginning) == 11


def test_a_whole_pattern_is_unfinished_only_where_a_longer_one_goes_on():
    assert Matcher([b"hello"]).unfinished(b"-hello") == 6
    assert Matcher([b"hello", b"hello!"]).unfinished(b"-hello") == 1
    assert Matcher([b"hello"]).unfinished(b"") == 0


def test_no_pattern_is_in_its_repr():
    assert repr(Matcher([b"hunter22"])) == "Matcher(1 patterns)"
