"""Tasks, workflows and launch plans of this process, in the order of their definition."""

from __future__ import annotations

import threading
from typing import Any, ClassVar


class FlyteEntities:
    """Every entity that was defined (flytekit's ``FlyteEntities``).

    Attributes:
        entities: The entities; one that is defined again, as by a cell that is run again, takes
            the place of the one before.
    """

    entities: ClassVar[list[Any]] = []
    _by_name: ClassVar[dict[tuple[type, str], Any]] = {}
    _lock: ClassVar[threading.Lock] = threading.Lock()

    @classmethod
    def add(cls, entity: Any) -> None:
        """Add *entity*, which has a ``name``."""
        key = (type(entity), entity.name)  # a launch plan may be named as its workflow
        with cls._lock:
            before = cls._by_name.get(key)
            if before is not None:
                cls.entities[:] = [other for other in cls.entities if other is not before]
            cls._by_name[key] = entity
            cls.entities.append(entity)

    @classmethod
    def is_newest(cls, entity: Any) -> bool:
        """Return whether no other entity of that kind and name was defined after *entity*."""
        return cls._by_name.get((type(entity), entity.name), entity) is entity
