"""What happens in the process that asks for a run."""
