"""How errors look to a user."""

import pytest

import flyte_nb
from flyte_nb import errors
from flyte_nb.errors import FlyteNbError, InvalidValueError


def test_message_place_and_hint_in_three_lines():
    def user_code():
        raise InvalidValueError("cpu is 'many'", hint="write a number")

    try:
        user_code()
    except InvalidValueError as error:
        first, place, hint = error._render_traceback_()
    assert first == "InvalidValueError: cpu is 'many'"
    assert place.startswith("  at user_code, line ")
    assert place.endswith('raise InvalidValueError("cpu is \'many\'", hint="write a number")')
    assert hint == "  hint: write a number"


def test_the_place_is_the_users_line_not_one_of_ours():
    try:
        flyte_nb.Resources(cpu="many")
    except FlyteNbError as error:
        place = error._render_traceback_()[1]
    assert place.endswith('flyte_nb.Resources(cpu="many")')


def test_text_has_the_hint_too():
    assert str(FlyteNbError("broken", hint="mend it")) == "broken\n  hint: mend it"
    assert str(FlyteNbError("broken")) == "broken"


def test_every_error_is_drawn_in_the_tree():
    drawn = {line.strip(" *x+-=").partition(",")[0] for line in errors.__doc__.splitlines()[2:]}
    classes = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, Exception)
    }
    assert classes == drawn


def test_recoverable_errors_keep_their_whole_traceback():
    assert not hasattr(errors.FlyteRecoverableException("gone"), "_render_traceback_")


def test_frames_of_installed_packages_are_not_the_users(tmp_path):
    package = tmp_path / "site-packages"
    package.mkdir()
    (package / "library.py").write_text("def call(f):\n    return f()\n")
    code = compile((package / "library.py").read_text(), str(package / "library.py"), "exec")
    namespace = {}
    exec(code, namespace)

    with pytest.raises(InvalidValueError) as caught:
        namespace["call"](lambda: flyte_nb.Resources(cpu="many"))
    assert "lambda" in caught.value._render_traceback_()[1]
