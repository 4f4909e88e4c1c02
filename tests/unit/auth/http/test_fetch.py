"""What may come instead of JSON."""

import gzip
import time
from datetime import datetime, timezone

import pytest
from loopback import as_html, as_json, blunt, closed, serve, silent

from flyte_nb.auth.http.fetch import MAX_BYTES, get_json
from flyte_nb.auth.http.transport import new_session
from flyte_nb.config.platform import PlatformConfig
from flyte_nb.errors import RemoteError

JSON = {"Content-Type": "application/json"}


def ask(url, limit_s=10):
    with new_session(PlatformConfig(endpoint=url), retries=0) as session:
        return get_json(session, f"{url}/x", limit_s=limit_s)


def refusal_of(url, limit_s=10):
    with pytest.raises(RemoteError) as caught:
        ask(url, limit_s)
    return caught.value


def answer_of(answer):
    with serve({"/x": answer}) as site:
        return ask(site.url)


def test_json_comes_with_status_and_the_servers_clock():
    answer = answer_of(as_json({"a": 1}, 403, Date="Sun, 06 Nov 1994 08:49:37 GMT"))
    assert (answer.status, answer.body) == (403, {"a": 1})
    assert answer.date == datetime(1994, 11, 6, 8, 49, 37, tzinfo=timezone.utc)


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 99 Nov 1994 08:49:37 GMT"])
def test_a_clock_that_says_nothing(date):
    assert answer_of(as_json({}, Date=date)).date is None


def test_an_error_without_json_has_no_body():
    assert answer_of((404, {"Content-Type": "text/plain"}, b"404 page not found")).body is None


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (as_html(), "answers 200 with a web page"),
        (as_html(404), "answers 404 with a web page"),
        (as_html(502), "answers 502 with a web page"),
        ((200, {}, b"\n <html>"), "answers 200 with a web page"),
        ((302, {"Location": "https://me:hunter2@idp/a?b"}, b""), "sends on to idp"),
        ((200, JSON, b"{"), "not JSON"),
        ((200, JSON, b"\xff\xfe\x00"), "not JSON"),
        ((200, JSON, b"[" * 200_000), "not JSON"),
        ((200, JSON, b" " * (MAX_BYTES + 1)), "more than 1,048,576 bytes"),
        (
            (200, {**JSON, "Content-Encoding": "gzip"}, gzip.compress(b" " * (50 << 20))),
            "more than 1,048,576 bytes",
        ),
        ((200, {**JSON, "Content-Encoding": "gzip"}, b"no gzip"), "damaged"),
    ],
)
def test_what_is_not_admins_answer_is_told(answer, said):
    with serve({"/x": answer}) as site:
        error = refusal_of(site.url)
    assert said in str(error)
    assert error.hint
    assert "hunter2" not in str(error)


def test_an_error_says_what_the_server_said_in_one_short_line():
    answer = answer_of(as_json({"code": 14, "message": "a\nb\x1b[31m" + "c" * 999}, 503))
    line = str(answer.refused())
    assert r" answers 503: a b\x1b[31mccc" in line
    assert len(line) < 300
    assert line.isprintable()


def test_without_an_answer():
    address = closed()
    assert "refused or broke off" in str(refusal_of(f"http://{address}"))
    with silent() as address:
        assert "no answer in time" in str(refusal_of(f"http://{address}", 0.2))
    with blunt(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", pause_s=1) as address:
        assert "no answer in time" in str(refusal_of(f"http://{address}", 0.2))
    with blunt(b"\0\0\x12\x04\0\0\0\0\0\0\0") as address:
        assert "gRPC" in refusal_of(f"http://{address}").hint
    assert refusal_of("http://no-such-name.invalid").status is None


def test_an_answer_that_comes_drop_by_drop_is_not_waited_for():
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
    with blunt(head, *[b" " * (1 << 14)] * 20, pause_s=0.1) as address:
        error = refusal_of(f"http://{address}", 0.3)
    assert "no answer in time" in str(error)


@pytest.mark.parametrize("head", [b"Content-Length: 1000000", b"Transfer-Encoding: chunked"])
def test_drops_are_counted_however_small_they_are(head):
    drops = [b"1\r\n \r\n" if b"chunked" in head else b" "] * 40
    with blunt(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n", *drops, pause_s=0.1) as address:
        began = time.monotonic()
        error = refusal_of(f"http://{address}", 0.5)
    assert "no answer in time" in str(error)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("body", [b"{}", b"5\r\n{}\r\n"])
def test_an_answer_that_breaks_off(body):
    head = b"Content-Length: 1000" if body == b"{}" else b"Transfer-Encoding: chunked"
    with blunt(b"HTTP/1.1 200 OK\r\n" + head + b"\r\n\r\n" + body) as address:
        assert "broke off amid the answer" in str(refusal_of(f"http://{address}"))


def test_a_certificate_that_is_not_trusted(ca):
    with serve({}, ca.issue_cert("127.0.0.1")) as site:
        assert "no trusted TLS" in str(refusal_of(site.url))


@pytest.mark.parametrize(
    "proxy", ["http://me:hunter2@{}", "socks5://me:hunter2@{}", "http://me:hunter2@x:y"]
)
def test_the_password_of_a_proxy_is_in_no_error(environment, proxy):
    import traceback

    environment["HTTP_PROXY"] = proxy.format(closed())
    error = refusal_of("http://flyte.invalid")
    assert "hunter2" not in "".join(traceback.format_exception(error))
    assert error.hint or "cannot be asked" in str(error)
