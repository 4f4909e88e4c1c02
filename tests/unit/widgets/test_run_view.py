"""The live view's kernel side; tests/browser drives the whole."""

import gc
import json
import time
import weakref

import pytest

from flyte_nb import task, workflow
from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.widgets import RunView

pytestmark = pytest.mark.usefixtures("home", "session")


@task
def double(a: int) -> int:
    print("doubling", a)  # noqa: T201 - what tasks print is what this is about
    return 2 * a


@workflow
def quadruple(a: int) -> int:
    return double(a=double(a=a))


class View(RunView):
    """Keeps the messages that would go to a page."""

    def __init__(self, *args, **kwargs):
        self.sent = []
        super().__init__(*args, **kwargs)

    def send(self, content, _buffers=None):
        self.sent.append(content)


@pytest.fixture
def cancelled():
    return []


@pytest.fixture
def view(clock, cancelled):
    run = quadruple.new_run(a=1)
    view = View(run, cancel=lambda *, force: cancelled.append(force), clock=clock)
    view.run = run
    yield view
    view.close()


def receive(view, message):
    """Deliver *message* as the front end would."""
    view._handle_custom_msg(message, [])


def test_changes_go_out_as_messages_and_now_and_then_as_a_whole(view, clock):
    before = view.frame
    view.run.run_here()
    view.update()
    (changes,) = view.sent
    assert changes["counts"] == {"SUCCEEDED": 2}
    assert view.frame == before
    clock.now = 3.0
    view.update()
    assert view.frame["counts"] == {"SUCCEEDED": 2}
    assert view.frame["seq"] >= changes["seq"]


def test_where_nothing_changes_that_is_said(view, clock):
    view.update()
    assert view.sent == []
    for clock.now in (1.0, 2.0, 3.0, 4.0):
        view.update()
    assert view.sent == [{"type": "alive"}] * 2


def test_what_tasks_print_is_never_in_the_state(view, clock):
    view.run.run_here()
    view.update()
    clock.now = 3.0
    view.update()
    assert "doubling" in json.dumps(view.sent)
    assert "doubling" not in json.dumps({k: str(v) for k, v in view.get_state().items()})


def test_hello_is_answered_with_all_of_it(view):
    view.run.run_here()
    view.update()
    view.sent.clear()
    receive(view, {"type": "hello"})
    frame, changes = view.sent
    assert frame["type"] == "frame"
    assert changes["seq"] == frame["seq"] + 1
    assert changes["log"] | {"path": ""} == {
        "path": "",
        "begins": True,
        "skipped": 0,
        "text": "doubling 2\n",
        "rest": "",
    }


def test_the_output_of_a_node_can_be_chosen(view):
    view.run.run_here()
    receive(view, {"type": "select", "path": "n0"})
    assert view.sent[-1]["log"]["text"] == "doubling 1\n"


def test_the_first_cancel_asks_and_the_second_forces(view, cancelled):
    for _ in range(2):
        receive(view, {"type": "cancel"})
    assert cancelled == [False, True]
    assert [message["forced"] for message in view.sent] == [False, True]
    view.run.run_here()
    receive(view, {"type": "cancel"})
    assert cancelled == [False, True]


@pytest.mark.parametrize("message", [None, "x", {}, {"type": "nope"}, {"type": ["x"]}])
def test_any_other_message_is_ignored(view, message):
    receive(view, message)
    assert view.sent == []


def test_where_no_widget_runs_there_is_a_picture(view):
    data = view._repr_mimebundle_()
    data = data[0] if isinstance(data, tuple) else data
    assert "quadruple" in data["text/html"]
    assert "quadruple" in repr(view)


def said(view, kind):
    return [message for message in view.sent if message["type"] == kind]


def until(condition):
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_view_that_no_page_has_shown_goes_away_at_the_end(view):
    view.run.run_here()
    view.finish("<p>over</p>")
    assert view.comm is None


def test_a_view_that_was_replaced_on_its_page_goes_away(view):
    receive(view, {"type": "hello", "page": "one"})
    view.run.run_here()
    view.finish("<p>over</p>")
    assert view.comm is not None
    receive(view, {"type": "bye", "page": "one"})
    assert view.comm is None


def test_a_page_that_was_loaded_again_is_given_the_record(view):
    receive(view, {"type": "hello", "page": "one"})
    receive(view, {"type": "hello", "page": "two"})  # one is gone without a word
    view.run.run_here()
    view.finish("<p>over</p>")
    assert view.frame == {}
    receive(view, {"type": "select", "path": "n0"})
    receive(view, {"type": "cancel"})
    view.update()
    until(lambda: said(view, "over"))
    assert said(view, "record") == []
    receive(view, {"type": "hello", "page": "two"})  # it shows the view still
    assert said(view, "record") == [{"type": "record", "html": "<p>over</p>"}]
    receive(view, {"type": "hello", "page": "three"})
    assert len(said(view, "record")) == 2
    receive(view, {"type": "bye", "page": "two"})
    assert view.comm is not None
    assert "over" in repr(view._repr_mimebundle_())


def test_a_page_that_is_opened_after_the_end_is_given_the_record(view):
    receive(view, {"type": "hello", "page": "one"})
    receive(view, {"type": "bye", "page": "one"})  # the notebook was closed
    view.run.run_here()
    view.finish("<p>over</p>")
    until(lambda: view._is_told)
    assert said(view, "record") == []
    receive(view, {"type": "hello", "page": "two"})
    assert said(view, "record")


def test_the_values_of_a_run_that_is_over_are_let_go(clock):
    run = quadruple.new_run(a=1)
    view = View(run, clock=clock)
    receive(view, {"type": "hello", "page": "one"})
    run.run_here()
    view.finish("<p>over</p>")
    left = weakref.ref(run)
    del run
    gc.collect()
    assert left() is None
    view.close()


def test_a_view_that_is_closed_leaves_nothing_of_the_run(clock):
    LEAK_GUARD.add("correct-horse")
    view = RunView(quadruple.new_run(a=1), clock=clock)
    assert view.frame["name"]
    view.close()
    assert view.frame == {}
