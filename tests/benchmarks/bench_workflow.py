"""What it costs to declare a workflow and to run it, by its number of nodes."""

import pytest

from flyte_nb import task, workflow


@task
def same(a: int) -> int:
    return a


def chain(nodes):
    """Return the body of a workflow of so many tasks, one after the other."""

    def body(a: int) -> int:
        for _ in range(nodes):
            a = same(a=a)
        return a

    return body


def test_workflow_of_50_chained_tasks(benchmark):
    wf = workflow(chain(50))
    assert benchmark(wf, a=1) == 1


@pytest.mark.parametrize("nodes", [1_000, 10_000])
def test_compile_a_workflow(benchmark, nodes):
    benchmark.pedantic(workflow, args=(chain(nodes),), rounds=5, warmup_rounds=1)


@pytest.mark.parametrize("nodes", [1_000, 10_000])
def test_run_a_workflow(benchmark, nodes):
    wf = workflow(chain(nodes))
    benchmark.pedantic(wf, kwargs={"a": 1}, rounds=5, warmup_rounds=1)
