"""What an installed package may change: entry-point group ``flytekit.configuration.plugin``."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from flyte_nb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.metadata import EntryPoint

GROUP = "flytekit.configuration.plugin"


@runtime_checkable
class FlytekitPluginProtocol(Protocol):
    """The questions that a plugin answers (flytekit's ``FlytekitPluginProtocol``)."""

    @staticmethod
    def get_remote(
        config: str | None, project: str, domain: str, data_upload_location: str | None = None
    ) -> Any:
        """Return a connection to Flyte for the command line."""

    @staticmethod
    def configure_pyflyte_cli(main: Any) -> Any:
        """Return the command line, changed."""

    @staticmethod
    def secret_requires_group() -> bool:
        """Return whether a secret must name its group."""

    @staticmethod
    def get_default_image() -> str | None:
        """Return the image of tasks that name none; None for Flyte's own."""

    @staticmethod
    def get_auth_success_html(endpoint: str) -> str | None:
        """Return the page that is shown after a login; None for Flyte's own."""

    @staticmethod
    def get_default_cache_policies() -> list[Any]:
        """Return how cache versions of tasks are made."""


class FlytekitPlugin:
    """What holds where no plugin is installed; a plugin may inherit from it."""

    @staticmethod
    def get_remote(
        config: str | None, project: str, domain: str, data_upload_location: str | None = None
    ) -> Any:
        """Return flytekit's remote, which needs flytekit.

        Raises:
            ConfigError: flytekit is not installed.
        """
        try:
            from flytekit.configuration.plugin import FlytekitPlugin as Theirs
        except ImportError:
            Theirs = FlytekitPlugin  # noqa: N806 - as it is under the shim
        if Theirs is FlytekitPlugin:
            raise ConfigError(
                "get_remote() returns a FlyteRemote, which is flytekit's",
                hint="pip install flytekit",
            )
        return Theirs.get_remote(config, project, domain, data_upload_location)

    @staticmethod
    def configure_pyflyte_cli(main: Any) -> Any:
        """Return the command line as it is."""
        return main

    @staticmethod
    def secret_requires_group() -> bool:
        """Return True."""
        return True

    @staticmethod
    def get_default_image() -> str | None:
        """Return None: Flyte's own image."""
        return None

    @staticmethod
    def get_auth_success_html(endpoint: str) -> str | None:  # noqa: ARG004 - for plugins
        """Return None: Flyte's own page."""
        return None

    @staticmethod
    def get_default_cache_policies() -> list[Any]:
        """Return none."""
        return []


@cache
def get_plugin() -> Any:
    """Return the installed plugin, else `FlytekitPlugin`.

    Raises:
        ConfigError: Two are installed, or the one that is cannot be loaded.
    """
    return load_plugin(tuple(entry_points(group=GROUP)))


def load_plugin(found: Sequence[EntryPoint]) -> Any:
    """Return the plugin of the entry points *found*.

    Raises:
        ConfigError: There are several, or the one that there is cannot be loaded.
    """
    if not found:
        return FlytekitPlugin
    if len(found) > 1:
        names = ", ".join(f"{point.name} ({point.value})" for point in found)
        raise ConfigError(
            f"several Flyte plugins are installed: {names}", hint="uninstall all but one"
        )
    (point,) = found
    try:
        return point.load()
    except Exception as error:
        raise ConfigError(
            f"the Flyte plugin {point.name} ({point.value}) cannot be loaded:"
            f" {type(error).__name__}: {error}",
            hint="mend or uninstall it",
        ) from error
