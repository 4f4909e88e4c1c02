"""Places that a setting can come from, one per module."""
