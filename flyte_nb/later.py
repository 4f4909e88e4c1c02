"""Names of a package that are imported when they are first used (PEP 562)."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # for the nouns, which import nothing of typing
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


def later(package: str, names: Mapping[str, str]) -> Callable[[str], Any]:
    """Return the ``__getattr__`` of a module.

    Args:
        package: The module's ``__name__``.
        names: Name to the module below the package that has it, without the first dot.

    Example:
        >>> __getattr__ = later(__name__, {"Schedule": "schedule"})
    """

    def get(name: str) -> Any:
        if name not in names:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        space = vars(sys.modules[package])
        # As `from .module import name` does it; importlib itself costs half a millisecond.
        module = __import__(names[name], space, fromlist=[name], level=1)
        value = space[name] = getattr(module, name)
        return value

    return get
