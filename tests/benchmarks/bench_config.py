"""What it costs to ask for the configuration: again, after an edit, and of a large file."""

import itertools
from pathlib import Path

import pytest

from flyte_nb.config.catalogue import all_entries
from flyte_nb.config.file import ConfigFile
from flyte_nb.config.images import ImageConfig
from flyte_nb.config.objects import Config
from flyte_nb.config.resolve import resolve

TEXT = Path(__file__).with_name("config.yaml").read_text(encoding="utf-8")
ENTRIES = all_entries()
IMAGE = "  image-{0:06}: cr.example.com/flyte/image-{0:06}:v1\n"


def everything(path):
    """Return the typed objects, the images, and where each value comes from."""
    cfg = ConfigFile(path)
    origins = [resolve(entry, cfg).winner.where for entry in ENTRIES]
    return Config.auto(cfg), ImageConfig.auto(cfg), origins


@pytest.fixture
def edited(tmp_path):
    """Return what pytest-benchmark calls before each round: it writes a file, new each time."""
    numbers = itertools.count()

    def edited_(text):
        path = tmp_path / "config.yaml"

        def write():
            path.write_text(f"# edit {next(numbers)}\n{text}", encoding="utf-8")
            return (path,), {}

        return write

    return edited_


def test_config_auto_of_an_unchanged_file(benchmark, tmp_path, environment):
    environment["HOME"] = str(tmp_path)
    path = tmp_path / "config.yaml"
    path.write_text(TEXT, encoding="utf-8")
    assert benchmark(Config.auto, str(path)).platform.endpoint == "flyte.example.com"


def test_everything_after_an_edit(benchmark, edited):
    config, images, origins = benchmark.pedantic(everything, setup=edited(TEXT), rounds=200)
    assert config.platform.endpoint == "flyte.example.com"
    assert len(images.images) == 3
    assert any(where.endswith("config.yaml:5") for where in origins)


@pytest.mark.parametrize("images", [125, 250, 500])
def test_everything_with_images(benchmark, edited, images):
    text = "images:\n" + "".join(IMAGE.format(n) for n in range(images))
    found = benchmark.pedantic(everything, setup=edited(text), rounds=30)[1]
    assert len(found.images) == images


@pytest.mark.parametrize("kilobytes", [250, 500, 1000])
def test_everything_in_a_large_file(benchmark, edited, kilobytes):
    lines = kilobytes * 1000 // len(IMAGE.format(0))
    text = TEXT + "".join(IMAGE.format(n) for n in range(lines))
    config, images, _ = benchmark.pedantic(everything, setup=edited(text), rounds=15)
    assert config.platform.endpoint == "flyte.example.com"
    assert len(images.images) == lines + 3
