"""What a task said about its outputs, by the names that they have on a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flyte_nb.context.current import run_in
from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.context.manager import FlyteContextManager

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flyte_nb.context import ExecutionParameters
    from flyte_nb.context.output_metadata import OutputMetadata, OutputMetadataTracker

    Described = tuple[tuple[str, str, str], ...]


def describe_outputs(
    value: Any, tracker: OutputMetadataTracker, context: ExecutionParameters
) -> Described:
    """Return (output, key, text) for all that was said about the outputs in *value*.

    Raises:
        InvalidValueError: An item does not serialise itself to a key and a text.
    """
    found = [(name, metadata) for name, one in _named(value) if (metadata := tracker.get(one))]
    if not found:
        return ()
    ctx = run_in(context, FlyteContextManager.current_context)
    mask = LEAK_GUARD.mask
    return tuple(
        (name, mask(key), mask(text))
        for name, metadata in found
        for key, text in _texts(metadata, ctx, name)
    )


def _named(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield each output with the name that Flyte gives it: ``o0``, or that of a named tuple."""
    names = getattr(value, "_fields", None)
    if not isinstance(value, tuple):
        yield "o0", value
        return
    for number, one in enumerate(value):
        yield names[number] if names else f"o{number}", one


def _texts(metadata: OutputMetadata, ctx: Any, name: str) -> Iterator[tuple[str, str]]:
    if metadata.artifact is not None:
        yield "artifact", str(getattr(metadata.artifact, "name", metadata.artifact))
    for partition, value in (metadata.dynamic_partitions or {}).items():
        yield f"partition {partition}", str(value)
    if metadata.time_partition is not None:
        yield "time partition", metadata.time_partition.isoformat()
    yield from metadata.to_literal_metadata(ctx, name).items()
