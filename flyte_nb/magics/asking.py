"""Asking for a secret in the cell."""

from __future__ import annotations

import warnings
from getpass import GetPassWarning, getpass

from IPython.core.error import StdinNotImplementedError, UsageError

_INSTEAD = "set a variable or name a file: `%flyte_secret explain` says which are looked at"


def ask(name: str) -> str:
    """Return a secret that is typed where nobody can read it.

    Raises:
        UsageError: Nobody can be asked here.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", GetPassWarning)  # or it shows what is typed
            return getpass(f"{name}: ")
    except (StdinNotImplementedError, GetPassWarning, EOFError):
        raise UsageError(f"nobody can be asked for {name} here; {_INSTEAD}") from None
