from urllib.parse import parse_qs

import pytest
from flow_world import CLIENT, CODE, TOKENS, World, oauth_error, replace, said, trouble

from flyte_nb.auth.flows.device import device_login
from flyte_nb.auth.flows.steps import DevicePrompt, Polling
from flyte_nb.errors import AuthenticationError, LoginDeniedError, LoginExpiredError

PENDING = oauth_error("authorization_pending")
SLOW = oauth_error("slow_down")


def log_in(*replies, code=CODE, client=CLIENT, **world):
    world = World([said(**code), *replies], **world)
    return world, device_login(client, "flyte")


def polls(world):
    """When it was polled, in seconds from the answer that began the login."""
    began = world.posts[0][0]
    return [round(at - began, 6) for at, post in world.posts[1:]]


def form(post):
    return {name: values[0] for name, values in parse_qs(post.form).items()}


def test_a_login_that_is_approved():
    world, flow = log_in(PENDING, PENDING, said(**TOKENS))
    found = world.run(flow)
    assert (found.access_token, found.refresh_token) == ("access-1", "refresh-1")
    assert (found.for_endpoint, found.expires_in) == ("flyte", 3600)
    assert polls(world) == [5, 10, 15]
    prompt, polling = world.told
    assert prompt == DevicePrompt(
        user_code="ABCD-EFGH",
        verification_uri="https://idp/activate",
        verification_uri_complete="https://idp/activate?user_code=ABCD-EFGH",
        expires_in_s=60,
        interval_s=5,
    )
    assert isinstance(polling, Polling)


def test_what_the_server_is_asked():
    client = replace(CLIENT, audience="https://flyte")
    world, flow = log_in(said(**TOKENS), client=client)
    world.run(flow)
    (_, begin), (_, poll) = world.posts
    assert begin.url == "https://idp/device"
    began = form(begin)
    assert began.pop("code_challenge")
    assert began == {
        "client_id": "flytectl",
        "scope": "all offline",
        "audience": "https://flyte",
        "code_challenge_method": "S256",
    }
    assert poll.url == "https://idp/token"
    asked = form(poll)
    assert len(asked.pop("code_verifier")) == 64
    assert asked == {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "client_id": "flytectl",
        "device_code": "device-1",
        "audience": "https://flyte",
    }


def test_a_server_without_pkce_hears_of_none():
    world, flow = log_in(said(**TOKENS), client=replace(CLIENT, code_challenge_methods=()))
    world.run(flow)
    assert not any("code_" in post.form.replace("device_code", "") for _, post in world.posts)


@pytest.mark.parametrize(
    ("interval", "first"),
    [
        ({}, 5),
        ({"interval": "2"}, 2),
        ({"interval": 2.5}, 2.5),
        ({"interval": 0}, 5),
        ({"interval": -3}, 5),
        ({"interval": 0.01}, 0.1),
        ({"interval": "soon"}, 5),
        ({"interval": None}, 5),
        ({"interval": True}, 5),
        ({"interval": float("nan")}, 5),
        ({"interval": [5]}, 5),
    ],
)
def test_intervals_of_all_kinds(interval, first):
    code = {key: value for key, value in CODE.items() if key != "interval"} | interval
    world, flow = log_in(PENDING, said(**TOKENS), code=code)
    world.run(flow)
    assert polls(world) == [first, 2 * first]


def test_slow_down_counts_from_then_on_and_adds_up():
    world, flow = log_in(
        SLOW, PENDING, SLOW, PENDING, said(**TOKENS), code={**CODE, "expires_in": 600}
    )
    world.run(flow)
    assert polls(world) == [5, 15, 25, 40, 55]


def test_a_connection_that_is_lost_is_asked_less_and_less():
    lost = trouble()
    code = {**CODE, "expires_in": 600}
    world, flow = log_in(lost, lost, lost, lost, lost, PENDING, said(**TOKENS), code=code)
    world.run(flow)
    assert polls(world) == [5, 15, 35, 75, 135, 195, 200]


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_to_be_left_alone_is(status):
    code = {**CODE, "expires_in": 600}
    busy = replace(said(status, message="busy"), retry_after_s=30.0)
    html = trouble(status=status, retry_after_s=2.0)
    world, flow = log_in(busy, html, said(**TOKENS), code=code)
    world.run(flow)
    assert polls(world) == [5, 35, 40]  # and never sooner than the interval


@pytest.mark.parametrize(
    "reply",
    [
        trouble(status=502),
        said(500),
        said(200),
        oauth_error("temporarily_unavailable", 503),
        oauth_error("server_error", 500),
    ],
)
def test_what_may_pass_does_not_end_a_login(reply):
    world, flow = log_in(reply, said(**TOKENS))
    assert world.run(flow).access_token == "access-1"


def test_a_refusal_ends_it():
    world, flow = log_in(PENDING, oauth_error("access_denied", error_description="no\x1b[31m"))
    with pytest.raises(LoginDeniedError, match="access_denied") as caught:
        world.run(flow)
    assert "\x1b" not in str(caught.value)
    assert caught.value.error == "access_denied"


def test_a_refusal_in_azures_words_ends_it_too():
    world, flow = log_in(oauth_error("authorization_declined"))
    with pytest.raises(LoginDeniedError):
        world.run(flow)


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_stays_busy_is_said_to_be(status):
    world = World([said(status)] * 3)
    with pytest.raises(AuthenticationError, match=f"the server is busy: {status}"):
        world.run(device_login(CLIENT, "flyte"))


def test_the_server_says_that_it_has_expired():
    world, flow = log_in(oauth_error("expired_token"))
    with pytest.raises(LoginExpiredError, match="expired_token"):
        world.run(flow)


def test_the_end_comes_here_where_the_server_does_not_say_it():
    world, flow = log_in(*[PENDING] * 20, code={**CODE, "expires_in": 23})
    with pytest.raises(LoginExpiredError, match="in 23 s"):
        world.run(flow)
    assert polls(world) == [5, 10, 15, 20]
    assert world.now == pytest.approx(world.posts[0][0] + 23)


def test_without_an_end_it_ends_too():
    code = {key: value for key, value in CODE.items() if key != "expires_in"}
    world, flow = log_in(*[PENDING] * 999, code=code)
    with pytest.raises(LoginExpiredError):
        world.run(flow)
    assert world.now == pytest.approx(world.posts[0][0] + 900)


def test_a_machine_that_was_asleep_asks_once_more():
    world, flow = log_in(PENDING, said(**TOKENS), sleeps={2: 7200})
    assert world.run(flow).access_token == "access-1"
    assert polls(world) == [5, 7205]


@pytest.mark.parametrize(
    ("answer", "shown", "complete"),
    [
        (
            {"verification_uri": None, "verification_url": "https://g/d"},
            "https://g/d",
            CODE["verification_uri_complete"],
        ),
        (
            {"verification_uri": "https://idp/a?x=1"},
            "https://idp/a?x=1",
            CODE["verification_uri_complete"],
        ),
        (
            {"verification_uri": None},
            CODE["verification_uri_complete"],
            CODE["verification_uri_complete"],
        ),
        ({"verification_uri_complete": None}, CODE["verification_uri"], None),
        ({"verification_uri_complete": "javascript:alert(1)"}, CODE["verification_uri"], None),
        ({"verification_uri_complete": 5}, CODE["verification_uri"], None),
    ],
)
def test_addresses_of_all_kinds(answer, shown, complete):
    world, flow = log_in(said(**TOKENS), code={**CODE, **answer})
    world.run(flow)
    prompt = world.told[0]
    assert (prompt.verification_uri, prompt.verification_uri_complete) == (shown, complete)


@pytest.mark.parametrize("name", ["device_code", "user_code"])
@pytest.mark.parametrize("value", [None, "", True, [5], " ", "x" * 5000])
def test_an_answer_without_a_code_is_none(name, value):
    if name == "device_code" and isinstance(value, str) and value.strip():
        return  # those are as long as a server likes
    world, flow = log_in(code={**CODE, name: value})
    with pytest.raises(AuthenticationError, match=f"has no {name}"):
        world.run(flow)


def test_codes_of_digits_may_be_numbers():
    world, flow = log_in(said(**TOKENS), code={**CODE, "user_code": 1234})
    world.run(flow)
    assert world.told[0].user_code == "1234"


def test_codes_that_have_ended_are_not_asked_for():
    world, flow = log_in(code={**CODE, "expires_in": 0})
    with pytest.raises(LoginExpiredError):
        world.run(flow)
    assert polls(world) == []


@pytest.mark.parametrize(
    ("status", "error"), [(503, "Service Unavailable"), (429, "too_many_requests"), (500, "oops")]
)
def test_errors_that_are_none_of_oauths_may_pass(status, error):
    world, flow = log_in(oauth_error(error, status), said(**TOKENS))
    assert world.run(flow).access_token == "access-1"


def test_what_a_server_repeats_is_not_shown():
    text = "unknown device_code " + "x" * 64
    world, flow = log_in(oauth_error("invalid_grant", error_description=text))
    with pytest.raises(AuthenticationError, match="unknown device_code") as caught:
        world.run(flow)
    assert "xxxx" not in str(caught.value)


def test_an_answer_that_is_a_list_is_none():
    world = World([replace(said(), body=["device_code"])] * 3)
    with pytest.raises(AuthenticationError):
        world.run(device_login(CLIENT, "flyte"))


def test_a_server_that_is_away_for_a_moment_is_asked_again():
    world = World([trouble(), said(503), said(**CODE), said(**TOKENS)])
    assert world.run(device_login(CLIENT, "flyte")).access_token == "access-1"
    assert world.waits[:2] == [1, 2]


def test_a_server_that_stays_away_is_told_of():
    world = World([trouble()] * 3)
    with pytest.raises(AuthenticationError, match="https://idp: no"):
        world.run(device_login(CLIENT, "flyte"))


def test_a_certificate_that_is_wrong_ends_it_at_once():
    world, flow = log_in(trouble(may_pass=False))
    with pytest.raises(AuthenticationError, match="https://idp: no"):
        world.run(flow)


@pytest.mark.parametrize("code", ["invalid_client", "unauthorized_client", "invalid_scope", "odd"])
def test_another_error_ends_it_with_its_code(code):
    world, flow = log_in(oauth_error(code))
    with pytest.raises(AuthenticationError, match=code) as caught:
        world.run(flow)
    assert type(caught.value) is AuthenticationError


def test_a_server_without_device_login():
    with pytest.raises(AuthenticationError, match="no device login"):
        World().run(device_login(replace(CLIENT, device_authorization_endpoint=None), "flyte"))


def test_nothing_secret_is_in_a_repr():
    seen = []

    class Watched(World):
        def do(self, step):
            answer = super().do(step)
            seen.append(f"{step!r} {answer!r}")
            return answer

    world = Watched([said(**CODE), PENDING, said(**TOKENS)])
    seen.append(repr(world.run(device_login(CLIENT, "flyte"))))
    text = "".join(seen)
    assert not any(
        secret in text for secret in ("device-1", "ABCD-EFGH", "access-1", "refresh-1", "verifier=")
    )
