"""Flyte admin over HTTP."""
