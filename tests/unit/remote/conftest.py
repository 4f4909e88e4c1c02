"""A Flyte admin on this machine, and a doctor to look at it."""

import json

import pytest
from loopback import as_json, forget_the_network, proxy

from flyte_nb.remote.doctor import Report, examine

VERSION = "/api/v1/version"
METADATA = "/.well-known/oauth-authorization-server"
CLIENT = "/config/v1/flyte_client"


@pytest.fixture(autouse=True)
def _own_network(home, environment):  # noqa: ARG001 - no file of another test's is in force
    forget_the_network(environment)


@pytest.fixture(scope="session")
def proxy_address(tmp_path_factory):
    """A real proxy, which wants user:hunter2."""
    with proxy(tmp_path_factory.mktemp("proxy")) as address:
        yield address


@pytest.fixture
def admin_answers():
    """What a Flyte admin answers that offers every way to log in."""
    return {
        VERSION: as_json({"control_plane_version": {"Build": "", "Version": "v1.16.1"}}),
        METADATA: as_json(
            {
                "token_endpoint": "https://idp.example/token",
                "authorization_endpoint": "https://idp.example/authorize",
                "device_authorization_endpoint": "https://idp.example/device",
                "code_challenge_methods_supported": ["S256"],
            }
        ),
        CLIENT: as_json({"client_id": "flytectl", "scopes": ["all"]}),
    }


@pytest.fixture
def write(tmp_path):
    """Return a function that writes an `admin` section, and gives the file's path."""

    def write_(**admin):
        path = tmp_path / "config.yaml"
        path.write_text(json.dumps({"admin": admin}))
        path.chmod(0o600)
        return str(path)

    return write_


@pytest.fixture
def doctor(write):
    """Return a function that examines an `admin` section, and gives the report."""

    def doctor_(check_s=10, **admin):
        return Report(tuple(examine(write(**admin), limit_s=60, check_s=check_s)))

    return doctor_


@pytest.fixture
def said(doctor):
    """Return a function that gives one check of an examination, as "state: finding"."""

    def said_(name, **settings):
        report = doctor(**settings)
        found = [check for check in report.checks if check.name == name]
        assert len(found) == 1, report
        for check in report.checks:
            is_bad = check.state.value in {"warning", "failure"}
            assert bool(check.advice) or not is_bad, check
        return f"{found[0].state.value}: {found[0].finding}"

    return said_
