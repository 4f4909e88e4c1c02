"""What it costs to keep secrets out of the output: 10 MB, and 1, 100 or 1000 secrets."""

import random
import string

import pytest

from flyte_nb.context.leak_guard import LeakGuard

MEGABYTES = 10
LETTERS = string.ascii_letters + string.digits


def token(numbers):
    return "".join(numbers.choices(LETTERS, k=numbers.randint(16, 48)))


def guard_of(secrets):
    numbers = random.Random(1)
    guard = LeakGuard()
    values = [token(numbers) for _ in range(secrets)]
    for value in values:
        guard.add(value)
    return guard, values


def output(values=()):
    """Lines of a log; where *values* are given, one of them in each hundredth."""
    numbers = random.Random(2)
    words = ["".join(numbers.choices(string.ascii_lowercase, k=7)) for _ in range(1000)]
    lines, size = [], 0
    while size < MEGABYTES * 1_000_000:
        line = f"{' '.join(numbers.choices(words, k=10))} {numbers.random()}"
        if values and not len(lines) % 100:
            line += numbers.choice(values)
        lines.append(line)
        size += len(line) + 1
    return "\n".join(lines)


def report_speed(benchmark):
    if benchmark.stats:
        benchmark.extra_info["MB_per_s"] = round(MEGABYTES / benchmark.stats["median"])


@pytest.mark.parametrize("secrets", [1, 100, 1000])
def test_mask_10_mb(benchmark, secrets):
    guard, _ = guard_of(secrets)
    text = output()
    guard.mask("so that it is built")
    assert benchmark.pedantic(guard.mask, (text,), rounds=10) is text
    report_speed(benchmark)


def test_mask_10_mb_with_secrets_in_it(benchmark):
    guard, values = guard_of(100)
    text = output(values)
    shown = benchmark.pedantic(guard.mask, (text,), rounds=10)
    assert not any(value in shown for value in values)
    report_speed(benchmark)


def test_mask_10_mb_as_a_stream_of_chunks(benchmark):
    guard, values = guard_of(100)
    text = output(values)
    chunks = [text[n : n + 65_536] for n in range(0, len(text), 65_536)]

    def mask():
        stream = guard.stream()
        return "".join([*map(stream.feed, chunks), stream.release()])

    shown = benchmark.pedantic(mask, rounds=10)
    assert not any(value in shown for value in values)
    report_speed(benchmark)


def test_the_first_look_after_100_secrets_were_read(benchmark):
    def first():
        return (guard_of(100)[0],), {}

    benchmark.pedantic(lambda guard: guard.mask("x"), setup=first, rounds=10)
