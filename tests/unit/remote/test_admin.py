"""What admin says of itself: version, clock, ways to log in."""

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from loopback import NOT_FOUND, as_html, as_json, serve

VERSION = "/api/v1/version"
METADATA = "/.well-known/oauth-authorization-server"
CLIENT = "/config/v1/flyte_client"
WHOLE = {"control_plane_version": {"Version": "v1.16.1"}}


@pytest.fixture
def ask(said, admin_answers):
    """Return a function that gives a check of an admin some of whose answers are others."""

    def ask_(name, answers, **settings):
        with serve({**admin_answers, **answers}) as site:
            return said(name, endpoint=site.url, **settings).replace(site.url, "URL")

    return ask_


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (as_json(WHOLE), "ok: Flyte admin v1.16.1"),
        (as_json({"controlPlaneVersion": {"Version": "v1"}}), "ok: Flyte admin v1"),
        (
            as_json({"control_plane_version": {"Version": "", "Build": ""}}),
            "ok: Flyte admin of a version that it does not tell",
        ),
        (
            as_json({"code": 16, "message": "token"}, 401),
            "ok: it answers, and tells its version only after a login",
        ),
        (as_json({"x": 1}), "warning: URL/api/v1/version answers, and names no version of Flyte"),
        (as_json([]), "warning: URL/api/v1/version answers, and names no version of Flyte"),
        (NOT_FOUND, "failure: URL/api/v1/version answers 404: Not Found"),
        (as_json({"message": "busy"}, 503), "failure: URL/api/v1/version answers 503: busy"),
        (as_html(), "failure: URL/api/v1/version answers 200 with a web page, not with JSON"),
        (as_html(404), "failure: URL/api/v1/version answers 404 with a web page, not with JSON"),
        ((200, {}, b"hi"), "failure: URL/api/v1/version answers with something that is not JSON"),
        (
            (302, {"Location": "https://login.example/x?state=1"}, b""),
            "failure: URL/api/v1/version answers 302 and sends on to login.example",
        ),
        (
            (200, {}, b"x" * (2 << 20)),
            "failure: URL/api/v1/version answers with more than 1,048,576 bytes",
        ),
    ],
)
def test_the_version(ask, answer, expected):
    assert ask("admin", {VERSION: answer}) == expected


def test_a_login_page_of_the_proxy_that_is_configured_is_no_failure(ask):
    found = ask("admin", {VERSION: as_html()}, proxyCommand=["python3"])
    assert found.startswith("warning: URL/api/v1/version answers 200 with a web page")


def test_the_doctor_tries_once(admin_answers, doctor):
    with serve({**admin_answers, VERSION: as_json({}, 503)}) as site:
        doctor(endpoint=site.url)
    # the other is the word of plain HTTP that TLS is looked for with
    assert site.paths.count(VERSION) == 2


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (timedelta(0), "ok: agrees with admin's"),
        (timedelta(minutes=-4), "ok: agrees with admin's"),
        (timedelta(minutes=60, seconds=30), "warning: 60 minutes ahead of admin's"),
        (timedelta(minutes=-60, seconds=-30), "warning: 60 minutes behind admin's"),
    ],
)
def test_the_clock(ask, ahead, expected):
    def answer(_):
        date = datetime.now(timezone.utc) - ahead
        return as_json(WHOLE, Date=format_datetime(date, usegmt=True))

    assert ask("clock", {VERSION: answer}) == expected


def test_a_server_that_does_not_tell_the_time(ask):
    assert ask("clock", {VERSION: as_json(WHOLE, Date="")}).startswith("skipped: ")


TOKEN = "https://idp.example/token"
EVERY_WAY = "browser (Pkce), device code (DeviceFlow), client secret; tokens from idp.example"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({}, f"ok: {EVERY_WAY}"),
        (
            {METADATA: as_json({"tokenEndpoint": TOKEN, "deviceAuthorizationEndpoint": ""})},
            "ok: client secret; tokens from idp.example",
        ),
        ({METADATA: NOT_FOUND}, "ok: none: admin wants no login"),
        ({METADATA: as_json({"code": 12}, 501)}, "ok: none: admin wants no login"),
        (
            {CLIENT: as_json({})},
            f"warning: {EVERY_WAY}; admin names no client to log in with",
        ),
        (
            {METADATA: as_json({"token_endpoint": "http://idp.example/token"})},
            "warning: client secret; tokens from idp.example; idp.example is asked without TLS",
        ),
        (
            {METADATA: as_html(502)},
            f"failure: URL{METADATA} answers 502 with a web page, not with JSON",
        ),
        (
            {METADATA: as_json({"token_endpoint": "javascript:alert(1)"})},
            (
                f"failure: URL{METADATA} does not say how to log in: "
                "its token_endpoint is not an http address"
            ),
        ),
        ({CLIENT: as_json({}, 503)}, f"failure: URL{CLIENT} answers 503"),
    ],
)
def test_the_ways_to_log_in_that_are_offered(ask, answers, expected):
    assert ask("login offered", answers) == expected
