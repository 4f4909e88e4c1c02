"""Watching the process of a run: its limits, its output, what it leaves behind."""
