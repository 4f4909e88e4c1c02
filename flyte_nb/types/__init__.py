"""Files, folders and tables as inputs and outputs of tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte_nb.later import later

if TYPE_CHECKING:
    from .directory import FlyteDirectory
    from .file import FlyteFile
    from .frames import StructuredDataset
    from .table_form import kwtypes

__all__ = ["FlyteDirectory", "FlyteFile", "StructuredDataset", "kwtypes"]
__getattr__ = later(
    __name__,
    {
        "FlyteDirectory": "directory",
        "FlyteFile": "file",
        "StructuredDataset": "frames",
        "kwtypes": "table_form",
    },
)
