"""How entities are named and packed when they are registered."""

from __future__ import annotations

import base64
import gzip
import json
import os.path
import zlib
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from flyte_nb.config.images import DEFAULT_IMAGE_NAME, Image, ImageConfig
from flyte_nb.errors import InvalidValueError

from .checks import check_bool, check_kind, check_mapping, check_text, check_texts
from .kubernetes.names import env_name_problem
from .resources import Resources, ResourceSpec
from .rows import Shown
from .shown import shortened

SERIALIZED_CONTEXT_ENV_VAR = "_F_SS_C"
DEFAULT_RUNTIME_PYTHON_INTERPRETER = "/opt/venv/bin/python3"
_TEXTS = ("project", "domain", "version", "git_repo", "flytekit_virtualenv_root", "source_root")


@dataclass(frozen=True, repr=False)
class EntrypointSettings(Shown):
    """Where the program is that a pod starts (flytekit's ``EntrypointSettings``)."""

    path: str | None = None

    def __post_init__(self) -> None:
        check_texts(self, "path")


@dataclass(frozen=True, repr=False)
class FastSerializationSettings(Shown):
    """How code is copied into the pod (flytekit's ``FastSerializationSettings``).

    Attributes:
        enabled: Whether it is copied rather than in the image.
        destination_dir: Folder in the pod.
        distribution_location: Address of the packed code.

    Raises:
        InvalidValueError: One is of another type.
    """

    enabled: bool = False
    destination_dir: str | None = None
    distribution_location: str | None = None

    def __post_init__(self) -> None:
        check_bool("FastSerializationSettings", "enabled", self.enabled)
        check_texts(self, "destination_dir", "distribution_location")


@dataclass(frozen=True, repr=False)
class SerializationSettings(Shown):
    """What registration needs to know (flytekit's ``SerializationSettings``).

    Attributes:
        image_config: Images that tasks can name.
        project: Project to register in.
        domain: Domain to register in.
        version: Version to register as.
        env: Environment variables of every task; their values are not shown.
        default_resources: Resources of tasks that ask for none.
        git_repo: Where the code comes from.
        python_interpreter: Path of Python in the image.
        flytekit_virtualenv_root: Its environment's folder; by the interpreter when not given.
        fast_serialization_settings: How code is copied into the pod.
        source_root: Folder of the source code.

    Raises:
        InvalidValueError: One is of another type, or a variable has a name that Kubernetes would
            refuse.
    """

    image_config: ImageConfig | None
    project: str | None = None
    domain: str | None = None
    version: str | None = None
    env: dict[str, str] | None = field(default=None, metadata={"keys_only": True})
    default_resources: ResourceSpec | None = None
    git_repo: str | None = None
    python_interpreter: str = DEFAULT_RUNTIME_PYTHON_INTERPRETER
    flytekit_virtualenv_root: str | None = None
    fast_serialization_settings: FastSerializationSettings | None = None
    source_root: str | None = None

    def __post_init__(self) -> None:
        owner = "SerializationSettings"
        check_texts(self, *_TEXTS)
        check_texts(self, "python_interpreter", required=True)
        if self.flytekit_virtualenv_root is None:
            root = self.venv_root_from_interpreter(self.python_interpreter)
            self._set(flytekit_virtualenv_root=root)
        if self.env is not None:
            self._set(env=check_mapping(owner, "env", self.env, env_name_problem))
        check_kind(owner, "image_config", self.image_config, ImageConfig)
        check_kind(owner, "default_resources", self.default_resources, ResourceSpec)
        fast = self.fast_serialization_settings
        check_kind(owner, "fast_serialization_settings", fast, FastSerializationSettings)

    @classmethod
    def for_image(
        cls,
        image: str,
        version: str,
        project: str = "",
        domain: str = "",
        python_interpreter_path: str = DEFAULT_RUNTIME_PYTHON_INTERPRETER,
    ) -> SerializationSettings:
        """Return settings with *image* as the only one."""
        default = Image.look_up_image_info(DEFAULT_IMAGE_NAME, image)
        return cls(
            image_config=ImageConfig(default_image=default),
            project=project,
            domain=domain,
            version=version,
            python_interpreter=python_interpreter_path,
        )

    @staticmethod
    def venv_root_from_interpreter(interpreter_path: str) -> str:
        """Return the folder of the environment of an interpreter: /opt/venv of …/bin/python3."""
        return os.path.dirname(os.path.dirname(interpreter_path))  # noqa: PTH120 - of the pod

    @property
    def entrypoint_settings(self) -> EntrypointSettings:
        """Where the program is that a pod starts."""
        return self.default_entrypoint_settings(self.python_interpreter)

    @classmethod
    def default_entrypoint_settings(cls, interpreter_path: str) -> EntrypointSettings:
        """Return where the program is that stands beside an interpreter."""
        root = cls.venv_root_from_interpreter(interpreter_path)
        return EntrypointSettings(path=os.path.join(root, "bin/entrypoint.py"))  # noqa: PTH118

    def new_builder(self) -> SerializationSettings.Builder:
        """Return what makes settings like these, with changes."""
        return self.Builder(**{f.name: getattr(self, f.name) for f in fields(self)})

    def should_fast_serialize(self) -> bool:
        """Return whether code is copied into the pod."""
        fast = self.fast_serialization_settings
        return fast is not None and fast.enabled

    def to_json(self) -> str:
        """Return everything as JSON, as flytekit writes it."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> SerializationSettings:
        """Return what `to_json` wrote, here or in flytekit.

        Raises:
            InvalidValueError: The text is something else.
        """
        given = check_text("SerializationSettings", "JSON", text, required=True, empty=True) or ""
        try:
            found = json.loads(given)
            values = {f.name: found[f.name] for f in fields(cls) if f.name in found}
            return cls(**{name: _build(name, value) for name, value in values.items()})
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
            raise InvalidValueError(
                f"not serialization settings: {shortened(str(error))}"
            ) from None

    @property
    def serialized_context(self) -> str:
        """Everything in the form that travels in a variable: base64 of gzip of JSON."""
        if self.env and SERIALIZED_CONTEXT_ENV_VAR in self.env:
            return self.env[SERIALIZED_CONTEXT_ENV_VAR]
        return base64.b64encode(gzip.compress(self.to_json().encode(), mtime=0)).decode()

    @classmethod
    def from_transport(cls, s: str) -> SerializationSettings:
        """Return what `serialized_context` packed.

        Raises:
            InvalidValueError: The text is something else.
        """
        given = check_text("SerializationSettings", "transport", s, required=True, empty=True) or ""
        try:
            text = gzip.decompress(base64.b64decode(given, validate=True)).decode()
        except (ValueError, TypeError, OSError, EOFError, zlib.error) as error:
            raise InvalidValueError(f"not a serialized context: {shortened(str(error))}") from None
        return cls.from_json(text)

    def with_serialized_context(self) -> SerializationSettings:
        """Return settings whose `env` carries them; these, where it does already."""
        if self.env and SERIALIZED_CONTEXT_ENV_VAR in self.env:
            return self
        packed = {SERIALIZED_CONTEXT_ENV_VAR: self.serialized_context}
        return replace(self, env={**(self.env or {}), **packed})

    class Builder:
        """Makes settings; its attributes are theirs and can be changed until then.

        Args:
            given: Attributes of `SerializationSettings`.
        """

        def __init__(self, **given: Any) -> None:
            self.env: dict[str, str] | None = None
            self.fast_serialization_settings: FastSerializationSettings | None = None
            for name, value in given.items():
                setattr(self, name, dict(value) if isinstance(value, dict) else value)

        def with_fast_serialization_settings(
            self, fss: FastSerializationSettings
        ) -> SerializationSettings.Builder:
            """Say whether code is copied into the pod."""
            self.fast_serialization_settings = fss
            return self

        def build(self) -> SerializationSettings:
            """Return the settings."""
            return SerializationSettings(**vars(self))


def _build(name: str, value: Any) -> Any:
    """Return the value of field *name* from what JSON has for it."""
    if value is None:
        return None
    if name == "image_config":
        images = value["images"]
        return ImageConfig(
            default_image=value["default_image"] and Image(**value["default_image"]),
            images=images and [Image(**image) for image in images],
        )
    if name == "default_resources":
        return ResourceSpec(Resources(**value["requests"]), Resources(**value["limits"]))
    if name == "fast_serialization_settings":
        return FastSerializationSettings(**value)
    return value
