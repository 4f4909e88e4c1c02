"""What becomes of tokens: refreshing, rotation, reuse, giving back, expiry; and machines' own."""

from base64 import b64encode
from urllib.parse import quote_plus

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from flyte_nb.testing import FLYTECTL, FLYTEPROPELLER, AuthServer, Client

NAME, SECRET = FLYTEPROPELLER.client_id, FLYTEPROPELLER.secret


def error_of(response):
    assert response.status_code in {400, 401}
    return response.json()["error"]


def test_a_refresh_yields_a_new_pair_of_the_same_login(server, site):
    first = site.tokens()
    second = site.refresh(first).json()
    assert second["scope"] == first["scope"]
    assert {second["access_token"], second["refresh_token"]}.isdisjoint(first.values())
    assert site.me(second).json()["subject"] == "ada"
    assert len({token.family for token in server.issued}) == 1


def test_a_refresh_token_used_twice_ends_the_login(server, site):
    first = site.tokens()
    second = site.refresh(first).json()
    assert error_of(site.refresh(first)) == "invalid_grant"
    assert error_of(site.refresh(second)) == "invalid_grant"
    assert site.me(second).status_code == 401
    assert len(server.revoked) == 2


def test_within_the_grace_it_may_be_used_again(server, site):
    server.change(refresh_grace_s=30)
    tokens = site.tokens()
    site.refresh(tokens)
    assert "access_token" in site.refresh(tokens).json()
    server.advance(30)
    assert error_of(site.refresh(tokens)) == "invalid_grant"


def test_without_rotation_a_refresh_token_stays(server, site):
    server.change(rotation=False)
    tokens = site.tokens()
    for _ in range(2):
        assert "refresh_token" not in site.refresh(tokens).json()


def test_a_refresh_may_ask_for_less_and_not_for_more(server, site):
    server.change(rotation=False)
    tokens = site.tokens()
    assert site.refresh(tokens, scope="all").json()["scope"] == "all"
    assert error_of(site.refresh(tokens, scope="all openid")) == "invalid_scope"


def test_who_cannot_refresh(server, site):
    tokens = site.tokens()
    assert error_of(site.refresh({"refresh_token": "made up"})) == "invalid_grant"
    assert error_of(site.refresh({"refresh_token": tokens["access_token"]})) == "invalid_grant"
    assert error_of(site.refresh(tokens, client_id="nobody")) == "invalid_client"
    server.revoke_all()
    assert error_of(site.refresh(tokens)) == "invalid_grant"


def test_tokens_expire(server, site):
    server.change(token_lifetime_s=60, refresh_lifetime_s=120)
    tokens = site.tokens()
    assert tokens["expires_in"] == 60
    server.advance(60)
    assert site.me(tokens).status_code == 401
    server.advance(60)
    assert error_of(site.refresh(tokens)) == "invalid_grant"


def test_a_server_may_give_no_refresh_token(server, site):
    server.change(refresh_tokens=False)
    assert "refresh_token" not in site.tokens()


def test_a_refresh_token_given_back_ends_the_login(server, site):
    tokens = site.tokens()
    given = {"client_id": "flytectl", "token": tokens["refresh_token"]}
    assert site.post("/revoke", token_type_hint="refresh_token", **given).status_code == 200
    assert site.me(tokens).status_code == 401
    assert error_of(site.refresh(tokens)) == "invalid_grant"
    assert server.revoked == server.issued


def test_an_access_token_given_back_ends_alone(site):
    tokens = site.tokens()
    site.post("/revoke", client_id="flytectl", token=tokens["access_token"])
    assert site.me(tokens).status_code == 401
    assert "access_token" in site.refresh(tokens).json()


def test_giving_back_what_is_none(server, site):
    assert site.post("/revoke", client_id="flytectl", token="made up").status_code == 200
    assert error_of(site.post("/revoke", client_id="flytectl")) == "invalid_request"
    assert error_of(site.post("/revoke", client_id="nobody", token="t")) == "invalid_client"
    tokens = site.tokens()
    other = {"client_id": NAME, "client_secret": SECRET, "token": tokens["access_token"]}
    assert error_of(site.post("/revoke", **other)) == "invalid_grant"
    assert site.me(tokens).status_code == 200
    server.change(revocation=False)
    assert site.post("/revoke", client_id="flytectl", token="t").status_code == 404


def machine(site, **how):
    return site.post("/token", grant_type="client_credentials", **how)


def test_a_machine_gets_a_token_of_its_own(site):
    tokens = machine(site, client_id=NAME, client_secret=SECRET, scope="all").json()
    assert "refresh_token" not in tokens
    assert site.me(tokens).json()["subject"] == "flytepropeller"


def test_basic_wants_name_and_secret_encoded_as_in_a_form(site):
    assert {"+", " ", "/", ":", "%", "&"} <= set(SECRET)
    assert "access_token" in machine(site, auth=(NAME, quote_plus(SECRET))).json()
    answer = machine(site, auth=(NAME, SECRET))
    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"


@pytest.mark.parametrize("line", ["Basic ?", "Basic /w==", "Basic", "Bearer abc"])
def test_what_is_no_basic_authentication(site, line):
    site.http.headers["Authorization"] = line
    assert error_of(machine(site)) == "invalid_client"


def test_a_client_shows_its_secret_as_it_was_agreed(site_of):
    methods = ("client_secret_basic",)
    client = Client(client_id="m", secret="s", grants=("client_credentials",), auth_methods=methods)
    with AuthServer(clients=[client]) as server:
        site = site_of(server)
        assert "access_token" in machine(site, auth=("m", "s")).json()
        assert error_of(machine(site, client_id="m", client_secret="s")) == "invalid_client"


def test_a_machine_with_a_wrong_secret_or_none_gets_nothing(site):
    for form in ({"client_secret": "guessed"}, {"client_secret": ""}, {}):
        assert error_of(machine(site, client_id=NAME, **form)) == "invalid_client"
    header = {"Authorization": "Basic " + b64encode(b"flytectl:").decode()}
    site.http.headers.update(header)
    assert error_of(machine(site)) == "invalid_client"


def test_a_client_for_users_has_no_token_of_its_own(site):
    assert error_of(machine(site, client_id=FLYTECTL.client_id)) == "invalid_client"


def test_an_unknown_grant(site):
    answer = site.post("/token", grant_type="password", client_id="flytectl")
    assert error_of(answer) == "unsupported_grant_type"


def test_openid_says_who_has_logged_in_by_a_signed_token(server, site):
    login = site.begin(scope="openid offline")
    server.approve(login["user_code"], user="ada")
    tokens = site.poll(login).json()
    keys = KeySet.import_key_set(site.get("/jwks").json())
    claims = jwt.decode(tokens["id_token"], keys, algorithms=["ES256"]).claims
    assert (claims["sub"], claims["aud"], claims["iss"]) == ("ada", "flytectl", server.endpoint)
    assert "d" not in site.get("/jwks").json()["keys"][0]
    assert "id_token" not in site.tokens()


def test_no_repr_has_a_secret(server, site):
    tokens = site.tokens()
    login = server.device_logins[-1]
    machine(site, client_id=NAME, client_secret=SECRET)
    shown = repr((server.issued, server.device_logins, server.requests, FLYTEPROPELLER))
    secrets = [tokens["access_token"], tokens["refresh_token"], login.device_code, SECRET]
    assert not [secret for secret in secrets if secret in shown]
