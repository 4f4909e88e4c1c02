"""flytekit by name: cells that say ``from flytekit import task``, without flytekit.

Example:
    >>> from flyte_nb.compat import install
    >>> install()
    >>> from flytekit import task
"""

from __future__ import annotations

from .shim import Shim, install, is_installed, state, uninstall

__all__ = ["Shim", "install", "is_installed", "state", "uninstall"]
