from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_nb import Resources
from flyte_nb.errors import InvalidValueError


@pytest.mark.parametrize("amount", [1, 0.5, "1", "500m", "2Gi", "1.5", ".5", "1e3", "100Ki"])
def test_quantities(amount):
    assert Resources(cpu=amount, mem=(amount, amount)).mem == (amount, amount)


def test_a_list_is_a_pair():
    assert Resources(mem=["1Gi", "2Gi"]) == Resources(mem=("1Gi", "2Gi"))


@pytest.mark.parametrize(
    "amount", ["", "many", "1 Gi", "-1", -1, "1GiB", "1\n", True, float("nan"), float("inf"), b"1"]
)
def test_what_is_no_quantity_is_refused_by_name(amount):
    with pytest.raises(InvalidValueError, match="gpu="):
        Resources(gpu=amount)


def test_a_pair_has_two_amounts():
    with pytest.raises(InvalidValueError, match=r"\(request, limit\)"):
        Resources(cpu=("1", "2", "3"))


@given(st.one_of(st.text(), st.floats(), st.integers(), st.lists(st.text()), st.binary()))
def test_nothing_but_our_error_comes_out(amount):
    with suppress(InvalidValueError):
        Resources(ephemeral_storage=amount)


@pytest.mark.parametrize("gpu", [0.5, "500m", (1, "1500m")])
def test_a_device_is_had_as_a_whole(gpu):
    with pytest.raises(InvalidValueError, match="a device is had as a whole"):
        Resources(gpu=gpu)
    assert Resources(gpu="2000m").gpu == "2000m"
