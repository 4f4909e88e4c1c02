"""What one attempt leaves for the next, kept whole whenever an attempt dies."""

from __future__ import annotations

from .background import AsyncCheckpoint
from .base import Checkpoint
from .sync import SyncCheckpoint

__all__ = ["AsyncCheckpoint", "Checkpoint", "SyncCheckpoint"]
