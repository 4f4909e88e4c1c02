"""Which configuration file this kernel was told to use, before any of the usual places."""

from __future__ import annotations

from typing import Protocol

from flyte_nb.installed import Installed


class Chooser(Protocol):
    """Who may name a configuration file: the session."""

    @property
    def config_path(self) -> str | None:
        """The file that was chosen, None for the first of the usual places."""


_choosers: Installed[Chooser] = Installed()
install_chooser = _choosers.add


def chosen_path() -> str | None:
    """Return the file that the newest chooser names, None for the first of the usual places."""
    choosers = _choosers.items
    return choosers[-1].config_path if choosers else None
