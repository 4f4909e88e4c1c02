"""A certified server that is not ours, behind a little of Flyte admin; one test for each grant."""

from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from oidc_provider import approve, browser

from flyte_nb.testing import FLYTEPROPELLER, AuthServer

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
VERIFIER = "v" * 43
CHALLENGE = {
    "code_challenge": create_s256_code_challenge(VERIFIER),
    "code_challenge_method": "S256",
}
ASKED = {"client_id": "flytectl", "scope": "openid offline_access all"}


@pytest.fixture
def admin(oidc_provider):
    """Admin that leaves logins to the other server."""
    scopes = tuple(ASKED["scope"].split())
    with AuthServer(provider=oidc_provider, scopes=scopes) as server:
        yield server


@pytest.fixture
def http():
    with browser() as http:
        http.headers["Accept"] = "application/json"
        yield http


@pytest.fixture
def endpoints(admin, http):
    """What admin says of the other server."""
    return http.get(f"{admin.endpoint}/.well-known/oauth-authorization-server").json()


@pytest.fixture
def token(http, endpoints):
    def token(auth=None, **form):
        return http.post(endpoints["token_endpoint"], data=form, auth=auth)

    return token


@pytest.fixture
def me(admin, http):
    def me(tokens):
        headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        answer = http.get(f"{admin.endpoint}/me", headers=headers)
        return answer.json()["subject"] if answer.ok else answer.status_code

    return me


@pytest.fixture
def tokens(http, endpoints, token):
    """The tokens of a login by device."""
    login = http.post(endpoints["device_authorization_endpoint"], data=ASKED).json()
    approve(login["verification_uri_complete"], user="ada")
    return token(client_id="flytectl", grant_type=DEVICE, device_code=login["device_code"]).json()


def test_admin_tells_of_the_other_server_and_checks_tokens_there(oidc_provider, endpoints, me):
    assert endpoints["issuer"] == oidc_provider["issuer"]
    assert set(endpoints) < set(oidc_provider)
    assert me({"access_token": "made up"}) == 401


def test_a_device_login_waits_until_somebody_approves(http, endpoints, token, me):
    login = http.post(endpoints["device_authorization_endpoint"], data=ASKED).json()
    assert "interval" not in login  # then it is 5 s
    poll = {"client_id": "flytectl", "grant_type": DEVICE, "device_code": login["device_code"]}
    assert token(**poll).json()["error"] == "authorization_pending"
    assert "Success" in approve(login["verification_uri_complete"], user="grace").text
    tokens = token(**poll).json()
    assert me(tokens) == "grace"
    assert tokens["id_token"]
    assert token(**poll).json()["error"] == "invalid_grant"


def test_a_browser_brings_back_a_code(endpoints, token, me):
    callback = "http://127.0.0.1:8000/callback"
    asked = {**ASKED, **CHALLENGE, "response_type": "code", "redirect_uri": callback}
    query = urlencode({**asked, "state": "s", "prompt": "consent"})
    back = approve(f"{endpoints['authorization_endpoint']}?{query}").headers["Location"]
    assert back.startswith(f"{callback}?")
    brought = dict(parse_qsl(urlsplit(back).query))
    assert (brought["state"], brought["iss"]) == ("s", endpoints["issuer"])
    sent = {"client_id": "flytectl", "redirect_uri": callback, "code": brought["code"]}
    tokens = token(grant_type="authorization_code", code_verifier=VERIFIER, **sent).json()
    assert me(tokens) == "ada"


def test_a_refresh_token_is_good_once(tokens, token, me):
    sent = {"client_id": "flytectl", "grant_type": "refresh_token"}
    renewed = token(refresh_token=tokens["refresh_token"], **sent).json()
    assert me(renewed) == "ada"
    assert renewed["refresh_token"] != tokens["refresh_token"]
    again = token(refresh_token=tokens["refresh_token"], **sent)
    assert again.json()["error"] == "invalid_grant"
    assert me(renewed) == 401


def test_tokens_are_given_back(http, endpoints, tokens, me):
    assert me(tokens) == "ada"
    given = {"client_id": "flytectl", "token": tokens["refresh_token"]}
    assert http.post(endpoints["revocation_endpoint"], data=given).status_code == 200
    assert me(tokens) == 401


def test_a_machine_has_a_token_of_its_own(token, me):
    name, secret = FLYTEPROPELLER.client_id, FLYTEPROPELLER.secret
    asked = {"grant_type": "client_credentials", "scope": "all"}
    assert me(token(auth=(name, quote_plus(secret)), **asked).json()) == name
    assert me(token(client_id=name, client_secret=secret, **asked).json()) == name
    assert not token(auth=(name, secret), **asked).ok  # as it stands, and not as in a form
