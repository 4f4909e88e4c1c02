"""Every fault, as a client of HTTP meets it."""

import json
import socket
import threading
from urllib.parse import urlsplit

import pytest
import requests

from flyte_nb.testing import ABSENT, faults

VERSION = "/api/v1/version"
LOST = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


@pytest.fixture(autouse=True)
def _open(server):
    server.change(login_required=False)


def statuses(site, count, path=VERSION):
    return [site.get(path).status_code for _ in range(count)]


def test_an_answer_with_headers_comes_as_often_as_it_was_asked_for(server, site):
    planned = server.fault(VERSION, faults.answer(503, Retry_After="1"), times=2)
    first = site.get(VERSION)
    assert (first.status_code, first.headers["Retry-After"], first.content) == (503, "1", b"")
    assert statuses(site, 2) == [503, 200]
    assert planned.used == 2
    assert [request.status for request in server.requests] == [503, 503, 200]


def test_answers_of_json_and_of_text(server, site):
    server.fault(VERSION, faults.answer(429, {"error": "slow_down"}, Retry_After="Mon, 1 Jan"))
    server.fault(VERSION, faults.answer(200, "no JSON", Content_Type="text/plain"))
    first, second = site.get(VERSION), site.get(VERSION)
    assert first.json() == {"error": "slow_down"}
    assert first.headers["Content-Type"] == "application/json"
    assert second.text == "no JSON"


def test_a_page_instead_of_an_answer(server, site):
    server.fault(VERSION, faults.html(502))
    answer = site.get(VERSION)
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html")
    assert answer.text.startswith("<!doctype html>")


def test_faults_of_one_path_come_one_after_the_other(server, site):
    server.fault(VERSION, faults.answer(502), times=2)
    server.fault(VERSION, faults.answer(503), times=1)
    server.fault("/me", faults.answer(504))
    assert statuses(site, 4) == [502, 502, 503, 200]
    assert site.get("/me").status_code == 504


def test_a_fault_may_let_some_pass_and_stay(server, site):
    planned = server.fault(VERSION, faults.answer(503), times=None, after=1)
    assert statuses(site, 3) == [200, 503, 503]
    planned.cancel()
    assert statuses(site, 1) == [200]
    server.fault(VERSION, faults.answer(503), times=None)
    server.clear_faults()
    assert statuses(site, 1) == [200]


def test_a_fault_may_be_for_some_forms_only(server, site):
    server.fault("/token", faults.answer(503), times=None, grant_type="refresh_token")
    tokens = site.tokens()
    assert tokens["access_token"]
    assert site.refresh(tokens).status_code == 503


def test_patched_members_nest_with_other_faults(server, site):
    server.fault(VERSION, faults.patch(more=1, control_plane_version=ABSENT), times=None)
    server.fault(VERSION, faults.answer(503), times=1)
    server.fault(VERSION, faults.patch(more=2, null=None), times=1)
    assert site.get(VERSION).status_code == 503
    assert site.get(VERSION).json() == {"more": 1, "null": None}
    assert site.get(VERSION).json() == {"more": 1}


@pytest.mark.parametrize(
    "members",
    [
        {"interval": ABSENT},
        {"interval": "2"},
        {"interval": 0},
        {"verification_uri_complete": ABSENT},
        {"verification_uri": ABSENT, "verification_url": "https://example.org/device"},
        {"verification_uri": "https://example.org/device?lang=en"},
        {"verification_uri": "javascript:alert(1)"},
        {"expires_in": ABSENT},
    ],
    ids=str,
)
def test_what_a_device_login_says_can_be_changed(server, site, members):
    server.fault("/device_authorize", faults.patch(**members))
    login = site.begin()
    for name, value in members.items():
        assert login.get(name, ABSENT) == value
    server.approve(login["user_code"])
    assert "access_token" in site.poll(login).json()


def test_what_is_said_of_the_server_can_be_changed(server, site):
    server.change(login_required=True)
    path = "/.well-known/oauth-authorization-server"
    server.fault(path, faults.patch(device_authorization_endpoint=ABSENT, jwks_uri=5))
    document = site.get(path).json()
    assert "device_authorization_endpoint" not in document
    assert document["jwks_uri"] == 5


@pytest.mark.parametrize("content", ["", "[", "[]", b"\xff\xfe", '"text"', "null"])
def test_another_body(server, site, content):
    server.fault(VERSION, faults.body(content))
    answer = site.get(VERSION)
    assert answer.status_code == 200
    assert answer.content == (content.encode() if isinstance(content, str) else content)


def test_a_truncated_answer(server, site):
    server.fault(VERSION, faults.truncated())
    with pytest.raises(LOST, match="IncompleteRead"):
        site.get(VERSION)
    assert server.requests[-1].status == 200
    assert statuses(site, 1) == [200]


@pytest.mark.parametrize(
    ("fault", "match"), [(faults.hang_up, "without response"), (faults.reset, "reset")]
)
def test_a_connection_that_ends_before_the_request_was_processed(server, site, fault, match):
    server.fault("/device_authorize", fault())
    with pytest.raises(requests.ConnectionError, match=match):
        site.begin()
    assert server.device_logins == ()
    assert server.requests[-1].status is None
    assert site.begin()["user_code"]


def test_an_answer_that_is_lost_after_the_request_was_processed(server, site):
    tokens = site.tokens()
    server.fault("/token", faults.lost(), grant_type="refresh_token")
    with pytest.raises(requests.ConnectionError):
        site.refresh(tokens)
    assert len(server.issued) == 2
    assert site.refresh(tokens).json()["error"] == "invalid_grant"


def test_silence_lasts_until_it_is_released(server, site):
    silence = faults.silence()
    server.fault(VERSION, silence, times=None)
    with pytest.raises(requests.ReadTimeout):
        site.get(VERSION, timeout=0.1)
    answers = []
    thread = threading.Thread(target=lambda: answers.append(site.get(VERSION).status_code))
    thread.start()
    silence.release()
    thread.join()
    assert answers == [200]


def test_silence_ends_with_the_server(server, site):
    server.fault("/device_authorize", faults.silence())
    failed = threading.Event()

    def ask():
        with pytest.raises(requests.ConnectionError):
            site.begin()
        failed.set()

    thread = threading.Thread(target=ask)
    thread.start()
    while not server.requests:
        failed.wait(0.01)
    server.restart()
    thread.join()
    assert failed.is_set()
    assert server.device_logins == ()


def test_a_slow_answer_comes_byte_for_byte(server):
    server.fault(VERSION, faults.drip(0.001))
    address = urlsplit(server.endpoint)
    pieces = []
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(f"GET {VERSION} HTTP/1.0\r\n\r\n".encode())
        while piece := connection.recv(1 << 16):
            pieces.append(piece)
    body = b"".join(pieces).partition(b"\r\n\r\n")[2]
    assert json.loads(body)
    assert len(pieces) > len(body) / 2


def test_anybody_can_write_a_fault(server, site):
    def echo(request, _wire, process):
        assert process().status == 200
        return faults.Reply.of_json({"path": request.path}, 418)

    server.fault(VERSION, echo)
    answer = site.get(VERSION)
    assert (answer.status_code, answer.json()) == (418, {"path": VERSION})
