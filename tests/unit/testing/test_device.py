"""Device logins (RFC 8628), against the server over HTTP."""

import pytest
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from flyte_nb.errors import InvalidValueError

VERIFIER = "v" * 43


def error_of(response):
    assert response.status_code == 400
    return response.json()["error"]


def test_a_login_has_what_the_standard_asks_for(server, site):
    login = site.begin()
    assert login["verification_uri"] == f"{server.endpoint}/device"
    assert login["verification_uri_complete"].endswith(f"?user_code={login['user_code']}")
    assert (login["interval"], login["expires_in"]) == (5, 600)


def test_approved_it_yields_tokens_once(server, site):
    login = site.begin()
    server.approve(login["user_code"], user="grace hopper")
    answer = site.poll(login)
    assert answer.headers["Cache-Control"] == "no-store"
    tokens = answer.json()
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 3600
    assert tokens["scope"] == "all offline"
    assert site.me(tokens).json()["subject"] == "grace hopper"
    server.advance(5)
    assert error_of(site.poll(login)) == "invalid_grant"


def test_pending_denied_and_expired(server, site):
    pending, denied, expired = site.begin(), site.begin(), site.begin()
    assert error_of(site.poll(pending)) == "authorization_pending"
    server.deny(denied["user_code"])
    assert error_of(site.poll(denied)) == "access_denied"
    server.advance(600)
    assert error_of(site.poll(expired)) == "expired_token"


def test_a_poll_too_early_is_slowed_down_and_counted(server, site):
    login = site.begin()
    site.poll(login)
    server.advance(5)
    assert error_of(site.poll(login)) == "authorization_pending"
    assert server.early_polls == ()
    assert error_of(site.poll(login)) == "slow_down"
    assert 4 < server.early_polls[0] <= 5
    server.advance(9)  # the interval is 10 s by now
    assert error_of(site.poll(login)) == "slow_down"
    assert len(server.early_polls) == 2


def test_slow_downs_for_no_reason(server, site):
    server.slow_down(2)
    login = site.begin()
    for interval in (10, 15):
        assert error_of(site.poll(login)) == "slow_down"
        server.advance(interval)
    assert error_of(site.poll(login)) == "authorization_pending"
    assert server.early_polls == ()
    assert server.device_logins[0].interval_s == 15


def test_with_a_challenge_only_its_verifier_yields_tokens(server, site):
    challenge = create_s256_code_challenge(VERIFIER)
    login = site.begin(code_challenge=challenge, code_challenge_method="S256")
    server.approve(login["user_code"])
    assert error_of(site.poll(login)) == "invalid_request"
    server.advance(5)
    assert error_of(site.poll(login, code_verifier="w" * 43)) == "invalid_grant"
    server.advance(5)
    assert "access_token" in site.poll(login, code_verifier=VERIFIER).json()


@pytest.mark.parametrize(
    "sent",
    [
        {"code_challenge": "short", "code_challenge_method": "S256"},
        {"code_challenge": "c" * 43, "code_challenge_method": "plain"},
        {"code_challenge": "c" * 43},
        {"code_challenge_method": "S256"},
    ],
)
def test_a_challenge_that_is_none_begins_no_login(site, sent):
    assert site.begin(**sent)["error"] == "invalid_request"


def test_who_may_not_begin_a_login(server, site):
    assert site.begin(client_id="nobody")["error"] == "invalid_client"
    assert site.begin(scope="all the_world")["error"] == "invalid_scope"
    propeller = ("flytepropeller", "fly%2Bte+pro%2Fpeller%3A50%25%26%3D%3F%23~")
    answer = site.post("/device_authorize", auth=propeller)
    assert error_of(answer) == "unauthorized_client"
    server.change(device_flow=False)
    assert site.post("/device_authorize", client_id="flytectl").status_code == 404


def test_codes_of_others_open_nothing(server, site):
    assert error_of(site.poll({"device_code": "made up"})) == "invalid_grant"
    with pytest.raises(InvalidValueError, match="no device login has the user code 'ABCD-EFGH'"):
        server.approve("ABCD-EFGH")


def test_a_restart_in_the_middle_loses_nothing(server, site):
    login = site.begin()
    endpoint = server.endpoint
    site.poll(login)
    server.restart()
    assert server.endpoint == endpoint
    server.approve(login["user_code"])
    server.advance(5)
    assert "access_token" in site.poll(login).json()
