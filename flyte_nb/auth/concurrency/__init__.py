"""Doing a thing once, and one at a time.

::

    apart.py                in a thread of its own, which no interrupt reaches
    single_flight.py        once for all threads that ask
    turn.py                 one process of this machine at a time
"""
