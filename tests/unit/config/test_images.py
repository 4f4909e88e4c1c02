"""Images: references, the configuration's, the default."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_nb.config.default_images import DefaultImages, PythonVersion
from flyte_nb.config.feature_flags import FeatureFlags
from flyte_nb.config.images import Image, ImageConfig
from flyte_nb.errors import InvalidValueError


@pytest.mark.parametrize(
    ("reference", "fqn", "tag", "digest"),
    [
        ("a:b", "a", "b", None),
        ("a@sha256:x", "a", None, "sha256:x"),
        ("host:5000/a", "host:5000/a", None, None),
        ("host:5000/a:b", "host:5000/a", "b", None),
        ("a", "a", None, None),
    ],
)
def test_parts_of_a_reference(reference, fqn, tag, digest):
    image = Image.look_up_image_info("n", reference, allow_no_tag_or_digest=True)
    assert (image.fqn, image.tag, image.digest) == (fqn, tag, digest)
    assert image.version == (digest or tag)


@given(st.text("ab:@/.", max_size=12))
def test_any_reference_has_parts_that_make_it_again(reference):
    image = Image.look_up_image_info("n", reference, allow_no_tag_or_digest=True)
    assert image.full in {reference, f"{reference}:None", f"{reference}:"} or not image.digest


def test_a_version_is_wanted_where_it_is_said():
    with pytest.raises(InvalidValueError, match="neither tag nor digest"):
        Image.look_up_image_info("n", "a")
    with pytest.raises(InvalidValueError, match="tag 't' and digest 'd'"):
        Image("n", "a", tag="t", digest="d")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("c.config", "[images]\nmine = x:1\nother=h/y"),
        ("c.yaml", "images: {mine: 'x:1', other: h/y}"),
    ],
)
def test_images_of_a_file(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    config = ImageConfig.auto(tmp_path / name, img_name="d:1")
    assert config.find_image("mine").full == "x:1"
    assert config.find_image("other").full == "h/y:None"
    assert config.find_image("default") == config.default_image
    assert config.find_image("nobody") is None


def test_words_of_a_command_line():
    config = ImageConfig.validate_image(None, "image", ("a:1", "spark=b:2"))
    assert [image.name for image in config.images] == ["default", "spark"]
    with pytest.raises(InvalidValueError, match="both the default image"):
        ImageConfig.validate_image(None, "image", ("a:1", "default=b:2"))


def test_the_variable_replaces_every_default(monkeypatch):
    image = DefaultImages.find_image_for(PythonVersion.PYTHON_3_9, "v1.2.3")
    assert image == "cr.flyte.org/flyteorg/flytekit:py3.9-1.2.3"
    monkeypatch.setenv("FLYTE_INTERNAL_IMAGE", "mine:1")
    assert DefaultImages.find_image_for(PythonVersion.PYTHON_3_9) == "mine:1"
    assert DefaultImages.default_image() == "mine:1"
    assert ImageConfig.validate_image(None, "image", ()).default_image.full == "mine:1"


def test_a_flag_is_read_each_time(monkeypatch):
    assert FeatureFlags.FLYTE_PYTHON_PACKAGE_ROOT == "auto"
    monkeypatch.setenv("FLYTE_PYTHON_PACKAGE_ROOT", ".")
    assert FeatureFlags.FLYTE_PYTHON_PACKAGE_ROOT == "."
