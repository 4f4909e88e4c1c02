"""How attempts end in processes of their own, and which of these ends are tried again."""

import os
import signal
import sys
import time
import traceback

import pytest

from flyte_nb import FlyteRecoverableException, PodTemplate, Resources, current_context, task
from flyte_nb.errors import InvalidValueError, PodFailedError, PodTimeoutError, TaskTimeoutError
from flyte_nb.run.record import Phase

pytestmark = pytest.mark.usefixtures("session")


class OwnError(Exception):
    def __init__(self, code, *, detail):
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail


def phases(attempts):
    return [a.phase for a in attempts]


def test_the_users_own_exception_comes_out_and_is_not_tried_again(attempts):
    @task(retries=2)
    def fails(a: int) -> int:
        raise OwnError(a, detail="of the user") from KeyError("cause")

    run = fails.run(a=3, isolate=True)
    (attempt,) = attempts(run)
    with pytest.raises(OwnError) as caught:
        run.result()
    assert (caught.value.code, caught.value.detail) == (3, "of the user")
    assert isinstance(caught.value.__cause__, KeyError)
    assert 'raise OwnError(a, detail="of the user")' in run.traceback
    assert attempt.phase is Phase.FAILED
    assert attempt.exit_code == 1


def test_the_frames_of_a_coroutine_are_the_users():
    @task
    async def fails() -> None:
        raise OwnError(1, detail="awaited")

    error = fails.run(isolate=True).wait(60).error
    assert isinstance(error, OwnError)
    files = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
    assert files[-1] == __file__
    assert not any("asyncio" in file for file in files)


def test_a_recoverable_one_is_tried_again(attempts):
    @task(retries=1)
    def recovers() -> int:
        if current_context().attempt == 0:
            raise FlyteRecoverableException("again")
        return 1

    run = recovers.run(isolate=True)
    assert phases(attempts(run)) == [Phase.RETRYABLE_FAILURE, Phase.SUCCEEDED]
    assert run.result() == 1


def test_out_of_memory(attempts):
    @task(limits=Resources(mem="200Mi"), retries=1)
    def grows(size: int) -> int:
        return len(bytearray(size if current_context().attempt == 0 else 1))

    run = grows.run(size=400 << 20, isolate=True)
    first, second = attempts(run)
    assert (first.outcome, first.exit_code) == ("OOMKilled", 137)
    assert first.peak_memory_bytes > 200 << 20
    assert "OOMKilled (exit code 137)" in first.error
    assert second.phase is Phase.SUCCEEDED


def test_out_of_memory_for_good(attempts):
    @task(requests=Resources(mem="150Mi"))
    def grows() -> int:
        block = bytearray(300 << 20)
        time.sleep(5)
        return len(block)

    run = grows.run(isolate=True)
    (attempt,) = attempts(run)
    assert attempt.phase is Phase.FAILED
    with pytest.raises(PodFailedError) as caught:
        run.result()
    assert caught.value.outcome == "OOMKilled"
    assert caught.value.exit_code == 137
    assert caught.value.peak_memory_bytes == attempt.peak_memory_bytes > 150 << 20
    assert "Resources(mem=" in caught.value.hint


@pytest.mark.parametrize(
    ("end", "code", "word"),
    [
        (lambda: os._exit(3), 3, "exit code 3"),
        (lambda: sys.exit(4), 4, "exit code 4"),
        (lambda: os.kill(os.getpid(), signal.SIGSEGV), 139, "SIGSEGV"),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), 137, "SIGKILL"),
    ],
)
def test_an_end_without_an_error_is_tried_again(attempts, end, code, word):
    @task(retries=1)
    def ends() -> int:
        if current_context().attempt == 0:
            end()
        return 1

    run = ends.run(isolate=True)
    first, second = attempts(run)
    assert (first.exit_code, second.exit_code) == (code, 0)
    assert first.phase is Phase.RETRYABLE_FAILURE
    assert word in first.error
    assert run.result() == 1


def test_a_timeout_ends_what_ignores_the_signal(attempts):
    spec = {"terminationGracePeriodSeconds": 1, "containers": [{"name": "primary"}]}

    @task(timeout=0.3, retries=1, pod_template=PodTemplate(spec))
    def hangs() -> int:
        if current_context().attempt == 0:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(60)
        return 1

    run = hangs.run(isolate=True)
    first, second = attempts(run)
    assert first.outcome == "DEADLINE_EXCEEDED"
    assert 1 < first.duration_s < 5
    assert second.phase is Phase.SUCCEEDED

    last = hangs.run(isolate=True, attempts=1)
    with pytest.raises(TaskTimeoutError) as caught:
        last.result(60)
    assert isinstance(caught.value, PodTimeoutError)


def test_the_folder_is_too_small(attempts):
    @task(limits=Resources(ephemeral_storage="1Mi"))
    def writes() -> None:
        with open("large", "wb") as file:  # noqa: PTH123 - as users write it
            file.write(bytes(3 << 20))
            file.flush()
            time.sleep(10)

    (attempt,) = attempts(writes.run(isolate=True))
    assert "ephemeral storage" in attempt.error
    assert attempt.phase is Phase.FAILED


@task(interruptible=True)
def goes_on() -> list[int]:
    checkpoint = current_context().checkpoint
    done = list(checkpoint.read() or b"")
    if len(done) < 1:
        checkpoint.write(bytes([current_context().attempt]))
        time.sleep(60)
    return [*done, current_context().attempt]


def test_a_preempted_attempt_is_followed_by_one_that_goes_on(attempts):
    run = goes_on.run(preempt_after=0.5)
    first, second = attempts(run)
    assert run.result() == [0, 1]
    assert first.outcome == "preempted"
    assert first.exit_code == 143
    assert phases([first, second]) == [Phase.RETRYABLE_FAILURE, Phase.SUCCEEDED]


def test_preemptions_do_not_count_as_retries(attempts):
    @task(retries=1)
    def twice() -> int:
        if current_context().attempt == 0:
            time.sleep(60)
        if current_context().attempt == 1:
            raise FlyteRecoverableException("again")
        return 1

    run = twice.run(preempt_after=0.2)
    assert phases(attempts(run)) == [Phase.RETRYABLE_FAILURE] * 2 + [Phase.SUCCEEDED]
    assert run.result() == 1


def test_what_cannot_go_there_is_named_and_starts_nothing(attempts):
    @task(retries=2)
    def takes(a: object) -> int:
        return len(str(a))

    run = takes.run(a=sys._getframe(), isolate=True)
    (attempt,) = attempts(run)
    with pytest.raises(InvalidValueError, match="argument 'a' cannot be pickled"):
        run.result()
    assert attempt.exit_code is None


def test_what_cannot_come_back_is_not_tried_again(attempts):
    class Odd:
        def __reduce__(self):
            raise RuntimeError("not this one")

    @task(retries=2)
    def returns() -> object:
        return Odd()

    run = returns.run(isolate=True)
    (attempt,) = attempts(run)
    with pytest.raises(Exception, match="not this one"):
        run.result()
    assert attempt.phase is Phase.FAILED


def test_an_exception_that_cannot_be_rebuilt_is_told_in_words(attempts):
    @task
    def raises() -> None:
        class LocalError(Exception):
            def __new__(cls, *args):
                if os.getpid() != pid:
                    return super().__new__(cls, *args)
                raise TypeError("not here")

        pid = PID
        raise LocalError("of the user")

    run = raises.run(isolate=True)
    (attempt,) = attempts(run)
    assert "LocalError: of the user" in str(run.error)
    assert "raise LocalError" in str(run.error)
    assert attempt.phase is Phase.FAILED


PID = os.getpid()
