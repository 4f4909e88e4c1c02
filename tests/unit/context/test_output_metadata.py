"""Metadata of outputs."""

import pytest

from flyte_nb.context.output_metadata import OutputMetadata, OutputMetadataTracker
from flyte_nb.errors import InvalidValueError


class Note:
    def __init__(self, text):
        self.text = text

    def serialize_to_string(self, _ctx, variable_name):
        return f"note-{variable_name}", self.text


def test_metadata_is_found_by_the_object_itself():
    tracker = OutputMetadataTracker()
    one, other = [1], [1]
    tracker.add(one, OutputMetadata(dynamic_partitions={"region": "eu"}))
    assert tracker.get(one).dynamic_partitions == {"region": "eu"}
    assert tracker.get(other) is None
    copied = tracker.with_params()
    copied.add(other, OutputMetadata())
    assert tracker.get(other) is None


def test_a_tracked_object_keeps_its_identity():
    tracker = OutputMetadataTracker()
    tracker.add(object(), OutputMetadata())
    assert all(tracker.get(object()) is None for _ in range(1000))


def test_items_become_the_metadata_of_the_literal():
    metadata = OutputMetadata(additional_items=[Note("fine")])
    assert metadata.to_literal_metadata(None, "o0") == {"note-o0": "fine"}
    assert OutputMetadata().to_literal_metadata(None, "o0") == {}
    with pytest.raises(InvalidValueError, match=r"Note\.serialize_to_string returned"):
        OutputMetadata(additional_items=[Note(5)]).to_literal_metadata(None, "o0")
