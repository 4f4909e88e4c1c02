"""What it costs to declare a workflow and to run it, by its number of nodes."""

import tracemalloc

import pytest
from chains import chain, same

from flyte_nb import map_task, workflow


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


@pytest.mark.parametrize("items", [1_000, 10_000])
def test_map_over(benchmark, items):
    mapped = map_task(same)
    inputs = list(range(items))
    found = benchmark.pedantic(mapped, kwargs={"a": inputs}, rounds=5, warmup_rounds=1)
    assert found == inputs


def test_memory_of_a_node(benchmark):
    """Of 10,000 nodes, compiled: under 1 KB each."""
    nodes = 10_000
    workflow(chain(10))
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = benchmark.pedantic(workflow, args=(chain(nodes),), rounds=1)
    size = (tracemalloc.get_traced_memory()[0] - before) / nodes
    tracemalloc.stop()
    benchmark.extra_info["bytes_per_node"] = size
    assert len(kept.nodes) == nodes
    assert size < 1_000
