"""Logins by a browser: the authorization code grant with PKCE, against the server over HTTP."""

from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from flyte_nb.testing import FLYTECTL, AuthServer

VERIFIER = "v" * 64
CALLBACK = "http://localhost:53593/callback"
ASKED = {
    "response_type": "code",
    "client_id": "flytectl",
    "redirect_uri": CALLBACK,
    "scope": "all offline",
    "state": "s+t/a=t e",
    "code_challenge": create_s256_code_challenge(VERIFIER),
    "code_challenge_method": "S256",
}


@pytest.fixture
def authorize(site):
    def authorize(**changes):
        """The answer of /authorize; None leaves a parameter out."""
        asked = {name: value for name, value in {**ASKED, **changes}.items() if value is not None}
        return site.get("/authorize", params=asked)

    site.server.change(auto_approve="ada")
    return authorize


@pytest.fixture
def redeem(site):
    def redeem(code, **changes):
        form = {"client_id": "flytectl", "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
        sent = {name: value for name, value in {**form, **changes}.items() if value is not None}
        return site.post("/token", grant_type="authorization_code", code=code, **sent)

    return redeem


def brought_back(response):
    assert response.status_code == 302
    address, _, query = response.headers["Location"].partition("?")
    return address, dict(parse_qsl(query))


def test_a_code_yields_tokens(site, authorize, redeem):
    address, brought = brought_back(authorize())
    assert address == CALLBACK
    assert brought["state"] == ASKED["state"]
    tokens = redeem(brought["code"]).json()
    assert tokens["scope"] == "all offline"
    assert tokens["refresh_token"]
    assert site.me(tokens).json()["preferred_username"] == "ada"


def test_a_code_used_twice_ends_what_it_has_yielded(server, site, authorize, redeem):
    code = brought_back(authorize())[1]["code"]
    tokens = redeem(code).json()
    assert redeem(code).json()["error"] == "invalid_grant"
    assert site.me(tokens).status_code == 401
    assert site.refresh(tokens).json()["error"] == "invalid_grant"
    assert server.revoked == server.issued


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "w" * 64}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_request"),
        ({"code_verifier": "short"}, "invalid_request"),
        ({"redirect_uri": "http://127.0.0.1/callback"}, "invalid_grant"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"client_id": "flytepropeller"}, "invalid_client"),
    ],
)
def test_who_gets_nothing_for_a_code(authorize, redeem, changes, error):
    code = brought_back(authorize())[1]["code"]
    assert redeem(code, **changes).json()["error"] == error
    assert "access_token" in redeem(code).json()


def test_a_code_is_for_one_client(site_of):
    other = replace(FLYTECTL, client_id="other")
    with AuthServer(clients=[FLYTECTL, other], auto_approve="ada") as server:
        site = site_of(server)
        code = brought_back(site.get("/authorize", params=ASKED))[1]["code"]
        sent = {"code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
        taken = site.post("/token", grant_type="authorization_code", client_id="other", **sent)
        assert taken.json()["error"] == "invalid_grant"
        tokens = site.post("/token", grant_type="authorization_code", client_id="flytectl", **sent)
        assert "access_token" in tokens.json()


def test_a_code_expires(server, authorize, redeem):
    code = brought_back(authorize())[1]["code"]
    server.advance(600)
    assert redeem(code).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": "all_the_world"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_a_wrong_request_comes_back_as_an_error(authorize, changes, error):
    address, brought = brought_back(authorize(**changes))
    assert address == CALLBACK
    assert brought["error"] == error
    assert brought["state"] == ASKED["state"]


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "nobody"},
        {"redirect_uri": None},
        {"redirect_uri": "https://example.org/callback"},
        {"redirect_uri": "http://localhost:53594/callback"},
        {"redirect_uri": "http://127.0.0.1:8000/elsewhere"},
        {"redirect_uri": "https://127.0.0.1:8000/callback"},
        {"redirect_uri": "http://127.0.0.1:8000@example.org/callback"},
        {"redirect_uri": "http://user@127.0.0.1:8000/callback"},
        {"redirect_uri": "http://127.0.0.1:port/callback"},
    ],
)
def test_no_browser_is_sent_to_an_address_that_is_not_the_clients(authorize, changes):
    answer = authorize(**changes)
    assert answer.status_code in {400, 401}
    assert "Location" not in answer.headers


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "127.0.0.1", "[::1]:8000"])
def test_any_port_of_a_loopback_address_will_do(authorize, redeem, host):
    callback = f"http://{host}/callback"
    address, brought = brought_back(authorize(redirect_uri=callback))
    assert address == callback
    assert "access_token" in redeem(brought["code"], redirect_uri=callback).json()


def test_a_person_approves_or_denies_on_the_page(server, site, authorize, redeem):
    server.change(auto_approve="")
    page = authorize()
    assert page.status_code == 200
    assert "User name" in page.text
    target = "/authorize?" + urlsplit(page.url).query
    assert site.post(target, decision="approve", user=" ").status_code == 400
    _, brought = brought_back(site.post(target, decision="approve", user="grace"))
    assert site.me(redeem(brought["code"]).json()).json()["subject"] == "grace"
    _, brought = brought_back(site.post(target, decision="deny"))
    assert brought == {
        "error": "access_denied",
        "error_description": brought["error_description"],
        "state": ASKED["state"],
    }
