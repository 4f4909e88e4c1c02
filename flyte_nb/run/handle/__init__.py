"""A run as a thing that one holds: what goes on in it, how to wait for it, how to end it."""
