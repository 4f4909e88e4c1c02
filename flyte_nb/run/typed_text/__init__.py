"""Inputs that are typed in a line: text, JSON, files and expressions become values of a type."""

from __future__ import annotations

from .convert import convert
from .examples import example

__all__ = ["convert", "example"]
