"""How a backend wants its users to log in."""

import pytest
from loopback import NOT_FOUND, as_html, as_json, serve

from flyte_nb.auth.discovery import (
    PublicClient,
    ServerMetadata,
    read_client_config,
    read_server_metadata,
)
from flyte_nb.auth.http.transport import new_session
from flyte_nb.config.endpoint import parse_endpoint
from flyte_nb.config.platform import PlatformConfig
from flyte_nb.errors import RemoteError

METADATA = "/.well-known/oauth-authorization-server"
CLIENT = "/config/v1/flyte_client"


def read(function, path, answer, certificate=None, ca_file=""):
    with (
        serve({path: answer}, certificate) as site,
        new_session(
            PlatformConfig(endpoint=site.url, ca_cert_file_path=ca_file), retries=0
        ) as session,
    ):
        return function(session, parse_endpoint(site.url))


def metadata(body, status=200):
    return read(read_server_metadata, METADATA, as_json(body, status))


def client(body):
    return read(read_client_config, CLIENT, as_json(body))


SNAKE = {
    "issuer": "https://idp",
    "authorization_endpoint": "https://idp/authorize",
    "token_endpoint": "https://idp/token",
    "device_authorization_endpoint": "https://idp/device",
    "jwks_uri": "https://idp/keys",
    "scopes_supported": ["all", "offline"],
    "response_types_supported": ["code"],
    "grant_types_supported": ["authorization_code"],
    "code_challenge_methods_supported": ["S256"],
    "token_endpoint_auth_methods_supported": ["client_secret_basic"],
}
CAMEL = {
    "issuer": "https://idp",
    "authorizationEndpoint": "https://idp/authorize",
    "tokenEndpoint": "https://idp/token",
    "deviceAuthorizationEndpoint": "https://idp/device",
    "jwksUri": "https://idp/keys",
    "scopesSupported": ["all", "offline"],
    "responseTypesSupported": ["code"],
    "grantTypesSupported": ["authorization_code"],
    "codeChallengeMethodsSupported": ["S256"],
    "tokenEndpointAuthMethodsSupported": ["client_secret_basic"],
}


@pytest.mark.parametrize("body", [SNAKE, CAMEL])
def test_metadata_in_either_casing(body):
    assert metadata(body) == ServerMetadata(
        issuer="https://idp",
        authorization_endpoint="https://idp/authorize",
        token_endpoint="https://idp/token",
        device_authorization_endpoint="https://idp/device",
        jwks_uri="https://idp/keys",
        scopes_supported=("all", "offline"),
        response_types_supported=("code",),
        grant_types_supported=("authorization_code",),
        code_challenge_methods_supported=("S256",),
        token_endpoint_auth_methods_supported=("client_secret_basic",),
    )


@pytest.mark.parametrize(("value", "expected"), [(True, True), (False, False), ("true", False)])
def test_a_server_that_says_which_it_is(value, expected):
    name = "authorization_response_iss_parameter_supported"
    assert metadata({**SNAKE, name: value}).sends_issuer is expected


@pytest.mark.parametrize("nothing", [{}, {"device_authorization_endpoint": ""}, {"jwks_uri": None}])
def test_what_is_missing_or_empty_is_not_offered(nothing):
    found = metadata({"token_endpoint": "https://idp/token", **nothing})
    assert found == ServerMetadata(token_endpoint="https://idp/token")


@pytest.mark.parametrize(
    "body",
    [
        {
            "client_id": "flytectl",
            "redirect_uri": "http://localhost:53593/callback",
            "scopes": ["all"],
            "authorization_metadata_key": "x-flyte",
            "audience": "a",
            "service_http_endpoint": "",
        },
        {
            "clientId": "flytectl",
            "redirectUri": "http://localhost:53593/callback",
            "scopes": ["all"],
            "authorizationMetadataKey": "x-flyte",
            "audience": "a",
            "serviceHttpEndpoint": "",
        },
    ],
)
def test_the_client_in_either_casing(body):
    assert client(body) == PublicClient(
        client_id="flytectl",
        redirect_uri="http://localhost:53593/callback",
        scopes=("all",),
        authorization_metadata_key="x-flyte",
        audience="a",
    )


def test_the_header_of_the_token():
    assert client({}).authorization_metadata_key == "flyte-authorization"
    assert client({"authorizationMetadataKey": ""}).authorization_metadata_key == "authorization"
    with pytest.raises(RemoteError, match="not the name of a header"):
        client({"authorization_metadata_key": "a: b\r\nc"})


@pytest.mark.parametrize(
    "answer",
    [NOT_FOUND, as_json({"code": 12}, 501), (404, {"Content-Type": "text/plain"}, b"not found")],
)
def test_no_such_route_means_that_no_login_is_wanted(answer):
    assert read(read_server_metadata, METADATA, answer) is None
    assert read(read_client_config, CLIENT, answer) is None


@pytest.mark.parametrize("status", [200, 404, 501, 502])
def test_a_web_page_is_no_answer_whatever_its_status(status):
    with pytest.raises(RemoteError, match="with a web page"):
        read(read_server_metadata, METADATA, as_html(status))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "it names no token_endpoint"),
        ([], "not a JSON object"),
        (None, "not a JSON object"),
        ({"token_endpoint": 5}, "its token_endpoint is not text"),
        ({"token_endpoint": "/token"}, "not an http address"),
        ({"token_endpoint": "http://[x"}, "not an http address"),
        ({"token_endpoint": "https://h\r\nX: y/"}, "not an http address"),
        ({"token_endpoint": "https://h/\x1b[31m"}, "not an http address"),
        ({"token_endpoint": "http://a b/"}, "not an http address"),
        ({"token_endpoint": " https://h/"}, "not an http address"),
        ({"token_endpoint": "https://h\\.evil/"}, "not an http address"),
        ({"token_endpoint": "https://h:99999999/"}, "not an http address"),
        ({"token_endpoint": "https://h:x/"}, "not an http address"),
        ({"token_endpoint": "https://h:0/"}, "not an http address"),
        ({"token_endpoint": "https://u:p@h/"}, "has a user or password in it"),
        ({"token_endpoint": "https://@h/"}, "has a user or password in it"),
        (
            {"token_endpoint": "https://i/t", "authorization_endpoint": "javascript:alert(1)"},
            "its authorization_endpoint is not an http address",
        ),
        ({"token_endpoint": "https://i/t", "scopes_supported": "all"}, "not a list of texts"),
        ({"token_endpoint": "https://i/t", "scopes_supported": [1]}, "not a list of texts"),
    ],
)
def test_a_document_that_cannot_be_used(body, said):
    with pytest.raises(RemoteError, match=said):
        metadata(body)


def test_an_error_of_the_server_is_no_answer():
    with pytest.raises(RemoteError, match="answers 503: busy") as caught:
        metadata({"code": 14, "message": "busy"}, 503)
    assert caught.value.status == 503


@pytest.mark.parametrize("host", ["idp", "127.0.0.1.evil", "[2001:db8::1]", "localhost.evil"])
def test_where_admin_speaks_tls_no_address_may_be_asked_without(ca, ca_file, host):
    answer = as_json({"token_endpoint": f"http://{host}/token"})
    with pytest.raises(RemoteError, match="its token_endpoint is to be asked without TLS"):
        read(read_server_metadata, METADATA, answer, ca.issue_cert("127.0.0.1"), ca_file)


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1", "127.8.8.8:1", "[::1]:1"])
def test_what_never_leaves_this_machine_needs_no_tls(ca, ca_file, host):
    answer = as_json({"token_endpoint": f"http://{host}/token"})
    found = read(read_server_metadata, METADATA, answer, ca.issue_cert("127.0.0.1"), ca_file)
    assert found.token_endpoint == f"http://{host}/token"


def test_a_sandbox_is_asked_without_tls_throughout():
    assert metadata({"token_endpoint": "http://dex.flyte/token"}).token_endpoint
