"""A process that waits to be copied: each copy watches one run, and its child is the run."""
