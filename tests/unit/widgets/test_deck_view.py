"""The kernel side of the view of decks that grow; tests/browser drives the whole."""

import pytest

from flyte_nb.context.decks import DeckCollection
from flyte_nb.context.scope import RunScope
from flyte_nb.context.workspace import Workspace
from flyte_nb.decks import Deck
from flyte_nb.decks.live import MESSAGE, SOON_S, LiveDecks
from flyte_nb.widgets import DeckView


class View(DeckView):
    """Keeps the messages that would go to a page."""

    def __init__(self, *args, **kwargs):
        self.sent = []
        super().__init__(*args, **kwargs)

    def send(self, content, _buffers=None):
        self.sent.append(content)

    def hear(self, **message):
        self._receive(self, message, [])


@pytest.fixture
def deck():
    return Deck("loss", "<p>1</p>", auto_add_to_deck=False)


@pytest.fixture
def view(clock, deck):
    scope = RunScope(
        settings=None, workspace=Workspace(), outputs=Workspace(), identify=lambda _: None
    )
    scope.within = "execution"
    live = LiveDecks(clock)
    live.begin(scope, 0, DeckCollection([deck]))
    clock.now += SOON_S
    view = View(live, clock=clock)
    yield view
    view.close()


def html(messages):
    changes = [change for message in messages for change in message["changes"]]
    return "".join(h for change in changes for h in change.get("html", ()))


def test_what_there_is_at_first_is_in_its_state_and_in_no_message(view):
    assert view.sent == []
    assert html([view.so_far]) == "<p>1</p>\n"
    assert "deck_live" not in view.page
    assert "<main" in view.page


def test_what_is_new_is_sent_once_and_numbered(view, deck):
    deck.append("<p>2</p>")
    assert view.update()
    deck.append("<p>3</p>")
    view.update()
    assert not view.update()
    assert [message["seq"] for message in view.sent] == [1, 2]
    assert html(view.sent) == "<p>2</p>\n<p>3</p>\n"


def test_a_page_that_asks_gets_all_of_it_and_no_other_page_does(view, deck):
    deck.append("x" * (2 * MESSAGE + 1))
    view.update()
    view.sent.clear()
    view.hear(type="hello", page="p", seq=0)
    rest, *messages = view.sent
    rests = [message for message in view.sent if message["type"] == "news"]
    assert rest in rests  # for all pages, before the one that asks hears everything
    messages = [message for message in view.sent if message["type"] == "all"]
    assert {message["to"] for message in messages} == {"p"}
    assert html(messages) == f"<p>1</p>\n{'x' * (2 * MESSAGE + 1)}\n"
    assert [message["first"] for message in messages][:2] == [True, False]
    assert [message["last"] for message in messages][-2:] == [False, True]
    assert messages[-1]["seq"] == rests[-1]["seq"]


def test_a_question_that_is_repeated_before_its_answer_is_there_costs_nothing(view, deck, clock):
    deck.append("<p>2</p>")
    view.hear(type="hello", page="p", seq=-1, question=1)
    sent = len(view.sent)
    clock.now += 2
    view.hear(type="hello", page="p", seq=-1, question=1)
    assert len(view.sent) == sent
    view.hear(type="hello", page="p", seq=-1, question=2)  # something was missing
    assert len(view.sent) > sent
    sent = len(view.sent)
    clock.now += 6  # it has heard nothing
    view.hear(type="hello", page="p", seq=-1, question=2)
    assert len(view.sent) > sent


def test_what_is_on_its_way_to_a_page_that_looks_is_not_sent_again(view, deck):
    deck.append("<p>2</p>")
    view.update()
    view.sent.clear()
    view.hear(type="hello", page="p", seq=0, question=1, look=True)
    assert view.sent == [{"type": "at", "to": "p", "seq": 1}]


def test_a_page_that_has_seen_more_before_it_asks_again_gets_nothing_twice(view, deck):
    view.hear(type="hello", page="p", seq=-1, question=1)
    deck.append("<p>2</p>")
    view.update()
    view.sent.clear()
    view.hear(type="hello", page="p", seq=0, question=1)
    assert view.sent == []


def test_a_page_that_has_all_hears_that_it_has(view):
    view.hear(type="hello", page="p", seq=0)
    assert view.sent == [
        {"type": "all", "to": "p", "seq": 0, "changes": [], "first": False, "last": True}
    ]


def test_who_cannot_ask_finds_what_it_has_missed(view, deck, clock):
    deck.append("<p>2</p>")
    clock.now += 1
    view.update()
    assert html([view.so_far]) == "<p>1</p>\n<p>2</p>\n"
    assert view.so_far["seq"] == 1


def test_nothing_is_repeated_where_it_is_large(view, deck, clock):
    deck.append("x" * 600_000)
    while view.update():
        pass
    clock.now += 1
    view.update()
    assert view.so_far["seq"] == 0


def test_nothing_is_repeated_for_who_can_ask(view, deck, clock):
    deck.append("<p>2</p>")
    view.update()
    view.hear(type="hello", page="p", seq=1)
    clock.now += 10
    view.update()
    assert view.so_far["seq"] == 0


def test_one_that_was_never_shown_is_gone_when_it_is_over(view):
    view.finish("<p>record</p>")
    assert view.comm is None
    assert (view.page, view.so_far) == ("", {})


def test_a_page_that_comes_late_gets_the_record(view):
    view.hear(type="hello", page="p", seq=0)
    view.sent.clear()
    view.finish("<p>record</p>")
    view._tell_over()
    assert view.sent == [{"type": "over"}]
    view.hear(type="hello", page="q", seq=-1)
    assert view.sent[1:] == [{"type": "record", "html": "<p>record</p>"}]
    assert (view.page, view.so_far) == ("", {})


def test_one_whose_pages_have_shown_the_record_is_gone(view):
    view.hear(type="hello", page="p", seq=0)
    view.finish("<p>record</p>")
    view.hear(type="bye", page="p")
    assert view.comm is None


@pytest.mark.parametrize("message", [None, [], "hello", {"type": "eval"}, {"page": 1}])
def test_what_it_does_not_know_changes_nothing(view, message):
    view._receive(view, message, [])
    assert view.sent == []
