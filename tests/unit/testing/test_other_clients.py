"""The server with clients that others have written: oauthlib's and Authlib's."""

from urllib.parse import quote_plus

import pytest
from authlib.integrations.requests_client import OAuth2Session
from oauthlib.oauth2 import DeviceClient, LegacyApplicationClient, WebApplicationClient
from oauthlib.oauth2.rfc6749.errors import CustomOAuth2Error

from flyte_nb.testing import FLYTEPROPELLER

CALLBACK = "http://127.0.0.1:8000/callback"


@pytest.fixture
def authlib():
    sessions = []

    def session(client_id="flytectl", **how):
        session = OAuth2Session(client_id, redirect_uri=CALLBACK, **how)
        session.trust_env = False
        sessions.append(session)
        return session

    yield session
    for session in sessions:
        session.close()


def test_authlib_logs_in_by_a_browser_refreshes_and_gives_back(server, site, authlib):
    server.change(auto_approve="ada")
    session = authlib(code_challenge_method="S256", scope="all", token_endpoint_auth_method="none")
    verifier = "v" * 48
    url, state = session.create_authorization_url(
        f"{server.endpoint}/authorize", code_verifier=verifier
    )
    back = site.http.get(url, allow_redirects=False).headers["Location"]
    token = f"{server.endpoint}/token"
    session.fetch_token(token, authorization_response=back, state=state, code_verifier=verifier)
    assert session.get(f"{server.endpoint}/me").json()["subject"] == "ada"
    first = session.token["refresh_token"]
    session.refresh_token(token)
    assert session.token["refresh_token"] != first
    given = session.token["refresh_token"]
    session.revoke_token(f"{server.endpoint}/revoke", given, token_type_hint="refresh_token")
    assert session.get(f"{server.endpoint}/me").status_code == 401


@pytest.mark.parametrize(
    ("method", "encode"),
    [
        ("client_secret_basic", quote_plus),  # which RFC 6749 asks for and Authlib leaves out
        ("client_secret_post", str),
    ],
)
def test_authlib_shows_a_secret_in_both_ways(server, authlib, method, encode):
    name, secret = FLYTEPROPELLER.client_id, encode(FLYTEPROPELLER.secret)
    session = authlib(name, client_secret=secret, token_endpoint_auth_method=method)
    session.fetch_token(f"{server.endpoint}/token", grant_type="client_credentials")
    assert session.get(f"{server.endpoint}/me").json()["subject"] == name


def test_oauthlib_reads_what_a_device_login_yields(server, site):
    client = DeviceClient("flytectl")
    login = site.begin()

    def poll():
        body = client.prepare_request_body(login["device_code"], include_client_id=True)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return site.http.post(f"{server.endpoint}/token", data=body, headers=headers).text

    with pytest.raises(CustomOAuth2Error, match="authorization_pending"):
        client.parse_request_body_response(poll())
    server.approve(login["user_code"])
    server.advance(5)
    tokens = client.parse_request_body_response(poll())
    assert tokens["access_token"] == server.issued[-1].access_token


def test_oauthlib_refreshes(site):
    client = WebApplicationClient("flytectl")
    answer = site.refresh(site.tokens())
    assert client.parse_request_body_response(answer.text)["refresh_token"]


def test_a_password_of_a_user_is_never_taken(server, site):
    body = LegacyApplicationClient("flytectl").prepare_request_body("ada", "secret")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = site.http.post(f"{server.endpoint}/token", data=body, headers=headers)
    assert answer.json()["error"] == "unsupported_grant_type"
