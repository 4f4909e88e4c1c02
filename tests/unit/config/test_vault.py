"""Values in a keyring: a real one, of files, and none at all."""

import subprocess
import sys

import pytest

from flyte_nb.config import vault
from flyte_nb.errors import ConfigError


@pytest.mark.usefixtures("keyrings")
def test_a_value_is_kept_listed_read_and_forgotten(home):
    assert vault.get("a/b c") is None
    vault.put("a/b c", "hünter2")
    vault.put("a/d", "x")
    assert vault.get("a/b c") == "hünter2"
    assert vault.names() == ["a/b c", "a/d"]
    vault.delete("a/b c")
    vault.delete("a/b c")
    assert (vault.names(), vault.get("a/b c")) == (["a/d"], None)
    folder = home / ".flyte/.keyring"
    assert folder.stat().st_mode & 0o077 == 0
    assert all(not marker.read_bytes() for marker in folder.iterdir())


@pytest.mark.usefixtures("home")
def test_the_keyring_is_not_asked_for_what_was_never_put_into_it():
    code = (
        "import sys; from flyte_nb.config import vault\n"
        "assert vault.get('x') is None and vault.names() == []\n"
        "assert 'keyring' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_each_configuration_file_has_values_of_its_own(tmp_path):
    one, two = (vault.setting_name(str(tmp_path / n), "s") for n in ("one", "two"))
    assert one != two
    (tmp_path / "link").symlink_to(tmp_path / "one")
    assert vault.setting_name(str(tmp_path / "link"), "s") == one


@pytest.mark.usefixtures("no_keyring")
def test_without_a_keyring_there_is_one_clear_error():
    assert vault.why_not() == "this system has no keyring"
    with pytest.raises(ConfigError, match="no keyring"):
        vault.put("x", "hunter2")
    assert vault.names() == []


@pytest.mark.usefixtures("keyrings")
def test_a_backend_that_fails_shows_no_value(home):
    vault.put("x", "hunter2")
    assert vault.why_not() == ""
    (home / "keyring.cfg").unlink()
    (home / "keyring.cfg").mkdir()  # the backend's own file cannot be read or written now
    for act in (
        lambda: vault.put("x", "hunter2"),
        lambda: vault.delete("y") or vault.put("y", "z"),
    ):
        with pytest.raises(ConfigError) as caught:
            act()
        assert "hunter2" not in str(caught.value)


def test_it_is_named_after_whose_keyring_it_is(keyrings):
    import keyring
    from keyring.backends import SecretService, libsecret

    assert vault.backend() == "the keyring (PlaintextKeyring, whose file is readable on disk)"
    for module, name in ((SecretService, "SecretService"), (libsecret, "libsecret")):
        keyring.set_keyring(module.Keyring())
        assert vault.backend() == f"the keyring ({name})"
    keyring.set_keyring(keyrings)
