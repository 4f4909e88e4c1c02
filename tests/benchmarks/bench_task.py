"""What it costs to call a task."""

import pytest

from flyte_nb import Deck, current_context, task

PARAGRAPH = "<p>one paragraph of a report</p>"


def bare(a: int, b: int) -> int:
    return a + b


@task
def add(a: int, b: int) -> int:
    return a + b


@task(enable_deck=True)
def report(appends: int) -> int:
    deck = Deck("Report")
    for _ in range(appends):
        deck.append(PARAGRAPH)
    return appends


def test_current_context(benchmark):
    benchmark(current_context)


def test_bare_function_call(benchmark):
    assert benchmark(bare, a=1, b=2) == 3


def test_checked_function_call(benchmark):
    """The function with its inputs and its value checked as the task's are, and no more."""
    interface = add.interface

    def checked(*args, **kwargs):
        args, kwargs = interface.check_inputs(args, kwargs)
        return interface.check_output(bare(*args, **kwargs), None)

    assert benchmark(checked, a=1, b=2) == 3


def test_plain_task_call(benchmark):
    assert benchmark(add, a=1, b=2) == 3


@pytest.mark.parametrize("appends", [1, 100, 10_000])
def test_task_call_with_a_deck(benchmark, appends):
    assert benchmark(report, appends=appends) == appends


def test_cell_with_a_deck_shown(benchmark, shell, capsys):
    # What flytekit does inside the call, ours does when the cell ends: render the page.
    shell.push({"report": report})
    result = benchmark(shell.run_cell, "report(appends=1);")
    assert result.success
    assert capsys.readouterr().out
