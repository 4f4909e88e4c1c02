"""The ways to log in, as generators: they yield what is to be done, and do nothing themselves."""
