"""What a kernel sends of decks that grow, and what it does not."""

import pytest
from kernels import started

pytestmark = pytest.mark.kernel
SETUP = """%load_ext flyte_nb
import threading, time
from flyte_nb import Deck, task, workflow
def live_threads():
    return [t.name for t in threading.enumerate() if t.name == "flyte_nb shows decks"]

@task(enable_deck=True, deck_fields=())
def quick(n: int) -> int:
    Deck("d", f"<p>number {n}</p>")
    return n

@task(enable_deck=True, deck_fields=())
def slow(seconds: float = 1.0) -> int:
    Deck("d", "<p>slow</p>")
    time.sleep(seconds)
    return 1
"""


@pytest.fixture(scope="module")
def kernel():
    with started(SETUP, kinds=None) as kernel:
        yield kernel


def run(kernel, code):
    """Run a cell that succeeds; return its messages by type."""
    status, messages = kernel.run(code)
    assert status == "ok", messages
    found = {}
    for message in messages:
        found.setdefault(message["msg_type"], []).append(message["content"])
    return found


def html(content):
    return content["data"].get("text/html", "")


def test_many_quick_tasks_have_no_live_view_and_one_report(kernel):
    found = run(kernel, "for n in range(10_000): quick(n=n)")
    assert "comm_open" not in found
    (report,) = found["display_data"]
    assert "10,000 runs" in html(report)
    assert html(report).count("<iframe data-flyte-nb-decks") == 5


def test_the_report_stands_in_the_place_of_the_view_and_leaves_no_state(kernel):
    found = run(kernel, "slow();")
    (view,) = found["display_data"]
    assert "application/vnd.jupyter.widget-view+json" in view["data"]
    (update,) = found["update_display_data"]
    assert update["transient"]["display_id"] == view["transient"]["display_id"]
    assert set(update["data"]) == {"text/html", "text/plain"}
    assert "slow</strong> succeeded" in html(update)
    assert len(found["comm_close"]) == len(found["comm_open"])
    kernel.run("while live_threads(): time.sleep(0.01)")


def test_the_report_of_a_task_stays_in_its_cell_whatever_another_one_runs(kernel):
    of_one = run(kernel, "thread = threading.Thread(target=slow); thread.start(); time.sleep(0.6)")
    (view,) = of_one["display_data"]
    of_other = run(kernel, "quick(n=1); time.sleep(2)")
    (update,) = of_other["update_display_data"]
    assert update["transient"]["display_id"] == view["transient"]["display_id"]
    assert "slow</strong> succeeded" in html(update)
    assert "quick</strong>" not in html(update)
    (report,) = of_other["display_data"]
    assert "quick</strong> succeeded" in html(report)
    assert "slow</strong>" not in html(report)


def test_a_task_that_fails_has_its_decks_in_the_report(kernel):
    status, messages = kernel.run("""
@task(enable_deck=True, deck_fields=())
def fails() -> None:
    Deck("d", "<p>so far</p>")
    time.sleep(0.8)
    raise ValueError("no")
fails()""")
    assert status == "error"
    (update,) = [m["content"] for m in messages if m["msg_type"] == "update_display_data"]
    assert "failed" in html(update)
    assert "so far" in html(update)


def test_output_that_is_captured_shows_nothing_live(kernel):
    found = run(kernel, "%%capture caught\n_ = slow()")
    assert "comm_open" not in found
    report = kernel.value("caught.outputs[0].data['text/plain']")
    assert report.startswith("slow: succeeded")


def test_a_cell_that_clears_its_output_still_has_its_report(kernel):
    found = run(
        kernel,
        """
from IPython.display import clear_output
@task(enable_deck=True, deck_fields=())
def clears() -> None:
    Deck("d", "<p>cleared</p>")
    time.sleep(0.8)
    clear_output()
    time.sleep(0.3)
clears()""",
    )
    _, report = found["display_data"]
    assert "update_display_data" not in found
    assert "clears</strong> succeeded" in html(report)
    assert len(found["comm_close"]) == len(found["comm_open"])


def test_a_run_with_a_record_of_its_own_leaves_no_second_copy(kernel):
    found = run(kernel, "run = %flyte_run slow --seconds 1.5")
    closed = [update for update in found["update_display_data"] if update["data"] == {}]
    assert len(closed) == 1
    records = [update for update in found["update_display_data"] if "succeeded" in html(update)]
    assert len(records) == 1


@pytest.mark.parametrize(
    "code", ["_ = slow.run().result()", "value = await slow.run()", "run = slow.run().wait()"]
)
def test_the_decks_of_a_run_that_nothing_shows_stand_in_the_place_of_the_view(kernel, code):
    found = run(kernel, code)
    (view,) = found["display_data"]
    (update,) = found["update_display_data"]
    assert update["transient"]["display_id"] == view["transient"]["display_id"]
    assert "slow</strong>" in html(update)
    assert "&lt;p>slow" in html(update) or "<p>slow" in html(update)
    assert update["data"]["text/plain"].endswith("  decks: d")


def test_the_decks_of_a_run_in_the_background_stay_once_its_cell_has_ended(kernel):
    run(kernel, "held = slow.run(seconds=2.0)\ntime.sleep(1)")
    found = run(kernel, "while live_threads(): time.sleep(0.01)")
    (update,) = found["update_display_data"]
    assert "slow</strong>" in html(update)


CHAIN = """
@task
def quiet(seconds: float) -> int:
    time.sleep(seconds)
    return 1

@task(enable_deck=True, deck_fields=())
def grown(n: int) -> int:
    Deck(f"d{n}", "<p>grown</p>")
    time.sleep(1)
    return n + 1

@workflow
def chain(seconds: float) -> int:
    return grown(n=grown(n=quiet(seconds=seconds)))
"""


@pytest.mark.parametrize(
    ("quiet_s", "busy_s"), [(0.0, 0.6), (0.0, 1.5), (1.0, 0.0)], ids=["first", "second", "none"]
)
def test_all_tasks_of_a_run_grow_under_the_cell_where_it_began(kernel, quiet_s, busy_s):
    """It ends while its first, its second or none of its tasks with decks runs."""
    run(kernel, CHAIN)
    began = run(kernel, f"held = chain.run(seconds={quiet_s})\ntime.sleep({busy_s})")
    views = [view["transient"]["display_id"] for view in began.get("display_data", ())]
    found = run(
        kernel,
        "held.wait(60); end = time.time() + 5\n"
        "while live_threads() and time.time() < end: time.sleep(0.01)",
    )
    assert "display_data" not in found  # which goes below the cell that runs
    (update,) = [update for update in found["update_display_data"] if update["data"]]
    assert update["transient"]["display_id"] in views or not views
    assert html(update).count("chain</strong>") == 1
    assert update["data"]["text/plain"].endswith("  decks: d1, d2")


def test_a_run_that_is_the_value_of_its_cell_leaves_no_second_copy(kernel):
    found = run(kernel, "slow.run().wait()")
    (update,) = found["update_display_data"]
    assert update["data"] == {}
    (value,) = found["execute_result"]
    assert "<p>slow" in html(value) or "&lt;p>slow" in html(value)


def test_of_many_runs_in_a_cell_the_last_ones_leave_their_decks(kernel):
    found = run(kernel, "for _ in range(7): slow.run(seconds=0.6).wait()")
    update = next(update for update in found["update_display_data"] if update["data"])
    assert html(update).count("slow</strong>") == 5
    assert "Decks of 2 earlier runs" in html(update)


def test_an_isolated_task_grows_as_well(kernel):
    found = run(kernel, "slow.run(seconds=2.0, isolate=True).result();")
    told = [str(content["data"]["state"].get("so_far")) for content in found["comm_open"]]
    assert any("<p>slow</p>" in each for each in told)


def test_a_copy_for_a_notebook_that_is_saved_meanwhile_is_bounded_and_taken_back(kernel):
    found = run(
        kernel,
        """
@task(enable_deck=True, deck_fields=())
def writes() -> None:
    deck = Deck("d", "<p>the beginning</p>")
    for _ in range(40):
        deck.append("<p>" + "x" * 50_000 + "</p>")
        time.sleep(0.12)
writes()""",
    )
    _, kept = found["display_data"]
    name = kept["transient"]["display_id"]
    updates = [u for u in found["update_display_data"] if u["transient"]["display_id"] == name]
    assert "the beginning" in html(kept)
    assert max(len(html(each)) for each in (kept, *updates)) < 600_000
    assert len(updates) < 4
    assert updates[-1]["data"] == {}


def test_all_that_is_sent_is_in_proportion_to_what_was_appended(kernel):
    found = run(
        kernel,
        """
@task(enable_deck=True, deck_fields=())
def writes() -> None:
    deck = Deck("d")
    for _ in range(300):
        deck.append("<p>" + "x" * 1000 + "</p>")
        time.sleep(0.01)
writes()""",
    )
    sent = [str(c) for c in found["comm_msg"]] + [str(c) for c in found["comm_open"]]
    assert sum(sent_one.count("x" * 1000) for sent_one in sent) < 2 * 300
