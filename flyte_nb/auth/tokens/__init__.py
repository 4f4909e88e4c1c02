"""Keeps tokens good: renewed once however many ask, and never lost.

::

    keeper.py               hands them out
    held.py, kept.py        in hand, and in a store
    logouts.py              what ends those of other kernels
    renew.py                getting good ones from those
"""
