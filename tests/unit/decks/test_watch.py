"""Who is told that a deck grew, and what is new in it."""

import copy
import pickle
import threading
from datetime import datetime, timezone

import plotly.graph_objects as go

from flyte_nb import Deck, current_context, task
from flyte_nb.decks import TimeLineDeck


def deck(html=""):
    return Deck("d", html, auto_add_to_deck=False)


def test_each_piece_is_told_with_its_deck_and_read_from_where_one_was():
    told = []
    watched = deck("<p>before")
    watched.watch(lambda grown: told.append((grown, grown.pieces(1))))
    watched.append("<p>1").append("").append(2)
    assert [one for one, _ in told] == [watched, watched]
    first, second = (pieces for _, pieces in told)
    assert first == ["<p>1"]
    assert second[:1] == ["<p>1"]
    assert ">2</pre>" in second[1]


def test_a_plot_and_its_library_are_told_at_once():
    told = []
    watched = deck()
    watched.watch(lambda grown: told.append(len(grown.pieces())))
    watched.append(go.Figure()).append(go.Figure())
    assert told == [2, 3]


def test_parts_of_a_timeline_are_told():
    told = []
    watched = TimeLineDeck("t", auto_add_to_deck=False)
    watched.watch(lambda grown: told.append(len(grown.time_info)))
    now = datetime.now(timezone.utc)
    times = {"Start": now, "Finish": now, "WallTime": 0, "ProcessTime": 0}
    watched.append_time_info({"Name": "x", **times})
    assert told == [1]


def test_one_that_fails_ends_no_task_and_keeps_nothing_from_others(caplog):
    told = []
    watched = deck()
    watched.watch(lambda _: 1 / 0)
    watched.watch(told.append)
    assert watched.append("x").html == "x"
    assert told == [watched]
    assert "a watcher of the deck d failed" in caplog.text


def test_copies_are_not_watched():
    told = []
    watched = deck("x")
    watched.watch(told.append)
    for other in (copy.deepcopy(watched), pickle.loads(pickle.dumps(watched))):
        other.append("y")
        assert other.html.startswith("x\n")
    assert told == []


def test_decks_of_a_context_those_that_are_there_and_those_to_come():
    told = []

    @task
    def f() -> int:
        context = current_context()
        there = Deck("there", "1")
        context._collection.watch(lambda grown: told.append((grown.name, len(grown.pieces()))))
        there.append("2")
        context.default_deck.append("3")
        inner = context.builder().build()
        inner.default_deck.append("4")
        Deck("apart", "5", auto_add_to_deck=False).append("6")
        context.decks.append("no deck")
        return 1

    f()
    assert told == [("there", 1), ("there", 2), ("default", 0), ("default", 1), ("default", 2)]


def test_every_piece_is_seen_once_from_whichever_thread():
    seen, lock = [], threading.Lock()
    watched = deck()

    def take(grown):
        with lock:
            seen.extend(grown.pieces(len(seen)))

    watched.watch(take)
    threads = [
        threading.Thread(target=lambda n=n: [watched.append(f"{n}") for _ in range(500)])
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == watched.pieces()
    assert len(seen) == 4000
