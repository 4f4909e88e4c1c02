"""The decks that grow under one cell, without a page."""

from contextvars import copy_context

import pytest
from IPython.utils.capture import capture_output

from flyte_nb import Deck, task
from flyte_nb.context.decks import on_deck
from flyte_nb.magics.deck_cell import CellDecks

pytestmark = pytest.mark.usefixtures("home")


def test_tasks_that_are_over_are_let_go_of_where_output_is_captured(shell):
    cell, scopes = CellDecks(shell, copy_context()), []

    def begin(scope, number, decks):
        scopes.append(scope)
        cell.live.begin(scope, number, decks)

    @task(enable_deck=True)
    def report() -> int:
        Deck("d", "x")
        assert cell.live.has(scopes[-1])
        return 1

    end = on_deck(begin)
    with capture_output():
        report()
        assert not cell.look()
    end()
    assert scopes
    assert not any(map(cell.live.has, scopes))
