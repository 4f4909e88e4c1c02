"""Reaching Flyte admin and its identity provider, and logging in."""
