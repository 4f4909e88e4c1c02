"""The stack of framework contexts, under everything that Python has for running code."""

import asyncio
import contextvars
import gc
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from flyte_nb import (
    FlyteContextManager,
    FlyteRecoverableException,
    current_context,
    new_context,
    task,
)
from flyte_nb.context.flyte_context import FlyteContext
from flyte_nb.context.states import (
    BranchEvalMode,
    CompilationState,
    ExecutionState,
)
from flyte_nb.errors import ContextStateError, InvalidValueError, SecretNotFoundError

Manager = FlyteContextManager


@pytest.fixture(autouse=True)
def _nothing_is_left():
    before = Manager.size()
    yield
    assert Manager.size() == before


def compiling():
    return Manager.current_context().with_new_compilation_state()


def test_outside_of_everything_there_is_the_sessions_context():
    ctx = Manager.current_context()
    assert ctx is Manager.current_context()
    assert ctx.user_space_params is current_context()
    assert (ctx.compilation_state, ctx.execution_state.mode, Manager.size()) == (None, None, 1)


def test_contexts_nest_and_come_back_also_after_an_error():
    base = Manager.current_context()

    def nest():
        with Manager.with_context(compiling()) as outer:
            assert Manager.current_context() is outer
            assert (outer.level, Manager.size()) == (base.level + 1, 2)
            with new_context() as inner:
                assert inner.compilation_state is outer.compilation_state
                assert FlyteContext.current_context() is inner
            assert Manager.current_context() is outer
            raise KeyError

    with pytest.raises(KeyError):
        nest()
    assert Manager.current_context() is base


def test_what_leaked_inside_goes_with_the_block():
    with Manager.with_context(compiling()):
        Manager.push_context(compiling().build())
        Manager.push_context(compiling().build())
    assert Manager.size() == 1


def test_push_and_pop_say_where_and_refuse_one_too_many():
    ctx = Manager.push_context(compiling().build())
    assert "test_push_and_pop" in ctx.get_origin_stackframe_repr()
    assert ctx.origin_stackframe.filename == __file__
    assert Manager.pop_context() is ctx
    with pytest.raises(ContextStateError, match="no context to pop"):
        Manager.pop_context()


def test_initialize_forgets_what_was_pushed():
    Manager.push_context(compiling().build())
    Manager.initialize()
    assert Manager.size() == 1


def test_a_task_sees_its_own_parameters_in_the_context():
    @task
    def inner() -> str:
        ctx = Manager.current_context()
        assert ctx.user_space_params is current_context()
        assert ctx.execution_state.is_local_execution()
        assert ctx.execution_state.working_dir == current_context().working_directory
        return str(ctx.execution_state.mode.name)

    with new_context() as ctx:
        assert inner() == "LOCAL_TASK_EXECUTION"
        assert Manager.current_context() is ctx
    assert current_context().task_id is None


def test_parameters_of_a_pushed_state_are_the_current_ones_inside():
    @task
    def params() -> object:
        return current_context()

    other = params()
    state = ExecutionState("/tmp", ExecutionState.Mode.TASK_EXECUTION, user_space_params=other)
    outside = current_context()
    with Manager.with_context(Manager.current_context().with_execution_state(state)) as ctx:
        assert current_context() is other
        assert Manager.current_context() is ctx
    assert current_context() is outside


def test_threads_begin_at_the_bottom_and_copied_contexts_where_they_were_copied():
    with Manager.with_context(compiling()) as ctx, ThreadPoolExecutor(1) as pool:
        assert pool.submit(Manager.size).result() == 1
        copied = contextvars.copy_context()
        assert pool.submit(copied.run, Manager.current_context).result() is ctx
        pool.submit(copied.run, Manager.push_context, compiling().build()).result()
        assert Manager.current_context() is ctx


def test_coroutines_do_not_see_each_others_contexts():
    async def one(n):
        with Manager.with_context(compiling()) as ctx:
            await asyncio.sleep(0.001 * (n % 3))
            assert Manager.current_context() is ctx
            return Manager.size()

    async def main():
        with new_context():
            return await asyncio.gather(*map(one, range(50)))

    assert set(asyncio.run(main())) == {3}


def test_a_generator_that_is_dropped_harms_nobody():
    def numbers():
        with Manager.with_context(compiling()):
            yield 1

    async def main():
        generator = numbers()
        await asyncio.get_running_loop().run_in_executor(None, next, generator)
        del generator
        gc.collect()

    asyncio.run(main())
    thread = threading.Thread(target=lambda: next(numbers()))
    thread.start()
    thread.join()


def test_a_context_cannot_be_shared_by_mistake():
    ctx = Manager.current_context()
    builder = ctx.with_new_compilation_state()
    first, second = builder.build(), ctx.with_new_compilation_state().build()
    first.compilation_state.add_node("n0")
    assert second.compilation_state.nodes == []
    assert first.compilation_state.with_params("p-").nodes == []
    assert CompilationState("a", 2).with_params("") == CompilationState("", 2)


class TestConditional:
    @pytest.fixture
    def ctx(self, tmp_path):
        mode = ExecutionState.Mode.LOCAL_WORKFLOW_EXECUTION
        return FlyteContext(None, execution_state=ExecutionState(tmp_path, mode))

    def test_no_branch_runs_before_one_is_taken(self, ctx):
        inside = ctx.enter_conditional_section().build()
        assert inside.in_a_condition
        assert inside.execution_state.branch_eval_mode is BranchEvalMode.BRANCH_SKIPPED
        inside.execution_state.take_branch()
        assert inside.execution_state.branch_eval_mode is BranchEvalMode.BRANCH_ACTIVE
        assert ctx.execution_state.branch_eval_mode is None

    def test_a_section_in_a_branch_leaves_the_branch_alone(self, ctx):
        outer = ctx.enter_conditional_section().build()
        outer.execution_state.take_branch()
        inner = outer.enter_conditional_section().build()
        inner.execution_state.branch_complete()
        assert outer.execution_state.branch_eval_mode is BranchEvalMode.BRANCH_ACTIVE

    def test_a_graph_is_compiled_of_all_branches(self):
        ctx = FlyteContext(None, compilation_state=CompilationState("p", nodes=["n0"]))
        inside = ctx.enter_conditional_section().build()
        assert (inside.compilation_state.prefix, inside.compilation_state.nodes) == ("p", [])


@pytest.mark.parametrize("mode", list(ExecutionState.Mode))
def test_modes_are_local_or_those_of_a_pod(mode, tmp_path):
    state = ExecutionState(tmp_path).with_params(mode=mode)
    assert state.is_local_execution() == ("LOCAL" in mode.name)
    assert state == ExecutionState(tmp_path, mode)
    assert state.with_params(branch_eval_mode=BranchEvalMode.BRANCH_ACTIVE) != state


def test_directories_come_into_being_when_they_are_asked_for(tmp_path):
    state = ExecutionState(tmp_path / "work")
    assert list(tmp_path.iterdir()) == []
    assert state.engine_dir == str(tmp_path / "work/engine_dir")
    assert (tmp_path / "work/engine_dir").is_dir()
    with pytest.raises(InvalidValueError, match="working directory"):
        ExecutionState("")


def test_generators_that_take_turns_leave_nothing():
    def rows(count):
        with new_context():
            yield from range(count)

    assert list(zip(rows(2), rows(3), strict=False)) == [(0, 0), (1, 1)]
    gc.collect()
    assert Manager.size() == 1


def test_a_generator_with_parameters_leaves_no_task_running():
    params = current_context().builder().add_attr("x", 1).build()
    state = ExecutionState("/tmp", ExecutionState.Mode.TASK_EXECUTION, user_space_params=params)

    def rows():
        with Manager.with_context(Manager.current_context().with_execution_state(state)):
            yield 1
            yield 2

    first, second = rows(), rows()
    next(first), next(second)
    assert current_context().has_attr("x")
    list(first), list(second)
    assert not current_context().has_attr("x")


def test_a_coroutine_leaves_nothing_pushed():
    @task
    async def pushes():
        Manager.push_context(compiling().build())
        raise KeyError

    async def main():
        with pytest.raises(KeyError):
            await pushes()
        return Manager.size()

    assert asyncio.run(main()) == 1


def test_a_task_under_a_context_made_by_hand_is_a_run_of_its_own():
    params = current_context().builder().build()
    state = ExecutionState("/tmp", user_space_params=params)
    attempts = []

    @task(retries=1)
    def twice():
        attempts.append(current_context().attempt)
        if len(attempts) == 1:
            raise FlyteRecoverableException

    with Manager.with_context(Manager.current_context().with_execution_state(state)):
        twice()
    assert attempts == [0, 1]


def test_a_pod_that_was_pushed_knows_no_bare_names(monkeypatch):
    monkeypatch.setenv("GROUP_KEY", "bare-value")
    secrets = current_context().secrets
    assert secrets.get("group", "key") == "bare-value"
    state = ExecutionState("/tmp", ExecutionState.Mode.TASK_EXECUTION)
    with (
        Manager.with_context(Manager.current_context().with_execution_state(state)),
        pytest.raises(SecretNotFoundError),
    ):
        secrets.get("group", "key")
    assert secrets.get("group", "key") == "bare-value"
