"""The order of nodes in a list."""

from types import SimpleNamespace

import pytest

from flyte_nb.run.views.nested import nested


@pytest.mark.parametrize(
    ("paths", "order"),
    [
        (["n0", "n1", "n0/n0", "n0/n1"], ["n0", "n0/n0", "n0/n1", "n1"]),
        (["n1/n0/n0", "n1", "n0", "n1/n0"], ["n1", "n1/n0", "n1/n0/n0", "n0"]),
        (["", "n0"], ["", "n0"]),
        (["n0", "n0", "n0/n0"], ["n0", "n0/n0", "n0"]),
    ],
)
def test_parts_come_below_what_they_are_a_part_of_and_each_comes_once(paths, order):
    found = nested([SimpleNamespace(path=path) for path in paths])
    assert [node.path for node in found] == order
