"""Writes the decks of a running task to where a pod writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flyte_nb.context.current import current_context
from flyte_nb.context.logs import TASK_LOGGER

from .pages import page_parts

if TYPE_CHECKING:
    from flyte_nb.context import ExecutionParameters

DECK_FILE_NAME = "deck.html"
OUTPUT_DIR_JUPYTER_PREFIX = "jupyter"
_FOR_US = 0o600  # whoever shares a machine has no business with a report


def publish() -> None:
    """Write the decks of the running task; what cannot be written is logged."""
    context = current_context()
    task = "" if context.task_id is None else context.task_id.name
    if not context.enable_deck:
        TASK_LOGGER.warning(
            "publish() of decks in %s does nothing: its decks are off, write"
            " @task(enable_deck=True)",
            task or "no task",
        )
        return
    try:
        address = _write(context, task)
    except Exception as error:  # noqa: BLE001 - a report that is not written ends no training
        TASK_LOGGER.error("decks of %s could not be written: %r", task, error)
    else:
        TASK_LOGGER.info("decks of %s so far: %s", task, address)


def _write(context: ExecutionParameters, task: str) -> str:
    import io
    from pathlib import Path

    from flyte_nb.context.storage.provider import local_path
    from flyte_nb.context.storage.streams import replace_file

    file = Path(context.working_directory) / DECK_FILE_NAME
    page = "".join(page_parts([(task, context.decks)])).encode(errors="replace")
    replace_file(io.BytesIO(page), file, mode=_FOR_US)
    address = f"{context.output_metadata_prefix.rstrip('/')}/{DECK_FILE_NAME}"
    storage = context.storage()
    if storage.is_remote(address):
        return storage.put(file, address)
    replace_file(io.BytesIO(page), local_path(address), mode=_FOR_US)
    return address
