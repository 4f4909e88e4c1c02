import hashlib
from base64 import urlsafe_b64encode
from urllib.parse import parse_qs, urlsplit

import pytest
from flow_world import CLIENT, TOKENS, World, oauth_error, replace, said, trouble

from flyte_nb.auth.flows.pkce import pkce_login
from flyte_nb.errors import (
    AccessTokenNotFoundError,
    AuthenticationError,
    LoginDeniedError,
    LoginExpiredError,
)


def sent_to(world):
    """What the user's browser was sent out with."""
    return {k: v[0] for k, v in parse_qs(urlsplit(world.told[0].url).query).items()}


def back(code="code-1", **more):
    """A browser that comes back as it should."""

    def url(world):
        return f"/callback?code={code}&state={sent_to(world)['state']}" + "".join(
            f"&{name}={value}" for name, value in more.items()
        )

    return url


def test_a_login_that_is_approved():
    world = World([said(**TOKENS)], [back()])
    found = world.run(pkce_login(replace(CLIENT, audience="https://flyte"), "flyte"))
    assert (found.access_token, found.for_endpoint) == ("access-1", "flyte")
    sent = sent_to(world)
    asked = {k: v[0] for k, v in parse_qs(world.posts[0][1].form).items()}
    digest = hashlib.sha256(asked.pop("code_verifier").encode()).digest()
    assert sent.pop("code_challenge") == urlsafe_b64encode(digest).decode().rstrip("=")
    assert len(sent.pop("state")) > 30
    assert sent == {
        "response_type": "code",
        "client_id": "flytectl",
        "redirect_uri": "http://localhost:53593/callback",
        "scope": "all offline",
        "audience": "https://flyte",
        "code_challenge_method": "S256",
    }
    assert asked == {
        "grant_type": "authorization_code",
        "client_id": "flytectl",
        "code": "code-1",
        "redirect_uri": "http://localhost:53593/callback",
    }


def test_each_login_has_a_state_and_a_verifier_of_its_own():
    seen = []
    for _ in range(2):
        world = World([said(**TOKENS)], [back()])
        world.run(pkce_login(CLIENT, "flyte"))
        seen += [sent_to(world)["state"], parse_qs(world.posts[0][1].form)["code_verifier"][0]]
    assert len(set(seen)) == 4


def test_an_address_that_has_a_query_keeps_it():
    client = replace(CLIENT, authorization_endpoint="https://idp/authorize?tenant=a%20b")
    world = World([said(**TOKENS)], [back()])
    world.run(pkce_login(client, "flyte"))
    assert sent_to(world)["tenant"] == "a b"
    assert sent_to(world)["client_id"] == "flytectl"


@pytest.mark.parametrize(
    "stray",
    [
        "/favicon.ico",
        "/callback",
        "/callback?code=evil&state=other",
        "/callback?error=access_denied&state=other",
        "/callback?error=access_denied",
        "http://[",
        "?code=1&code=2&state=a&state=b",
        "?state=\udce4",
        "/callback?state=x&code=y" + "".join(f"&a{n}=1" for n in range(60)),
        "",
    ],
)
def test_others_that_come_are_none_of_ours(stray):
    world = World([said(**TOKENS)], [stray, back()])
    assert world.run(pkce_login(CLIENT, "flyte")).access_token == "access-1"
    assert world.takes == pytest.approx([600, 599])


def test_a_code_that_comes_twice_in_an_address_is_none():
    world = World([said(**TOKENS)], [back(code="a&code=b"), back()])
    world.run(pkce_login(CLIENT, "flyte"))
    assert "code=code-1" in world.posts[0][1].form


@pytest.mark.parametrize("redirects", [[], ["/favicon.ico"] * 700])
def test_no_browser_comes_back_in_time(redirects):
    world = World([], redirects)
    with pytest.raises(LoginExpiredError, match="in 60 s"):
        world.run(pkce_login(CLIENT, "flyte", limit_s=60))
    assert world.now == pytest.approx(1060.1)


def test_the_user_refuses():
    world = World([], [back(error="access_denied", error_description="not%20today")])
    with pytest.raises(LoginDeniedError, match="access_denied: not today"):
        world.run(pkce_login(CLIENT, "flyte"))


def test_the_server_refuses():
    world = World([], [back(error="invalid_scope")])
    with pytest.raises(AuthenticationError, match="invalid_scope") as caught:
        world.run(pkce_login(CLIENT, "flyte"))
    assert "admin.scopes" in caught.value.hint


ISSUED = replace(CLIENT, issuer="https://idp")


@pytest.mark.parametrize(
    ("issuer", "whence"),
    [
        ("https://evil%0a", r"https://evil\S*"),
        ("https://evil&iss=https://idp", "https://evil and https://idp,"),
        ("", "a server that does not say which it is,"),
    ],
)
def test_an_answer_of_another_server_is_not_taken(issuer, whence):
    world = World([], [back(iss=issuer)])
    with pytest.raises(AuthenticationError, match=f"comes from {whence} and was sent to"):
        world.run(pkce_login(replace(ISSUED, sends_issuer=True), "flyte"))
    assert world.posts == []


def test_an_answer_of_a_server_that_never_says_which_it_is():
    world = World([said(**TOKENS)], [back()])
    assert world.run(pkce_login(ISSUED, "flyte")).access_token == "access-1"


@pytest.mark.parametrize("client", [CLIENT, ISSUED, replace(ISSUED, sends_issuer=True)])
def test_an_answer_that_names_its_server(client):
    world = World([said(**TOKENS)], [back(iss="https://idp")])
    assert world.run(pkce_login(client, "flyte")).access_token == "access-1"


def test_a_code_is_shown_once_only():
    world = World([trouble()], [back()])
    with pytest.raises(AuthenticationError, match="https://idp: no"):
        world.run(pkce_login(CLIENT, "flyte"))
    assert len(world.posts) == 1


def test_a_code_that_is_not_taken():
    world = World([oauth_error("invalid_grant")], [back()])
    with pytest.raises(AccessTokenNotFoundError, match="invalid_grant"):
        world.run(pkce_login(CLIENT, "flyte"))


def test_where_nothing_can_listen_the_user_is_told():
    world = World([said(**TOKENS)], [back()], listening="port 53593 is taken")
    world.run(pkce_login(CLIENT, "flyte"))
    assert world.told[0].problem == "port 53593 is taken"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"authorization_endpoint": ""}, "no login by browser"),
        ({"redirect_uri": ""}, "no login by browser"),
        ({"code_challenge_methods": ("plain",)}, "no PKCE by S256"),
    ],
)
def test_a_server_that_does_not_do_it(change, words):
    with pytest.raises(AuthenticationError, match=words):
        World().run(pkce_login(replace(CLIENT, **change), "flyte"))


def test_a_server_that_does_not_tell_its_methods_is_asked():
    world = World([said(**TOKENS)], [back()])
    client = replace(CLIENT, code_challenge_methods=())
    assert world.run(pkce_login(client, "flyte")).access_token == "access-1"


def test_nothing_secret_is_in_a_repr():
    seen = []

    class Watched(World):
        def do(self, step):
            answer = super().do(step)
            seen.append(f"{step!r} {answer!r}")
            return answer

    world = Watched([said(**TOKENS)], [back()])
    seen.append(repr(world.run(pkce_login(CLIENT, "flyte"))))
    state = sent_to(world)["state"]
    assert not any(s in "".join(seen) for s in ("code-1", state, "access-1", "refresh-1"))
