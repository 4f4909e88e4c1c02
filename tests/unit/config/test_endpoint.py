"""What may be written as an endpoint."""

import pytest

from flyte_nb.config.endpoint import Endpoint, parse_endpoint
from flyte_nb.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "insecure", "url", "address"),
    [
        ("flyte.example.com", False, "https://flyte.example.com", "flyte.example.com:443"),
        ("flyte.example.com", True, "http://flyte.example.com", "flyte.example.com:80"),
        ("localhost:30080", True, "http://localhost:30080", "localhost:30080"),
        ("dns:///h.example:8443", False, "https://h.example:8443", "h.example:8443"),
        ("https://h.example/", False, "https://h.example", "h.example:443"),
        ("http://h.example:80", False, "http://h.example", "h.example:80"),
        ("HTTPS://H.example:443", False, "https://h.example", "h.example:443"),
        ("https://h.example", True, "https://h.example", "h.example:443"),
        ("[::1]:30080", False, "https://[::1]:30080", "[::1]:30080"),
        ("http://[2001:DB8::1]", False, "http://[2001:db8::1]", "[2001:db8::1]:80"),
        ("10.0.0.7:81", True, "http://10.0.0.7:81", "10.0.0.7:81"),
        ("  flyte_admin:81\n", True, "http://flyte_admin:81", "flyte_admin:81"),
        ("flüte.example", False, "https://xn--flte-1ra.example", "xn--flte-1ra.example:443"),
    ],
)
def test_an_endpoint_gives_scheme_host_and_port(text, insecure, url, address):
    endpoint = parse_endpoint(text, insecure=insecure)
    assert (endpoint.url, endpoint.address) == (url, address)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no host"),
        ("https://", "there is no host"),
        (":443", "there is no host"),
        ("h.example:", "not a number from 1 to 65535"),
        ("h.example:0", "not a number from 1 to 65535"),
        ("h.example:65536", "not a number from 1 to 65535"),
        ("h.example:http", "not a number from 1 to 65535"),
        ("ftp://h.example", "not reached by ftp://"),
        ("dns://8.8.8.8/h.example", "not reached by dns://"),
        ("https://h.example/console", "it goes on after host and port"),
        ("h.example?x=1", "it goes on after host and port"),
        ("::1", "an IPv6 address needs brackets"),
        ("[::1", "a bracket is open"),
        ("[h.example]:80", "is not an IP address|a bracket is open"),
        ("10.0.0.300", "10.0.0.300 is not an IP address"),
        ("h example", "a blank"),
        ("h\x00.example", "a control character"),
        ("-h.example", "not the name of a host"),
        ("h..example", "not the name of a host"),
        ("a" * 64 + ".example", "not the name of a host"),
    ],
)
def test_what_is_none_is_refused_with_a_reason_and_a_hint(text, said):
    with pytest.raises(ConfigError, match=said) as caught:
        parse_endpoint(text)
    assert caught.value.hint


@pytest.mark.parametrize(
    "text", ["https://me:hunter2@h.example", "me:hun@ter2/x@h.example", "ftp://me:hunter2@h"]
)
def test_a_password_is_refused_and_not_shown(text):
    with pytest.raises(ConfigError) as caught:
        parse_endpoint(text)
    assert not any(part in str(caught.value) for part in ("hunter2", "hun@ter2", "ter2"))


def test_an_endpoint_is_plain_data():
    assert parse_endpoint("h:1") == Endpoint(host="h", port=1)
