"""The server itself: HTTP, restarts, threads, TLS, and what it remembers."""

import http.client
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlsplit

import pytest
import requests
import trustme

from flyte_nb.testing import AuthServer, faults, server_context


@pytest.mark.parametrize("missing", ["authlib", "flask"])
def test_without_what_it_needs_it_says_what_to_install(missing):
    program = f"import sys; sys.modules[{missing!r}] = None; import flyte_nb.testing"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    last = done.stderr.strip().splitlines()[-2:]
    assert missing in last[0]
    assert last[1] == '  hint: pip install "flyte-nb[test]"'


def test_a_misspelt_option_is_refused():
    with pytest.raises(TypeError, match="intervall_s"):
        AuthServer(intervall_s=1)


def test_requests_are_remembered_as_they_were_sent(server, site):
    site.http.headers["X-Trace"] = "t"
    site.post("/token", auth=("a", "b"), grant_type="x y", scope="")
    site.get("/device", params={"user_code": "A&B"})
    first, second = server.requests
    assert (first.method, first.path, first.status) == ("POST", "/token", 400)
    assert first.form == {"grant_type": "x y", "scope": ""}
    assert first.body == b"grant_type=x+y&scope="
    assert first.headers["x-trace"] == "t"
    assert first.headers["Authorization"].startswith("Basic ")
    assert second.query == {"user_code": "A&B"}
    assert second.form == {}
    assert first.at_s < second.at_s


def test_connections_are_kept_and_cut_by_a_restart(server):
    address = urlsplit(server.endpoint)
    connection = http.client.HTTPConnection(address.hostname, address.port)

    def ask():
        connection.request("GET", "/config/v1/flyte_client")
        connection.getresponse().read()
        return connection.sock

    with closing(connection):
        kept = ask()
        assert kept is not None
        assert ask() is kept
        server.restart()
        with pytest.raises(ConnectionError):
            ask()


def test_stopped_it_refuses_connections_and_keeps_what_it_knows(server, site):
    tokens = site.tokens()
    server.stop()
    server.stop()
    with pytest.raises(requests.ConnectionError, match="refused"):
        site.me(tokens)
    server.start()
    server.start()
    assert site.me(tokens).status_code == 200


def test_a_process_may_end_while_a_server_runs():
    program = (
        "import http.client\n"
        "from flyte_nb.testing import AuthServer\n"
        "server = AuthServer().start()\n"
        "connection = http.client.HTTPConnection('127.0.0.1', server.port)\n"
        "connection.request('GET', '/me')\n"
        "print(connection.getresponse().status, server)\n"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.startswith("401 <AuthServer http://127.0.0.1:")
    assert done.stdout.endswith(" runs>\n")


def test_many_threads_refresh_one_token_and_one_gets_it(server, site):
    tokens = site.tokens()
    server.change(token_length=20_000)  # takes long enough for others to come in between
    start = faults.silence()
    server.fault("/token", start, times=None)
    before = len(server.requests)
    with ThreadPoolExecutor(32) as pool:
        futures = [pool.submit(lambda: site.refresh(tokens).status_code) for _ in range(32)]
        while len(server.requests) < before + 32:
            time.sleep(0.01)
        start.release()
    answers = [future.result() for future in futures]
    assert sorted(answers) == [200] + [400] * 31
    assert len(server.issued) == 2


def test_a_chunked_body_is_refused(server, site):
    answer = site.http.post(f"{server.endpoint}/token", data=iter([b"a=b"]))
    assert answer.status_code == 411


def test_a_path_that_is_none(site):
    assert site.get("/nothing/here").status_code == 404
    assert site.get("/token").status_code == 405


def test_it_speaks_tls_and_names_its_addresses_so(ca, ca_file, site_of):
    with AuthServer(tls=server_context(ca)) as server:
        site = site_of(server)
        site.http.verify = ca_file
        assert server.endpoint.startswith("https://127.0.0.1:")
        assert site.begin()["verification_uri"] == f"{server.endpoint}/device"
        assert site.me(site.tokens()).status_code == 200
        server.restart()
        assert site.get("/api/v1/version").status_code == 401


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        (lambda ca: server_context(ca, "flyte.example.org"), "doesn't match|not valid for"),
        (lambda ca: server_context(ca, is_expired=True), "expired"),
        (lambda _: server_context(trustme.CA()), "unable to get local issuer|self-signed"),
    ],
    ids=["wrong host", "expired", "unknown authority"],
)
def test_certificates_that_no_client_may_take(ca, ca_file, site_of, context, reason):
    with AuthServer(tls=context(ca)) as server:
        site = site_of(server)
        site.http.verify = ca_file
        with pytest.raises(requests.exceptions.SSLError, match=reason):
            site.begin()
        assert server.requests == ()
