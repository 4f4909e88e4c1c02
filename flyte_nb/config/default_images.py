"""The image of tasks that name none."""

from __future__ import annotations

import sys
from enum import Enum
from importlib.metadata import PackageNotFoundError, version

from flyte_nb.errors import ConfigError

from .plugin import get_plugin
from .sources.environment import environment

FLYTE_INTERNAL_IMAGE_ENV_VAR = "FLYTE_INTERNAL_IMAGE"
# The flytekit that this package behaves like, for whoever has none installed.
FLYTEKIT_VERSION = "1.16.31"


class PythonVersion(Enum):
    """Versions of Python for which Flyte publishes an image."""

    PYTHON_3_8 = (3, 8)
    PYTHON_3_9 = (3, 9)
    PYTHON_3_10 = (3, 10)
    PYTHON_3_11 = (3, 11)
    PYTHON_3_12 = (3, 12)


class DefaultImages:
    """Flyte's own images (flytekit's ``DefaultImages``)."""

    @classmethod
    def default_image(cls) -> str:
        """Return the plugin's image, else Flyte's for this Python.

        Raises:
            ConfigError: There is none for this Python, or the plugin cannot be loaded.
        """
        ask = getattr(get_plugin(), "get_default_image", None)
        image = ask() if ask is not None else None
        return cls.find_image_for() if image is None else str(image)

    @classmethod
    def find_image_for(
        cls, python_version: PythonVersion | None = None, flytekit_version: str | None = None
    ) -> str:
        """Return Flyte's image for a version of Python and of flytekit, by default the present.

        The variable ``FLYTE_INTERNAL_IMAGE`` replaces them all.

        Raises:
            ConfigError: There is none for this Python.
        """
        if image := environment().get(FLYTE_INTERNAL_IMAGE_ENV_VAR):
            return image
        if python_version is None:
            python_version = _present_python()
        major, minor = python_version.value
        suffix = flytekit_version.replace("v", "") if flytekit_version else cls.get_version_suffix()
        return f"cr.flyte.org/flyteorg/flytekit:py{major}.{minor}-{suffix}"

    @classmethod
    def get_version_suffix(cls) -> str:
        """Return the version of flytekit, ``latest`` for one in development."""
        try:
            installed = version("flytekit")
        except PackageNotFoundError:
            return FLYTEKIT_VERSION
        return "latest" if "dev" in installed else installed


def _present_python() -> PythonVersion:
    present = sys.version_info[:2]
    try:
        return PythonVersion(present)
    except ValueError:
        raise ConfigError(
            f"Flyte publishes no image for Python {present[0]}.{present[1]}",
            hint=f"name one: set {FLYTE_INTERNAL_IMAGE_ENV_VAR}",
        ) from None
