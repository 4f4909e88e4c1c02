"""Keeps values that were handed out as secrets out of everything that is shown or saved.

::

    add(value)   parts.py      what of a value is secret: all of it, its lines, its passwords
                 encodings.py  every way in which such a part is written
    mask(text)   matcher.py    finds them all in one pass
                 markup.py     sees through colour codes and tags
                 stream.py     text that comes in pieces
                 bundle.py     what a notebook shows: JSON, by MIME type
    guard.py     holds it together; `LEAK_GUARD` is the one of this process
"""

from __future__ import annotations

from flyte_nb.config.handed_out import on_secret

from .guard import LEAK_GUARD, LeakGuard

__all__ = ["LEAK_GUARD", "LeakGuard"]

on_secret(LEAK_GUARD.add)
