"""Whatever a noun is made of: it is refused in words, or admin can be sent it."""

import base64
import copy
import gzip
import json
import os

import pytest
from bad_values import JSON_JUNK, JUNK, RECIPES, arguments, attempt, serve
from hypothesis import given, settings
from hypothesis import strategies as st
from nouns import NOUNS, SETTINGS, examples, public_nouns

from flyte_nb.models.serialization import SerializationSettings

WHOLE = "SerializationSettings"
CASES = min(int(os.environ.get("FLYTE_NB_CASES", "100")), 10_000)
MAX_LINE, MAX_HTML = 600, 20_000  # characters


def test_every_public_noun_is_tried():
    assert public_nouns() <= set(NOUNS)


def places(value, depth=9):
    """Yield every dictionary or list in *value*, so deep, with each key of it."""
    if depth and isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield value, key
            yield from places(item, depth - 1)


@st.composite
def nearly_json(draw, good, junk=JSON_JUNK):
    """What a noun is in JSON, with up to two places replaced, and up to one key."""
    data = {"all": copy.deepcopy(draw(st.sampled_from(good)))}
    for _ in range(draw(st.integers(0, 2))):
        inside, key = draw(st.sampled_from(list(places(data))))
        inside[key] = copy.deepcopy(draw(junk))
    inside, key = draw(st.sampled_from(list(places(data))))
    if isinstance(inside, dict) and inside is not data and draw(st.booleans()):
        inside[draw(st.sampled_from(["value", "name", "", 1, "x" * 999]))] = inside.pop(key)
    return data["all"]


def check_accepted(noun):
    """See that admin can be sent *noun*, and that a notebook can show it."""
    text = json.dumps(noun.to_json(), allow_nan=False)
    again = type(noun).from_json(json.loads(text))
    assert again == noun
    assert type(noun).__hash__ is None or hash(again) == hash(noun)
    noun.to_flyte_idl()
    assert len(repr(noun)) < MAX_LINE
    assert len(noun._repr_html_()) < MAX_HTML


@pytest.mark.parametrize("name", {**NOUNS, **SETTINGS})
def test_each_value_in_each_argument(name):
    make, _ = {**NOUNS, **SETTINGS}[name]
    given, _ = examples({**NOUNS, **SETTINGS}, name)[0]
    for field in given:
        for recipe in RECIPES:
            made = attempt(make, **{**given, field: serve(recipe)})
            if made is not None and name in NOUNS:
                check_accepted(made)


@pytest.mark.parametrize("name", NOUNS)
def test_each_value_in_each_place_of_json(name):
    _, noun = examples(NOUNS, name)[0]
    data = {"all": noun.to_json()}
    for inside, key in places(data, 3):  # what is deeper is a noun of its own
        before = inside[key]
        for recipe in RECIPES:
            inside[key] = serve(recipe)
            made = attempt(NOUNS[name].make.from_json, data["all"])
            if made is not None:
                check_accepted(made)
        inside[key] = before


@pytest.mark.parametrize("name", NOUNS)
def test_it_is_refused_in_words_or_sent(name):
    make, values = NOUNS[name]

    @settings(max_examples=CASES)
    @given(arguments(values))
    def try_one(recipe):
        made = attempt(make, **{name: serve(value) for name, value in recipe.items()})
        if made is not None:
            check_accepted(made)

    try_one()


@pytest.mark.parametrize("name", NOUNS)
def test_json_is_refused_in_words_or_read(name):
    good = [noun.to_json() for _, noun in examples(NOUNS, name)]
    assert good

    @settings(max_examples=CASES // 2)
    @given(nearly_json(good, JSON_JUNK | JSON_JUNK | JUNK))
    def try_one(data):
        made = attempt(NOUNS[name].make.from_json, serve(data))
        if made is not None:
            check_accepted(made)

    try_one()


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_are_refused_in_words_or_packed(name):
    make, values = SETTINGS[name]

    @settings(max_examples=CASES)
    @given(arguments(values))
    def try_one(recipe):
        made = attempt(make, **{name: serve(value) for name, value in recipe.items()})
        if made is not None:
            assert len(repr(made)) < MAX_LINE
            assert len(made._repr_html_()) < MAX_HTML
        if isinstance(made, SerializationSettings):
            assert SerializationSettings.from_transport(made.serialized_context) == made

    try_one()


@settings(max_examples=CASES)
@given(nearly_json([json.loads(made.to_json()) for _, made in examples(SETTINGS, WHOLE)]))
def test_packed_settings_are_refused_in_words_or_unpacked(recipe):
    data = json.dumps(serve(recipe))
    attempt(SerializationSettings.from_json, data)
    packed = base64.b64encode(gzip.compress(data.encode(errors="replace"))).decode()
    attempt(SerializationSettings.from_transport, packed)


@settings(max_examples=CASES)
@given(JUNK)
def test_what_are_no_packed_settings_is_refused_in_words(recipe):
    assert attempt(SerializationSettings.from_json, serve(recipe)) is None
    assert attempt(SerializationSettings.from_transport, serve(recipe)) is None
