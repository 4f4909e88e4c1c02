"""Switches that are no settings of a file."""

from __future__ import annotations

from .sources.environment import environment


class _FeatureFlags:
    """Reads each switch when it is asked for."""

    @property
    def FLYTE_PYTHON_PACKAGE_ROOT(self) -> str:  # noqa: N802 - flytekit's name
        """Where the names of Python modules begin: ``auto``, ``.``, or a folder."""
        return environment().get("FLYTE_PYTHON_PACKAGE_ROOT") or "auto"


FeatureFlags = _FeatureFlags()
