"""The editor without a widget: one change, made at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte_nb.config.file import get_config_file
from flyte_nb.config.resolve import Source, resolve
from flyte_nb.config.view import find_entry, origin_text, value_text
from flyte_nb.display import TableView, short_path
from flyte_nb.errors import ConfigError, InvalidValueError

from .editor import ConfigEditor
from .secrets import SecretPlace, places

if TYPE_CHECKING:
    from flyte_nb.config.entry import ConfigEntry


def change(name: str, text: str | None, path: str | None = None) -> TableView:
    """Set a setting in a file, or remove it, and return what was changed.

    Args:
        name: The setting, by any of its names.
        text: The value as a user writes it; None to remove the setting.
        path: The file; by default the one in force, else ``~/.flyte/config.yaml``.

    Raises:
        InvalidValueError: There is no such setting, or the text is not of its type.
        ConfigError: The file cannot be changed, or not without touching other settings.
    """
    entry = find_entry(name)
    editor = ConfigEditor(path)
    editor.propose(entry.name, text)
    return _saved(editor, entry, is_removed=text is None)


def keep_secret(
    name: str, value: str, place: SecretPlace | None = None, path: str | None = None
) -> TableView:
    """Keep the value of a secret for a configuration file, and return what was done.

    Args:
        name: The setting, by any of its names.
        value: The secret.
        place: Where it goes; by default the keyring, else a file of its own.
        path: The file; by default the one in force, else ``~/.flyte/config.yaml``.

    Raises:
        InvalidValueError: The setting is no secret, or there is no such place for it.
        ConfigError: The value or the file cannot be written.
    """
    entry = find_entry(name)
    editor = ConfigEditor(path)
    editor.keep_secret(entry.name, value, place or secret_place(name, None, path))
    return _saved(editor, entry)


def secret_place(name: str, place: str | None, path: str | None = None) -> SecretPlace:
    """Return where a secret can go, before anybody is asked for it.

    Args:
        name: The setting, by any of its names.
        place: Where the user wants it; by default the keyring, else a file of its own.
        path: The configuration file; by default the one in force.

    Raises:
        InvalidValueError: There is no such place for it.
    """
    entry = find_entry(name)
    found = places(entry, ConfigEditor(path).path)
    if place is not None and SecretPlace(place) in found:
        return SecretPlace(place)
    if place is None and (safe := [one for one in found if one is not SecretPlace.CLEAR]):
        return safe[0]
    words = ", ".join(f"--keep {one.value}" for one in found) or "no other place"
    why = "this system has no keyring" if place is None else f"--keep {place} is not possible"
    raise InvalidValueError(
        f"{why} for {entry.name}", hint=f"set {entry.env_names[0]}, or: {words}"
    )


def _saved(editor: ConfigEditor, entry: ConfigEntry, *, is_removed: bool = False) -> TableView:
    for problem in editor.errors.values():
        raise problem
    diff = editor.plan().diff()
    done = editor.save()
    if not done:
        return TableView(f"{short_path(editor.path)}: nothing to change", (), ())
    *others, title = done
    remarks = [line for line in (diff, *others) if line]
    try:
        winner = resolve(entry, get_config_file()).winner
    except ConfigError as error:  # the file in force is another one, and cannot be read
        return TableView(title, (), (), (*remarks, f"error: {error}"))
    value = value_text(entry, winner) or "nothing"
    remarks.append(f"in force: {value} from {origin_text(winner)}")
    if entry.secret and is_removed is False:
        return TableView(title, (), (), tuple(remarks[:-1]))
    is_in_force = winner.where.startswith(f"{editor.path}:") or winner.source is Source.KEYRING
    if not is_removed and not is_in_force and editor.is_set(entry):
        remarks.append("note: what was written has no effect here: %flyte_config explain, files")
    return TableView(title, (), (), tuple(remarks))
