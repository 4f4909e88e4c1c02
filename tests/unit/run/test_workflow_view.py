"""A workflow, a dynamic task and a map as tables."""

import re
from functools import partial
from html import unescape

from flyte_nb import LaunchPlan, Resources, conditional, dynamic, map_task, task, workflow


@task
def double(a: int) -> int:
    return 2 * a


@task(retries=1, environment={"TOKEN": "hunter2"})
def add(a: int, b: int) -> int:
    return a + b


@dynamic(retries=2)
def choosing(a: int) -> int:
    return double(a=a)


@workflow
def inner(a: int) -> int:
    return double(a=a)


def cells(shown):
    """Return the rows of a table, each with the texts of its cells."""
    rows = re.findall(r"<tr.*?>(.*?)</tr>", shown._repr_html_(), re.DOTALL)
    return [
        [unescape(c) for c in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", r, re.DOTALL)] for r in rows
    ]


def test_cases_of_conditionals():
    @workflow
    def wf(a: int) -> int:
        return (
            conditional("size")
            .if_((a > 9) & (a < 99))
            .then(double(a=a))
            .elif_(a == 5)
            .then(conditional("in it").if_(a > 1).then(double(a=a)).else_().fail("small"))
            .else_()
            .fail("too small")
        )

    name = double.name
    assert cells(wf)[1:] == [
        ["n0", "conditional size", "", ""],
        ["n0-0", "if ((input a > 9) & (input a < 99))", "n0-0-n0", ""],
        ["n0-0-n0", name, "a=input a", ""],
        ["n0-1", "elif (input a == 5)", "n0-1-n0", ""],
        ["n0-1-n0", "conditional in it", "", ""],
        ["n0-1-n0-0", "if (input a > 1)", "n0-1-n0-0-n0", ""],
        ["n0-1-n0-0-n0", name, "a=input a", ""],
        ["n0-1-n0-1", "else", "fails: 'small'", ""],
        ["n0-2", "else", "fails: 'too small'", ""],
    ]


def test_options_of_a_call():
    plan = LaunchPlan.create("a plan in a table", inner)

    @workflow
    def wf(a: int) -> int:
        double(a=a).with_overrides(retries=3, name="thrice", limits=Resources(cpu="2"))
        add(a=a, b=1).with_overrides(environment={"OTHER": "hunter3"})
        add(a=a, b=1)
        map_task(double)(a=[a]).with_overrides(retries=4)
        choosing(a=a)
        inner(a=a)
        return plan(a=a)

    rows = cells(wf)[1:]
    own = [row[3] for row in rows]
    assert own[0].startswith("name thrice, ")
    assert "retries 3" in own[0]
    assert "2" in own[0].partition("limits")[2]
    assert own[1] == "environment OTHER"
    assert own[2] == ""
    assert own[3] == "retries 4"
    assert [row[1].rpartition(".")[0].partition(" ")[0] for row in rows[4:6]] == [
        "dynamic",
        "workflow",
    ]
    assert rows[6][1] == "launch plan a plan in a table"
    assert "hunter" not in wf._repr_html_()


def test_a_large_one_is_cut_short():
    @workflow
    def wf(a: int) -> int:
        for _ in range(60):
            a = double(a=a)
        return a

    shown = wf._repr_html_()
    assert len(cells(wf)) == 51
    assert "and more: 60 nodes" in shown


def test_a_dynamic_task_is_shown_as_one():
    assert repr(choosing) == f"<dynamic {choosing.name}(a: int) -> int>"
    assert f"dynamic {choosing.name}" in choosing._repr_html_()
    assert ["retries", "2"] in cells(choosing)


def test_a_map_shows_what_it_does():
    some = map_task(partial(add, b=5), concurrency=3, min_success_ratio=0.5)
    assert cells(some)[:6] == [
        ["for each item", add.name],
        ["input a", "list[int]"],
        ["output o0", "list[Optional[int]]"],
        ["the same for all: b", "int 5"],
        ["at a time", "3"],
        ["have to succeed", "50%"],
    ]
    assert ["retries", "1"] in cells(some)
    every = cells(map_task(double))
    assert ["at a time", "as many as the execution allows"] in every
    assert ["have to succeed", "all"] in every
    assert ["have to succeed", "2"] in cells(map_task(double, min_successes=2))
    assert ["for each item", "a mapped plan in a table"] in cells(
        map_task(LaunchPlan.create("a mapped plan in a table", inner))
    )
