"""What a task asks for beyond amounts: an accelerator by name, shared memory."""

from __future__ import annotations

from flyte_nb.errors import InvalidValueError

from . import accelerators
from .accelerators import GPUAccelerator
from .checks import check_kind, check_texts
from .message import Message, one_of
from .quantity import is_quantity
from .record import field
from .shown import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar


class SharedMemory(Message):
    """Memory that the processes of a pod share (flyteidl ``core.SharedMemory``).

    Args:
        mount_path: Where it is mounted.
        mount_name: What the volume is called.
        size_limit: Its size, a quantity; as much as the task's memory by default.

    Raises:
        InvalidValueError: The size is no quantity, or one of the others is no text or empty.
    """

    IDL: ClassVar[str] = "core.tasks_pb2.SharedMemory"

    mount_path: str = "/dev/shm"  # noqa: S108 - where Linux has it
    mount_name: str = "flyte-shared-memory"
    size_limit: str | None = None

    def __post_init__(self) -> None:
        check_texts(self, "mount_path", "mount_name", required=True)
        check_texts(self, "size_limit")
        if self.size_limit is not None and not is_quantity(self.size_limit):
            raise InvalidValueError(
                f"shared_memory={shown(self.size_limit)}: not a quantity",
                hint="write True, or a size such as '2Gi'",
            )


class ExtendedResources(Message):
    """Accelerator and shared memory of a task (flyteidl ``core.ExtendedResources``)."""

    IDL: ClassVar[str] = "core.tasks_pb2.ExtendedResources"

    gpu_accelerator: GPUAccelerator | None = field(default=None, metadata=one_of(GPUAccelerator))
    shared_memory: SharedMemory | None = field(default=None, metadata=one_of(SharedMemory))

    def __post_init__(self) -> None:
        check_kind("ExtendedResources", "gpu_accelerator", self.gpu_accelerator, GPUAccelerator)
        check_kind("ExtendedResources", "shared_memory", self.shared_memory, SharedMemory)


def extended_resources(
    *, accelerator: GPUAccelerator | None = None, shared_memory: bool | str | None = None
) -> ExtendedResources | None:
    """Return what ``@task(accelerator=…, shared_memory=…)`` asks for, None for nothing.

    Args:
        accelerator: A device, such as `flyte_nb.models.accelerators.T4`.
        shared_memory: True for as much as the task's memory, or its size.

    Raises:
        InvalidValueError: No accelerator, or no size.
    """
    if accelerator is not None and not isinstance(accelerator, GPUAccelerator):
        raise InvalidValueError(
            f"accelerator={shown(accelerator)}: not an accelerator", hint=_hint(accelerator)
        )
    if shared_memory is not None and not isinstance(shared_memory, (bool, str)):
        raise InvalidValueError(f"shared_memory={shown(shared_memory)}: neither True nor a size")
    memory = None
    if shared_memory is not None and shared_memory is not False:
        memory = SharedMemory(size_limit=None if shared_memory is True else shared_memory)
    if accelerator is None and memory is None:
        return None
    return ExtendedResources(gpu_accelerator=accelerator, shared_memory=memory)


def _hint(accelerator: object) -> str:
    """Return which constant was meant by *accelerator*, a text or whatever else."""
    from difflib import get_close_matches

    constants = {
        name: value
        for name, value in vars(accelerators).items()
        if isinstance(value, GPUAccelerator)
    }
    spellings = {value.device: name for name, value in constants.items()}
    spellings |= {name.lower(): name for name in constants}
    text = str.lower(accelerator)[:100] if isinstance(accelerator, str) else ""
    for found in get_close_matches(text, spellings, n=1):
        name = spellings[found]
        return f"from flyte_nb.models.accelerators import {name}, and write accelerator={name}"
    return f"flyte_nb.models.accelerators has {', '.join(constants)}"
