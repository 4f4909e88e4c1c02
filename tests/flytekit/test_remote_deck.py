"""Integration: what the admin is asked for a deck, and what it answers, are flyteidl's messages."""

import json
import subprocess

import pytest

from flyte_nb.models import WorkflowExecutionIdentifier
from flyte_nb.remote.deck import link_in, link_request

PROGRAM = """
import json, sys
from flyteidl.service import dataproxy_pb2 as proxy
from google.protobuf.json_format import MessageToDict, Parse
asked = Parse(sys.stdin.read(), proxy.CreateDownloadLinkRequest())
link = proxy.CreateDownloadLinkResponse(
    pre_signed_urls=proxy.PreSignedURLs(signed_url=["https://store/deck.html"])
)
print(json.dumps({
    "asked": MessageToDict(asked, preserving_proto_field_name=True),
    "snake": MessageToDict(link, preserving_proto_field_name=True),
    "camel": MessageToDict(link),
}))
"""


@pytest.fixture(scope="module")
def found(flytekit_python):
    request = link_request(WorkflowExecutionIdentifier("p", "d", "f3"), "n1-n0")
    done = subprocess.run(
        [flytekit_python, "-c", PROGRAM],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        check=True,
    )
    return request, json.loads(done.stdout)


def test_the_request_is_understood(found):
    request, answer = found
    assert answer["asked"] == request


@pytest.mark.parametrize("casing", ["snake", "camel"])
def test_the_answer_is_understood(found, casing):
    assert link_in(found[1][casing]) == "https://store/deck.html"
