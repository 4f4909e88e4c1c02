"""New addresses below the raw output prefix, and copies that are kept there."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from flyte_nb.context.current import running
from flyte_nb.context.storage.provider import local_path

if TYPE_CHECKING:
    from flyte_nb.context.storage import FileAccess


def new_address(storage: FileAccess, name: str, bucket: str | None = None) -> str:
    """Return the address of *name* below the raw output prefix.

    Args:
        storage: Where.
        name: A name there.
        bucket: Another bucket than that of the prefix.
    """
    prefix = storage.raw_output_prefix
    head, mark, rest = prefix.partition("://")
    if bucket and mark:
        prefix = f"{head}://{bucket}/{rest.partition('/')[2]}"
    return storage.join(prefix, name)


def keep(source: str, storage: FileAccess, to: str | None = None) -> str:
    """Copy a local file or folder to where it outlives the run; return that address.

    What is there already stays; what is in the folders of the run, copies of its inputs among
    them, is linked, for nobody changes that any more.

    Args:
        source: Path of the file or folder.
        storage: Where outputs of the run go.
        to: An address; a new one below the raw output prefix by default.

    Raises:
        StorageError: It cannot be copied.
    """
    path = os.path.abspath(source)  # noqa: PTH100 - links stay as they are
    if to is None and path.startswith(storage.raw_output_prefix):
        return path
    address = to or storage.get_random_remote_path(path)
    real = os.path.realpath(path)  # a link to a link would lead nowhere, or out of the run
    if not storage.is_remote(address) and _is_of_run(real) and not Path(real).is_dir():
        target = local_path(address)
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(OSError):  # another file system
            os.link(real, target)
            return address
    return storage.put(path, address)


def _is_of_run(real: str) -> bool:
    parameters = running()
    if parameters is None:
        return False
    folders = (parameters.working_directory, str(parameters.storage().local_sandbox_dir))
    return any(real.startswith(os.path.realpath(folder) + os.sep) for folder in folders)
