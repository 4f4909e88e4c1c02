"""What task code reports: metrics, decks, times, logs."""

# ruff: noqa: E402, F811 - each cell is a program of its own

# %% metrics outside of tasks
from datetime import timedelta

from flytekit import current_context
from programs import outcome

stats = current_context().stats
with stats.timer("block"):
    pass
answer = {
    "incr": outcome(lambda: stats.incr("rows")),
    "incr, more": outcome(lambda: stats.incr("rows", 5, tags={"table": "users"})),
    "decr": outcome(lambda: stats.decr("rows", 2)),
    "gauge": outcome(lambda: stats.gauge("level", 2.5)),
    "gauge, delta": outcome(lambda: stats.gauge("level", 1, delta=True)),
    "timing": outcome(lambda: stats.timing("load", 20)),
    "timing, timedelta": outcome(lambda: stats.timing("load", timedelta(seconds=1))),
    "set": outcome(lambda: stats.set("users", "me")),
    "by host": outcome(lambda: stats.incr("rows", per_host=True)),
    "rate": outcome(lambda: stats.incr("rows", rate=0.5)),
}

# %% the specification's inc
from flytekit import current_context
from programs import outcome

answer = {"inc": outcome(lambda: current_context().stats.inc("rows"))}

# %% metrics under a name
from flytekit import current_context
from programs import outcome

stats = current_context().stats


def under_a_name():
    inner = stats.get_stats("inner")
    inner.incr("rows")
    inner.extend_tags({"a": "b"})
    inner.clear_tags()
    return inner.full_prefix


def in_a_pipeline():
    with stats.pipeline() as pipe:
        pipe.incr("a")
        pipe.incr("b")


answer = {"name": outcome(under_a_name), "pipeline": outcome(in_a_pipeline)}

# %% metrics in a task
from flytekit import current_context, task


@task
def count(rows: int) -> int:
    stats = current_context().stats
    stats.incr("rows", rows)
    with stats.timer("load"):
        return rows


answer = {"value": count(rows=3)}

# %% logs
import logging

from flytekit import current_context, task

records = []


class Keep(logging.Handler):
    def emit(self, record):
        records.append([record.levelname, record.getMessage()])


@task
def log() -> int:
    logger = current_context().logging
    keep = Keep()
    logger.addHandler(keep)
    logger.warning("one %s", "warning")
    logger.error("an error")
    logger.removeHandler(keep)
    return 1


log()
answer = {"records": records}

# %% a deck by itself
from flytekit import Deck
from programs import outcome

deck = Deck("mine", "<p>first</p>", auto_add_to_deck=False)
returned = deck.append("<p>second</p>")
answer = {
    "name": deck.name,
    "html": deck.html,
    "returned": returned is deck,
    "empty": Deck("empty", auto_add_to_deck=False).html,
    "positional": Deck("p", "x", False).name,  # noqa: FBT003
    "no text": outcome(lambda: deck.append(5).name),
    "assign": outcome(lambda: setattr(deck, "name", "other")),
}

# %% the first piece of a deck
from flytekit import Deck

answer = {"html": Deck("mine", auto_add_to_deck=False).append("<p>one</p>").html}

# %% decks of a task
from flytekit import Deck, current_context, task

seen = {}


@task(enable_deck=True)
def report() -> int:
    ctx = current_context()
    before = [deck.name for deck in ctx.decks]
    mine = Deck("mine", "<p>hello</p>")
    apart = Deck("apart", "<p>apart</p>", auto_add_to_deck=False)
    names = [deck.name for deck in ctx.decks]
    seen["mine"] = "mine" in names and "mine" not in before
    seen["apart"] = apart.name in names
    seen["content"] = next(deck.html for deck in ctx.decks if deck is mine)
    seen["asked for"] = ctx.enable_deck
    return 1


report()
answer = seen

# %% the default deck
from flytekit import current_context, task

seen = {}


@task(enable_deck=True)
def report() -> int:
    ctx = current_context()
    ctx.default_deck.append("<p>one</p>")
    ctx.default_deck.append("<p>two</p>")
    seen["name"] = ctx.default_deck.name
    seen["same again"] = ctx.default_deck is ctx.default_deck
    seen["decks"] = sum(deck.name == "default" for deck in ctx.decks)
    return 1


report()
answer = seen

# %% times of parts
from flytekit import current_context, task
from flytekit.core.utils import timeit

seen = {}


@timeit("a function")
def work(number):
    return number + 1


@task(enable_deck=True)
def timed() -> int:
    with timeit("a block") as block:
        value = work(1)
    deck = current_context().timeline_deck
    parts = [dict(part) for part in deck.time_info]
    seen["names"] = [part["Name"] for part in parts if not part["Name"].endswith("value")]
    seen["others"] = len(parts) > 2
    seen["keys"] = sorted(parts[-1])
    seen["order"] = all(part["Start"] <= part["Finish"] for part in parts)
    seen["numbers"] = all(part["WallTime"] >= 0 <= part["ProcessTime"] for part in parts)
    seen["same again"] = current_context().timeline_deck is deck
    seen["shown"] = "a block" in deck.html
    seen["block"] = type(block).__name__
    return value


answer = {"value": timed(), **seen}

# %% the name of the timeline
from flytekit import current_context

answer = {"name": current_context().timeline_deck.name}

# %% a timeline by hand
from datetime import datetime, timedelta, timezone

from flytekit.deck.deck import TimeLineDeck
from programs import outcome

deck = TimeLineDeck("mine", auto_add_to_deck=False)
empty = deck.html
start = datetime(2026, 1, 1, tzinfo=timezone.utc)
deck.append_time_info(
    {
        "Name": "load",
        "Start": start,
        "Finish": start + timedelta(seconds=2),
        "WallTime": 2.0,
        "ProcessTime": 1.5,
    }
)
answer = {
    "empty": empty,
    "name": deck.name,
    "parts": len(deck.time_info),
    "shown": "load" in deck.html,
    "no mapping": outcome(lambda: deck.append_time_info("load")),
}

# %% times outside of tasks
from flytekit.core.utils import timeit
from programs import outcome


@timeit("function")
def double(number):
    return 2 * number


def fail():
    with timeit("block"):
        raise KeyError("as it was")


answer = {"value": outcome(lambda: double(2)), "error": outcome(fail)}

# %% tags that are not ASCII
from flytekit import current_context
from programs import outcome

stats = current_context().stats
answer = {"incr": outcome(lambda: stats.incr("rows", tags={"name": "gr\u00f6\u00dfe"}))}
