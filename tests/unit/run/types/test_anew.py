"""A class that was defined again by running its cell again."""

import dataclasses

import pytest

from flyte_nb import task, workflow
from flyte_nb.errors import TypeTransformerFailedError


def cell():
    """Return what a cell defines: the same name, another class each time."""

    @dataclasses.dataclass
    class M:
        x: int = 1

    return M


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (lambda m: m, lambda m: m()),
        (lambda m: list[m], lambda m: [m()]),
        (lambda m: dict[str, m], lambda m: {"a": m()}),
        (lambda m: m | None, lambda m: m()),
        (lambda m: dataclasses.make_dataclass("Box", [("m", m)]), None),
    ],
)
def test_an_object_of_the_earlier_class_is_said_to_be_one(kind, value):
    old, new = cell(), cell()
    expected = kind(new)
    given = expected(old()) if value is None else value(old)

    def f(a):
        return repr(a) and 1

    f.__annotations__ = {"a": expected, "return": int}
    with pytest.raises(TypeTransformerFailedError) as caught:
        task(f)(a=given)
    assert "M was defined anew" in caught.value.args[0]
    assert "run the cell again" in caught.value.hint


def test_an_output_of_the_earlier_class():
    old, new = cell(), cell()

    def f():
        return old()

    f.__annotations__ = {"return": new}
    with pytest.raises(TypeTransformerFailedError, match="M was defined anew") as caught:
        task(f)()
    assert "run the cell again" in caught.value.hint


def test_a_task_that_declares_the_earlier_class():
    def give():
        return 1

    def take(a):
        return repr(a) and 1

    give.__annotations__ = {"return": cell()}
    take.__annotations__ = {"a": cell(), "return": int}
    giver, taker = task(give), task(take)

    def wf() -> int:
        return taker(a=giver())

    with pytest.raises(TypeTransformerFailedError, match="M was defined anew"):
        workflow(wf)


def test_another_class_of_that_name_elsewhere_is_not_meant():
    class M:
        pass

    def f(a):
        return repr(a) and 1

    f.__annotations__ = {"a": cell(), "return": int}
    with pytest.raises(TypeTransformerFailedError) as caught:
        task(f)(a=M())
    assert "anew" not in str(caught.value)
