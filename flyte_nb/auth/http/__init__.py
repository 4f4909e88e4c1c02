"""Calls to admin and to identity providers.

::

    transport.py            sessions with deadlines, proxies and certificates
    fetch.py, status.py     bounded questions and answers
    given_session.py        sessions as flytekit's functions are given them
"""
