"""Settings of registration, and their way through a variable."""

import base64
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_nb import Resources
from flyte_nb.config.images import ImageConfig
from flyte_nb.errors import InvalidValueError
from flyte_nb.models.resources import ResourceSpec
from flyte_nb.models.serialization import (
    SERIALIZED_CONTEXT_ENV_VAR,
    FastSerializationSettings,
    SerializationSettings,
)

WHOLE = SerializationSettings(
    image_config=ImageConfig.from_images("a:1", {"spark": "b:2"}),
    project="p",
    domain="d",
    version="v",
    env={"A": "b"},
    default_resources=ResourceSpec(Resources(cpu="1"), Resources(mem="2Gi")),
    fast_serialization_settings=FastSerializationSettings(enabled=True, destination_dir="."),
)


@pytest.mark.parametrize("settings", [WHOLE, SerializationSettings.for_image("a:1", "v")])
def test_there_and_back(settings):
    assert SerializationSettings.from_json(settings.to_json()) == settings
    assert SerializationSettings.from_transport(settings.serialized_context) == settings


def test_the_settings_carry_themselves_once():
    carrying = WHOLE.with_serialized_context()
    assert carrying.env["A"] == "b"
    assert carrying.env[SERIALIZED_CONTEXT_ENV_VAR] == WHOLE.serialized_context
    assert carrying.with_serialized_context() == carrying


def test_places_in_the_pod():
    assert WHOLE.flytekit_virtualenv_root == "/opt/venv"
    assert WHOLE.entrypoint_settings.path == "/opt/venv/bin/entrypoint.py"
    assert WHOLE.should_fast_serialize()


@given(st.text() | st.binary().map(lambda b: base64.b64encode(gzip.compress(b)).decode()))
def test_anything_else_is_refused(text):
    with pytest.raises(InvalidValueError, match="not "):
        SerializationSettings.from_transport(text)


def test_halves_of_resources():
    spec = ResourceSpec.from_multiple_resource(Resources(cpu=("1", "2"), mem="1Gi"))
    assert spec.requests == Resources(cpu="1", mem="1Gi")
    assert spec.limits == Resources(cpu="2")
