"""Accelerators that a task can ask for by name (flytekit's ``flytekit.extras.accelerators``)."""

from __future__ import annotations

from flyte_nb.errors import InvalidValueError

from .checks import check_bool, check_mapping, check_texts
from .message import ByJson
from .record import field
from .shown import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar


class GPUAccelerator(ByJson):
    """A device, whole or a part of it (flyteidl ``core.GPUAccelerator``).

    Args:
        device: What the cluster calls it, e.g. ``nvidia-tesla-t4``.
        partition_size: Size of the part, e.g. ``2g.10gb``; for a TPU, its topology.
        is_whole: Whether it must be whole; by default the cluster decides.

    Raises:
        InvalidValueError: The device has no name, or it is whole and in parts at once.
    """

    IDL: ClassVar[str] = "core.tasks_pb2.GPUAccelerator"

    device: str
    partition_size: str | None = None
    is_whole: bool = field(default=False, metadata={"json": "unpartitioned"})

    def __post_init__(self) -> None:
        check_texts(self, "device", required=True)
        check_texts(self, "partition_size")
        check_bool(type(self).__name__, "is_whole", self.is_whole)
        if self.is_whole and self.partition_size:
            raise InvalidValueError(
                f"GPUAccelerator(device={shown(self.device)}): whole, and a part of"
                f" {shown(self.partition_size)}, at once"
            )


class MultiInstanceGPUAccelerator(GPUAccelerator):
    """A device that can be had in parts: each known part is an attribute.

    Args:
        device: What the cluster calls it.
        parts: Name of the attribute to the size of the part.

    Raises:
        InvalidValueError: The device has no name, or the parts are not text by text.
    """

    def __init__(self, device: str, parts: dict[str, str]) -> None:
        super().__init__(device)
        self._set(_parts=check_mapping("MultiInstanceGPUAccelerator", "parts", parts))

    def partitioned(self, partition_size: str) -> GPUAccelerator:
        """Return a part of it."""
        return GPUAccelerator(self.device, partition_size)

    @property
    def unpartitioned(self) -> GPUAccelerator:
        """All of it, and no part."""
        return GPUAccelerator(self.device, is_whole=True)

    def __getattr__(self, name: str) -> Any:
        parts = self.__dict__.get("_parts")
        if parts is None:  # asked while it is copied
            raise AttributeError(name)
        if name in parts:
            return self.partitioned(parts[name])
        raise AttributeError(f"{self.device} has no {name!r}: it has {', '.join(parts)}")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.__dict__["_parts"]]


def _mig(device: str, *sizes: str) -> MultiInstanceGPUAccelerator:
    names = {f"partition_{size.replace('.', '_')}": size for size in sizes}
    return MultiInstanceGPUAccelerator(device, names)


def _tpu(device: str, *topologies: str) -> MultiInstanceGPUAccelerator:
    return MultiInstanceGPUAccelerator(device, {f"slice_{size}": size for size in topologies})


A10G = GPUAccelerator("nvidia-a10g")
H100 = GPUAccelerator("nvidia-h100")
H200 = GPUAccelerator("nvidia-h200")
K80 = GPUAccelerator("nvidia-tesla-k80")
L4 = GPUAccelerator("nvidia-l4")
L40S = GPUAccelerator("nvidia-l40s")
L4_VWS = GPUAccelerator("nvidia-l4-vws")
M60 = GPUAccelerator("nvidia-tesla-m60")
P4 = GPUAccelerator("nvidia-tesla-p4")
P100 = GPUAccelerator("nvidia-tesla-p100")
RTX_PRO_6000 = GPUAccelerator("nvidia-rtx-pro-6000")
T4 = GPUAccelerator("nvidia-tesla-t4")
V100 = GPUAccelerator("nvidia-tesla-v100")
A100 = _mig("nvidia-tesla-a100", "1g.5gb", "2g.10gb", "3g.20gb", "4g.20gb", "7g.40gb")
A100_80GB = _mig("nvidia-a100-80gb", "1g.10gb", "2g.20gb", "3g.40gb", "4g.40gb", "7g.80gb")
_HOSTS = ("1x1", "2x2", "2x4", "4x4", "4x8", "8x8", "8x16", "16x16")
V5E = _tpu("tpu-v5-lite-podslice", *_HOSTS)
V6E = _tpu("tpu-v6e-slice", *_HOSTS)
V5P = _tpu(
    "tpu-v5p-slice",
    *("2x2x1", "2x2x2", "2x4x4", "4x4x4", "4x4x8", "4x8x8", "8x8x8", "8x8x16"),
    *("8x16x16", "16x16x16", "16x16x24"),
)
