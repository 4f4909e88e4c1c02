"""When a run is ended, and how: decided without a process or a clock."""

import pytest

from flyte_nb.errors import InvalidValueError
from flyte_nb.run.isolation import Limits, Outcome
from flyte_nb.run.isolation.watch.ending import Ending, Step
from flyte_nb.run.isolation.watch.storage import Used

LIMITS = Limits(memory_bytes=100, storage_bytes=100, timeout_s=10, grace_s=3)


def test_within_its_limits_nothing_happens():
    ending = Ending(LIMITS, 0)
    assert ending.look(9.9, 100, Used(size_bytes=100)) is Step.NOTHING
    assert (ending.reason, ending.next_at) == (None, 10)


def test_a_timeout_is_sigterm_then_after_the_grace_sigkill():
    ending = Ending(LIMITS, 0)
    assert ending.look(10) is Step.TERMINATE
    assert ending.next_at == 13
    assert ending.look(12.9) is Step.NOTHING
    assert ending.look(13) is Step.KILL
    assert ending.look(14) is Step.NOTHING
    assert ending.reason is Outcome.DEADLINE_EXCEEDED


def test_memory_is_sigkill_at_once():
    ending = Ending(LIMITS, 0)
    assert ending.look(1, 101) is Step.KILL
    assert (ending.reason, ending.detail) == (Outcome.OOM_KILLED, "101 bytes of 100 bytes")
    assert ending.look(2, 150) is Step.NOTHING


def test_storage_is_an_eviction_with_a_second():
    ending = Ending(LIMITS, 0)
    assert ending.look(1, 0, Used(size_bytes=101, largest="a", largest_bytes=90)) is Step.TERMINATE
    assert ending.detail == "101 bytes (most in a, 90 bytes) of 100 bytes"
    assert ending.look(2) is Step.KILL
    assert ending.reason is Outcome.STORAGE_EXCEEDED


def test_a_preemption_comes_before_the_timeout():
    ending = Ending(Limits(timeout_s=10, preempt_after_s=2, grace_s=3), 100)
    assert ending.next_at == 102
    assert ending.look(102) is Step.TERMINATE
    assert ending.look(111) is Step.KILL
    assert ending.reason is Outcome.PREEMPTED


def test_what_came_first_is_the_reason():
    ending = Ending(LIMITS, 0)
    assert ending.cancel(1) is Step.TERMINATE
    assert ending.look(2, 101) is Step.KILL
    assert ending.cancel(2) is Step.NOTHING
    assert ending.reason is Outcome.CANCELLED


def test_a_second_cancel_does_not_wait_longer():
    ending = Ending(LIMITS, 0)
    ending.cancel(1)
    assert ending.cancel(3.9) is Step.NOTHING
    assert ending.cancel(4) is Step.KILL


def test_no_grace_is_sigkill_at_the_next_look():
    ending = Ending(Limits(grace_s=0), 0)
    assert ending.cancel(1) is Step.TERMINATE
    assert ending.look(1) is Step.KILL


def test_once_delivered_it_has_the_grace_to_end_and_no_reason():
    ending = Ending(LIMITS, 0)
    ending.delivered(9)
    assert ending.look(11) is Step.NOTHING
    assert ending.cancel(11.5) is Step.NOTHING
    assert ending.look(12) is Step.KILL
    assert ending.reason is None


@pytest.mark.parametrize("limit", [{"memory_bytes": 0}, {"timeout_s": -1}, {"grace_s": -0.1}])
def test_what_is_no_limit_is_refused(limit):
    with pytest.raises(InvalidValueError, match=next(iter(limit))):
        Limits(**limit)
