"""An error about what a task returned names the line that returns it."""

from pathlib import Path

import pytest

from flyte_nb import task
from flyte_nb.errors import TypeTransformerFailedError
from flyte_nb.run.lines import line_of_return


def one(
    a: int = 1,
) -> int:
    def inner():
        return 0

    if a:
        inner()
    return "one"


def two(a: int = 1) -> int:
    if a:
        return "two"
    return 2


def none() -> int:
    pass


@pytest.mark.parametrize(
    ("function", "line"),
    [
        (one, 'return "one"'),
        (two, "def two(a: int = 1) -> int:"),
        (none, "def none() -> int:"),
    ],
)
def test_the_line(function, line):
    place = line_of_return(function)
    assert place.line == line
    assert Path(__file__).read_text().splitlines()[place.lineno - 1].strip() == line


def test_the_error_shows_it_and_not_the_call():
    run = task(one)
    with pytest.raises(TypeTransformerFailedError) as caught:
        run()
    shown = caught.value._render_traceback_()
    assert shown[1].startswith("  at one, line ")
    assert shown[1].endswith('return "one"')


def test_a_function_without_source_has_none():
    namespace = {}
    exec("def f() -> int:\n    return 'x'", namespace)
    assert line_of_return(namespace["f"]) is None
    with pytest.raises(TypeTransformerFailedError):
        task(namespace["f"])()
