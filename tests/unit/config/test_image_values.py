"""Whatever images are made of: they are refused in words, or they are as they were given."""

import os

import pytest
from bad_values import arguments, attempt, serve
from hypothesis import given, settings

from flyte_nb.config.images import Image, ImageConfig

CASES = min(int(os.environ.get("FLYTE_NB_CASES", "100")), 10_000)
NAMES = ["default", "spark", "", "a b"]
PARTS = [None, "1", "sha256:abc", ""]
REFERENCES = ["a:1", "host:5000/a", "a@sha256:b", "a:1@sha256:b", "a:1:2", "a@b@c", ""]
ONE, OTHER = Image("spark", "a", tag="1"), Image("spark", "a", digest="sha256:b")
LISTS = [None, [], [ONE], (ONE, ONE), [ONE, OTHER]]
MAKERS = {
    "Image": (Image, {"name": NAMES, "fqn": REFERENCES, "tag": PARTS, "digest": PARTS}),
    "ImageConfig": (ImageConfig, {"default_image": [None, ONE], "images": LISTS}),
    "look up": (
        Image.look_up_image_info,
        {"name": NAMES, "image_identifier": REFERENCES, "allow_no_tag_or_digest": [True, False]},
    ),
    "create": (ImageConfig.create_from, {"default_image": [None, ONE], "other_images": LISTS}),
    "from images": (
        ImageConfig.from_images,
        {"default_image": REFERENCES, "m": [None, {}, {"spark": "a:1"}, {"spark": "a:1:2"}]},
    ),
    "auto": (ImageConfig.auto, {"config_file": [None], "img_name": [None, *REFERENCES]}),
    "validate": (
        lambda param="image", values=(): ImageConfig.validate_image(None, param, values),
        {"param": ["image"], "values": [(), ("a:1", "spark=b:2"), ["x=a:1", "x=b:1"]]},
    ),
}


@pytest.mark.parametrize("name", MAKERS)
def test_they_are_refused_in_words_or_made(name):
    make, values = MAKERS[name]

    @settings(max_examples=CASES)
    @given(arguments(values))
    def try_one(recipe):
        if name == "auto" and recipe.pop("config_file", None) is not None:
            return  # what is no file is tried where files are
        made = attempt(make, **{name: serve(value) for name, value in recipe.items()})
        if isinstance(made, ImageConfig):
            images = made.images or []
            assert all(made.find_image(image.name) for image in images)
        elif made is not None:
            assert made.full.encode()
            assert Image(made.name, made.fqn, made.tag, made.digest) == made

    try_one()
