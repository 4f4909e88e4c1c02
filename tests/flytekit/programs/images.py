"""Container images by name, and what tasks are packed with."""

# ruff: noqa: E402 - each cell is a program of its own

# %% references of images
from flytekit.configuration import Image
from programs import outcome

answer = {
    reference: outcome(lambda reference=reference: Image.look_up_image_info("mine", reference))
    for reference in (
        "python",
        "python:3.11",
        "ghcr.io/flyteorg/flytekit:py3.11-latest",
        "localhost:5000/team/image",
        "localhost:5000/team/image:v1",
        "ghcr.io/team/image@sha256:abc",
        "ghcr.io/team/image:v1@sha256:abc",
        "",
        ":v1",
    )
}
answer["no tag, allowed"] = Image.look_up_image_info("mine", "ghcr.io/team/image", True)  # noqa: FBT003

# %% one image
from flytekit.configuration import Image
from programs import outcome

tagged, digested = Image("a", "x/y", "v1"), Image("b", "x/y", digest="sha256:abc")
answer = {
    "full": [tagged.full, digested.full, Image("c", "x/y").full],
    "version": [tagged.version, digested.version, Image("c", "x/y").version],
    "equal": tagged == Image(name="a", fqn="x/y", tag="v1"),
    "hash": hash(tagged) == hash(Image(name="a", fqn="x/y", tag="v1")),
    "both": outcome(lambda: Image("a", "x/y", tag="v1", digest="sha256:abc")),
}

# %% the images of a configuration file
from pathlib import Path

from flytekit.configuration import ImageConfig

Path("a.config").write_text("""
[images]
spark = ghcr.io/team/spark:v1
bare = ghcr.io/team/bare
""")
Path("b.yaml").write_text("images:\n  spark: ghcr.io/team/spark@sha256:abc\n")
Path("c.yaml").write_text("admin: {}\n")
answer = {
    "ini": ImageConfig.auto("a.config"),
    "yaml": ImageConfig.auto("b.yaml"),
    "without": ImageConfig.auto("c.yaml"),
    "default": ImageConfig.auto("a.config", img_name="x/y:1"),
    "nowhere": ImageConfig.auto(),
}

# %% the images of an empty file
from pathlib import Path

from flytekit.configuration import ImageConfig
from programs import outcome

Path("empty.yaml").write_text("")
answer = {"images": outcome(lambda: ImageConfig.auto("empty.yaml").images)}

# %% images by hand
from flytekit.configuration import DEFAULT_IMAGE_NAME, Image, ImageConfig
from programs import outcome

images = ImageConfig.from_images("x/y:1", {"spark": "x/spark:2", "bare": "host:1/bare"})
answer = {
    "all": images,
    "found": images.find_image("spark"),
    "default": images.find_image(DEFAULT_IMAGE_NAME),
    "not found": images.find_image("nothing"),
    "no default": ImageConfig.from_images("", {"a": "x:1"}),
    "empty": ImageConfig(),
    "empty, found": ImageConfig().find_image("a"),
    "one by one": ImageConfig.create_from(None, [Image("a", "x", "1")]),
    "wrong": outcome(lambda: ImageConfig.create_from("x/y:1")),
    "no tag": outcome(lambda: ImageConfig.from_images("x/y")),
}

# %% images of a command line
from flytekit.configuration import ImageConfig
from programs import outcome


def of(*values):
    return outcome(lambda: ImageConfig.validate_image(None, "image", values))


answer = {
    "default": of("x/y:1"),
    "by name": of("x/y:1", "spark=x/spark:2"),
    "default by name": of("default=x/y:1", "a=x/a:1", "b=x/b@sha256:abc"),
    "two defaults": of("x/y:1", "x/z:1"),
    "no tag": of("x/y"),
    "none": [len(ImageConfig.validate_image(None, "image", ()).images)],
}

# %% Flyte's own images
import os

from flytekit.configuration import ImageConfig
from flytekit.configuration.default_images import DefaultImages, PythonVersion
from programs import outcome

answer = {
    "of a version": DefaultImages.find_image_for(PythonVersion.PYTHON_3_9, "v1.2.3"),
    "of this one": DefaultImages.find_image_for(PythonVersion.PYTHON_3_12),
    "here": DefaultImages.default_image() == DefaultImages.find_image_for(),
    "suffix": DefaultImages.get_version_suffix(),
    "versions": [version.value for version in PythonVersion],
    "as default": ImageConfig.auto_default_image().default_image.fqn,
}
os.environ["FLYTE_INTERNAL_IMAGE"] = "x/y:1"
answer["by variable"] = [DefaultImages.default_image(), DefaultImages.find_image_for()]
answer["configured"] = ImageConfig.auto_default_image().default_image

# %% settings of registration, there and back
from flytekit import Resources
from flytekit.configuration import (
    FastSerializationSettings,
    ImageConfig,
    SerializationSettings,
)
from flytekit.core.resources import ResourceSpec

settings = SerializationSettings(
    image_config=ImageConfig.from_images("x/y:1", {"a": "x/a:2"}),
    project="p",
    domain="d",
    version="v",
    env={"A": "b"},
    default_resources=ResourceSpec(Resources(cpu="1"), Resources(cpu="2")),
    git_repo="https://example.com/repo",
    fast_serialization_settings=FastSerializationSettings(True, "/root", "s3://b/k"),  # noqa: FBT003
    source_root="/src",
)
answer = {
    "json": settings.to_json(),
    "back": SerializationSettings.from_json(settings.to_json()) == settings,
    "transport": settings.serialized_context[16:],
    "header": settings.serialized_context[:16],
    "transported": SerializationSettings.from_transport(settings.serialized_context) == settings,
    "root": settings.flytekit_virtualenv_root,
    "interpreter": settings.python_interpreter,
    "entrypoint": settings.entrypoint_settings.path,
    "fast": settings.should_fast_serialize(),
}

# %% settings in a variable of a task
from flytekit.configuration import (
    SERIALIZED_CONTEXT_ENV_VAR,
    ImageConfig,
    SerializationSettings,
)

settings = SerializationSettings(ImageConfig.from_images("x/y:1"), project="p", env={"A": "b"})
within = settings.with_serialized_context()
answer = {
    "variable": SERIALIZED_CONTEXT_ENV_VAR,
    "names": sorted(within.env),
    "same": within.env[SERIALIZED_CONTEXT_ENV_VAR] == settings.serialized_context,
    "kept": within.serialized_context == settings.serialized_context,
    "twice": within.with_serialized_context() is within,
    "untouched": settings.env,
    "unpacked": SerializationSettings.from_transport(within.serialized_context) == settings,
}

# %% settings for one image
from flytekit.configuration import DEFAULT_RUNTIME_PYTHON_INTERPRETER, SerializationSettings
from programs import outcome

settings = SerializationSettings.for_image("x/y:1", "v", "p", "d", "/usr/bin/python3")
answer = {
    "json": settings.to_json(),
    "fast": settings.should_fast_serialize(),
    "root": SerializationSettings.venv_root_from_interpreter(DEFAULT_RUNTIME_PYTHON_INTERPRETER),
    "entrypoint": SerializationSettings.default_entrypoint_settings("/a/b/python").path,
    "no tag": outcome(lambda: SerializationSettings.for_image("x/y", "v")),
    "nonsense": outcome(lambda: SerializationSettings.from_transport("nonsense")),
}

# %% settings from a builder
from flytekit.configuration import FastSerializationSettings, SerializationSettings
from programs import outcome


def build():
    settings = SerializationSettings.for_image("x/y:1", "v")
    fast = FastSerializationSettings(enabled=True)
    return settings.new_builder().with_fast_serialization_settings(fast).build()


answer = {"fast": outcome(lambda: build().should_fast_serialize())}
