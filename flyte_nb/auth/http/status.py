"""Statuses of HTTP."""

from __future__ import annotations

OK = 200
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""What may be answered otherwise a little later."""
