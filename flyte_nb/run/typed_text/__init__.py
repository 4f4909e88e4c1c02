"""Inputs that are typed in a line: text, JSON, files and expressions become values of a type."""

from __future__ import annotations

from .convert import convert
from .examples import example
from .expression import evaluate, is_expression, of_expression

__all__ = ["convert", "evaluate", "example", "is_expression", "of_expression"]
