"""What becomes of a value where it enters or leaves a task: there, a cluster makes a message of it.

A conversion takes a value and the way that it goes, and returns what arrives: the value itself
where nothing changes, so that what needs no conversion costs nothing.
"""
