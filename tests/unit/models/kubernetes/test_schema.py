"""The stored schema, beside the client that it was made from."""

import json

import pytest
from pod_schema import STORED, make_schema, text_of

from flyte_nb.models.kubernetes.schema import POD_SPEC, Field, fields_of, meant, spellings_of


def test_the_stored_schema_is_what_the_script_makes():
    client = pytest.importorskip("kubernetes.client")
    text = STORED.read_text()
    release = json.loads(text)["release"]
    if client.__version__.split(".")[0] != release:
        pytest.skip(f"the schema is of release {release}, the client of {client.__version__}")
    assert text == text_of(make_schema())


def test_every_type_that_a_field_has_is_there():
    types = json.loads(STORED.read_text())["types"]
    plain = {"str", "int", "bool", "object", "datetime"}
    kinds = {field.kind for kind in types for field in fields_of(kind).values()}
    assert kinds - plain <= set(types)
    assert fields_of("str") == {}


def test_fields():
    fields = fields_of("V1Probe") | fields_of(POD_SPEC) | fields_of("V1HTTPGetAction")
    assert fields["exec"] == Field("exec", "_exec", "V1ExecAction", "", required=False)
    assert fields["containers"] == Field(
        "containers", "containers", "V1Container", "[", required=True
    )
    assert fields["nodeSelector"] == Field(
        "nodeSelector", "node_selector", "str", "{", required=False
    )
    assert fields["port"].required
    assert spellings_of(POD_SPEC)["host_ipc"] is spellings_of(POD_SPEC)["hostIPC"]


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ("node_selecter", "nodeSelector"),
        ("NodeSelector", "nodeSelector"),
        ("node-selector", "nodeSelector"),
        ("container", "containers"),
        ("hostIpc", "hostIPC"),
        ("colour", None),
        ("", None),
        ("x" * 10**6, None),
    ],
)
def test_what_a_misspelt_name_was_meant_to_be(written, field):
    assert meant(POD_SPEC, written) == field
