"""Keeps tokens good: renewed once however many ask, and never lost.

::

    keeper.py               hands them out
    held.py, kept.py        in hand, and in a store
    renew.py                getting good ones from those
"""
