"""The whole examination: what is in it, what depends on what, and that nothing stops it."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from threading import Event

import pytest
from loopback import as_json, closed, serve, silent

from flyte_nb.config.file import ConfigFile
from flyte_nb.remote.doctor import Report, State, examine
from flyte_nb.remote.doctor.examine import _run, _Step

NAMES = [
    *("file", "settings", "endpoint", "certificates", "proxy", "DNS", "TCP", "TLS"),
    *("admin", "clock", "login offered", "login"),
]


def states(report):
    return {check.name: check.state.value for check in report.checks}


@pytest.mark.parametrize("is_secure", [True, False])
def test_a_good_server_has_a_clean_bill(doctor, admin_answers, ca, ca_file, is_secure):
    certificate = ca.issue_cert("127.0.0.1") if is_secure else None
    with serve(admin_answers, certificate) as site:
        report = doctor(
            endpoint=site.address,
            insecure=not is_secure,
            authType="DeviceFlow",
            **({"caCertFilePath": ca_file} if is_secure else {}),
        )
    assert [check.name for check in report.checks] == NAMES
    assert {check.state for check in report.checks} == {State.OK}, report
    assert report.is_ok
    assert report.title == "Flyte doctor: all is well"


def test_checks_come_as_they_are_done(write):
    checks = examine(write(endpoint=closed()))
    assert next(checks).name == "file"
    checks.close()


def test_what_depends_on_a_failure_is_skipped_with_the_reason(doctor):
    report = doctor(endpoint=closed())
    by_state = states(report)
    assert by_state["TCP"] == "failure"
    for name in ("TLS", "admin", "clock", "login offered"):
        assert by_state[name] == "skipped"
    reasons = {check.finding for check in report.checks if check.name in {"TLS", "clock"}}
    assert reasons == {"not looked at: TCP comes first"}
    assert not report.is_ok
    assert report.title == "Flyte doctor: 1 failure"


@pytest.mark.parametrize("kind", ["directory", "missing", "yaml", "binary", "nul", "socket"])
def test_a_file_that_cannot_be_used_is_a_failure_and_no_error(tmp_path, kind):
    path = tmp_path / "config.yaml"
    if kind == "directory":
        path.mkdir()
    elif kind == "yaml":
        path.write_text("admin: [\n")
    elif kind == "binary":
        path.write_bytes(b"\xff\xfe\x00")
    elif kind == "socket":
        os.chdir(tmp_path)
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("config.yaml")
    elif kind == "nul":
        path = f"{path}\0"
    report = Report(tuple(examine(path)))
    first, *others = report.checks
    assert (first.name, first.state) == ("file", State.FAILURE)
    assert first.advice
    assert {check.state for check in others} == {State.SKIPPED}


def test_a_file_that_is_gone_since_is_a_failure_and_no_error(write):
    path = write(endpoint="h")
    cfg = ConfigFile(path)
    Path(path).unlink()
    assert next(examine(cfg)).state is State.FAILURE


def test_without_a_file_the_defaults_are_looked_at():
    by_state = states(Report(tuple(examine())))
    assert by_state["file"] == "ok"
    assert by_state["endpoint"] == "warning"


def test_when_the_time_is_up_the_rest_is_skipped_and_told_so(write):
    with silent() as address:
        path = write(endpoint=address, authType="ExternalCommand")
        checks = tuple(examine(path, limit_s=0))
    by_name = {check.name: check for check in checks}
    assert by_name["admin"].finding == "the 0 seconds for all checks are over"
    assert by_name["login"].state is State.FAILURE  # needs no network


def test_a_check_that_hangs_is_left_behind():
    done = Event()

    def hang(_facts, _deadline):
        done.wait(60)
        yield from ()

    (check,) = _run(_Step("DNS", hang, late="look at the VPN"), None, 0.05)
    done.set()
    assert (check.state, check.finding) == (State.FAILURE, "not done within 0.05 seconds")
    assert check.advice == "look at the VPN"


def test_a_check_that_breaks_is_a_failure_and_shows_no_text_of_the_error():
    def broken(_facts, _deadline):
        raise RuntimeError("hunter2")
        yield

    (check,) = _run(_Step("DNS", broken), None, 5)
    assert check.finding == "the check itself failed: RuntimeError"


SECRET = "hunter2"


def test_no_secret_is_in_any_finding(doctor, environment, proxy_address, tmp_path):
    location = tmp_path / "secret"
    location.write_text(SECRET)
    proxy = f"http://user:{SECRET}@{proxy_address}"
    environment.update(
        HTTPS_PROXY=proxy,
        HTTP_PROXY=f"socks5://user:{SECRET}@h",
        FLYTE_CREDENTIALS_CLIENT_SECRET=SECRET,
        FLYTE_PLATFORM_URL=f"https://me:{SECRET}@h.invalid",
    )
    settings = {
        "clientSecretLocation": str(location),
        "httpProxyURL": proxy,
        "command": ["no-such-program", "--token", SECRET],
        "proxyCommand": ["no-such-program --token=" + SECRET],
        "authType": "ExternalCommand",
    }
    for endpoint in ("", f"https://me:{SECRET}@h.invalid", "http://h.invalid", "h.invalid"):
        for mode in ("ExternalCommand", "Pkce", "what"):
            report = doctor(**{**settings, "endpoint": endpoint, "authType": mode})
            assert SECRET not in repr(report) + report._repr_html_() + repr(report.checks)
        environment.pop("FLYTE_PLATFORM_URL", None)


def test_importing_the_configuration_loads_no_http():
    code = (
        "import sys, flyte_nb, flyte_nb.config.view, flyte_nb.remote\n"
        "assert 'requests' not in sys.modules and 'urllib3' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_an_admin_that_answers_in_camel_case(said, admin_answers):
    admin_answers["/api/v1/version"] = as_json({"controlPlaneVersion": {"Version": "v1.10.7"}})
    with serve(admin_answers) as site:
        assert said("admin", endpoint=site.url) == "ok: Flyte admin v1.10.7"
