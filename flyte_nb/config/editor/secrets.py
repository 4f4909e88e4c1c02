"""Where a secret that is typed may go."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from flyte_nb.config import vault
from flyte_nb.config.catalogue import Credentials
from flyte_nb.config.edit.write import write_atomically
from flyte_nb.config.file import is_yaml_path

if TYPE_CHECKING:
    from flyte_nb.config.entry import ConfigEntry


class SecretPlace(Enum):
    """A place for a secret, the safest first."""

    KEYRING = "keyring"
    FILE = "file"
    CLEAR = "clear"


# The setting that names a file with the secret, where there is one.
LOCATIONS = {Credentials.CLIENT_CREDENTIALS_SECRET: Credentials.CLIENT_CREDENTIALS_SECRET_LOCATION}


def places(entry: ConfigEntry, path: str) -> dict[SecretPlace, str]:
    """Return where the secret *entry* can go, and what the user should know about it.

    Args:
        entry: The setting.
        path: The configuration file that it belongs to.
    """
    found = {}
    if not vault.why_not():
        found[SecretPlace.KEYRING] = "the system's keyring; flyte_nb alone reads it there"
    if entry in LOCATIONS:
        found[SecretPlace.FILE] = f"{secret_file(entry, path)}, which only you can read"
    if entry.yaml_keys or not is_yaml_path(path):
        found[SecretPlace.CLEAR] = "the configuration file, for everybody who can read it"
    return found


def secret_file(entry: ConfigEntry, path: str) -> Path:
    """Return the file for a secret of the configuration *path*."""
    stem = Path(path).name.rpartition(".")[0] or Path(path).name
    return Path(path).parent / "secrets" / f"{stem}-{entry.legacy.option}"


def write_secret_file(entry: ConfigEntry, path: str, value: str) -> None:
    """Write *value* to a file that is its owner's alone, whoever could read it before."""
    target = secret_file(entry, path)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    target.unlink(missing_ok=True)
    write_atomically(str(target), value.encode())
