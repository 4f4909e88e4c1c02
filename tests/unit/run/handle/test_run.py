"""A run as whoever started it holds it."""

import asyncio
import signal
import sys
import threading
import time

import pytest

from flyte_nb import (
    FlyteRecoverableException,
    LaunchPlan,
    current_context,
    map_task,
    task,
    workflow,
)
from flyte_nb.errors import (
    InvalidValueError,
    PodFailedError,
    TypeTransformerFailedError,
    UnknownArgumentError,
)
from flyte_nb.run.record import Phase
from flyte_nb.run.team import start_thread


@task
def double(a: int) -> int:
    print("doubling", a)  # noqa: T201 - kept by the run
    return 2 * a


@task
def fail(a: int) -> int:
    raise KeyError(a)


@workflow
def quadruple(a: int) -> int:
    return double(a=double(a=a))


def test_a_task_runs_in_the_background():
    run = double.run(a=2)
    assert run.result() == 4
    assert run.phase is Phase.SUCCEEDED
    assert run.inputs == {"a": "2"}
    assert run.outputs == {"o0": "4"}
    (node,) = run.progress.nodes()
    assert (node.path, node.kind, node.phase) == ("n0", "task", Phase.SUCCEEDED)
    assert node.transcript.lines() == ["doubling 2"]
    assert [a.phase for a in node.attempts] == [Phase.SUCCEEDED]


def test_a_run_of_a_workflow_tells_its_nodes():
    run = quadruple.run(a=2)
    assert run.result() == 8
    first, second = run.progress.nodes()
    assert (first.path, second.path, second.upstream) == ("n0", "n1", ("n0",))
    assert run.progress.phases == {Phase.SUCCEEDED: 2, Phase.QUEUED: 0, Phase.RUNNING: 0}


def test_a_run_of_a_launch_plan_is_its_execution():
    seen = []

    @task
    def look() -> str:
        seen.append(current_context().execution_id.name)
        return current_context().raw_output_prefix

    @workflow
    def wf() -> str:
        return look()

    run = LaunchPlan.create("of_a_run", wf, max_parallelism=3).run()
    assert run.result()
    assert seen == [run.execution_id.name]
    assert run.kind == "launch plan"


def test_wrong_inputs_begin_nothing():
    with pytest.raises(TypeTransformerFailedError, match="expected int"):
        double.run(a="2")
    with pytest.raises(TypeTransformerFailedError):
        double.run(b=2)


def test_the_users_own_exception_comes_out():
    run = fail.run(a=7)
    with pytest.raises(KeyError) as caught:
        run.result()
    assert caught.value.args == (7,)
    assert run.phase is Phase.FAILED
    assert "KeyError: 7" in run.traceback
    assert "KeyError" in repr(run)


def test_after_a_failure_what_did_not_run_is_skipped():
    @workflow
    def wf() -> int:
        return double(a=fail(a=1))

    run = wf.run().wait()
    assert [node.phase for node in run.progress.nodes()] == [Phase.FAILED, Phase.SKIPPED]


def test_an_option_that_is_misspelt():
    with pytest.raises(UnknownArgumentError, match=r"no 'isolat'\n.*did you mean 'isolate'"):
        double.run(a=2, isolat=True)


def test_an_input_that_is_called_as_an_option_is():
    @task
    def odd(cache: int) -> int:
        return cache

    with pytest.raises(InvalidValueError, match="an input and an option"):
        odd.run(cache=1)
    assert odd.run(inputs={"cache": 1}).result() == 1


@pytest.mark.parametrize(
    "option",
    [{"attempts": 0}, {"isolate": 1}, {"fail_at": -1}, {"backoff": -1.0}, {"max_parallelism": 0}],
)
def test_a_wrong_option_is_refused(option):
    with pytest.raises(InvalidValueError, match=next(iter(option))):
        double.run(a=1, **option)


def test_attempts_and_backoff():
    at = []

    @task
    def recovers() -> int:
        at.append(time.monotonic())
        if len(at) < 3:
            raise FlyteRecoverableException("again")
        return len(at)

    run = recovers.run(attempts=3, backoff=0.05)
    assert run.result() == 3
    assert at[1] - at[0] >= 0.05
    assert at[2] - at[1] >= 0.1
    (node,) = run.progress.nodes()
    assert [a.number for a in node.attempts] == [0, 1, 2]


def test_cancelling_ends_what_runs_and_begins_nothing_more():
    began = threading.Event()
    cleaned = []

    @task
    def endless(a: int) -> int:
        began.set()
        try:
            while True:
                time.sleep(0.01)
        finally:
            cleaned.append(a)

    @workflow
    def wf() -> int:
        return double(a=endless(a=1))

    run = wf.run()
    assert began.wait(10)
    run.cancel()
    run.wait(10)
    assert run.phase is Phase.ABORTED
    assert cleaned == [1]
    assert [node.phase for node in run.progress.nodes()] == [Phase.ABORTED, Phase.SKIPPED]
    with pytest.raises(KeyboardInterrupt):
        run.result()


def test_a_pause_between_attempts_ends_with_the_run():
    failed = threading.Event()

    @task(retries=1)
    def fails() -> None:
        failed.set()
        raise FlyteRecoverableException("again")

    run = fails.run(backoff=60)
    assert failed.wait(10)
    time.sleep(0.1)
    run.cancel()
    assert run.wait(10).done


def test_what_cannot_be_interrupted_is_left_behind_when_forced():
    began, let_go = threading.Event(), threading.Event()

    @task
    def stubborn() -> None:
        while not let_go.is_set():
            try:
                began.set()
                let_go.wait(0.05)
            except BaseException:  # noqa: BLE001 - what the test is about
                continue

    run = stubborn.run()
    assert began.wait(10)
    run.cancel()
    run.wait(0.5)
    assert not run.done
    run.cancel(force=True)
    assert run.done
    assert run.phase is Phase.ABORTED
    let_go.set()


def test_a_run_can_be_awaited():
    async def main():
        run = double.run(a=3)
        return await run, await asyncio.gather(double.run(a=1), double.run(a=2))

    assert asyncio.run(main()) == (6, [2, 4])


def test_awaiting_raises_what_the_task_raised():
    async def main():
        await fail.run(a=1)

    with pytest.raises(KeyError):
        asyncio.run(main())


def test_a_run_that_is_cancelled_does_not_end_the_loop_that_awaits_it():
    began = threading.Event()

    @task
    def endless() -> None:
        began.set()
        while True:
            time.sleep(0.01)

    async def main():
        one, two = endless.run(), double.run(a=1)
        await asyncio.to_thread(began.wait)
        one.cancel()
        return await asyncio.gather(one, two, return_exceptions=True)

    cancelled, value = asyncio.run(main())
    assert isinstance(cancelled, asyncio.CancelledError)
    assert value == 2


def test_a_task_that_exits_fails_and_does_not_end_the_loop():
    @task
    def exits() -> None:
        sys.exit(3)

    async def main():
        run = exits.run()
        with pytest.raises(PodFailedError, match=r"sys\.exit\(3\)") as caught:
            await run
        return run, caught.value

    run, error = asyncio.run(main())
    assert (run.phase, error.exit_code) == (Phase.FAILED, 3)


def test_cancelling_wakes_a_coroutine():
    began, ended = threading.Event(), []

    @task
    async def sleeps() -> None:
        began.set()
        try:
            await asyncio.sleep(20)
        finally:
            ended.append(True)

    run = sleeps.run()
    assert began.wait(10)
    time.sleep(0.1)
    run.cancel()
    assert run.wait(10).phase is Phase.ABORTED
    assert ended == [True]


def test_whatever_a_task_makes_of_a_cancel_no_attempt_follows():
    began = threading.Event()

    @task(retries=3)
    def turns_it_into_a_failure() -> None:
        began.set()
        try:
            while True:
                time.sleep(0.01)
        except KeyboardInterrupt:
            raise FlyteRecoverableException("connection lost") from None

    run = turns_it_into_a_failure.run()
    assert began.wait(10)
    run.cancel()
    run.wait(10)
    assert run.phase is Phase.ABORTED
    assert len(run.progress.nodes()[0].attempts) == 1


def test_all_nodes_are_interrupted_at_once():
    began, ended = threading.Barrier(4), []

    @task
    def slow(a: int) -> int:
        begin = time.monotonic()
        try:
            began.wait(10)
            if a == 0:
                time.sleep(2)
            while time.monotonic() < begin + 20:
                time.sleep(0.01)
        finally:
            ended.append((a, time.monotonic() - begin))
        return a

    run = map_task(slow).run(a=[0, 1, 2], max_parallelism=3)
    began.wait(10)
    time.sleep(0.3)  # the first one sleeps now, from which nothing takes it
    run.cancel()
    run.wait(15)
    assert run.phase is Phase.ABORTED
    took = dict(ended)
    assert max(took[1], took[2]) < took[0]


def test_a_second_interrupt_reaches_the_helpers_too():
    main, ended = threading.main_thread(), []
    began = threading.Barrier(4)

    @task
    def stubborn(a: int) -> int:  # noqa: ARG001 - of a map
        began.wait(10)
        is_helper = threading.current_thread() is not main
        for _ in range(2 if is_helper else 1):
            try:
                while True:
                    time.sleep(0.01)
            except KeyboardInterrupt:
                ended.append(is_helper)
        raise KeyboardInterrupt

    def press():
        began.wait(10)
        time.sleep(0.3)
        signal.pthread_kill(main.ident, signal.SIGINT)
        deadline = time.monotonic() + 10
        while len(ended) < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.3)
        signal.pthread_kill(main.ident, signal.SIGINT)

    threading.Thread(target=press).start()
    run = map_task(stubborn).new_run(a=[0, 1, 2], max_parallelism=3)
    with pytest.raises(KeyboardInterrupt):
        run.run_here()
    deadline = time.monotonic() + 5
    while len(ended) < 5 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert sorted(ended) == [False, True, True, True, True]


def test_a_function_that_follows_a_run_and_fails_changes_nothing(caplog):
    run = double.new_run(a=1)
    run.on_change(lambda _: 1 / 0)
    assert run.start().result() == 2
    assert "ZeroDivisionError" in caplog.text


def test_a_run_without_a_thread_says_so(monkeypatch):
    run = double.new_run(a=1)

    class Refused(threading.Thread):
        def start(self):
            raise RuntimeError("no thread")

    monkeypatch.setattr(
        "flyte_nb.run.handle.run.start_thread", lambda _, failed: start_thread(Refused(), failed)
    )
    run.start().wait(5)
    assert run.done
    with pytest.raises(RuntimeError, match="thread"):
        run.result()


def test_listeners_hear_of_each_change():
    heard = []
    run = quadruple.new_run(a=1)
    stop = run.on_change(lambda run: heard.append(run.phase))
    run.start().wait()
    stop()
    assert heard[0] is Phase.RUNNING
    assert heard[-1] is Phase.SUCCEEDED
    assert len(heard) > 4


def test_a_run_begins_once():
    run = double.run(a=1)
    with pytest.raises(InvalidValueError, match="begun"):
        run.start()
    run.wait()


def test_a_secret_is_not_in_the_record(monkeypatch):
    from flyte_nb import Secret

    monkeypatch.setenv("_FSEC_G_K", "very-secret-value")

    @task(secret_requests=[Secret(group="g", key="k")])
    def leak() -> str:
        value = current_context().secrets.get("g", "k")
        print(value)  # noqa: T201 - must not be kept
        return value

    @task
    def passes_on(a: str) -> str:
        raise ValueError(a)

    run = leak.run()
    assert run.result() == "very-secret-value"
    again = passes_on.run(a="very-secret-value").wait()

    @task
    def takes(config: dict[str, str], several: list[str]) -> int:
        return len(config) + len(several)

    long = "secret-" + "".join(map(str, range(200)))
    monkeypatch.setenv("_FSEC_G_LONG", long)
    current_context().secrets.get("g", "long")
    held = takes.run(config={"token": long}, several=["x" * 190 + long]).wait()
    said = repr([run.outputs, again.inputs, again.traceback, repr(again), held.inputs])
    assert long[:40] not in said
    assert long[-40:] not in said
    assert "very-secret-value" not in said
