import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_nb.errors import InvalidValueError
from flyte_nb.models.identifiers import check_execution_name, check_label
from flyte_nb.models.shown import shown


@given(st.text() | st.from_regex("[a-z0-9-]+") | st.none() | st.integers())
def test_any_label_is_accepted_by_the_rule_or_refused_in_words(value):
    good = isinstance(value, str) and re.fullmatch("(?!-)[a-z0-9-]{1,63}(?<!-)", value)
    if good:
        assert check_label("project", value) == value
    else:
        with pytest.raises(InvalidValueError, match=re.escape(shown(value))):
            check_label("project", value)


@pytest.mark.parametrize("name", ["a", "nightly-42", "a" * 63])
def test_good_execution_names(name):
    assert check_execution_name(name) == name


@pytest.mark.parametrize("name", ["", "4ever", "-a", "A", "a_b", "a" * 64, "a\n", None, 3])
def test_bad_execution_names(name):
    with pytest.raises(InvalidValueError, match="execution name"):
        check_execution_name(name)
