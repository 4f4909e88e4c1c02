"""A server, and a client of HTTP that knows nothing of ours."""

from contextlib import ExitStack, closing

import pytest
import requests

from flyte_nb.testing import AuthServer

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


class Site:
    """What a server answers, asked over one kept connection."""

    def __init__(self, server):
        self.server = server
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.headers["Accept"] = "application/json"

    def close(self):
        self.http.close()

    def get(self, path, **how):
        return self.http.get(self.server.endpoint + path, allow_redirects=False, **how)

    def post(self, path, /, auth=None, **form):
        address = self.server.endpoint + path
        return self.http.post(address, data=form, auth=auth, allow_redirects=False)

    def begin(self, **form):
        form = {"client_id": "flytectl", "scope": "all offline", **form}
        return self.post("/device_authorize", **form).json()

    def poll(self, login, **form):
        form = {"client_id": "flytectl", "grant_type": DEVICE, **form}
        return self.post("/token", device_code=login["device_code"], **form)

    def tokens(self):
        """The tokens of a device login that was approved at once."""
        login = self.begin()
        self.server.approve(login["user_code"])
        return self.poll(login).json()

    def refresh(self, tokens, **form):
        form = {"client_id": "flytectl", "refresh_token": tokens["refresh_token"], **form}
        return self.post("/token", grant_type="refresh_token", **form)

    def me(self, tokens):
        return self.get("/me", headers={"Authorization": f"Bearer {tokens['access_token']}"})


@pytest.fixture
def server():
    with AuthServer() as server:
        yield server


@pytest.fixture
def site_of():
    """What asks a server, for as long as the test runs."""
    with ExitStack() as stack:
        yield lambda server: stack.enter_context(closing(Site(server)))


@pytest.fixture
def site(server, site_of):
    return site_of(server)
