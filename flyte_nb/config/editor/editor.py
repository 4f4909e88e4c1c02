"""The state behind `%flyte_config edit`: one file, and the changes that wait to be saved."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flyte_nb.config import vault
from flyte_nb.config.edit import Edit, plan_edits
from flyte_nb.config.edit.plan import list_text, parsed
from flyte_nb.config.edit.write import read_bytes, real_path
from flyte_nb.config.file import ConfigFile, is_yaml_path, locations
from flyte_nb.config.mask import without_passwords
from flyte_nb.config.view import find_entry
from flyte_nb.display import short_path
from flyte_nb.errors import ConfigError, InvalidValueError

from .secrets import (
    LOCATIONS,
    SecretPlace,
    remove_secret_file,
    secret_file,
    write_secret_file,
)

if TYPE_CHECKING:
    from flyte_nb.config.entry import ConfigEntry

USUAL = "~/.flyte/config.yaml"


@dataclass(frozen=True, slots=True)
class _Secret:
    """A secret that waits to be saved."""

    value: str = field(repr=False)
    place: SecretPlace


class ConfigEditor:
    """Collects changes of one file, shows what they would do, and makes them.

    It may be used from several threads.

    Args:
        path: The file; by default the one in force, else ``~/.flyte/config.yaml``.

    Attributes:
        path: The file; it need not exist.
        pending: Each setting that waits to be changed, and its text; None to remove it.
        errors: Setting to what is wrong with what was typed for it.
    """

    def __init__(self, path: str | None = None) -> None:
        self._lock = threading.RLock()
        self._open(path or _default_path())
        self._forget()

    def __repr__(self) -> str:
        waiting = len(self.pending) + len(self._secrets)
        return f"ConfigEditor({short_path(self.path)!r}, {waiting} unsaved)"

    @property
    def config(self) -> ConfigFile | None:
        """The file as it is now, None while there is none or it cannot be read."""
        try:
            return ConfigFile(self.path)
        except ConfigError:
            return None

    @property
    def is_yaml(self) -> bool:
        """Whether the file is YAML, by its ending."""
        return is_yaml_path(self.path)

    @property
    def secrets(self) -> dict[str, SecretPlace]:
        """The secrets that wait to be saved, and where they will go; no values."""
        return {entry.name: secret.place for entry, secret in self._secrets.items()}

    def open(self, path: str) -> None:
        """Turn to another file; what is pending is kept, to be saved there.

        Secrets are not: they were typed for the file before, and its cluster.

        Raises:
            InvalidValueError: No name of a file.
        """
        with self._lock:
            self._open(path)
            self._secrets.clear()
            self._propose_again()

    def propose(self, name: str, text: str | None) -> None:
        """Take *text* as the new value of a setting, None to remove it.

        Text that is what the file says already is no change. What is wrong with it becomes one
        of `errors`, and nothing is saved until it is mended or withdrawn.

        Raises:
            InvalidValueError: There is no such setting.
        """
        entry = find_entry(name)
        if entry.secret and text is not None:
            parsed(entry, text)  # which says how a secret is kept
        with self._lock:
            self.withdraw(name)
            is_known = self.text(entry) == text if text else text is None and not self.is_set(entry)
            if is_known:
                return
            self.pending[entry.name] = text
            try:
                plan_edits(self.path, self._in_file({entry: text}), before=self._base)
            except (InvalidValueError, ConfigError) as error:
                self.errors[entry.name] = error

    def _propose_again(self) -> None:
        for name, text in list(self.pending.items()):
            self.propose(name, text)

    def keep_secret(self, name: str, value: str, place: SecretPlace) -> None:
        """Take *value* as the new secret, to be kept in *place* when all is saved.

        Raises:
            InvalidValueError: The setting is no secret, the value is empty or has several lines,
                or there is no such place for it.
        """
        entry = find_entry(name)
        if not entry.secret:
            raise InvalidValueError(f"{entry.name} is no secret")
        if place is SecretPlace.FILE and entry not in LOCATIONS:
            raise InvalidValueError(f"no setting names a file for {entry.name}")
        if place is SecretPlace.KEYRING and (reason := vault.why_not()):
            raise InvalidValueError(reason)
        parsed(entry, value, in_clear=True)
        with self._lock:
            self.withdraw(name)
            self._secrets[entry] = _Secret(value, place)

    def withdraw(self, name: str) -> None:
        """Forget what was proposed for a setting."""
        entry = find_entry(name)
        with self._lock:
            self.pending.pop(entry.name, None)
            self.errors.pop(entry.name, None)
            self._secrets.pop(entry, None)

    def revert(self) -> None:
        """Forget every change, and look at the file afresh."""
        with self._lock:
            self._open(self.path)
            self._forget()

    def refresh(self) -> None:
        """Look at the file afresh and keep what is pending, to be made on what it is now."""
        with self._lock:
            self._base = _content(self.path)
            self._propose_again()

    def text(self, entry: ConfigEntry) -> str:
        """Return what the file says for a setting; empty for nothing and for a secret."""
        cfg = self.config
        found = None if cfg is None or entry.secret else cfg.find(entry)
        if found is None:
            return ""
        text = list_text(found.value) if isinstance(found.value, list) else found.raw
        return without_passwords(text)

    def is_set(self, entry: ConfigEntry) -> bool:
        """Return whether the file has a setting; a secret may be in the keyring or elsewhere."""
        if self._has(entry):
            return True
        is_kept = entry.secret and vault.has(vault.setting_name(self.path, entry.name))
        return is_kept or (entry in LOCATIONS and self._has(LOCATIONS[entry]))

    def plan(self) -> Edit:
        """Return the change of the file that is pending, of all that has no problem.

        Raises:
            ConfigError: The file cannot be changed so.
        """
        with self._lock:
            texts = self._in_file(
                {
                    find_entry(name): text
                    for name, text in self.pending.items()
                    if name not in self.errors
                }
            )
            for entry, secret in self._secrets.items():
                # One place alone: what stays in another would be stronger, or lie there for ever.
                wanted: dict[ConfigEntry, str | None] = {entry: None}
                if entry in LOCATIONS:
                    wanted[LOCATIONS[entry]] = None
                if secret.place is SecretPlace.CLEAR:
                    wanted[entry] = secret.value
                elif secret.place is SecretPlace.FILE:
                    wanted[LOCATIONS[entry]] = str(secret_file(entry, self.path))
                texts.update(self._in_file(wanted))
            return plan_edits(self.path, texts, secrets_in_clear=True, before=self._base)

    def save(self) -> list[str]:
        """Make every pending change and return, a line each, what was done.

        Secrets go first: a file never names a place that holds nothing.

        Raises:
            InvalidValueError: Something that was typed is wrong; nothing is done.
            ConfigConflictError: Somebody else has changed the file since; nothing is done.
            ConfigError: A secret or the file cannot be written.
        """
        with self._lock:
            for error in self.errors.values():
                raise error
            edit = self.plan()
            edit.check()
            # Where a secret was is emptied last: whatever fails before, it is still there.
            done = [self._save_secret(entry, s) for entry, s in self._secrets.items()]
            if edit.changes:
                edit.apply()
            done += self._clear_old_places()
            if edit.changes:
                done.append(f"{short_path(self.path)}: written")
            self._base = _content(self.path)
            self._forget()
            return done

    def _save_secret(self, entry: ConfigEntry, secret: _Secret) -> str:
        if secret.place is SecretPlace.KEYRING:
            vault.put(vault.setting_name(self.path, entry.name), secret.value)
            return f"{entry.name}: kept in {vault.backend()}"
        if secret.place is SecretPlace.FILE:
            write_secret_file(entry, self.path, secret.value)
            return f"{entry.name}: kept in {short_path(str(secret_file(entry, self.path)))}"
        return f"{entry.name}: written in clear"

    def _clear_old_places(self) -> list[str]:
        """Remove each secret from the places of ours where it is not any more."""
        places: dict[ConfigEntry, SecretPlace | None] = {
            find_entry(name): None for name, text in self.pending.items() if text is None
        }
        places.update({entry: secret.place for entry, secret in self._secrets.items()})
        done = []
        for entry, place in places.items():
            if not entry.secret:
                continue
            kept = vault.setting_name(self.path, entry.name)
            if place is not SecretPlace.KEYRING and vault.has(kept):
                vault.delete(kept)
                done.append(f"{entry.name}: removed from the keyring")
            is_file = place is SecretPlace.FILE
            if entry in LOCATIONS and not is_file and remove_secret_file(entry, self.path):
                removed = short_path(str(secret_file(entry, self.path)))
                done.append(f"{entry.name}: {removed} removed")
        return done

    def _in_file(self, texts: dict[ConfigEntry, str | None]) -> dict[ConfigEntry, str | None]:
        """Return what of *texts* concerns the file; with a secret goes what says where it is."""
        wanted = dict(texts)
        for entry, text in texts.items():
            if text is None and entry in LOCATIONS:
                wanted.setdefault(LOCATIONS[entry], None)
        return {
            entry: text for entry, text in wanted.items() if text is not None or self._has(entry)
        }

    def _has(self, entry: ConfigEntry) -> bool:
        cfg = self.config
        return cfg is not None and cfg.find(entry) is not None

    def _forget(self) -> None:
        self.pending: dict[str, str | None] = {}
        self.errors: dict[str, InvalidValueError | ConfigError] = {}
        self._secrets: dict[ConfigEntry, _Secret] = {}

    def _open(self, path: str) -> None:
        path = path.strip()
        is_name = path and path.isprintable()
        if not is_name or path.endswith(("/", os.sep)):
            raise InvalidValueError(
                f"{path!r} cannot be the name of a file", hint=f"write for example {USUAL}"
            )
        full = os.path.expandvars(os.path.expanduser(path))  # noqa: PTH111
        self.path = os.path.abspath(full)  # noqa: PTH100
        self._base = _content(self.path)


def _content(path: str) -> bytes | None:
    """Return what a file holds; None where none can be read, which `plan` then says."""
    try:
        return read_bytes(real_path(path))
    except ConfigError:
        return None


def _default_path() -> str:
    """Return the file in force; a chosen one also when it is gone, for no other may be meant."""
    return next((place.path for place in locations() if place.exists or place.is_chosen), USUAL)
