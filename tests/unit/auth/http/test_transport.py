"""The session against real servers."""

from threading import Event

import pytest
import requests
from loopback import as_json, closed, proxy, serve, silent, unreachable

from flyte_nb.auth.http.transport import new_session, proxy_for, tls_context
from flyte_nb.config.endpoint import parse_endpoint
from flyte_nb.config.platform import PlatformConfig
from flyte_nb.errors import ConfigError

OK = as_json({"fine": True})


def platform_of(site, **settings):
    return PlatformConfig(endpoint=site.url, **settings)


@pytest.fixture(scope="module")
def proxy_address(tmp_path_factory):
    with proxy(tmp_path_factory.mktemp("proxy")) as address:
        yield address


def test_json_is_asked_for_in_the_one_line_that_admin_understands():
    with serve({"/": OK}) as site, new_session(platform_of(site)) as session:
        assert session.get(site.url).json() == {"fine": True}
    ((_, _, headers),) = site.asked
    assert headers["Accept"] == "application/json"


def test_no_password_of_netrc_is_sent(tmp_path, environment):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hunter2\n")
    netrc.chmod(0o600)
    environment["NETRC"] = str(netrc)
    with serve({"/": OK}) as site:
        requests.get(site.url, timeout=5)
        with new_session(platform_of(site)) as session:
            session.get(site.url)
    (_, _, careless), (_, _, ours) = site.asked
    assert "Authorization" in careless  # what requests does by itself
    assert "Authorization" not in ours


def test_a_redirect_is_handed_out_and_not_followed():
    with serve({"/elsewhere": OK}) as other:
        answers = {"/": (302, {"Location": f"{other.url}/elsewhere"}, b"")}
        with serve(answers) as site, new_session(platform_of(site)) as session:
            assert session.get(site.url).status_code == 302
            assert session.post(site.url).status_code == 302
    assert other.asked == []


@pytest.mark.parametrize(("status", "times"), [(503, 3), (429, 3), (500, 1), (401, 1)])
def test_only_what_may_pass_is_asked_again(status, times):
    answers = {"/": as_json({}, status, **{"Retry-After": "0"})}
    with serve(answers) as site, new_session(platform_of(site, rpc_retries=2)) as session:
        assert session.get(site.url).status_code == status
    assert len(site.asked) == times


@pytest.mark.parametrize("verb", ["post", "delete"])
def test_what_may_not_be_repeated_is_asked_once(verb):
    answers = {"/": as_json({}, 503)}
    with serve(answers) as site, new_session(platform_of(site)) as session:
        assert getattr(session, verb)(site.url).status_code == 503
    assert len(site.asked) == 1


def test_a_server_that_asks_for_an_hour_of_patience_does_not_get_it():
    with new_session(PlatformConfig(endpoint="http://h")) as session:
        retries = session.get_adapter("http://h/").max_retries
    with serve({"/": as_json({}, 503, **{"Retry-After": "3600"})}) as site:
        raw = requests.get(site.url, stream=True, timeout=5)
        with raw:
            assert retries.get_retry_after(raw.raw) == 10


@pytest.mark.parametrize("retries", [0, 1])
def test_every_call_has_a_deadline(retries):
    with silent() as address:
        platform = PlatformConfig(endpoint=f"http://{address}")
        with (
            new_session(platform, timeout_s=(0.1, 0.1), retries=retries) as session,
            pytest.raises(requests.Timeout),
        ):
            session.get(f"http://{address}/")


def test_a_server_that_is_slow_is_not_waited_for_over_and_over():
    def slow(_):
        done.wait(30)
        return OK

    done = Event()
    with (
        serve({"/": slow}) as site,
        new_session(platform_of(site, rpc_retries=3), timeout_s=(5, 0.2)) as session,
    ):
        with pytest.raises(requests.Timeout):
            session.get(site.url)
        done.set()
    assert len(site.asked) == 2


@pytest.mark.parametrize("is_proxy", [False, True])
@pytest.mark.parametrize("verb", ["get", "post"])
def test_where_packets_are_dropped_nobody_is_asked_again(caplog, verb, is_proxy):
    with unreachable() as address:
        platform = PlatformConfig(endpoint=f"http://{address}")
        if is_proxy:
            platform = PlatformConfig(endpoint="http://h", http_proxy_url=f"http://{address}")
        url = "https://provider.example/" if is_proxy else f"http://{address}/"
        with (
            new_session(platform, timeout_s=(0.1, 5), retries=3) as session,
            pytest.raises((requests.ConnectTimeout, requests.exceptions.ProxyError)),
        ):
            getattr(session, verb)(url)
    assert "Retrying" not in caplog.text


def test_a_connection_that_is_refused_is_tried_again(caplog):
    address = closed()
    platform = PlatformConfig(endpoint=f"http://{address}")
    with new_session(platform, retries=2) as session, pytest.raises(requests.ConnectionError):
        session.post(f"http://{address}/")
    assert caplog.text.count("Retrying") == 2


# -- certificates -------------------------------------------------------------------------


def test_a_configured_certificate_authority_is_trusted(ca, ca_file):
    with serve({"/": OK}, ca.issue_cert("127.0.0.1")) as site:
        with (
            new_session(platform_of(site, rpc_retries=0)) as session,
            pytest.raises(requests.exceptions.SSLError),
        ):
            session.get(site.url)
        with new_session(platform_of(site, ca_cert_file_path=ca_file)) as session:
            assert session.get(site.url).ok


def test_the_configured_one_is_stronger_than_the_environment(ca, ca_file, tmp_path, environment):
    environment["REQUESTS_CA_BUNDLE"] = str(tmp_path / "none.pem")
    with (
        serve({"/": OK}, ca.issue_cert("127.0.0.1")) as site,
        new_session(platform_of(site, ca_cert_file_path=ca_file)) as session,
    ):
        assert session.get(site.url).ok


def test_the_environment_names_the_public_ones(ca, ca_file, environment):
    environment["REQUESTS_CA_BUNDLE"] = ca_file
    with (
        serve({"/": OK}, ca.issue_cert("127.0.0.1")) as site,
        new_session(platform_of(site)) as session,
    ):
        assert session.get(site.url).ok


def test_an_identity_provider_may_have_a_public_certificate(ca, ca_file, tmp_path, environment):
    import trustme

    public = trustme.CA()
    public.cert_pem.write_to_path(str(tmp_path / "public.pem"))
    environment["REQUESTS_CA_BUNDLE"] = str(tmp_path / "public.pem")
    with (
        serve({"/": OK}, public.issue_cert("127.0.0.1")) as provider,
        serve({"/": OK}, ca.issue_cert("127.0.0.1")) as own_provider,
        serve({"/": OK}, public.issue_cert("127.0.0.1")) as false_admin,
    ):
        platform = platform_of(false_admin, ca_cert_file_path=ca_file, rpc_retries=0)
        with new_session(platform) as session:
            assert session.get(provider.url).ok
            assert session.get(own_provider.url).ok
            with pytest.raises(requests.exceptions.SSLError):
                session.get(false_admin.url)


def test_any_certificate_will_do_when_the_user_says_so_and_no_call_warns(ca):
    with (
        serve({"/": OK}, ca.issue_cert("other.example.com")) as site,
        new_session(platform_of(site, insecure_skip_verify=True)) as session,
    ):
        assert session.get(site.url).ok


def test_a_certificate_that_is_wrong_is_looked_at_once(ca, caplog):
    with (
        serve({"/": OK}, ca.issue_cert("127.0.0.1")) as site,
        new_session(platform_of(site)) as session,
        pytest.raises(requests.exceptions.SSLError),
    ):
        session.get(site.url)
    assert "Retrying" not in caplog.text


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "No such file"), (b"", "no certificate in PEM form"), (b"\xff", "no certificate")],
)
def test_certificates_that_cannot_be_used_are_told_at_once(tmp_path, content, said):
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)
    platform = PlatformConfig(endpoint="h", ca_cert_file_path=str(path))
    with pytest.raises(ConfigError, match=said):
        tls_context(platform)
    with pytest.raises(ConfigError, match=said):
        new_session(platform)


# -- proxies ------------------------------------------------------------------------------


def test_a_proxy_of_the_environment_stands_before_admin(proxy_address, environment, ca, ca_file):
    with serve({"/": OK}, ca.issue_cert("127.0.0.1")) as site:
        platform = platform_of(site, ca_cert_file_path=ca_file, rpc_retries=0)
        with new_session(platform) as session:
            environment["HTTPS_PROXY"] = f"http://user:wrong@{proxy_address}"
            with pytest.raises(requests.exceptions.ProxyError):
                session.get(site.url)
            environment["NO_PROXY"] = "127.0.0.1"
            assert session.get(site.url).ok
            del environment["NO_PROXY"]
            environment["HTTPS_PROXY"] = f"http://user:hunter2@{proxy_address}"
            assert session.get(site.url).ok


def test_the_configured_proxy_is_for_everybody_but_admin(proxy_address):
    with serve({"/": OK}) as site:
        configured = f"http://user:wrong@{proxy_address}"
        platform = platform_of(site, http_proxy_url=configured)
        with new_session(platform) as session:
            assert session.get(site.url).ok
            # another name of the same server: not admin's host
            provider = f"http://localhost:{site.port}"
            assert session.get(provider).status_code == 407


@pytest.mark.parametrize(
    ("url", "configured", "variables", "expected"),
    [
        ("https://admin/x", "http://c", {}, None),
        ("https://admin/x", "http://c", {"https_proxy": "http://e"}, "http://e"),
        ("https://idp/x", "http://c", {"https_proxy": "http://e"}, "http://c"),
        ("https://idp/x", None, {"https_proxy": "http://e"}, "http://e"),
        ("https://idp/x", None, {"all_proxy": "http://e"}, "http://e"),
        ("https://idp/x", None, {"http_proxy": "http://e"}, None),
        ("https://idp/x", None, {"https_proxy": "http://e", "no_proxy": "idp"}, None),
    ],
)
def test_which_proxy_is_used(environment, url, configured, variables, expected):
    environment.update(variables)
    platform = PlatformConfig(endpoint="admin", http_proxy_url=configured)
    assert proxy_for(url, platform, parse_endpoint("admin")) == expected


def test_a_port_that_nobody_listens_at():
    address = closed()
    platform = PlatformConfig(endpoint=f"http://{address}", rpc_retries=0)
    with new_session(platform) as session, pytest.raises(requests.ConnectionError):
        session.get(f"http://{address}/")
