"""Images: references, the configuration's, the default."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_nb.config.default_images import DefaultImages, PythonVersion
from flyte_nb.config.feature_flags import FeatureFlags
from flyte_nb.config.images import Image, ImageConfig
from flyte_nb.errors import ConfigFileError, InvalidValueError


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


def is_ambiguous(reference):
    repository, *digests = reference.split("@")
    return len(digests) > 1 or repository.split("/")[-1].count(":") > 1


@given(st.text("ab:@/.", max_size=12))
def test_any_reference_has_parts_that_make_it_again_or_two_of_one(reference):
    if is_ambiguous(reference):
        with pytest.raises(InvalidValueError, match=r"image 'n': two (tags|digests), "):
            Image.look_up_image_info("n", reference, allow_no_tag_or_digest=True)
        return
    image = Image.look_up_image_info("n", reference, allow_no_tag_or_digest=True)
    assert image.full in {reference, f"{reference}:None", f"{reference}:"} or not image.digest


def test_a_version_is_wanted_where_it_is_said():
    with pytest.raises(InvalidValueError, match="neither tag nor digest"):
        Image.look_up_image_info("n", "a")


SHA = f"sha256:{'0' * 64}"


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"tag": "t", "digest": "d"}, "image 'n': tag 't' and digest 'd'"),
        ({"fqn": f"a@{SHA}", "tag": "t"}, f"image 'n': tag 't' and digest '{SHA}'"),
        ({"fqn": "a:1", "tag": "2"}, "image 'n': two tags, '1' and '2'"),
        ({"fqn": "host:5000/a:1", "tag": "2"}, "image 'n': two tags, '1' and '2'"),
        ({"fqn": "a:1:2", "digest": SHA}, "image 'n': two tags, '1' and '2'"),
        ({"fqn": "a@d", "digest": "e"}, "image 'n': two digests, 'd' and 'e'"),
        ({"name": None}, "Image(name=…): NoneType, and text is wanted"),
        ({"fqn": b"a"}, "Image(fqn=…): bytes, and text is wanted"),
        ({"tag": 3}, "Image(tag=…): int, and text is wanted"),
        ({"digest": "\ud800"}, "Image(digest=…): not Unicode that UTF-8 can write"),
    ],
)
def test_parts_that_are_no_reference(parts, message):
    with pytest.raises(InvalidValueError) as caught:
        Image(**{"name": "n", "fqn": "a", **parts})
    assert caught.value.args[0] == message


def test_a_tag_before_a_digest_is_taken_as_docker_and_flytekit_take_it():
    image = Image.look_up_image_info("n", f"host:5000/a:1@{SHA}")
    assert (image.fqn, image.tag, image.digest) == ("host:5000/a:1", None, SHA)
    assert image.full == f"host:5000/a:1@{SHA}"
    with pytest.raises(InvalidValueError, match="two tags, '1' and '2'"):
        Image.look_up_image_info("n", "host:5000/a:1:2")
    with pytest.raises(InvalidValueError, match="two digests"):
        Image.look_up_image_info("n", f"a@{SHA}@{SHA}")


def test_two_images_of_one_name_are_refused_but_for_the_default():
    one, other = Image("spark", "a", "1"), Image("spark", "b", "2")
    message = "two images are called 'spark': 'a:1' and 'b:2'"
    with pytest.raises(InvalidValueError, match=message):
        ImageConfig(images=[one, other])
    with pytest.raises(InvalidValueError, match=message):
        ImageConfig.validate_image(None, "image", ("x:1", "spark=a:1", "spark=b:2"))
    assert ImageConfig(one, [one, one]).images == [one, one]
    assert ImageConfig(one, [one, other]).find_image("spark") == one


def test_what_are_no_images_is_refused():
    for images in ("a:1", [None], {"a": "b:1"}):
        with pytest.raises(InvalidValueError, match=r"images: .* is wanted"):
            ImageConfig(images=images)
    with pytest.raises(InvalidValueError, match="the default image is a str"):
        ImageConfig("a:1")
    with pytest.raises(InvalidValueError, match="images: list, and a dictionary is wanted"):
        ImageConfig.from_images("a:1", ["b:1"])


def test_a_file_with_such_an_image_is_named(tmp_path):
    (tmp_path / "c.config").write_text("[images]\nmine = x:1:2\n")
    with pytest.raises(ConfigFileError, match=r"c\.config: images: image 'mine': two tags"):
        ImageConfig.auto(tmp_path / "c.config")


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
