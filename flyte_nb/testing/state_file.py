"""What the server remembers, in a file, so that another process can go on with it."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from .state import Code, DeviceLogin, Token

if TYPE_CHECKING:
    from .state import State


def save(state: State, path: Path) -> None:
    """Replace the file at *path*, which only its owner may read: it has tokens."""
    document = {
        "ahead_s": state.clock.ahead_s,
        "slow_downs": state.slow_downs,
        "device_logins": [asdict(login) for login in state.device_logins],
        "codes": [asdict(code) for code in state.codes],
        "tokens": [asdict(token) for token in state.tokens],
    }
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # with mode 0600
    with os.fdopen(handle, "w") as file:
        json.dump(document, file)
    Path(name).replace(path)


def load(state: State, path: Path) -> None:
    """Fill *state* with what `save` has written; without a file it stays as it is."""
    if not path.exists():
        return
    document = json.loads(path.read_text())
    state.clock.ahead_s = document["ahead_s"]
    state.slow_downs = document["slow_downs"]
    state.device_logins = [DeviceLogin(**login) for login in document["device_logins"]]
    state.codes = [Code(**code) for code in document["codes"]]
    state.tokens = [Token(**token) for token in document["tokens"]]
