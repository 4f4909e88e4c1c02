"""Files, folders and tables as fields of a model of pydantic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .frames import StructuredDataset
    from .place import Place


def schema(kind: type[Place]) -> Any:
    """Return pydantic's schema: an object, a path, or ``{"path": …}``; written as the last one."""
    from pydantic_core import core_schema

    def read(value: Any, info: Any) -> Any:
        if isinstance(value, kind):
            return value
        if isinstance(value, dict):
            value = value.get("path")
        if not isinstance(value, str):
            raise ValueError(f"a {kind.noun} is a path, or {{'path': …}}")  # noqa: TRY004 - pydantic's
        copies = (info.context or {}).get("flyte_nb_copies")
        return kind.copy_of(value) if copies else kind.arriving(value)

    def write(value: Any, info: Any) -> dict[str, str]:
        hand_over = (info.context or {}).get("flyte_nb")
        if hand_over is not None:
            value = hand_over(value)
        return {"path": value.remote_source or str(value)}

    return core_schema.with_info_plain_validator_function(
        read,
        serialization=core_schema.plain_serializer_function_ser_schema(write, info_arg=True),
    )


def table_schema(kind: type[StructuredDataset]) -> Any:
    """Return pydantic's schema: an object, or ``{"uri": …, "file_format": …}``, as written."""
    from pydantic_core import core_schema

    def read(value: Any) -> Any:
        if isinstance(value, kind):
            return value
        if not isinstance(value, dict) or not isinstance(value.get("uri"), str):
            raise ValueError("a table is a StructuredDataset, or {'uri': …, 'file_format': …}")  # noqa: TRY004 - pydantic's
        return kind(**{name: value[name] for name in ("uri", "file_format") if name in value})

    def write(value: Any, info: Any) -> dict[str, str]:
        hand_over = (info.context or {}).get("flyte_nb")
        if hand_over is not None:
            value = hand_over(value)
        if value.uri is None:
            raise ValueError("a table is written where a task hands it on; give it a uri before")
        return {"uri": value.uri, "file_format": value.file_format}

    return core_schema.no_info_plain_validator_function(
        read,
        serialization=core_schema.plain_serializer_function_ser_schema(write, info_arg=True),
    )
