"""Files and folders as fields of a model of pydantic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .place import Place


def schema(kind: type[Place]) -> Any:
    """Return pydantic's schema: an object, a path, or ``{"path": …}``; written as the last one."""
    from pydantic_core import core_schema

    def read(value: Any) -> Any:
        if isinstance(value, kind):
            return value
        if isinstance(value, dict):
            value = value.get("path")
        if not isinstance(value, str):
            raise ValueError(f"a {kind.noun} is a path, or {{'path': …}}")  # noqa: TRY004 - pydantic's
        return kind.arriving(value)

    def write(value: Any, info: Any) -> dict[str, str]:
        hand_over = (info.context or {}).get("flyte_nb")
        if hand_over is not None:
            value = hand_over(value)
        return {"path": value.remote_source or str(value)}

    return core_schema.no_info_plain_validator_function(
        read,
        serialization=core_schema.plain_serializer_function_ser_schema(write, info_arg=True),
    )
