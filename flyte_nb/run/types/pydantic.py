"""Models of pydantic, which goes through JSON, as on a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .problem import ConversionError, Way

if TYPE_CHECKING:
    from .problem import Convert


def is_pydantic(kind: type) -> bool:
    """Return whether *kind* is a model of pydantic's second version."""
    return hasattr(kind, "model_fields") and hasattr(kind, "model_validate_json")


def pydantic_conversion(kind: Any) -> Convert:
    """Return what an object of the model *kind* goes through."""

    def convert(value: Any, way: Way) -> Any:
        if not isinstance(value, kind):
            return value
        context = {"deserialize": True, "flyte_nb_copies": way is Way.IN_RUN}
        try:
            text = value.model_dump_json(context={"flyte_nb": _handed_over(way)})
            return kind.model_validate_json(text, strict=False, context=context)
        except ConversionError as error:
            raise error.inside(kind.__name__) from None
        except Exception as error:
            lines = [line.strip() for line in str(error).splitlines()] or [type(error).__name__]
            raise ConversionError(
                f"{kind.__name__} does not go through JSON and back: {' '.join(lines[:2])[:200]}"
            ) from error

    return convert


def _handed_over(way: Way) -> Any:
    """Return what becomes of a file, a folder or a table in a model."""

    def hand_over(value: Any) -> Any:
        from .files import to_place
        from .frames import is_table, to_frame

        if is_table(type(value)):
            return to_frame(type(value))(value, way)
        return to_place(type(value))(value, way)

    return hand_over
