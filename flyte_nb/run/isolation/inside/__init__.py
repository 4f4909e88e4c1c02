"""What happens in the process of a run itself."""
