"""Whatever a server answers, a flow ends in tokens or in one error of ours."""

import contextlib
import os

from flow_world import CLIENT, CODE, TOKENS, World, replace, said
from hypothesis import given, settings
from hypothesis import strategies as st

from flyte_nb.auth.credentials import Credentials
from flyte_nb.auth.flows.client_credentials import client_credentials_login
from flyte_nb.auth.flows.device import device_login
from flyte_nb.auth.flows.pkce import pkce_login
from flyte_nb.auth.flows.refresh import refresh
from flyte_nb.errors import AuthenticationError

CASES = int(os.environ.get("FLYTE_NB_CASES", "100"))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
names = st.sampled_from(
    [*TOKENS, *CODE, "scope", "id_token", "error", "error_description", "expires_at"]
)
errors = st.sampled_from(
    ["authorization_pending", "slow_down", "access_denied", "expired_token", "invalid_grant", ""]
)
members = st.dictionaries(names, json_values | errors, max_size=5)


@st.composite
def replies(draw, whole):
    """An answer that is *whole*, or what has become of it."""
    body = draw(st.just(dict(whole)) | members | json_values)
    if isinstance(body, dict):
        body = {**body, **draw(members)}
    status = draw(st.sampled_from([200, 200, 400, 401, 404, 429, 500, 503]))
    wait = draw(st.none() | st.floats(0, 1e9))
    return replace(said(status), body=body, retry_after_s=wait)


def ends(flow, *answers):
    """Run it with those answers, the last again and again; what takes for ever is an error."""
    world = World([*answers, *[answers[-1]] * 1000])
    with contextlib.suppress(AuthenticationError):
        found = world.run(flow)
        assert isinstance(found, Credentials)
        assert isinstance(found.access_token, str)
        assert found.access_token
    return world


@settings(max_examples=CASES, deadline=None)
@given(replies(CODE), replies(TOKENS), replies(TOKENS))
def test_a_device_login_ends(code, first, second):
    world = ends(device_login(CLIENT, "flyte"), code, first, second)
    assert all(seconds >= 0 for seconds in world.waits)


@settings(max_examples=CASES, deadline=None)
@given(replies(TOKENS))
def test_other_flows_end(answer):
    ends(refresh(CLIENT, Credentials("a", "r", "flyte")), answer)
    ends(client_credentials_login(CLIENT, "flyte", "secret"), answer)


@settings(max_examples=CASES, deadline=None)
@given(st.text(max_size=60) | st.from_regex(r"\?(code|state|error|=|&|%[0-9A-F]{2}|.){0,20}"))
def test_no_address_ends_a_login_by_browser_but_its_own(url):
    world = World([], [url], now=0.0)
    with contextlib.suppress(AuthenticationError):
        world.run(pkce_login(CLIENT, "flyte", limit_s=30))
    assert world.posts == []
