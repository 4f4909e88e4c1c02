"""The timeline of a task, drawn within bounds."""

import re
from datetime import datetime, timedelta, timezone

from flyte_nb.decks import TimeLineDeck

BEGAN = datetime(2026, 1, 1, tzinfo=timezone.utc)


def timeline(count, seconds):
    deck = TimeLineDeck("t", auto_add_to_deck=False)
    for n in range(count):
        took, start = seconds(n), BEGAN + timedelta(seconds=10 * n)
        finish = start + timedelta(seconds=took)
        times = {"Start": start, "Finish": finish, "WallTime": took, "ProcessTime": 0.5}
        deck.append_time_info({"Name": f"part {n}", **times})
    return deck.html


def names(html):
    return re.findall("part [0-9]+", html)


def test_all_parts_are_drawn_in_the_order_in_which_they_began():
    html = timeline(3, lambda n: 3.0 - n)
    assert names(html) == ["part 0", "part 1", "part 2"]
    assert "<caption>3 parts in 21.000 s</caption>" in html
    assert "1 part in" in timeline(1, float)


def test_a_bar_needs_no_width_beside_the_numbers_and_is_no_row_for_a_reader():
    html = timeline(2, float)
    numbers, bars = (
        re.findall("<tr>.*?</tr>", html),
        re.findall('<tr aria-hidden="true">.*?</tr>', html),
    )
    assert [len(re.findall("<th|<td", row)) for row in numbers] == [4, 4, 4]
    assert [re.findall("<td[^>]*>", bar) for bar in bars] == 2 * [['<td colspan="4">']]
    assert not any("span style" in row for row in numbers)
    # What is wider all the same scrolls by itself, and what is styled is this table alone.
    assert re.search('<div style="overflow-x:auto"><table class="flyte-nb-timeline">', html)
    (style,) = re.findall("<style>(.*?)</style>", html)
    rules = re.findall("([^{}]+){[^}]*}", style)
    assert all(rule.startswith(".flyte-nb-timeline") for rule in rules)


def test_of_very_many_the_longest_are_drawn_and_the_others_told_of():
    html = timeline(100_000, lambda n: 8.0 if n % 500 == 7 else 0.25)
    assert names(html) == [f"part {n}" for n in range(7, 100_000, 500)]
    assert "100,000 parts in 999,990.250 s" in html
    assert "The 200 longest are shown; the other 99,800 took 24,950.000 s" in html
    assert len(html) < 100_000
