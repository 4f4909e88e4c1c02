"""What admin says of logging in, and what is behind the login."""

import pytest
from flyteidl.service.auth_pb2 import OAuth2MetadataResponse, PublicClientAuthConfigResponse
from flyteidl.service.identity_pb2 import UserInfoResponse
from google.protobuf.json_format import ParseDict

METADATA = "/.well-known/oauth-authorization-server"
CLIENT = "/config/v1/flyte_client"


@pytest.mark.parametrize("accept", ["application/json", "*/*"])
def test_the_documents_are_flyteidls(server, site, accept):
    server.change(audience="flyte")
    headers = {"Accept": accept}
    raw = site.get(METADATA, headers=headers).json()
    raw.pop("revocation_endpoint", None) or raw.pop("revocationEndpoint")
    metadata = ParseDict(raw, OAuth2MetadataResponse())
    assert metadata.issuer == server.endpoint
    assert metadata.token_endpoint == f"{server.endpoint}/token"
    assert metadata.device_authorization_endpoint == f"{server.endpoint}/device_authorize"
    assert list(metadata.code_challenge_methods_supported) == ["S256"]
    assert len(metadata.grant_types_supported) == 4
    client = ParseDict(site.get(CLIENT, headers=headers).json(), PublicClientAuthConfigResponse())
    assert client.client_id == "flytectl"
    assert client.authorization_metadata_key == "flyte-authorization"
    assert list(client.scopes) == ["all", "offline"]
    assert client.audience == "flyte"
    me = site.get("/me", headers={**headers, "Authorization": bearer(site.tokens())}).json()
    assert ParseDict(me, UserInfoResponse()).email == "ada@example.org"


def bearer(tokens):
    return f"Bearer {tokens['access_token']}"


@pytest.mark.parametrize(
    ("casing", "accept", "name"),
    [
        ("auto", "application/json", "token_endpoint"),
        ("auto", "application/json, */*", "tokenEndpoint"),
        ("auto", "*/*", "tokenEndpoint"),
        ("camel", "application/json", "tokenEndpoint"),
        ("snake", "*/*", "token_endpoint"),
    ],
)
def test_names_are_written_as_releases_of_admin_do(server, site, casing, accept, name):
    server.change(casing=casing)
    assert name in site.get(METADATA, headers={"Accept": accept}).json()


def test_unset_fields_are_there_in_snake_case_only(server, site):
    server.change(device_flow=False, revocation=False)
    document = site.get(METADATA).json()
    assert document["device_authorization_endpoint"] == ""
    assert "revocation_endpoint" not in document
    assert len(document["grant_types_supported"]) == 3
    document = site.get(METADATA, headers={"Accept": "*/*"}).json()
    assert "deviceAuthorizationEndpoint" not in document


def test_without_a_login_there_are_no_documents_and_everything_is_open(server, site):
    server.change(login_required=False)
    for path in (METADATA, CLIENT):
        answer = site.get(path)
        assert answer.status_code == 404
        assert answer.json()["code"] == 5
    assert site.get("/api/v1/projects").json()["projects"][0]["id"] == "flytesnacks"
    assert site.get("/me").json()["subject"] == ""


@pytest.mark.parametrize("path", ["/me", "/api/v1/version", "/api/v1/projects"])
def test_what_is_behind_the_login(site, path):
    answer = site.get(path)
    assert answer.status_code == 401
    assert answer.json()["code"] == 16
    assert answer.headers["WWW-Authenticate"] == answer.json()["message"]
    line = bearer(site.tokens())
    for header in ("flyte-authorization", "Authorization"):
        assert site.get(path, headers={header: line}).status_code == 200
    for wrong in ("Bearer", "Bearer made-up", line.replace("Bearer", "Basic")):
        assert site.get(path, headers={"Authorization": wrong}).status_code == 401


def test_admins_own_header_comes_first_and_may_be_another_one(server, site):
    good = bearer(site.tokens())
    both = {"flyte-authorization": "Bearer old", "Authorization": good}
    assert site.get("/me", headers=both).status_code == 401
    server.change(authorization_metadata_key="x-company")
    assert site.get("/me", headers={"x-company": good}).status_code == 200
    assert site.get("/me", headers=both).status_code == 200
    server.change(authorization_metadata_key="")
    assert site.get(CLIENT).json()["authorization_metadata_key"] == ""
    assert site.get("/me", headers={"Authorization": good}).status_code == 200
