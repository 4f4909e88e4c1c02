"""The settings that the runtime reads, by category."""

from __future__ import annotations

import logging

from .entry import ConfigEntry


def _level(text: str) -> int:
    """Return a logging level written as a number (flytekit's way) or by its name."""
    number = int(text) if text.strip().isdecimal() else logging.getLevelName(text.strip().upper())
    if not isinstance(number, int):
        raise ValueError("not a logging level such as 20 or INFO")  # noqa: TRY004
    return number


class LocalSDK:
    """Local runs."""

    LOCAL_SANDBOX = ConfigEntry(
        section="sdk",
        option="local_sandbox",
        parse=str,
        default="",
        doc="Folder for the files of local runs; the system's temporary folder when empty.",
    )
    LOGGING_LEVEL = ConfigEntry(
        section="sdk",
        option="logging_level",
        parse=_level,
        default=logging.INFO,
        doc="Least severe level that a task's logger shows.",
    )


class Secrets:
    """Where secret values are looked up."""

    ENV_PREFIX = ConfigEntry(
        section="secrets",
        option="env_prefix",
        parse=str.strip,
        default="_FSEC_",
        doc="What the name of a secret's environment variable begins with.",
    )
    DEFAULT_DIR = ConfigEntry(
        section="secrets",
        option="default_dir",
        parse=str.strip,
        default="/etc/secrets",
        doc="Folder that holds one folder a secret group.",
    )
    FILE_PREFIX = ConfigEntry(
        section="secrets",
        option="file_prefix",
        parse=str.strip,
        default="",
        doc="What the name of a secret's file begins with.",
    )
