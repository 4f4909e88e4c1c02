"""Integration: metrics reach a statsd server as flytekit sends them."""

import socket

from flyte_nb.context.stats import TaggableStats
from flyte_nb.context.stats.sender import StatsdSender, send_in_force

CALLS = [
    ("incr", ["rows"], {}),
    ("incr", ["rows", 5], {"tags": {"table": "users", "b": "x.y:z|w"}}),
    ("decr", ["rows", 2], {"per_host": True}),
    ("gauge", ["level", 2.5], {}),
    ("gauge", ["level", 1, 1, True], {"tags": {"empty": ""}}),
    ("gauge", ["below", -3], {}),
    ("timing", ["load", 20.25], {"tags": {"n": 1}}),
    ("set", ["users", "me"], {}),
    ("incr", ["with blank"], {"tags": {"blank": "a b"}}),
]


def test_the_same_calls_are_the_same_datagrams(ask_flytekit, monkeypatch):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(10)
        port = server.getsockname()[1]
        tags = {"exec_project": "p", "exec_domain": "d"}
        case = {"port": port, "prefix": "P.D.app.Train.user_stats", "tags": tags, "calls": CALLS}
        assert ask_flytekit({"ask": "stats", **case}) == {"value": None}
        theirs = [server.recv(65536) for _ in CALLS]

        monkeypatch.setenv("FLYTE_STATSD_HOST", "127.0.0.1")
        monkeypatch.setenv("FLYTE_STATSD_PORT", str(port))
        send = send_in_force(case["prefix"].lower(), tuple(tags.items()))
        stats = TaggableStats(take=send)
        for method, args, kwargs in CALLS:
            getattr(stats, method)(*args, **kwargs)
        assert [server.recv(65536) for _ in CALLS] == theirs


def test_text_that_is_not_ascii_does_not_end_the_task(ask_flytekit):
    """The one difference: there it is an error of the task."""
    calls = [("incr", ["rows"], {"tags": {"name": "größe"}})]
    case = {"ask": "stats", "port": 9, "prefix": "p", "tags": {}, "calls": calls}
    assert ask_flytekit(case) == {"error": "UnicodeEncodeError"}
    sender = StatsdSender("127.0.0.1", 9)
    TaggableStats(take=lambda e: sender.put(e.kind.value, e.name)).incr("rows", tags={"n": "größe"})
    assert sender.flush(10)
    sender.stop()
