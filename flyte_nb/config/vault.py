"""Values that the system's keyring keeps for us, and which there are.

A keyring cannot list what it holds, and asking it may start a service or a dialog. So each
value has an empty file beside it that says it is there: looking costs a stat, and the keyring
is asked for nothing that was not put into it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from flyte_nb.errors import ConfigError

SERVICE = "flyte-nb"
_PRIVATE = 0o700


def setting_name(path: str, setting: str) -> str:
    """Return the name of a setting's value: each configuration file has its own.

    A client's secret must not follow when another file, of another cluster, is chosen.
    """
    import hashlib

    digest = hashlib.sha256(os.path.realpath(path).encode()).hexdigest()[:16]
    return f"setting/{digest}/{setting}"


def is_used() -> bool:
    """Return whether there may be any value at all; the cheapest question."""
    return os.path.exists(_folder())  # noqa: PTH110 - on the way of each reading of settings


def names() -> list[str]:
    """Return the names of the values that are kept, sorted."""
    try:
        return sorted(unquote(entry.name) for entry in os.scandir(_folder()))
    except OSError:
        return []


def has(name: str) -> bool:
    """Return whether a value is kept under *name*; the keyring is not asked."""
    return os.path.exists(_marker(name))  # noqa: PTH110


def get(name: str) -> str | None:
    """Return the value kept under *name*, None when there is none.

    Raises:
        ConfigError: The keyring does not answer.
    """
    if not has(name):
        return None
    keyring = _keyring()
    try:
        value: str | None = keyring.get_password(SERVICE, name)
    except Exception as error:  # noqa: BLE001 - a backend's own errors may be of any type
        raise _failed("cannot be read", error) from None
    return value


def put(name: str, value: str) -> None:
    """Keep *value* under *name*.

    Raises:
        ConfigError: There is no keyring, or it refuses.
    """
    keyring = _keyring()
    marker = Path(_marker(name))
    try:
        marker.parent.mkdir(parents=True, exist_ok=True, mode=_PRIVATE)
        marker.touch(mode=0o600)  # first: a value that nobody knows of would stay for ever
    except OSError as error:
        raise ConfigError(f"{marker} cannot be written: {error.strerror}") from None
    try:
        keyring.set_password(SERVICE, name, value)
    except Exception as error:  # noqa: BLE001 - a backend's own errors may be of any type
        raise _failed("cannot keep a value", error) from None


def delete(name: str) -> None:
    """Forget the value kept under *name*; nothing happens when there is none.

    Raises:
        ConfigError: The keyring does not answer; then the value is still there.
    """
    if not has(name):
        return
    keyring = _keyring()
    try:
        if keyring.get_password(SERVICE, name) is not None:
            keyring.delete_password(SERVICE, name)
    except Exception as error:  # noqa: BLE001 - a backend's own errors may be of any type
        raise _failed("cannot delete a value", error) from None
    Path(_marker(name)).unlink(missing_ok=True)


def backend() -> str:
    """Return what the keyring is, in words; one that does not protect its values says so."""
    import keyring

    found = keyring.get_keyring()
    if type(found).__name__ == "ChainerBackend":
        found = next(iter(getattr(found, "backends", ())), found)
    kind = type(found)
    # Most classes have the same name; their modules say whose keyring it is.
    name = kind.__module__.rpartition(".")[2] if kind.__name__ == "Keyring" else kind.__name__
    is_open = "Plaintext" in name
    return f"the keyring ({name}{', whose file is readable on disk' if is_open else ''})"


def why_not() -> str:
    """Return why no value can be kept here; empty where one can."""
    try:
        import keyring
        from keyring.backends import chainer, fail, null

        backend = keyring.get_keyring()
    except Exception as error:  # noqa: BLE001 - a backend's own errors may be of any type
        return f"the keyring cannot be used: {type(error).__name__}"
    is_none = isinstance(backend, (fail.Keyring, null.Keyring)) or (
        isinstance(backend, chainer.ChainerBackend) and not backend.backends
    )
    return "this system has no keyring" if is_none else ""


def _keyring() -> Any:
    """Return the module; its annotations are not complete.

    Raises:
        ConfigError: This system has no keyring.
    """
    if reason := why_not():
        raise ConfigError(reason, hint="keep the value in a file or in a variable instead")
    import keyring

    return keyring


def _failed(what: str, error: Exception) -> ConfigError:
    # The type alone: a backend's message may hold the value.
    return ConfigError(
        f"the keyring {what}: {type(error).__name__}", hint="unlock the keyring, then try again"
    )


def _folder() -> str:
    return os.path.expanduser("~/.flyte/.keyring")  # noqa: PTH111


def _marker(name: str) -> str:
    return os.path.join(_folder(), quote(name, safe=""))  # noqa: PTH118
