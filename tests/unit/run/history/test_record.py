"""Records as plain data, and what is read of data that others have made."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flyte_nb.run.history.json_form import Fields, parsed
from flyte_nb.run.history.node_record import NodeRecord
from flyte_nb.run.history.record import FORMAT, RunRecord
from flyte_nb.run.record import Phase

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def test_what_is_written_is_read(make_record):
    record = make_record(nodes=3, traceback="Traceback…\nKeyError: 7", error="KeyError: 7")
    data = json.loads(json.dumps(record.to_json()))
    assert data["format"] == FORMAT
    assert RunRecord.from_json(data) == replace(record, read_deck=lambda _: "")


def test_a_newer_version_may_have_more_fields_and_other_words(make_record):
    data = make_record().to_json()
    data.update(format=FORMAT + 7, colour="green", decks="many", inputs=["a"])
    data["nodes"][0].update(phase="PAUSED", mood=3, attempts=[{"phase": "PAUSED"}, 7])
    record = RunRecord.from_json(data)
    assert record.format == FORMAT + 7
    assert record.inputs == {}
    assert record.decks == 0
    assert record.nodes[0].phase is Phase.QUEUED
    assert record.nodes[0].calls == "train"
    assert len(record.nodes[0].attempts) == 1
    assert record.shown()["text/html"]


@pytest.mark.parametrize("missing", ["id", "started_at", "phase"])
def test_without_the_least_it_is_no_run(make_record, missing):
    data = make_record().to_json()
    del data[missing]
    assert RunRecord.from_json(data) is None


@pytest.mark.parametrize("data", [b"", b"{", b"[1]", b"\xff\xfe\x00", b"null", b"[" * 100_000])
def test_what_is_no_json_is_no_run(data):
    assert RunRecord.from_json(parsed(data)) is None


@given(st.dictionaries(st.sampled_from(sorted(NodeRecord.__dataclass_fields__)), PLAIN))
def test_a_node_of_any_data_can_be_read(data):
    NodeRecord.from_json(Fields(data)).to_json()


@given(st.data())
def test_a_run_of_any_data_can_be_shown(data):
    names = sorted({*RunRecord.__dataclass_fields__} - {"phase", "started_at", "id"})
    odd = data.draw(st.dictionaries(st.sampled_from(names), PLAIN))
    fixed = {"id": "x", "phase": "FAILED", "started_at": "2026-07-26T07:01:48+00:00"}
    record = RunRecord.from_json({**odd, **fixed})
    shown = record.shown()
    assert shown["text/plain"]
    assert shown["text/html"]


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00+00:00", "2026-07-26T07:01:48", "9999-12-31T23:59:59+00:00", 7]
)
def test_a_moment_that_cannot_be_shown_is_none(moment):
    assert Fields({"at": moment}).moment("at") is None
