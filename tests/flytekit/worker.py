"""Runs in flytekit's own environment: one case a line in, one result a line out, as JSON."""

import dataclasses
import importlib
import json
import os
import sys
from datetime import timedelta
from enum import Enum
from pathlib import Path
from types import ModuleType

from flytekit.configuration import (
    AzureBlobStorageConfig,
    Config,
    DataConfig,
    ImageConfig,
    LocalConfig,
    S3Config,
    SerializationSettings,
    StatsConfig,
    TaskConfig,
    internal,
)
from flytekit.configuration.file import ConfigEntry, get_config_file
from flytekit.core.checkpointer import SyncCheckpoint
from flytekit.core.data_persistence import get_fsspec_storage_options
from flytekit.core.resources import Resources, convert_resources_to_resource_model
from flytekit.interfaces.stats import taggable

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))
from recipes import cook
from signatures import parameters


def plain(value):
    """Return *value* as JSON has it."""
    if dataclasses.is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, timedelta):
        return value.total_seconds()
    return list(value) if isinstance(value, tuple) else value


def configuration(case):
    """Return all that the configuration file at *path* and the environment come to."""
    path = case["path"]
    get_config_file.cache_clear()
    return {
        "config": plain(Config.auto(path)),
        "local": plain(LocalConfig.auto(path)),
        "task": plain(TaskConfig.auto(path)),
    }


def settings(_case):
    """Return the variable and the YAML path of each setting that flytekit knows."""
    categories = [c for c in vars(internal).values() if isinstance(c, type)]
    entries = [e for c in categories for e in vars(c).values() if isinstance(e, ConfigEntry)]
    return sorted(
        [e.legacy.get_env_name(), e.yaml_entry.switch if e.yaml_entry else ""] for e in entries
    )


def serialization(case):
    """Return settings with the images of *case*, as JSON, and what came through a variable."""
    images = ImageConfig.from_images(case["default"], case["named"])
    packed = SerializationSettings(image_config=images, project="p", env=case["env"])
    unpacked = SerializationSettings.from_transport(case["transport"])
    return [packed.to_json(), unpacked.to_json(), [image.full for image in images.images]]


def storage(case):
    """Return the options of the file system for *case*."""
    s3, azure = S3Config(**case["s3"]), AzureBlobStorageConfig(**case["azure"])
    config = DataConfig(s3=s3, azure=azure)
    return get_fsspec_storage_options(case["protocol"], config, case["anonymous"])


def stats(case):
    """Send metrics to a port as a pod does; return nothing."""
    config = StatsConfig(host="127.0.0.1", port=case["port"])
    handle = taggable.get_stats(config, case["prefix"], case["tags"])
    for method, args, kwargs in case["calls"]:
        getattr(handle, method)(*args, **kwargs)


def names(case):
    """Return for each name of each module what it is called with; "no" where there is none."""
    return {
        module: {name: parameters(importlib.import_module(module), name) for name in known}
        for module, known in case["names"].items()
    }


def find(module, name):
    """Return what a module calls by a name."""
    return getattr(importlib.import_module(module), name)


def message(case):
    """Return the message of what the recipe makes, in hexadecimal."""
    found = cook(case["recipe"], find).to_flyte_idl()
    return None if found is None else found.SerializeToString(deterministic=True).hex()


def make(case):
    """Make what the recipe says, for the error."""
    cook(case["recipe"], find)


def resources(case):
    """Return the message of requests, in hexadecimal."""
    model = convert_resources_to_resource_model(requests=Resources(**case["amounts"]))
    return model.to_flyte_idl().SerializeToString(deterministic=True).hex()


def launch_plan(case):
    """Return the JSON of the launch plan that a module makes."""
    from collections import OrderedDict

    from flytekit.tools.translator import get_serializable_launch_plan
    from google.protobuf.json_format import MessageToDict

    # Not by import: flytekit converts a default of a dataclass in another thread, which imports
    # the module of that class, and waits for ever while it is being imported here.
    path = Path(case["folder"], case["module"]).with_suffix(".py")
    module = sys.modules[case["module"]] = ModuleType(case["module"])
    module.__file__ = str(path)
    exec(compile(path.read_text(encoding="utf-8"), path, "exec"), vars(module))
    images = ImageConfig.auto_default_image()
    settings = SerializationSettings(images, project="p", domain="d", version="v")
    model = get_serializable_launch_plan(
        OrderedDict(), settings, module.plan, recurse_downstream=False
    )
    return MessageToDict(model.spec.to_flyte_idl())


def pod_template(case):
    """Return message and hash of a template, and its pod spec as part of a task's image."""
    from types import SimpleNamespace

    from flytekit import PodTemplate
    from flytekit.core.utils import _serialize_pod_spec
    from flytekit.models.task import K8sPod
    from kubernetes.client import V1PodSpec

    spec = case["spec"]
    given = V1PodSpec.from_dict(spec) if spec is not None else None
    template = PodTemplate(given, case["name"], case["labels"], case["annotations"])
    nothing = SimpleNamespace(limits=[], requests=[])
    container = SimpleNamespace(image="image", command=None, args=None, resources=nothing, env=None)
    settings = SerializationSettings(image_config=ImageConfig.auto_default_image())
    message = K8sPod.from_pod_template(template).to_flyte_idl()
    return {
        "message": message.SerializeToString(deterministic=True).hex(),
        "hash": template.version_hash(),
        "in a task": _serialize_pod_spec(template, container, settings),
    }


def checkpoint(case):
    """Save with flytekit's own checkpoint; return what."""
    SyncCheckpoint(case["folder"]).write(b"epoch 3")
    return "epoch 3"


ANSWERS = {
    "configuration": configuration,
    "settings": settings,
    "serialization": serialization,
    "storage": storage,
    "pod_template": pod_template,
    "launch_plan": launch_plan,
    "checkpoint": checkpoint,
    "stats": stats,
    "names": names,
    "message": message,
    "make": make,
    "resources": resources,
}


def main():
    """Answer until standard input ends."""
    clean = dict(os.environ)
    for line in sys.stdin:
        case = json.loads(line)
        os.environ.clear()
        os.environ.update(clean, **case.get("environment", {}))
        try:
            answer = {"value": ANSWERS[case.get("ask", "configuration")](case)}
        except Exception as error:  # noqa: BLE001 - whatever it is, is the answer
            answer = {"error": type(error).__name__}
        print(json.dumps(answer), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
