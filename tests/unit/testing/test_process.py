"""The server as a process of its own."""

import signal
import stat
import subprocess
import sys
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from flyte_nb.testing import AuthServer


@contextmanager
def process(*arguments):
    command = [sys.executable, "-m", "flyte_nb.testing", *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        try:
            yield SimpleNamespace(endpoint=child.stdout.readline().strip(), child=child)
        finally:
            child.kill()


def approve(site, login):
    site.post("/device", user_code=login["user_code"], user="ada", decision="approve")


def test_it_prints_its_address_and_ends_when_told_to(site_of):
    with process("--interval-s", "0.5", "--no-rotation", "--scopes", "all", "openid") as server:
        site = site_of(server)
        assert site.begin()["interval"] == 0.5
        assert site.get("/config/v1/flyte_client").json()["scopes"] == ["all", "openid"]
        server.child.send_signal(signal.SIGTERM)
        assert server.child.wait(20) == 0


def test_killed_it_goes_on_where_it_was(site_of, tmp_path):
    state_file = tmp_path / "state.json"
    with process("--state-file", state_file) as server:
        site = site_of(server)
        login = site.begin()
        old = site.begin()
        approve(site, old)
        tokens = site.poll(old).json()
    assert stat.S_IMODE(state_file.stat().st_mode) == 0o600
    port = server.endpoint.rpartition(":")[2]
    with process("--state-file", state_file, "--port", port) as again:
        assert again.endpoint == server.endpoint
        assert site.me(tokens).json()["subject"] == "ada"
        approve(site, login)
        assert "access_token" in site.poll(login).json()
        assert site.poll(old).json()["error"] == "invalid_grant"


def test_the_file_holds_all_that_is_known(site_of, tmp_path):
    state_file = tmp_path / "state.json"
    with AuthServer(state_file=state_file, auto_approve="ada") as server:
        site = site_of(server)
        site.tokens()
        site.refresh(site.tokens())
        challenge = {"code_challenge": "c" * 43, "code_challenge_method": "S256"}
        asked = {"response_type": "code", "client_id": "flytectl", **challenge}
        callback = {"redirect_uri": "http://127.0.0.1/callback"}
        assert site.get("/authorize", params={**asked, **callback}).status_code == 302
        server.deny(site.begin()["user_code"])
        server.slow_down()
        server.advance(5)
        server.revoke_all()
    again = AuthServer(state_file=state_file)
    assert again.device_logins == server.device_logins
    assert again.issued == again.revoked == server.issued
    assert again._state.codes == server._state.codes != []
    assert again._state.slow_downs == 1
    assert again._state.clock.ahead_s == 5


def test_it_speaks_tls_with_a_certificate_of_a_file(ca, ca_file, site_of, tmp_path):
    pem = tmp_path / "server.pem"
    ca.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(pem))
    with process("--certificate", pem) as server:
        site = site_of(server)
        site.http.verify = ca_file
        assert site.begin()["verification_uri"].startswith("https://127.0.0.1:")


def test_an_option_that_is_none_is_refused():
    command = [sys.executable, "-m", "flyte_nb.testing", "--intervall", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "unrecognized arguments: --intervall" in done.stderr


def test_a_port_that_is_taken_is_refused(server):
    with pytest.raises(OSError, match="in use"):
        AuthServer(port=server.port).start()
