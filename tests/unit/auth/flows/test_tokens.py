from base64 import b64decode
from urllib.parse import parse_qs

import pytest
from flow_world import CLIENT, TOKENS, World, oauth_error, replace, said, trouble

from flyte_nb.auth.credentials import Credentials
from flyte_nb.auth.flows.client_credentials import client_credentials_login
from flyte_nb.auth.flows.command import command_login
from flyte_nb.auth.flows.refresh import refresh
from flyte_nb.auth.flows.revoke import revoke
from flyte_nb.auth.flows.steps import Ran
from flyte_nb.auth.flows.tokens import read_tokens
from flyte_nb.errors import AccessTokenNotFoundError, AuthenticationError

OLD = Credentials("access-0", "refresh-0", "flyte", id_token="id-0", scopes=("all",))


def form(post):
    return {name: values[0] for name, values in parse_qs(post.form).items()}


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (3600, 3600),
        ("3600", 3600),
        (3599.9, 3599),
        (0, 0),
        (-1, None),
        (1e400, None),
        (10**30, None),
        ("soon", None),
        (None, None),
        (True, None),
        ([], None),
    ],
)
def test_how_long_a_token_is_good(value, seconds):
    found = read_tokens(said(**{**TOKENS, "expires_in": value}), "flyte")
    assert found.expires_in == seconds
    assert (found.expires_at is None) == (seconds is None)


@pytest.mark.parametrize(
    "odd",
    [
        {"scope": 5},
        {"scope": ["all"]},
        {"refresh_token": None},
        {"id_token": []},
        {"expires_at": "z"},
    ],
)
def test_what_is_odd_beside_a_token_loses_no_token(odd):
    assert read_tokens(said(**{**TOKENS, **odd}), "flyte").access_token == "access-1"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"access_token": ""},
        {"access_token": None},
        {"access_token": 5},
        {"access_token": ["a"]},
    ],
)
def test_an_answer_without_a_token(body):
    with pytest.raises(AuthenticationError, match="without a token"):
        read_tokens(said(**body), "flyte")


@pytest.mark.parametrize("token", ["a\nX-Evil: 1", "a b", "tökén", "a\x00b", " "])
def test_what_no_header_can_carry_is_no_token(token):
    with pytest.raises(AuthenticationError) as caught:
        read_tokens(said(**{**TOKENS, "access_token": token}), "flyte")
    assert "Evil" not in str(caught.value)


def test_a_server_that_is_busy_is_said_to_be():
    with pytest.raises(AuthenticationError, match="busy: 503"):
        World([said(503)]).run(refresh(CLIENT, OLD))


def test_tokens_of_another_type():
    with pytest.raises(AuthenticationError, match="of type 'mac'"):
        read_tokens(said(**{**TOKENS, "token_type": "mac"}), "flyte")


def test_the_type_need_not_be_told_and_may_be_written_anyhow():
    body = {key: value for key, value in TOKENS.items() if key != "token_type"}
    assert read_tokens(said(**body), "flyte").access_token == "access-1"
    assert read_tokens(said(**body, token_type="BEARER"), "flyte").access_token == "access-1"


def test_what_a_refresh_leaves_out_stays():
    world = World([said(access_token="access-1", expires_in=60)])
    found = world.run(refresh(CLIENT, OLD))
    assert (found.access_token, found.refresh_token) == ("access-1", "refresh-0")
    assert (found.id_token, found.scopes, found.expires_in) == ("id-0", ("all",), 60)
    assert form(world.posts[0][1]) == {
        "grant_type": "refresh_token",
        "client_id": "flytectl",
        "refresh_token": "refresh-0",
    }


def test_what_a_refresh_replaces_is_replaced():
    found = World([said(**TOKENS, id_token="id-1", scope="a b")]).run(refresh(CLIENT, OLD))
    assert (found.refresh_token, found.id_token, found.scopes) == ("refresh-1", "id-1", ("a", "b"))


def test_a_refresh_token_that_is_not_taken_any_more():
    with pytest.raises(AccessTokenNotFoundError, match="invalid_grant"):
        World([oauth_error("invalid_grant")]).run(refresh(CLIENT, OLD))


@pytest.mark.parametrize("reply", [trouble(), said(503), oauth_error("invalid_client", 401)])
def test_a_refresh_that_fails_otherwise(reply):
    with pytest.raises(AuthenticationError) as caught:
        World([reply] * 2).run(refresh(CLIENT, OLD))
    assert not isinstance(caught.value, AccessTokenNotFoundError)


def test_a_refresh_whose_answer_is_lost_is_asked_for_once_more_at_once():
    world = World([trouble(), said(**TOKENS)])
    assert world.run(refresh(CLIENT, OLD)).refresh_token == "refresh-1"
    assert world.posts[0] == world.posts[1]


def test_without_a_refresh_token_nothing_is_asked():
    world = World()
    with pytest.raises(AccessTokenNotFoundError):
        world.run(refresh(CLIENT, replace(OLD, refresh_token=None)))
    assert not world.posts


@pytest.mark.parametrize(
    ("methods", "is_basic"),
    [
        ((), True),
        (("client_secret_basic",), True),
        (("client_secret_basic", "client_secret_post"), True),
        (("client_secret_post",), False),
        (("private_key_jwt",), True),
    ],
)
def test_how_a_secret_is_shown(methods, is_basic):
    client = replace(CLIENT, client_id="a:b c", secret_methods=methods)
    world = World([said(**TOKENS)])
    found = world.run(client_credentials_login(client, "flyte", "p%:ä s"))
    assert found.access_token == "access-1"
    post = world.posts[0][1]
    asked = form(post)
    assert (asked.pop("grant_type"), asked.pop("scope")) == ("client_credentials", "all offline")
    if is_basic:
        pair = b64decode(post.headers["Authorization"].removeprefix("Basic "))
        assert pair == b"a%3Ab+c:p%25%3A%C3%A4+s"
        assert asked == {}
    else:
        assert asked == {"client_id": "a:b c", "client_secret": "p%:ä s"}
        assert not post.headers
    assert "p%" not in repr(post)


def test_a_machine_asks_again_where_the_server_is_away():
    world = World([trouble(), said(503), said(**TOKENS)])
    assert world.run(client_credentials_login(CLIENT, "flyte", "s")).access_token == "access-1"


@pytest.mark.parametrize(
    ("client", "secret", "words"),
    [(CLIENT, None, "no client secret"), (replace(CLIENT, client_id=""), "s", "no client to")],
)
def test_a_machine_without_a_name_or_a_secret(client, secret, words):
    with pytest.raises(AuthenticationError, match=words):
        World().run(client_credentials_login(client, "flyte", secret))


def test_a_program_says_the_token():
    found = World(ran=Ran(0, output="token-1\n")).run(command_login(["prog", "x"], "flyte"))
    assert (found.access_token, found.for_endpoint) == ("token-1", "flyte")


@pytest.mark.parametrize(
    ("ran", "words"),
    [
        (Ran(None, problem="cannot be started: no such file"), "prog cannot be started"),
        (Ran(3, error="no\x1b such user"), "prog ended with 3: no"),
        (Ran(-9), "prog ended with -9"),
        (Ran(0, output=" \n"), "printed no token"),
        (Ran(0, output="two words"), "printed something that is no token"),
        (Ran(0, output="a\nb"), "printed something that is no token"),
        (Ran(0, output="tökén"), "printed something that is no token"),
    ],
)
def test_a_program_that_says_none(ran, words):
    with pytest.raises(AuthenticationError, match=words) as caught:
        World(ran=ran).run(command_login(["prog", "secret-argument"], "flyte"))
    assert "secret-argument" not in str(caught.value)
    assert "\x1b" not in str(caught.value)


def test_no_program():
    with pytest.raises(AuthenticationError, match="no command"):
        World().run(command_login([], "flyte"))


def test_tokens_are_given_back_the_refresh_token_first():
    client = replace(CLIENT, revocation_endpoint="https://idp/revoke")
    world = World([trouble(status=200), said()])  # an empty answer is one
    world.run(revoke(client, OLD))
    assert [form(post)["token"] for _, post in world.posts] == ["refresh-0", "access-0"]
    assert {post.url for _, post in world.posts} == {"https://idp/revoke"}


@pytest.mark.parametrize("of_the_other", [said(), oauth_error("invalid_request")])
def test_a_server_that_does_not_take_one_of_the_tokens_back(of_the_other):
    client = replace(CLIENT, revocation_endpoint="https://idp/revoke")
    world = World([oauth_error("unsupported_token_type"), of_the_other])
    with pytest.raises(AuthenticationError, match="unsupported_token_type"):
        world.run(revoke(client, OLD))
    assert [form(post)["token"] for _, post in world.posts] == ["refresh-0", "access-0"]


def test_a_server_that_cannot_be_asked_to_take_tokens_back():
    client = replace(CLIENT, revocation_endpoint="https://idp/revoke")
    world = World([trouble()])
    with pytest.raises(AuthenticationError, match="https://idp: no"):
        world.run(revoke(client, OLD))
