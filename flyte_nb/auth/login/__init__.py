"""A login: begun, told of while it goes on, shown, and over.

::

    login.py              goes on in the background
    course.py, state.py   its states, and one moment of it
    work.py               what it does
    view.py, record.py    how it is shown where no widget runs  facts.py, qr.py  and where one does
"""
