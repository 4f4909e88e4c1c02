"""How the processes of a run speak with each other: formats only, no process is started here."""
