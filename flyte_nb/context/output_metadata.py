"""What a task says about its outputs, beside their values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from flyte_nb.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime


@runtime_checkable
class SerializableToString(Protocol):
    """Something that becomes a key and a text of an output's metadata."""

    def serialize_to_string(self, ctx: Any, variable_name: str) -> tuple[str, str]:
        """Return key and text, for the output called *variable_name*."""


@dataclass
class OutputMetadata:
    """Metadata of one output (flytekit's ``OutputMetadata``).

    Attributes:
        artifact: The artifact that the output is a version of, if any.
        dynamic_partitions: Partition to its value, known only now.
        time_partition: The output's place in time.
        additional_items: More, as items that serialise themselves.
    """

    artifact: Any = None
    dynamic_partitions: dict[str, str] | None = None
    time_partition: datetime | None = None
    additional_items: Sequence[SerializableToString] | None = None

    def to_literal_metadata(self, ctx: Any, variable_name: str) -> dict[str, str]:
        """Return what the literal of the output carries: text to text.

        Args:
            ctx: The context, handed to the items.
            variable_name: Name of the output, e.g. ``o0``.

        Raises:
            InvalidValueError: An item does not serialise itself to a key and a text.
        """
        found = {}
        for item in self.additional_items or ():
            if not isinstance(item, SerializableToString):
                raise InvalidValueError(
                    f"{type(item).__name__} among the additional items of output {variable_name}:"
                    " it has no serialize_to_string(ctx, variable_name)"
                )
            pair: Any = item.serialize_to_string(ctx, variable_name)
            is_pair = isinstance(pair, tuple) and [type(x) for x in pair] == [str, str]
            if not is_pair:
                raise InvalidValueError(
                    f"{type(item).__name__}.serialize_to_string returned {type(pair).__name__}"
                    f" for output {variable_name}",
                    hint="return a key and a text, both str",
                )
            found[pair[0]] = pair[1]
        return found


@dataclass
class OutputMetadataTracker:
    """Takes metadata for outputs, by the object that is the output.

    The same as flytekit's ``OutputMetadataTracker``; unlike there, an object that is tracked
    stays alive, so that no other one can take its identity.

    Attributes:
        output_metadata: Identity of an object to its metadata.
    """

    output_metadata: dict[Any, OutputMetadata] = field(default_factory=dict)
    _kept: dict[int, Any] = field(default_factory=dict, repr=False, compare=False)

    def add(self, obj: Any, metadata: OutputMetadata) -> None:
        """Say *metadata* about *obj*, which the task will return.

        Raises:
            InvalidValueError: It is no metadata.
        """
        if not isinstance(metadata, OutputMetadata):
            raise InvalidValueError(
                f"metadata of an output is an OutputMetadata, not a {type(metadata).__name__}"
            )
        self.output_metadata[id(obj)] = metadata
        self._kept[id(obj)] = obj

    def get(self, obj: Any) -> OutputMetadata | None:
        """Return what was said about *obj*."""
        return self.output_metadata.get(id(obj))

    def with_params(
        self, output_metadata: Mapping[Any, OutputMetadata] | None = None
    ) -> OutputMetadataTracker:
        """Return a tracker of its own, with *output_metadata* instead of this one's if given."""
        return OutputMetadataTracker(
            dict(output_metadata or self.output_metadata), dict(self._kept)
        )
