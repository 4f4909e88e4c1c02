"""The process environment: the one place where it is read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import MutableMapping


def environment() -> MutableMapping[str, str]:
    """Return the live environment of this process; never cache what it says."""
    return os.environ
