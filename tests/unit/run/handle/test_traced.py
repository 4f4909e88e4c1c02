"""The traceback of a run."""

from pathlib import Path
from types import FunctionType

import pytest

import flyte_nb
from flyte_nb import current_context, task, workflow
from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.errors import InvalidValueError
from flyte_nb.run.handle.traced import traced


def deeper(a):
    try:
        dict.fromkeys("")[a]
    except KeyError as error:
        raise ValueError("made-up-secret") from error


@task
def fails(a: int) -> int:
    deeper(a)
    return a


@workflow
def wf(a: int) -> int:
    return fails(a=a)


@task
def asks_for_a_secret() -> str:
    return current_context().secrets.get("nope", "nothing")


@pytest.mark.usefixtures("home")
def test_it_has_the_frames_of_the_user_and_what_led_to_it_and_no_secret():
    LEAK_GUARD.add("made-up-secret")
    text = wf.run(a=7).wait().traceback
    assert text.startswith("Traceback (most recent call last)")
    assert [line.rpartition(" in ")[2] for line in text.splitlines() if " in " in line][:3] == [
        "deeper",
        "fails",
        "deeper",
    ]
    assert "KeyError: 7" in text
    assert "The above exception was the direct cause" in text
    assert "flyte_nb/run/" not in text.replace(__file__, "")
    assert "made-up-secret" not in text


@pytest.mark.usefixtures("home")
def test_what_was_handled_between_the_user_and_the_user_is_left_out():
    def ours(call):
        try:
            return {}[7]
        except KeyError:
            return call()

    code = ours.__code__.replace(co_filename=str(Path(flyte_nb.__file__)))
    with pytest.raises(ValueError, match="made-up") as caught:
        FunctionType(code, {})(lambda: deeper(7))
    handled = caught.value.__cause__.__context__
    assert isinstance(handled, KeyError)
    text = traced(caught.value)
    assert text.count("KeyError: 7") == 1
    assert "During handling" not in text


@pytest.mark.usefixtures("home")
def test_an_error_of_ours_names_the_line_of_the_user():
    text = asks_for_a_secret.run().wait().traceback
    assert 'current_context().secrets.get("nope", "nothing")' in text
    assert "SecretNotFoundError" in text


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            InvalidValueError("no such thing", hint="try another one"),
            "flyte_nb.errors.InvalidValueError: no such thing\n  hint: try another one\n",
        ),
        (KeyboardInterrupt(), "KeyboardInterrupt\n"),  # of a run that was cancelled at once
    ],
    ids=["error", "interrupt"],
)
def test_an_error_of_ours_about_no_line_of_the_user_is_its_message(error, text):
    def ours():
        raise error

    code = ours.__code__.replace(co_filename=str(Path(flyte_nb.__file__)))
    with pytest.raises(type(error)) as caught:
        FunctionType(code, {}, closure=ours.__closure__)()
    found = caught.value
    assert traced(found.with_traceback(found.__traceback__.tb_next)) == text


def test_an_error_without_a_frame_of_the_user_keeps_all():
    assert traced(KeyError(7)) == "KeyError: 7\n"
