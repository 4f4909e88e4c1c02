"""A cell's body as a task: which names it reads, the function that it becomes, its options."""
