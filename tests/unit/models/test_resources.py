from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_nb import Resources
from flyte_nb.errors import InvalidValueError
from flyte_nb.models import ResourceSpec


@pytest.mark.parametrize("amount", [1, 0.5, "1", "500m", "2Gi", "1.5", ".5", "1e3", "100Ki"])
def test_quantities(amount):
    assert Resources(cpu=(amount, amount)).cpu == (amount, amount)


@pytest.mark.parametrize("amount", [1, "1", "2Gi", "1.5", "1e3", "1e-3", "100Ki", "2M", 0])
def test_bytes_are_whole_numbers_or_text(amount):
    assert Resources(mem=(amount, amount), ephemeral_storage=amount).mem == (amount, amount)


@pytest.mark.parametrize("field", ["mem", "gpu", "ephemeral_storage"])
@pytest.mark.parametrize("amount", [1e9, 1.0, np.float32(2), (1, 2.0)])
def test_what_is_counted_is_no_float(field, amount):
    with pytest.raises(AssertionError, match=rf"Resources\({field}=.*a fraction; this is counted"):
        Resources(**{field: amount})
    assert Resources(cpu=amount).cpu == amount


@pytest.mark.parametrize("field", ["mem", "ephemeral_storage"])
@pytest.mark.parametrize(
    ("amount", "message"),
    [
        ("2m", "='2m'): 'm' is a thousandth of a byte; megabytes are '2M' or '2Mi'"),
        ("512u", "='512u'): 'u' is a millionth of a byte; megabytes are '512M' or '512Mi'"),
        (("1n", "1Gi"), "='1n'): 'n' is a billionth of a byte; megabytes are '1M' or '1Mi'"),
    ],
)
def test_fractions_of_a_byte_are_warned_of_where_they_are_written(field, amount, message):
    with pytest.warns(UserWarning, match="of a byte") as caught:
        made = Resources(**{field: amount})
    assert [str(one.message) for one in caught] == [f"Resources({field}{message}"]
    assert caught[0].filename == __file__
    assert getattr(made, field) == amount


def test_nobody_is_warned_of_what_was_read():
    with pytest.warns(UserWarning, match="of a byte"):
        made = Resources(mem="2m")
    spec = ResourceSpec.from_multiple_resource(made)  # from here on a warning is an error
    assert Resources.from_json(made.to_json()) == made
    assert spec.effective_limits().mem == "2m"
    assert ResourceSpec.from_json(spec.to_json()) == spec
    assert Resources(cpu="2m", gpu="1000m").cpu == "2m"


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
