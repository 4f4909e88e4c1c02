"""The search for leaks finds each way of writing a value, also a part of it."""

import json

import pytest
from leaks import SHAPES, leaks, secret, spellings


def saved(text):
    return json.dumps({"cells": [{"outputs": [{"text": ["before ", text, " after"]}]}]})


@pytest.mark.parametrize("shape", SHAPES)
def test_each_spelling_is_found(shape):
    values = {"a": secret("a", shape), "b": secret("b", shape)}
    assert leaks(saved("••••"), values) == []
    for spelt in spellings(values["a"]):
        found = leaks(saved(spelt), values)
        assert found
        assert all(line.startswith("a: ") for line in found)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_half_of_a_spelling_is_found(shape):
    value = secret("a", shape)
    for spelt in spellings(value):
        half = len(spelt) // 2
        for part in (spelt[: half + 4], spelt[half - 4 :]):
            assert leaks(saved(part), {"a": value}), part


def test_a_value_is_found_in_a_name_and_in_markup_that_is_escaped_twice():
    value = secret("a", "markup")
    assert leaks(json.dumps({value: 1}), {"a": value})
    assert leaks(saved(f'<i title="{json.dumps(value)}">'.replace("<", "&lt;")), {"a": value})
