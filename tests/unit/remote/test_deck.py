"""Decks of a cluster, through a real server that signs links and one that holds the file."""

import json

import pytest
from loopback import as_html, as_json, serve

from flyte_nb.config.platform import PlatformConfig
from flyte_nb.errors import AccessTokenNotFoundError, RemoteError
from flyte_nb.models import WorkflowExecutionIdentifier
from flyte_nb.remote.deck import LINK, remote_deck, remote_page
from flyte_nb.testing import AuthServer, faults

EXECUTION = WorkflowExecutionIdentifier("flytesnacks", "development", "f3a1")
DECK = (200, {"Content-Type": "text/html"}, "<!doctype html><h1>trained \u2713</h1>".encode())
FILE = "/bucket/deck.html?signature=very-secret"


def fetched(links, deck=DECK, **how):
    """Return the page, what the admin was asked, and what the store was."""
    bodies = []

    def link(request):
        length = int(request.headers["Content-Length"])
        bodies.append(json.loads(request.rfile.read(length)))
        return links(store.url) if callable(links) else links

    with serve({FILE: deck}) as store, serve({LINK: link}) as admin:
        platform = PlatformConfig(endpoint=admin.url, insecure=True, rpc_retries=0)
        return remote_deck(EXECUTION, "n1", platform=platform, **how), bodies, store.asked


def snake(url):
    return as_json({"pre_signed_urls": {"signed_url": [url + FILE], "expires_at": None}})


def camel(url):
    return as_json({"preSignedUrls": {"signedUrl": [url + FILE]}})


@pytest.mark.parametrize("links", [snake, camel])
def test_the_file_behind_the_link_is_shown(links):
    page, bodies, asked = fetched(links)
    assert "trained \u2713" in page
    assert page._repr_html_().startswith("<iframe")
    assert "very-secret" not in page
    assert bodies[0]["node_execution_id"]["node_id"] == "n1"
    assert asked[0][1] == FILE


def test_what_logs_in_at_the_admin_does_not_reach_the_store():
    import requests

    session = requests.Session()
    session.headers["Authorization"] = "Bearer token"
    _, _, asked = fetched(snake, session=session)
    assert "Authorization" not in asked[0][2]


@pytest.mark.parametrize(
    ("links", "deck", "said"),
    [
        (as_json({"code": 5, "message": "no"}, 404), DECK, "there is no deck of n1 in f3a1"),
        (as_json({"code": 16, "message": "who?"}, 401), DECK, "answers 401: who?"),
        (as_html(), DECK, "with a web page"),
        (as_json({}), DECK, "gives no link"),
        (as_json({"pre_signed_urls": {"signed_url": ["file:///etc/passwd"]}}), DECK, "no link"),
        (as_json({"pre_signed_urls": {"signed_url": "x"}}), DECK, "no link"),
        (as_json([1]), DECK, "no link"),
        (snake, (403, {}, b"<Error>expired"), "the deck of n1 in f3a1: the store answers 403"),
        (snake, (302, {"Location": "http://e"}, b""), "the store answers 302"),
    ],
)
def test_what_goes_wrong_is_one_error_without_the_link(links, deck, said):
    with pytest.raises(RemoteError, match=said) as caught:
        fetched(links, deck)
    assert "very-secret" not in str(caught.value)


def test_a_file_that_is_too_large_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr("flyte_nb.remote.deck._MOST_BYTES", 1_000)
    with pytest.raises(RemoteError, match="more than 1,000 bytes"):
        fetched(snake, (200, {}, b"x" * 100_000))


@pytest.mark.parametrize("html", [b"\xef\xbb\xbf<p>\xff", "<p>x</p>", b""])
def test_any_bytes_are_a_page(html):
    assert remote_page(html, title="<t>").startswith("<!doctype html>")
    assert "b'" not in remote_page(html, title="<t>").partition("<main>")[2]


def test_it_is_asked_for_as_who_is_logged_in():
    from flyte_nb.auth.accounts import account_of
    from flyte_nb.auth.credentials import Credentials

    with AuthServer() as server:
        platform = PlatformConfig(endpoint=server.endpoint, rpc_retries=0)
        with pytest.raises(AccessTokenNotFoundError, match="nobody is logged in"):
            remote_deck(EXECUTION, platform=platform)
        account = account_of(platform)
        account.keeper.put(Credentials("access-1", None, server.endpoint, 3600))
        server.fault(LINK, faults.answer(404, {"message": "none"}))
        with pytest.raises(RemoteError, match="there is no deck"):
            remote_deck(EXECUTION, platform=platform)
        assert server.requests[-1].headers["Flyte-Authorization"] == "Bearer access-1"
        account.keeper.forget()
