"""The grants of the authorization server, one module each."""
