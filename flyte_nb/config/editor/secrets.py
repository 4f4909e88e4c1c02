"""Where a secret that is typed may go."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from flyte_nb.config import vault
from flyte_nb.config.catalogue import Credentials
from flyte_nb.config.edit.write import write_atomically
from flyte_nb.config.file import is_yaml_path
from flyte_nb.errors import ConfigError

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
        found[SecretPlace.KEYRING] = f"{vault.backend()}; flyte_nb alone reads it there"
    if entry in LOCATIONS:
        found[SecretPlace.FILE] = f"{secret_file(entry, path)}, which only you can read"
    if entry.yaml_keys or not is_yaml_path(path):
        found[SecretPlace.CLEAR] = "the configuration file, for everybody who can read it"
    return found


def secret_file(entry: ConfigEntry, path: str) -> Path:
    """Return the file for a secret of the configuration *path*."""
    # With its ending: config.yaml and config.yml may be two clusters.
    return Path(path).parent / "secrets" / f"{Path(path).name}-{entry.legacy.option}"


def write_secret_file(entry: ConfigEntry, path: str, value: str) -> None:
    """Write *value* to a file that is its owner's alone, whoever could read it before.

    Raises:
        ConfigError: It cannot be written.
    """
    target = secret_file(entry, path)
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target.parent.chmod(0o700)
        if target.exists():
            target.chmod(0o600)
    except OSError as error:
        raise ConfigError(f"{target} cannot be written: {error.strerror}") from None
    write_atomically(str(target), value.encode())


def remove_secret_file(entry: ConfigEntry, path: str) -> bool:
    """Remove the file that `write_secret_file` made; return whether there was one."""
    target = secret_file(entry, path)
    try:
        target.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise ConfigError(f"{target} cannot be removed: {error.strerror}") from None
    return True
