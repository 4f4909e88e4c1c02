"""Integration: metrics over UDP on the loopback interface."""

import logging
import socket
import threading
import time

import pytest

from flyte_nb import current_context, task
from flyte_nb.context.stats import TaggableStats
from flyte_nb.context.stats import sender as sender_module
from flyte_nb.context.stats.sender import MAX_WAITING, StatsdSender, send_in_force, wire_name


class Server:
    """Receives datagrams."""

    def __init__(self, family=socket.AF_INET, host="127.0.0.1"):
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.socket.settimeout(10)
        self.port = self.socket.getsockname()[1]

    def receive(self, count):
        return [self.socket.recv(65536).decode() for _ in range(count)]


@pytest.fixture
def server():
    server = Server()
    yield server
    server.socket.close()


@pytest.fixture
def configured(server, monkeypatch):
    monkeypatch.setenv("FLYTE_STATSD_HOST", "127.0.0.1")
    monkeypatch.setenv("FLYTE_STATSD_PORT", str(server.port))
    return server


@task
def emits():
    stats = current_context().stats
    stats.incr("rows", 3, tags={"table": "a.b"})
    stats.gauge("level", 2.5)
    stats.timing("load", 20)
    stats.set("users", "me")
    stats.gauge("level", 1, delta=True)


def test_a_task_sends_to_the_server_that_is_set_up(configured):
    emits()
    name = f"local.local.{emits.name}.user_stats".lower()
    tags = "__exec_domain=local.__exec_project=local"
    assert configured.receive(5) == [
        f"{name}.rows.{tags}.__table=a_b:3|c",
        f"{name}.level.{tags}:2.5|g",
        f"{name}.load.{tags}:20.000000|ms",
        f"{name}.users.{tags}:me|s",
        f"{name}.level.{tags}:+1|g",
    ]


def test_tags_can_be_left_out(configured, monkeypatch):
    monkeypatch.setenv("FLYTE_STATSD_DISABLE_TAGS", "true")
    emits()
    assert configured.receive(1) == [f"local.local.{emits.name}.user_stats.rows:3|c".lower()]


@pytest.mark.parametrize("variable", ["FLYTE_STATSD_DISABLED", None])
def test_nothing_is_sent_unless_a_server_is_set_up(server, monkeypatch, variable):
    if variable:
        monkeypatch.setenv("FLYTE_STATSD_PORT", str(server.port))
        monkeypatch.setenv(variable, "true")
    assert send_in_force("p", ()) is None


def test_the_default_address_counts_when_the_other_half_is_set(server, monkeypatch):
    monkeypatch.setenv("FLYTE_SECRETS_PORT", str(server.port))  # flytekit's section
    send = send_in_force("p", ())
    stats = TaggableStats(take=send)
    stats.incr("x")
    assert server.receive(1) == ["p.x:1|c"]


def test_a_share_is_sent_and_says_so(configured):
    stats = TaggableStats(take=send_in_force("p", ()))
    for _ in range(200):
        stats.incr("x", 1, 0.5)
    stats.incr("end")
    received = [""]
    while received[-1] != "p.end:1|c":
        received += configured.receive(1)
    assert set(received[1:-1]) == {"p.x:1|c|@0.5"}
    assert 50 < len(received) - 2 < 150


def test_a_server_that_has_an_address_of_the_sixth_version():
    try:
        server = Server(socket.AF_INET6, "::1")
    except OSError:
        pytest.skip("there is no IPv6 here")
    sender = StatsdSender("::1", server.port)
    sender.put("incr", "x")
    assert server.receive(1) == ["x:1|c"]
    sender.stop()
    server.socket.close()


def test_a_server_that_nobody_knows_is_said_once_and_holds_nobody_up(monkeypatch, caplog):
    monkeypatch.setenv("FLYTE_STATSD_HOST", "statsd.invalid")
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            emits()
        for _ in range(100):
            if "statsd.invalid" in caplog.text:
                break
            time.sleep(0.1)
    assert caplog.text.count("statsd at statsd.invalid:8125 cannot be reached") == 1


def test_a_name_is_looked_up_again(server, monkeypatch):
    monkeypatch.setattr(sender_module, "_RETRY_S", 0.0)
    sender = StatsdSender("statsd.invalid", server.port)
    sender.put("incr", "lost")
    assert sender.flush(10)
    sender.address = ("127.0.0.1", server.port)  # somebody has set the name up
    sender.put("incr", "found")
    assert server.receive(1) == ["found:1|c"]
    sender.stop()


def test_a_process_has_one_sender(server, monkeypatch):
    before = threading.active_count()
    for port in range(server.port, server.port + 20):
        monkeypatch.setenv("FLYTE_STATSD_PORT", str(port))
        send_in_force("p", ())
    for _ in range(100):
        if threading.active_count() <= before + 1:
            break
        time.sleep(0.1)
    assert threading.active_count() <= before + 1


def test_a_port_that_is_none_is_said_and_the_task_runs(monkeypatch, caplog):
    monkeypatch.setenv("FLYTE_STATSD_PORT", "high")
    with caplog.at_level(logging.WARNING):
        emits()
    assert "metrics are recorded here only" in caplog.text
    assert "FLYTE_STATSD_PORT is 'high'" in caplog.text


def test_what_cannot_be_sent_in_time_is_dropped(server):
    sender = StatsdSender("127.0.0.1", server.port)
    for _ in range(MAX_WAITING * 3):
        sender.put("incr", "x")
    assert sender.flush(10)
    sender.stop()


@pytest.mark.parametrize(
    ("name", "tags", "expected"),
    [
        ("rows", {}, "rows"),
        ("a:b|c\nd", {}, "a_b_c_d"),
        ("größe", {"straße": "süß"}, "gr__e.__stra_e=s__"),
        ("x", {"b": "1", "a": "1.5", "empty": ""}, "x.__a=1_5.__b=1"),
    ],
)
def test_names_are_what_the_protocol_can_carry(name, tags, expected):
    assert wire_name(name, tags) == expected
