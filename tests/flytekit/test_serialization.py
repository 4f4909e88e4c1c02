"""Integration: settings of registration are packed as flytekit packs them, and unpacked there."""

import pytest

from flyte_nb.config.images import ImageConfig
from flyte_nb.models.serialization import SerializationSettings


@pytest.mark.parametrize("default", ["a:1", "host:5000/b@sha256:c", "x/y:z"])
@pytest.mark.parametrize("named", [{}, {"spark": "s:2", "bare": "host:5000/r"}])
@pytest.mark.parametrize("env", [None, {"A": "b", "C": "\u00e9"}])
def test_both_read_what_the_other_wrote(ask_flytekit, default, named, env):
    images = ImageConfig.from_images(default, named)
    settings = SerializationSettings(image_config=images, project="p", env=env)
    case = {"default": default, "named": named, "env": env}
    case["transport"] = settings.serialized_context
    packed, unpacked, full = ask_flytekit({"ask": "serialization", **case})["value"]
    assert settings.to_json() == packed == unpacked
    assert [image.full for image in images.images] == full
    assert SerializationSettings.from_json(packed) == settings
