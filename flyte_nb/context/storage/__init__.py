"""Files in a local folder, S3, Google Cloud Storage or Azure, by one set of functions."""

from __future__ import annotations

from .options import storage_options
from .provider import FileAccess

__all__ = ["FileAccess", "storage_options"]
