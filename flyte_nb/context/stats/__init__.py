"""Metrics that a task emits: recorded where it runs, and sent to statsd where one is set up."""

from __future__ import annotations

from .recorder import Kind, Metric, Recorder
from .taggable import TaggableStats

__all__ = ["Kind", "Metric", "Recorder", "TaggableStats"]
