"""Calling a task: values, attempts, refusals."""

import asyncio
import functools
import inspect
import traceback

import pytest

from flyte_nb import FlyteRecoverableException, Resources, Secret, current_context, task, workflow
from flyte_nb.context.current import running
from flyte_nb.errors import InvalidValueError, TaskDefinitionError, TypeTransformerFailedError
from flyte_nb.run.listeners import RUN_ENDED


@task
def double(a: int, times: int = 1) -> int:
    """Double it."""
    return a * 2**times


def test_a_task_is_called_like_its_function():
    assert double(1) == double(a=1) == double(1, times=1) == 2
    assert double.__doc__ == "Double it."
    assert inspect.signature(double) == inspect.signature(double.function)


def test_options_are_kept():
    secret = Secret(group="g", key="k")

    @task(
        retries=3,
        enable_deck=True,
        secret_requests=[secret],
        requests=Resources(cpu="1"),
        limits=Resources(cpu="2"),
    )
    def f() -> int:
        return 1

    assert (f.options.retries, f.options.enable_deck) == (3, True)
    assert f.options.secret_requests == (secret,)
    assert (f.options.requests, f.options.limits) == (Resources(cpu="1"), Resources(cpu="2"))


def _begun_with(lines: list[list[int]]) -> int:
    lines[0].append(1)
    if len(lines[0]) == 1:  # as long as it begins with what was given
        raise FlyteRecoverableException("gone")
    return len(lines[0])


async def _awaited_and_begun_with(lines: list[list[int]]) -> int:
    return _begun_with(lines)


@pytest.mark.parametrize(
    "call",
    [
        lambda lines: task(retries=2)(_begun_with)(lines=lines),
        lambda lines: asyncio.run(task(retries=2)(_awaited_and_begun_with)(lines=lines)),
        lambda lines: task(retries=2)(_begun_with).run(lines=lines).result(),
        lambda lines: task(retries=2)(_begun_with).run(lines=lines, isolate=True).result(),
    ],
    ids=["plain", "awaited", "run", "isolated run"],
)
def test_each_attempt_begins_with_the_inputs_that_were_given(call):
    given = [[]]
    with pytest.raises(FlyteRecoverableException):
        call(given)
    assert given == [[]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"retries": -1},
        {"retries": "3"},
        {"retries": True},
        {"enable_deck": "yes"},
        {"enable_deck": 1},
        {"secret_requests": Secret(group="g")},
        {"secret_requests": ["g/k"]},
        {"requests": {"cpu": "1"}},
        {"limits": "2Gi"},
    ],
)
def test_wrong_options_are_named(wrong):
    (name,) = wrong
    with pytest.raises(InvalidValueError, match=f"@task\\({name}="):
        task(**wrong)


def failing(error, *, succeeds_at=99, **options):
    calls = []

    @task(**options)
    def f() -> int:
        calls.append(current_context())
        if len(calls) < succeeds_at:
            raise error
        return len(calls)

    return f, calls


def test_a_recoverable_error_is_tried_again_until_it_succeeds():
    f, calls = failing(FlyteRecoverableException("gone"), succeeds_at=3, retries=5)
    assert f() == 3
    assert len({id(context) for context in calls}) == 3
    assert len({context.execution_id for context in calls}) == 1
    assert len({context.execution_date for context in calls}) == 1


def test_after_the_last_attempt_the_error_is_the_users_own():
    error = FlyteRecoverableException("gone")
    f, calls = failing(error, retries=2)
    with pytest.raises(FlyteRecoverableException) as caught:
        f()
    assert caught.value is error
    assert len(calls) == 3


def test_any_other_error_is_not_tried_again_and_arrives_unchanged():
    error = KeyError("boom", 3)
    f, calls = failing(error, retries=2)
    with pytest.raises(KeyError) as caught:
        f()
    assert caught.value is error
    assert error.args == ("boom", 3)
    assert error.__cause__ is error.__context__ is None
    assert len(calls) == 1
    assert traceback.extract_tb(caught.tb)[-1].line == "raise error"


def test_an_error_that_cannot_describe_itself_arrives_too():
    class MuteError(Exception):
        def __str__(self):
            raise ValueError

    f, _ = failing(MuteError())
    with pytest.raises(MuteError):
        f()


def test_a_retry_is_said(caplog):
    f, _ = failing(FlyteRecoverableException("gone"), succeeds_at=2, retries=1)
    with caplog.at_level("WARNING"):
        f()
    assert "attempt 1 of 2 failed, trying again: FlyteRecoverableException: gone" in caplog.text


def test_a_users_subclass_is_recoverable_too():
    class PreemptedError(FlyteRecoverableException):
        pass

    f, _ = failing(PreemptedError(), succeeds_at=2, retries=1)
    assert f() == 2


def test_inputs_may_have_any_name():
    @task
    def f(self: int, function: int, parameters: int, args: int, name: int) -> int:
        return self + function + parameters + args + name

    assert f(self=1, function=2, parameters=3, args=4, name=5) == 15


def test_attributes_of_the_function_do_not_become_the_tasks():
    def f(a: int) -> int:
        return a

    f.options = f.interface = f.function = f.name = f.version = f.is_async = "mine"
    one = task(f)
    assert one(a=1) == 1
    assert one.name.endswith("f")
    assert len(one.version) == 12


def test_a_listener_that_fails_changes_nothing(caplog):
    def fails(_run):
        raise ValueError("cannot show it")

    stop = RUN_ENDED.subscribe(fails)
    f, _ = failing(FlyteRecoverableException("gone"), succeeds_at=2, retries=1)
    assert f() == 2
    stop()
    assert "a listener failed" in caplog.text


def test_a_recursive_task_says_so_once(caplog):
    @task
    def count(n: int) -> int:
        return 0 if n == 0 else 1 + count(n=n - 1)

    assert count(n=20) == 20
    assert caplog.text.count("is called inside a task") == 1


def test_flytekits_own_error_of_that_name_is_recoverable():
    theirs = type("FlyteRecoverableException", (Exception,), {"__module__": "flytekit.exceptions"})
    f, calls = failing(theirs(), succeeds_at=2, retries=1)
    assert f() == 2
    other = type("FlyteRecoverableException", (Exception,), {"__module__": "somewhere"})
    f, calls = failing(other(), retries=1)
    with pytest.raises(other):
        f()
    assert len(calls) == 1


def test_async_tasks_run_and_retry():
    calls = []

    @task(retries=1)
    async def f(a: int) -> int:
        await asyncio.sleep(0)
        calls.append(current_context())
        if len(calls) == 1:
            raise FlyteRecoverableException("gone")
        return a

    assert asyncio.run(f(a=1)) == 1
    assert len(calls) == 2
    assert running() is None


def test_a_cancelled_coroutine_leaves_no_context_and_no_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("FLYTE_SDK_LOCAL_SANDBOX", str(tmp_path))

    @task
    async def sleeps() -> int:
        assert current_context().working_directory
        await asyncio.sleep(60)
        return 1

    async def cancel():
        sleeper = asyncio.create_task(sleeps())
        await asyncio.sleep(0.01)
        assert list(tmp_path.iterdir())
        sleeper.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sleeper

    asyncio.run(cancel())
    assert list(tmp_path.iterdir()) == []


def test_a_task_inside_a_task_is_a_call_in_the_same_pod(caplog):
    @task
    def outer() -> bool:
        return inner() == current_context().execution_id.name

    @task
    def inner() -> str:
        return current_context().execution_id.name

    with caplog.at_level("WARNING"):
        assert outer()
    assert "is called inside a task" in caplog.text


def test_what_is_returned_but_not_declared_is_dropped_with_a_warning():
    @task
    def forgets(a: int):
        return a

    with pytest.warns(UserWarning, match="write -> and a type"):
        assert forgets(a=1) is None


def test_a_nested_function_can_be_a_task():
    offset = 3

    @task
    def add(a: int) -> int:
        return a + offset

    assert add(a=1) == 4


def test_a_decorated_function_can_be_a_task():
    def logged(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs)

        return wrapper

    @task
    @logged
    def f(a: int) -> int:
        return a

    assert f(a=2) == 2


def generator():
    yield 1


async def async_generator():
    yield 1


def variadic(*numbers: int):
    return numbers


@pytest.mark.parametrize("wrong", [generator, async_generator, variadic, print, int, 3, "f"])
def test_what_cannot_be_a_task_is_refused_when_it_is_defined(wrong):
    with pytest.raises(TaskDefinitionError):
        task(wrong)


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")
def test_a_wrapper_that_waits_for_a_coroutine_is_no_coroutine_function():
    def waiting(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            return asyncio.run(function(*args, **kwargs))

        return wrapper

    def handing_on(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            return function(*args, **kwargs)

        return wrapper

    async def later(a: int) -> int:
        return a + 1

    @workflow
    def wf(a: int) -> int:
        return task(waiting(later))(a=a)

    assert task(waiting(later))(a=1) == 2
    assert wf(a=1) == 2
    with pytest.raises(TypeTransformerFailedError, match="returned coroutine"):
        task(handing_on(later))(a=1)
