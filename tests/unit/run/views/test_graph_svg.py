"""The picture of a graph: what is drawn, where, and what it says to who does not see it."""

import random
import re
import time
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import pytest

from flyte_nb.run.record import Phase
from flyte_nb.run.views.boxes import boxes
from flyte_nb.run.views.graph_svg import Drawing, graph_svg
from flyte_nb.run.views.layout import arrange
from flyte_nb.run.views.look import LOOKS

SVG = "{http://www.w3.org/2000/svg}"


@dataclass
class Node:
    path: str
    calls: str = "step"
    kind: str = "task"
    upstream: tuple[str, ...] = ()
    phase: Phase = Phase.QUEUED
    seconds: float | None = None
    name: str = ""


def chain(count):
    return [Node(f"n{i}", f"step_{i}", upstream=(f"n{i - 1}",) if i else ()) for i in range(count)]


def random_graph(count, seed=1):
    source = random.Random(seed)
    return [
        Node(
            f"n{i}",
            f"step_{i}",
            upstream=tuple({f"n{source.randrange(i)}" for _ in range(2)}) if i else (),
            phase=source.choice(list(Phase)),
        )
        for i in range(count)
    ]


def texts(svg):
    return [element.text for element in ET.fromstring(svg).iter(f"{SVG}text")]


def test_it_says_what_it_shows_in_words_and_shapes():
    svg = graph_svg(
        [
            Node("n0", "mod.load", phase=Phase.SUCCEEDED, seconds=1.5),
            Node("n1", "mod.train", upstream=("n0",), phase=Phase.FAILED, seconds=2),
        ],
        title="nightly",
    )
    root = ET.fromstring(svg)
    said = "nightly: 2 nodes, 1 succeeded, 1 failed"
    assert (root.get("role"), root.get("aria-label")) == ("img", said)
    assert root.find(f"{SVG}title").text == said
    assert texts(svg) == ["load", "succeeded, 1.5 s", "train", "failed, 2.0 s"]
    assert LOOKS[Phase.FAILED].mark in svg


def test_every_phase_has_a_shape_of_its_own():
    marks = {look.mark for look in LOOKS.values()}
    signs = {look.sign for look in LOOKS.values()}
    assert len(marks) == len(signs) == len(LOOKS) == len(Phase) + 1  # and one for what is lost


def test_it_stands_alone():
    svg = graph_svg(random_graph(30))
    assert not re.search(r"<style|<script|\bid=|url\(|href", svg)
    assert "currentColor" in svg


def test_names_cannot_break_out_of_it():
    svg = graph_svg([Node("n0", "<b>&\"'\x1b", name="<script>alert(1)</script>\n")])
    assert "<script" not in svg
    assert "\\n" in "".join(texts(svg))


@pytest.mark.parametrize("name", ["x" * 300, "_" * 90, "a_" * 60, "名" * 200, "", "two\nlines"])
def test_any_name_fits_its_box(name):
    svg = graph_svg([Node("n0", name, name=name)])
    (box,) = Drawing([Node("n0", name, name=name)])._outer
    assert box.width <= 230
    assert len(box.lines) <= 2
    assert all(len(line) <= 25 for line in box.lines)
    ET.fromstring(svg)


def test_nodes_stand_below_those_that_they_wait_for_and_none_overlap():
    for seed in range(20):
        nodes = random_graph(60, seed)
        places = {node.path: n for n, node in enumerate(nodes)}
        edges = [(places[up], n) for n, node in enumerate(nodes) for up in node.upstream]
        sizes = [(100.0 + 7 * (n % 5), 40.0 + 9 * (n % 3)) for n in range(60)]
        found = arrange(sizes, edges)
        for one, other in edges:
            assert found.corners[one][1] + sizes[one][1] < found.corners[other][1]
        spans = [(x, y, x + w, y + h) for (x, y), (w, h) in zip(found.corners, sizes, strict=True)]
        for n, (x, y, right, bottom) in enumerate(spans):
            assert 0 <= x < right <= found.width + 1e-6
            assert 0 <= y < bottom <= found.height + 1e-6
            for a, b, c, d in spans[:n]:
                assert right <= a or c <= x or bottom <= b or d <= y


def along(line):
    """Yield points of a line as it is drawn."""
    (x, y), *rest = line
    for end_x, end_y in rest:
        for step in range(21):
            t, u = step / 20, 1 - step / 20
            bend = 3 * (u * u * t + u * t * t) * (y + end_y) / 2
            yield (
                (u**3 + 3 * u * u * t) * x + (3 * u * t * t + t**3) * end_x,
                u**3 * y + bend + t**3 * end_y,
            )
        x, y = end_x, end_y


def crossed(sizes, edges):
    """Return the boxes that a line passes through that leads elsewhere."""
    found = arrange(sizes, edges)
    return [
        (edge, n)
        for edge, line in zip(edges, found.lines, strict=True)
        for n, ((left, top), (width, height)) in enumerate(zip(found.corners, sizes, strict=True))
        if n not in edge
        and any(left < x < left + width and top < y < top + height for x, y in along(line))
    ]


@pytest.mark.parametrize("count", [8, 20, 60])
def test_no_line_crosses_a_box(count):
    for seed in range(10):
        source = random.Random(seed)
        edges = sorted({(source.randrange(n), n) for n in range(1, count) for _ in range(2)})
        sizes = [(100.0 + 7 * (n % 5), 40.0 + 60 * (n % 3)) for n in range(count)]
        assert crossed(sizes, edges) == []


def test_a_line_past_many_rows_goes_around_them():
    edges = [(n, n + 1) for n in range(59)] + [(0, 59), (3, 50), (4, 50)]
    sizes = [(100.0, 40.0)] * 60
    assert crossed(sizes, edges) == []
    assert all(x >= 0 for line in arrange(sizes, edges).lines for x, _ in line)


def test_a_chain_is_a_straight_line():
    found = arrange([(100.0, 40.0)] * 5, [(n, n + 1) for n in range(4)])
    assert {x for x, _ in found.corners} == {0.0}


def test_a_circle_is_drawn_all_the_same():
    svg = graph_svg([Node("n0", upstream=("n1",)), Node("n1", upstream=("n0",))])
    assert len(texts(svg)) == 4


def test_nodes_of_a_workflow_in_it_are_inside_of_its_box():
    (outer, after) = boxes(
        [
            Node("n0", "train_all", "workflow"),
            Node("n1", "report", upstream=("n0",)),
            Node("n0/n0", "train"),
            Node("n0/n1", "test", upstream=("n0/n0",)),
        ]
    )
    assert [box.title for box in outer.inside] == ["train", "test"]
    assert outer.inside[1].upstream == {"n0/n0"}
    assert after.upstream == {"n0"}
    assert after.inside == []


def test_the_cases_of_a_conditional_are_inside_of_it_however_deep():
    (outer,) = boxes(
        [
            Node("n3", "size", "conditional"),
            Node("n3-0-n0", "big"),
            Node("n3-1-n0", "colour", "conditional"),
            Node("n3-1-n0-0-n1", "red"),
        ]
    )
    big, colour = outer.inside
    assert (big.title, colour.title) == ("big", "colour")
    assert [box.title for box in colour.inside] == ["red"]


def test_the_items_of_a_map_task_are_one_box_with_counts():
    items = [
        Node(f"n0/n{i}", phase=Phase.SUCCEEDED if i < 12 else Phase.RUNNING) for i in range(40)
    ]
    svg = graph_svg([Node("n0", "map_step", "map task", phase=Phase.RUNNING), *items])
    assert texts(svg) == ["map_step", "40 items", "28 running"]


def test_equal_nodes_beside_each_other_are_one_box_where_they_are_many():
    nodes = [
        Node("a", "load"),
        *[Node(f"n{i}", "step", upstream=("a",)) for i in range(7)],
        Node("z", "join", upstream=tuple(f"n{i}" for i in range(7))),
    ]
    load, step, join = boxes(nodes)
    assert step.counts == {Phase.QUEUED: 7}
    assert step.upstream == {load.key}
    assert join.upstream == {step.key}
    assert len(boxes([node for node in nodes if node.path != "n6"])) == 8


@pytest.mark.parametrize("nodes", [chain(10_000), random_graph(10_000)], ids=["chain", "random"])
def test_a_large_graph_is_a_few_boxes_and_is_drawn_soon(nodes):
    began = time.perf_counter()
    svg = graph_svg(nodes)
    assert time.perf_counter() - began < 5  # 0.5 s on a quiet machine
    assert len(svg) < 40_000
    assert "10,000 nodes" in svg
    assert sum(sum(box.counts.values()) for box in boxes(nodes)) == 10_000


def test_what_is_inside_of_others_is_left_out_first():
    nodes = [Node(f"n{i}", f"wf_{i}", "workflow") for i in range(20)]
    nodes += [Node(f"n{i}/n{j}", f"step_{j}") for i in range(20) for j in range(20)]
    found = boxes(nodes)
    assert len(found) == 20
    assert found[0].counts == {Phase.QUEUED: 20}


def test_the_shape_stays_while_phases_change():
    nodes = random_graph(30)
    before = Drawing(nodes)
    for node in nodes:
        node.phase, node.seconds = Phase.SUCCEEDED, 100.0
    after = Drawing(nodes)
    assert before.shape == after.shape
    assert before.contents() != after.contents()
    assert Drawing(nodes[:-1]).shape != after.shape
    live = after.svg(is_live=True)
    assert all(
        f'<g data-box="{key}">{inner}</g>' in live for key, inner in after.contents().items()
    )


def test_of_nothing_there_is_a_picture_too():
    ET.fromstring(graph_svg([]))
