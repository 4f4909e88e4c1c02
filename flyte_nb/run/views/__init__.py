"""A run as it is shown: live and as a record, drawn and in words."""
