"""What every suite shares: a clean environment, a HOME of its own, an IPython shell."""

from __future__ import annotations

import atexit
import os
import tempfile
from pathlib import Path

import pytest
from clean_environment import clean_environment, fill_font_cache
from hypothesis import settings

from flyte_nb.context.leak_guard import LEAK_GUARD

# The same examples at each run, and no limit of time: a busy machine fails no test.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.load_profile("repeatable")
USER_ENVIRON = pytest.StashKey[dict]()


def pytest_configure(config):
    """Give the whole session, and every kernel that it starts, a clean environment."""
    config.stash[USER_ENVIRON] = before = dict(os.environ)
    home = tempfile.TemporaryDirectory(prefix="flyte-nb-home-", ignore_cleanup_errors=True)
    config.add_cleanup(home.cleanup)
    config.add_cleanup(lambda: _set_environ(before))
    _set_environ(clean_environment(before, Path(home.name)))
    fill_font_cache(os.environ)


def _set_environ(environ):
    os.environ.clear()
    os.environ.update(environ)


@pytest.fixture(scope="session")
def user_environ(pytestconfig):
    """The environment that pytest was started in, for tools that need the user's HOME."""
    return pytestconfig.stash[USER_ENVIRON]


@pytest.fixture(autouse=True)
def environment():
    """Undo what the test did to the variables, the folder and the session's own settings."""
    before, cwd = dict(os.environ), Path.cwd()
    yield os.environ
    os.chdir(cwd)
    if os.environ != before:
        _set_environ(before)


@pytest.fixture(autouse=True)
def _no_secrets_of_other_tests():
    """Forget what the test read as a secret: it may be an ordinary word to the next one."""
    yield
    LEAK_GUARD.clear()


@pytest.fixture
def home(tmp_path, environment):
    """An empty HOME, current for the length of the test."""
    path = tmp_path / "home"
    path.mkdir()
    _set_environ(clean_environment(environment, path))
    return path


@pytest.fixture
def keyrings(home):
    """A keyring that works: files in HOME instead of the system's service."""
    import keyring
    from keyrings.alt.file import PlaintextKeyring

    before = keyring.get_keyring()
    backend = PlaintextKeyring()
    backend.file_path = str(home / "keyring.cfg")
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


@pytest.fixture
def no_keyring(home):  # noqa: ARG001 - where no keyring of the user's is
    """A system without a keyring, as a container is."""
    import keyring
    from keyring.backends import fail

    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def shell():
    """A real IPython shell with the extension loaded, gone after the test."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    InteractiveShell.clear_instance()
    quiet = Config({"HistoryManager": {"enabled": False}})
    shell = InteractiveShell.instance(config=quiet)
    shell.extension_manager.load_extension("flyte_nb")
    yield shell
    shell.extension_manager.unload_extension("flyte_nb")
    InteractiveShell.clear_instance()
    # Hundreds of shells that collect garbage, each for itself, take minutes at the end.
    atexit.unregister(shell.atexit_operations)
