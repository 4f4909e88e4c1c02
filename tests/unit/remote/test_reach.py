"""Names, ports and proxies."""

from socket import AF_INET, IPPROTO_TCP, SOCK_STREAM

import pytest
from loopback import blunt, closed, serve, silent

from flyte_nb.remote.doctor.facts import Deadline
from flyte_nb.remote.doctor.reach import _connect_any


def test_a_name_that_nobody_knows(doctor):
    report = doctor(endpoint="no-such-name.invalid")
    (check,) = (check for check in report.checks if check.name == "DNS")
    assert check.state.value == "failure"
    assert check.finding.startswith("no-such-name.invalid is not found: ")
    assert "VPN" in check.advice


def test_a_name_is_shown_with_its_addresses(said):
    assert said("DNS", endpoint="127.0.0.1:1") == "ok: 127.0.0.1 is 127.0.0.1"


def test_a_closed_port(doctor):
    address = closed()
    report = doctor(endpoint=address)
    (check,) = (check for check in report.checks if check.name == "TCP")
    assert check.finding == f"no connection to {address}: refused, nothing listens there"
    assert "start the sandbox" in check.advice


def test_the_proxy_for_logins_is_none_for_admin_and_told_so(doctor):
    report = doctor(endpoint="127.0.0.2:1", httpProxyURL=f"http://{closed()}", check_s=1)
    (check,) = (check for check in report.checks if check.name == "TCP")
    assert (
        check.advice
        == "if a proxy is needed, set HTTPS_PROXY: admin.httpProxyURL is for logins only"
    )


def test_an_open_port(said):
    with silent() as address:
        found = said("TCP", endpoint=address, check_s=0.3)
    assert found == f"ok: {address} accepts connections"


def test_each_address_of_a_name_is_tried():
    with silent() as address:
        family = (AF_INET, SOCK_STREAM, IPPROTO_TCP, "")
        places = [("127.0.0.1", int(a.rpartition(":")[2])) for a in (closed(), address)]
        connection = _connect_any([(*family, place) for place in places], Deadline(10))
        with connection:
            assert connection.getpeername() == places[1]


# -- proxies ------------------------------------------------------------------------------


def test_tls_goes_through_a_proxy(doctor, admin_answers, ca, ca_file, proxy_address, environment):
    environment["HTTPS_PROXY"] = f"http://user:hunter2@{proxy_address}"
    with serve(admin_answers, ca.issue_cert("127.0.0.1")) as site:
        report = doctor(endpoint=site.address, caCertFilePath=ca_file)
    assert report.title == "Flyte doctor: all is well"
    findings = {check.name: check.finding for check in report.checks}
    assert findings["proxy"] == f"http://••••@{proxy_address} accepts connections"
    assert findings["DNS"] == "left to the proxy: it looks 127.0.0.1 up"
    assert findings["TCP"] == f"{site.address} accepts connections through the proxy"
    assert findings["TLS"].startswith("TLSv1.")
    assert findings["admin"] == "Flyte admin v1.16.1"


def test_plain_http_goes_through_a_proxy(doctor, admin_answers, proxy_address, environment):
    environment["HTTP_PROXY"] = f"http://user:hunter2@{proxy_address}"
    with serve(admin_answers) as site:
        report = doctor(endpoint=site.url)
    findings = {check.name: check.finding for check in report.checks}
    assert findings["TCP"] == "left to the proxy: it is asked below"
    assert findings["admin"] == "Flyte admin v1.16.1"
    assert report.title == "Flyte doctor: 1 warning"  # that the proxy reads along


@pytest.mark.parametrize("credentials", ["", "user:wrong@"])
def test_a_proxy_that_wants_a_password(said, proxy_address, environment, credentials):
    environment["HTTPS_PROXY"] = f"http://{credentials}{proxy_address}"
    expected = "failure: the proxy wants a user and a password, or other ones"
    assert said("TCP", endpoint=closed()) == expected


def test_a_proxy_that_does_not_get_through(said, proxy_address, environment):
    environment["HTTPS_PROXY"] = f"http://user:hunter2@{proxy_address}"
    address = closed()
    expected = f"failure: the proxy does not connect to {address}: it answers 502"
    assert said("TCP", endpoint=address) == expected


def test_a_proxy_that_is_none(said, environment):
    with blunt(b"220 smtp.example\r\n") as address:
        environment["HTTPS_PROXY"] = f"http://{address}"
        assert said("TCP", endpoint="h.invalid").endswith("it does not speak HTTP")


@pytest.mark.parametrize(
    ("proxy", "expected"),
    [
        ("http://user:hunter2@{}", "failure: http://••••@{} is not reached: refused"),
        ("user:hunter2@{}", "failure: ••••@{} is not reached: refused"),
        ("http://user:hunter2@", "failure: http://••••@ is no address of a proxy"),
        ("http://user:hunter2@h:port", "failure: http://••••@h:port is no address of a proxy"),
        ("ftp://{}", "failure: ftp://{} is no address of a proxy"),
        ("socks5h://{}", "failure: socks5h://{} speaks SOCKS, and PySocks is not installed"),
    ],
)
def test_a_proxy_that_cannot_be_used(said, environment, proxy, expected):
    address = closed()
    environment["HTTPS_PROXY"] = proxy.format(address)
    assert said("proxy", endpoint="h.invalid").startswith(expected.format(address))


def test_no_proxy_exempts_admin(said, environment):
    environment.update(HTTPS_PROXY=f"http://{closed()}", NO_PROXY=".invalid")
    assert said("proxy", endpoint="h.invalid") == "ok: none for this endpoint"


def test_the_proxy_for_logins_is_looked_at_and_not_used_for_admin(said, proxy_address):
    proxy = f"http://user:hunter2@{proxy_address}"
    expected = f"ok: http://••••@{proxy_address} accepts connections"
    assert said("proxy for logins", endpoint=closed(), httpProxyURL=proxy) == expected
    assert said("proxy", endpoint=closed(), httpProxyURL=proxy) == "ok: none for this endpoint"
    address = closed()
    found = said("proxy for logins", endpoint="h.invalid", httpProxyURL=f"http://{address}")
    assert found == f"failure: http://{address} is not reached: refused, nothing listens there"


def test_a_proxy_that_is_spoken_to_by_tls(said, environment, ca, ca_file):
    """The doctor cannot look through it step by step; the request itself says how it is."""
    with serve({}, ca.issue_cert("127.0.0.1")) as proxy:
        environment.update(HTTPS_PROXY=proxy.url)
        endpoint = "h.invalid"
        assert said("TLS", endpoint=endpoint).startswith("ok: not looked at through a proxy")
        found = said("admin", endpoint=endpoint, caCertFilePath=ca_file)
    assert found == "failure: https://h.invalid/api/v1/version: the proxy cannot be used"
