"""Variables for the length of a run."""

import itertools
import os

import pytest

from flyte_nb.context.overlay import EnvironmentOverlay


@pytest.mark.parametrize("before", [None, "own"])
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_each_variable_has_its_own_value_back_whatever_ends_first(environment, before, order):
    environment.pop("X_OVERLAY", None)
    if before is not None:
        environment["X_OVERLAY"] = before
    overlays = [EnvironmentOverlay() for _ in range(3)]
    for n, overlay in enumerate(overlays):
        overlay.set({"X_OVERLAY": str(n)})
    left = [0, 1, 2]
    for n in order:
        overlays[n].undo()
        overlays[n].undo()
        left.remove(n)
        assert os.environ.get("X_OVERLAY") == (str(left[-1]) if left else before)


def test_what_the_task_does_to_its_variable_ends_with_it(environment):
    overlay = EnvironmentOverlay()
    overlay.set({"X_OVERLAY": "1"})
    del environment["X_OVERLAY"]
    overlay.undo()
    assert "X_OVERLAY" not in os.environ
