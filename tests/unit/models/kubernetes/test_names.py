"""Labels and annotations, by the rules of Kubernetes."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_nb.errors import InvalidValueError
from flyte_nb.models.kubernetes.names import (
    MAX_ANNOTATIONS_BYTES,
    check_annotations,
    check_labels,
    dns_label_problem,
)

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("team", "vision"),
        ("a" * 63, "b" * 63),
        ("example.com/A.b_c-9", ""),
        (f"{'a.' * 126}a/x", "9"),  # the longest prefix: 253 characters
    ],
)
def test_labels_that_kubernetes_takes(key, value):
    given = {key: value}
    taken = check_labels("Labels", given)
    assert taken == given
    assert taken is not given
    assert check_annotations("Annotations", given) == given


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        ("", "the key is empty"),
        ("a" * 64, "the key is longer than 63 characters"),
        ("a b", "the key is not made of letters"),
        ("-a", "letter or digit at both ends"),
        ("a\n", "letter or digit at both ends"),
        ("é", "the key is not made of letters"),
        ("a/b/c", "more than one '/'"),
        ("/b", "prefix before '/' that is empty"),
        ("a/", "name after '/' that is empty"),
        ("a_b/c", "prefix before '/' that is not made"),
        (f"{'a.' * 126}aa/c", "prefix before '/' that is longer than 253"),
        (3, "the key is not text"),
        (None, "the key is not text"),
    ],
)
def test_keys_that_kubernetes_refuses(key, rule):
    for check, owner, field in (
        (check_labels, "Labels", "labels"),
        (check_annotations, "Annotations", "annotations"),
    ):
        with pytest.raises(InvalidValueError) as caught:
            check(owner, {"good": "x", key: "v"})
        message = caught.value.args[0]
        assert message.startswith(f"{owner}({field}={{")
        assert "'v'}" in message
        assert rule in message
        assert "example.com/team" in caught.value.hint


def test_a_prefix_in_capitals_is_for_annotations_only():
    assert check_annotations("A", {"Example.com/a": "x"})
    with pytest.raises(InvalidValueError, match="prefix"):
        check_labels("L", {"Example.com/a": "x"})


@pytest.mark.parametrize(
    ("value", "rule", "hint"),
    [
        ("v" * 64, "the value is longer than 63 characters", "annotation"),
        ("two words", "the value is not made of letters", "annotation"),
        ("v\n", "letter or digit at both ends", "annotation"),
        (True, "the value is not text", "write it in quotes: 'true'"),
        (3, "the value is not text", "write it in quotes: '3'"),
        (None, "the value is not text", "annotation"),
    ],
)
def test_values_that_labels_refuse(value, rule, hint):
    with pytest.raises(InvalidValueError, match=r"Options\(labels=\{'team': ") as caught:
        check_labels("Options", {"team": value})
    assert rule in caught.value.args[0]
    assert hint in caught.value.hint


def test_annotations_take_any_text_up_to_a_size_in_bytes():
    assert check_annotations("A", {"a": "two words\nand é"})
    assert check_annotations("A", {"a": "x" * (MAX_ANNOTATIONS_BYTES - 1)})
    with pytest.raises(InvalidValueError, match=f"{MAX_ANNOTATIONS_BYTES + 1} bytes"):
        check_annotations("A", {"a": "é" * (MAX_ANNOTATIONS_BYTES // 2)})
    with pytest.raises(InvalidValueError, match="UTF-8"):
        check_annotations("A", {"a": "\ud800"})


@pytest.mark.parametrize(
    "values", [None, "a=b", [("a", "b")], {"a"}, pytest.param(10**5000, id="huge")]
)
def test_what_is_no_dictionary_is_refused(values):
    with pytest.raises(InvalidValueError, match="not a dictionary"):
        check_labels("Labels", values)
    with pytest.raises(InvalidValueError, match=r"Options\(notes="):
        check_annotations("Options", values, field="notes")


@pytest.mark.parametrize("name", ["a", "a-b", "0", "a" * 63])
def test_names_of_containers(name):
    assert dns_label_problem(name) is None


@pytest.mark.parametrize("name", ["", "A", "a.b", "-a", "a-", "a\n", "a" * 64, None, 3])
def test_what_names_no_container(name):
    assert dns_label_problem(name)


@given(ANYTHING | st.dictionaries(st.text() | st.integers(), ANYTHING))
def test_nothing_but_our_error_comes_out(values):
    for check in (check_labels, check_annotations):
        with suppress(InvalidValueError):
            assert check("Labels", values) == values
