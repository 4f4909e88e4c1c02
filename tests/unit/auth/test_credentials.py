import json
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta, timezone

import pytest

from flyte_nb.auth.credentials import Credentials


def jwt(claims):
    body = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJub25lIn0.{body}.c2lnbmF0dXJl"


def test_when_a_token_ends_that_came_with_a_time():
    found = Credentials("a", expires_in=60).expires_at
    assert timedelta(seconds=58) < found - datetime.now(timezone.utc) <= timedelta(seconds=60)


def test_when_a_token_ends_that_says_so_itself():
    ends = datetime(2030, 1, 1, tzinfo=timezone.utc)
    assert Credentials(jwt({"exp": ends.timestamp()})).expires_at == ends


def test_what_the_server_says_counts_before_what_the_token_says():
    found = Credentials(jwt({"exp": 0}), expires_in=60).expires_at
    assert found > datetime.now(timezone.utc)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "opaque",
        "a.b.c",
        "a..c",
        "a.é.c",
        jwt([]),
        jwt({}),
        jwt({"exp": "soon"}),
        jwt({"exp": 1e300}),
        jwt({"exp": None}),
        jwt({"exp": 1, "x": "y" * 20_000}),
    ],
)
def test_tokens_that_say_nothing(token):
    assert Credentials(token).expires_at is None


def test_no_token_is_in_a_repr():
    text = repr(Credentials("access", "refresh", "flyte", 60, "identity"))
    assert not any(token in text for token in ("'access'", "'refresh'", "identity"))
