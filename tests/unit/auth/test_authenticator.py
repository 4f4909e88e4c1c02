"""flytekit's classes and functions of the same names, with a server on this machine."""

import base64
import os
import signal
import sys
import threading
import time
from dataclasses import replace

import pytest
import requests

from flyte_nb.auth import (
    ClientCredentialsAuthenticator,
    CommandAuthenticator,
    Credentials,
    DeviceCodeAuthenticator,
    DeviceCodeResponse,
    GrantType,
    PKCEAuthenticator,
    RemoteClientConfigStore,
    StaticClientConfigStore,
    get_basic_authorization_header,
    get_device_code,
    get_token,
    poll_token_endpoint,
)
from flyte_nb.auth.http.transport import new_session
from flyte_nb.auth.stores import MemoryStore
from flyte_nb.config.platform import PlatformConfig
from flyte_nb.errors import (
    AccessTokenNotFoundError,
    AuthenticationError,
    AuthenticationPending,
    InvalidValueError,
    RemoteError,
    TokenStoreError,
)
from flyte_nb.testing import FLYTEPROPELLER, AuthServer, faults


@pytest.fixture
def server():
    with AuthServer(interval_s=0.2) as server:
        yield server


@pytest.fixture
def cfg_store(server):
    platform = PlatformConfig(endpoint=server.endpoint)
    with new_session(platform) as session:
        client = RemoteClientConfigStore(session, platform).get_client_config()
    return StaticClientConfigStore(client)


@pytest.fixture(autouse=True)
def store(monkeypatch):
    """One store for all that ask for the configured one."""
    store = MemoryStore()
    monkeypatch.setattr("flyte_nb.auth.authenticator.choose_store", lambda: store)
    return store


def approving(server):
    """Approve each device login as soon as it begins."""
    stop = threading.Event()

    def run():
        seen = 0
        while not stop.wait(0.02):
            for login in server.device_logins[seen:]:
                server.approve(login.user_code)
                seen += 1

    threading.Thread(target=run, daemon=True).start()
    return stop


def test_by_a_code(server, cfg_store, store, capsys):
    stop = approving(server)
    authenticator = DeviceCodeAuthenticator(server.endpoint, cfg_store)
    assert authenticator.fetch_grpc_call_auth_metadata() is None
    authenticator.refresh_credentials()
    first = authenticator.get_credentials()
    assert authenticator.fetch_grpc_call_auth_metadata() == (
        "flyte-authorization",
        f"Bearer {first.access_token}",
    )
    assert "/device?user_code=" in capsys.readouterr().err
    assert store.retrieve(server.endpoint).access_token == first.access_token
    authenticator.refresh_credentials()
    stop.set()
    assert len(server.device_logins) == 1
    assert authenticator.get_credentials().access_token != first.access_token


def test_tokens_that_are_kept_are_renewed(server, cfg_store, store):
    stop = approving(server)
    DeviceCodeAuthenticator(server.endpoint, cfg_store).refresh_credentials()
    stop.set()
    other = DeviceCodeAuthenticator(server.endpoint, cfg_store)
    assert other.get_credentials() == store.retrieve(server.endpoint)
    other.refresh_credentials()
    assert len(server.device_logins) == 1


@pytest.mark.parametrize("is_one", [True, False])
def test_many_threads_renew_once_and_begin_no_login(server, cfg_store, is_one):
    stop = approving(server)
    first = DeviceCodeAuthenticator(server.endpoint, cfg_store)
    first.refresh_credentials()
    old = first.get_credentials()
    more = [DeviceCodeAuthenticator(server.endpoint, cfg_store) for _ in range(7)]
    all_of_them = [first] * 8 if is_one else [first, *more]
    threads = [threading.Thread(target=each.refresh_credentials) for each in all_of_them]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    assert len(server.device_logins) == 1
    found = {each.get_credentials().access_token for each in all_of_them}
    assert len(found) == 1
    assert old.access_token not in found


def test_new_tokens_are_in_use_also_where_they_cannot_be_kept(server, cfg_store, store):
    stop = approving(server)
    found = DeviceCodeAuthenticator(server.endpoint, cfg_store)
    found.refresh_credentials()
    stop.set()
    old = found.get_credentials()

    def fails(_credentials):
        raise TokenStoreError("the keyring is locked")

    store.store = fails
    with pytest.raises(TokenStoreError):
        found.refresh_credentials()
    assert found.get_credentials().access_token not in {old.access_token, None}


def test_an_interrupt_loses_no_answer_of_the_server(server, cfg_store):
    stop = approving(server)
    found = DeviceCodeAuthenticator(server.endpoint, cfg_store)
    found.refresh_credentials()

    def stopped_meanwhile(_request, _wire, process):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.3)
        return process()

    server.fault("/token", stopped_meanwhile)
    with pytest.raises(KeyboardInterrupt):
        found.refresh_credentials()
    while len(server.issued) == 1:
        time.sleep(0.01)
    found.refresh_credentials()  # an old token would be refused now, and begin a login
    stop.set()
    assert len(server.device_logins) == 1
    assert found.get_credentials().access_token == server.issued[-1].access_token


def test_a_refresh_that_fails_for_now_begins_no_login(server, cfg_store, store):
    old = Credentials("access-0", "refresh-0", server.endpoint)
    store.store(old)
    server.fault("/token", faults.answer(503))
    authenticator = DeviceCodeAuthenticator(server.endpoint, cfg_store)
    with pytest.raises(AuthenticationError):
        authenticator.refresh_credentials()
    assert server.device_logins == ()
    assert authenticator.get_credentials() == old


def test_without_device_login(server, cfg_store):
    client = replace(cfg_store.get_client_config(), device_authorization_endpoint=None)
    with pytest.raises(AuthenticationError, match="no device login"):
        DeviceCodeAuthenticator(server.endpoint, StaticClientConfigStore(client))


def test_by_a_browser(server, cfg_store, monkeypatch):
    import socket

    server.change(auto_approve="ada")

    def browse(url):
        threading.Thread(target=requests.get, args=(url,), daemon=True).start()
        return True

    monkeypatch.setattr("webbrowser.open", browse)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        uri = f"http://127.0.0.1:{free.getsockname()[1]}/callback"
    client = replace(cfg_store.get_client_config(), redirect_uri=uri)
    authenticator = PKCEAuthenticator(
        server.endpoint,
        StaticClientConfigStore(client),
        scopes=["'all'"],
        session=requests.Session(),
    )
    authenticator.refresh_credentials()
    assert authenticator.get_credentials().access_token == server.issued[-1].access_token
    assert server.issued[-1].scope == "all"


def test_as_a_machine(server, cfg_store):
    authenticator = ClientCredentialsAuthenticator(
        server.endpoint, FLYTEPROPELLER.client_id, FLYTEPROPELLER.secret, cfg_store
    )
    authenticator.refresh_credentials()
    assert server.issued[-1].client_id == FLYTEPROPELLER.client_id
    assert FLYTEPROPELLER.secret not in repr(authenticator)
    with pytest.raises(InvalidValueError):
        ClientCredentialsAuthenticator(server.endpoint, "", "s", cfg_store)


def test_by_a_program():
    authenticator = CommandAuthenticator([sys.executable, "-c", "print('token-1')"])
    authenticator.refresh_credentials()
    assert authenticator.fetch_grpc_call_auth_metadata() == ("authorization", "Bearer token-1")
    with pytest.raises(AuthenticationError):
        CommandAuthenticator([])


def test_the_client_of_a_server_is_asked_for_once(server):
    platform = PlatformConfig(endpoint=server.endpoint, client_id="mine", scopes=["a"])
    with new_session(platform) as session:
        asking = RemoteClientConfigStore(session, platform)
        found = asking.get_client_config()
        assert asking.get_client_config() is found
    assert (found.client_id, found.scopes) == ("mine", ("a",))
    assert len(server.requests) == 2


def test_a_server_that_wants_no_login(server):
    server.change(login_required=False)
    platform = PlatformConfig(endpoint=server.endpoint)
    with new_session(platform) as session, pytest.raises(AuthenticationError, match="no login"):
        RemoteClientConfigStore(session, platform).get_client_config()


def test_the_functions_of_a_device_login(server, cfg_store):
    client = cfg_store.get_client_config()
    code = get_device_code(client.device_authorization_endpoint, "flytectl", scope=["all"])
    assert code.user_code not in repr(code)
    assert code.device_code not in repr(code)
    with pytest.raises(AuthenticationPending) as caught:
        get_token(
            client.token_endpoint,
            client_id="flytectl",
            device_code=code.device_code,
            grant_type=GrantType.DEVICE_CODE,
        )
    assert caught.value.error == "authorization_pending"
    server.approve(code.user_code)
    time.sleep(0.2)
    access, renew, seconds = poll_token_endpoint(code, client.token_endpoint, "flytectl")
    assert (server.issued[-1].access_token, seconds) == (access, 3600)
    second, other, _ = get_token(
        client.token_endpoint,
        client_id="flytectl",
        refresh_token=renew,
        grant_type=GrantType.REFRESH_TOKEN,
        session=requests.Session(),
    )
    assert second != access
    assert other != renew
    with pytest.raises(AccessTokenNotFoundError):
        get_token(
            client.token_endpoint,
            client_id="flytectl",
            refresh_token=renew,
            grant_type=GrantType.REFRESH_TOKEN,
        )


def test_the_functions_of_a_machine(server, cfg_store):
    header = get_basic_authorization_header(FLYTEPROPELLER.client_id, FLYTEPROPELLER.secret)
    endpoint = cfg_store.get_client_config().token_endpoint
    access, renew, seconds = get_token(endpoint, ["all"], header)
    assert (access, renew, seconds) == (server.issued[-1].access_token, None, 3600)
    pair = base64.b64decode(get_basic_authorization_header("a b", "c:d").removeprefix("Basic "))
    assert pair == b"a+b:c%3Ad"


def test_a_token_endpoint_whose_certificate_nobody_knows(ca, ca_file):
    from flyte_nb.testing import server_context

    with AuthServer(tls=server_context(ca)) as server:
        endpoint = f"{server.endpoint}/token"
        header = get_basic_authorization_header(FLYTEPROPELLER.client_id, FLYTEPROPELLER.secret)
        with pytest.raises(RemoteError, match="no trusted TLS"):
            get_token(endpoint, ["all"], header)
        assert get_token(endpoint, ["all"], header, verify=ca_file)[0]
        assert get_token(endpoint, ["all"], header, verify=False)[0]


def test_codes_of_a_server_in_its_own_words():
    code = DeviceCodeResponse.from_json_response(
        {"device_code": "d", "user_code": "u", "verification_url": "https://g/d"}
    )
    assert (code.verification_uri, code.interval, code.expires_in) == ("https://g/d", 5, 900)
