"""What a live view is told of decks that grow: all of it, once, in bounded messages, masked."""

import sys
from datetime import datetime, timezone
from itertools import chain

import pytest

from flyte_nb import Deck, current_context, task
from flyte_nb.context.decks import on_deck
from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.decks.how_shown import deck_display
from flyte_nb.decks.live import MESSAGE, MOST_TASKS, SOON_S, LiveDecks
from flyte_nb.decks.live_task import LiveGroup
from flyte_nb.errors import FlyteRecoverableException

pytestmark = pytest.mark.usefixtures("home", "session")
SECRET = "correct-horse-battery"


@pytest.fixture
def live(clock):
    """The decks of all tasks that run in the test."""
    decks = LiveDecks(clock)
    end = on_deck(decks.begin)
    yield decks
    end()


def wait(live, clock):
    """Let enough time go by; return what is new then."""
    clock.now += SOON_S + 0.1
    return live.news()


def run_in_task(function, **options):
    """Call *function* in a running task, and return what it returns."""
    found = []

    @task(**{"enable_deck": True, "deck_fields": (), **options})
    def train() -> int:
        found.append(function())
        return 1

    train()
    return found[-1]


def html(messages):
    """Return what each deck was told, by its number, as a page puts it together."""
    decks, parts = {}, {}
    for change in messages:
        if "html" not in change:
            continue
        number, pieces = change["deck"], list(change["html"])
        pieces[0] = parts.pop(number, "") + pieces[0]
        if change["more"]:
            parts[number] = pieces.pop()
        decks.setdefault(number, []).extend(pieces)
    return decks


def heads(messages):
    return [change for change in messages if "name" in change]


def labels(messages):
    return [change["label"] for change in messages if "label" in change]


def test_each_piece_is_told_once(live, clock):
    def body():
        deck = Deck("loss", "<p>1")
        told = [wait(live, clock)]
        deck.append("<p>2").append("<p>3")
        return [*told, live.news(), live.news()]

    first, second, third = run_in_task(body)
    assert first == [
        {"group": 1, "label": ""},
        {"group": 1, "deck": 2, "name": "loss", "drawn": False},
        {"title": f"Decks of {train_name()}", "growing": True},
        {"deck": 2, "html": ["<p>1\n"], "more": False},
    ]
    assert second == [{"deck": 2, "html": ["<p>2\n", "<p>3\n"], "more": False}]
    assert third == []


def train_name():
    return f"{__name__}.run_in_task.<locals>.train"


def test_a_quick_task_is_not_told_of(live, clock):
    def body():
        Deck("d", "x")
        return live.news()

    assert run_in_task(body) == []
    assert wait(live, clock) == []
    assert not live.is_running


def test_a_deck_with_nothing_in_it_is_no_tab_yet(live, clock):
    def body():
        deck = Deck("d")
        told = [wait(live, clock)]
        deck.append("x")
        return [*told, live.news()]

    nothing, found = run_in_task(body)
    assert nothing == []
    assert [head["name"] for head in heads(found)] == ["d"]


def test_messages_are_bounded_and_add_up(live, clock):
    pieces = ["a" * 1000, "b" * (2 * MESSAGE + 5), "c" * 10]

    def body():
        deck = Deck("d")
        for piece in pieces:
            deck.append(piece)
        told = [wait(live, clock)]
        while told[-1]:
            told.append(live.news())
        return told

    told = run_in_task(body)
    sizes = [sum(len(h) for change in message for h in change.get("html", ())) for message in told]
    assert max(sizes) <= MESSAGE
    assert len(told) == 4
    assert html(chain(*told)) == {2: [f"{piece}\n" for piece in pieces]}


def test_a_large_deck_leaves_room_for_others(live, clock):
    def body():
        Deck("large", "x" * (10 * MESSAGE))
        Deck("small", "y")
        return html([*wait(live, clock), *live.news()])

    assert ["y\n"] in run_in_task(body).values()


def test_all_that_was_told_can_be_told_again(live, clock):
    def body():
        deck = Deck("d", "<p>1").append("z" * (MESSAGE + 7)).append("<p>2")
        Deck("e", "other")
        told = wait(live, clock)
        told += [change for message in live.rest() for change in message]
        again = [change for message in live.everything() for change in message]
        deck.append("<p>3")
        return told, again, live.news()

    told, again, after = run_in_task(body)
    assert html(again) == html(told)
    assert heads(again) == heads(told)
    assert "<p>3\n" in html(after)[2]


def test_attempts_have_a_group_each(live, clock):
    told = []

    def body():
        Deck("d", f"attempt {current_context().attempt}")
        told.append(wait(live, clock))
        if current_context().attempt == 0:
            raise FlyteRecoverableException("once more")

    run_in_task(body, retries=1)
    assert labels(told[0]) == [""]
    assert labels(told[1]) == ["Attempt 1", "Attempt 2"]
    assert html(told[1]) == {4: ["attempt 1\n"]}


def test_tasks_have_a_group_each_under_their_names(live, clock):
    def body():
        Deck("d", "x")
        return wait(live, clock)

    told = [run_in_task(body), run_in_task(body)]
    assert [labels(one) for one in told] == [[""], [train_name(), train_name()]]


def test_the_last_tasks_are_shown_and_the_others_go(live, clock):
    told = []

    def body():
        Deck("d", "x")
        told.extend(wait(live, clock))

    for _ in range(MOST_TASKS + 2):
        run_in_task(body)
    told += live.news()
    closed = [change["group"] for change in told if change.get("close")]
    opened = [head["group"] for head in heads(told)]
    assert closed == opened[:2]
    assert len(opened) - len(closed) == MOST_TASKS
    assert told[-1] == {"title": f"Decks of {train_name()}", "growing": False}


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [
        ([f"<p>{SECRET}</p>"], "<p>••••</p>\n"),
        (["<p>correct-<b>horse</b>-battery</p>"], "<p>••••<b></b></p>\n"),
        (["one", SECRET, "two"], "one\n••••\ntwo\n"),
    ],
)
def test_secrets_are_masked(live, clock, pieces, shown):
    LEAK_GUARD.add(SECRET)

    def body():
        deck = Deck("d")
        for piece in pieces:
            deck.append(piece)
        return wait(live, clock)

    assert "".join(*html(run_in_task(body)).values()) == shown


def test_a_secret_that_two_pieces_make_is_masked_and_they_are_one(live, clock):
    LEAK_GUARD.add("first of it\nand the second")

    def body():
        deck = Deck("d", "before").append("<p>first of it")
        told = wait(live, clock)
        assert "first of it" not in str(told)
        deck.append("and the second</p>")
        return [*told, *live.news()]

    (pieces,) = html(run_in_task(body)).values()
    assert pieces == ["before\n", "<p>••••</p>\n"]  # and no half of one, parsed by itself


def test_names_of_decks_are_masked_and_told_apart(live, clock):
    LEAK_GUARD.add(SECRET)

    def body():
        for _ in range(2):
            Deck(f"d {SECRET}", "x")
        return wait(live, clock)

    assert [head["name"] for head in heads(run_in_task(body))] == ["d ••••", "d •••• (2)"]


def test_time_is_linear_in_the_number_of_decks_of_one_name():
    def calls(count):
        """Return how many functions run: unlike time, the same on a busy machine."""
        group, decks, events = LiveGroup(0), [Deck("same", "x") for _ in range(count)], []
        sys.setprofile(lambda _frame, event, _arg: events.append(event))
        for number, deck in enumerate(decks):
            group.add(deck, number)
        sys.setprofile(None)
        return len(events)

    calls(10)
    assert calls(2000) < 11 * calls(200)


def add_part(n):
    now = datetime.now(timezone.utc)
    times = {"Start": now, "Finish": now, "WallTime": 0, "ProcessTime": 0}
    current_context().timeline_deck.append_time_info({"Name": f"part {n}", **times})


def test_a_timeline_is_drawn_anew_and_the_sum_stays_in_proportion(live, clock):
    def body():
        add_part(0)
        told = [wait(live, clock)]
        for n in range(1, 500):
            add_part(n)
            told.append(live.news())
        return told, len(current_context().timeline_deck.html)

    told, size = run_in_task(body, enable_deck=None)
    assert [head["drawn"] for head in heads(told[0])] == [True]
    drawn = html(chain(*told))[2]
    assert "part 0" in drawn[1]
    assert "part 1" in drawn[1]
    assert sum(map(len, drawn)) < 64 * 1024 + 4 * size


def test_a_timeline_that_the_page_at_the_end_has_not_is_not_told_of(live, clock):
    def body():
        add_part(0)
        return wait(live, clock)

    assert run_in_task(body) == []


@pytest.mark.parametrize(
    ("mode", "enable_deck", "is_told"),
    [("auto", None, True), ("auto", False, False), ("always", False, True), ("off", True, False)],
)
def test_decks_that_are_not_shown_in_the_end_are_not_shown_before(
    live, clock, mode, enable_deck, is_told
):
    def body():
        Deck("d", "x")
        return bool(wait(live, clock))

    deck_display(mode)
    try:
        assert run_in_task(body, enable_deck=enable_deck) == is_told
    finally:
        deck_display("auto")


def test_what_is_kept_meanwhile_is_bounded(live, clock):
    def body():
        Deck("d", "x" * 1000)
        Deck("e", "y")
        wait(live, clock)
        return live.tabs(100), live.tabs(5000)

    short, whole = run_in_task(body)
    assert [(tab.name, len(tab.html)) for tab in short] == [("d", 100)]
    assert [(tab.name, len(tab.html)) for tab in whole] == [("d", 1001), ("e", 2)]


def test_a_listener_that_fails_ends_no_task(caplog):
    end = on_deck(lambda *_: 1 / 0)
    try:
        assert run_in_task(lambda: Deck("d", "x").html) == "x"
    finally:
        end()
    assert "cannot be shown as they grow" in caplog.text
