"""Attempts of tasks in processes of their own, as their pods would be.

::

    attempt    runs one: asks `isolation` for a process, hands back the value or the exception
    pod        what the process is told: who it is, where its checkpoint and its outputs are
    declared   its variables and secrets: those that the task declares, nothing else
    bounds     its limits: those of the task's resources, and its timeout
    image      what is installed in the task's image, as far as that is known
    ended      how it ended: the value, the exception, or the error that stands for the rest

    inside     in the process: the context of the attempt, and what it tells while it runs
    decks      decks on their way from there to here
    relay      takes what it tells, as if it had happened here
"""
