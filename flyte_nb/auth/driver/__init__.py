"""Does what flows ask for: calls, waits, listens, runs programs.

::

    driver.py               one step after the other, until the flow ends
    redirect.py, inbox.py   browsers that come back, and addresses that are pasted
    program.py              programs that print a token
"""
