"""Print the path of a Chrome or Chromium; install one when there is none.

In this order: the one named by FLYTE_NB_CHROMIUM, one that is installed, one that
Playwright downloaded before, Playwright's download, Debian's package.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VARIABLE = "FLYTE_NB_CHROMIUM"
COMMANDS = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser")
MAC_APPS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
DEBIAN_PACKAGES = ("chromium", "fonts-liberation")
START_TIMEOUT_S = 60


class NoBrowserError(Exception):
    """No browser was found, and none could be installed."""


def find(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the path of a browser that starts, or None.

    Raises:
        NoBrowserError: FLYTE_NB_CHROMIUM names something that does not start.
    """
    named = environ.get(VARIABLE)
    if named:
        if not _starts(named):
            raise NoBrowserError(f"{VARIABLE}={named} is not a browser that starts")
        return named
    return next((path for path in _candidates(environ) if _starts(path)), None)


def install(environ: Mapping[str, str] = os.environ) -> None:
    """Install a browser: Playwright's, else Debian's.

    Raises:
        NoBrowserError: Neither could be installed.
    """
    if _runs([sys.executable, "-m", "playwright", "install", "chromium"], environ):
        return
    root = _root_prefix()
    apt_get = shutil.which("apt-get")
    if apt_get is None or root is None:
        tried = "Playwright's download failed, and there is no apt-get that may be run"
        raise NoBrowserError(f"{tried}: install Chrome or Chromium, or set {VARIABLE}")
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", apt_get, "-qq"]
    wanted = [*apt, "install", "--yes", "--no-install-recommends", *DEBIAN_PACKAGES]
    if _runs(wanted, environ):
        return
    if not (_runs([*apt, "update"], environ) and _runs(wanted, environ)):
        tried = "Playwright's download and `apt-get install chromium` both failed"
        raise NoBrowserError(f"{tried}: install Chrome or Chromium, or set {VARIABLE}")


def _candidates(environ: Mapping[str, str]) -> Iterator[str]:
    for command in COMMANDS:
        path = shutil.which(command, path=environ.get("PATH"))
        if path:
            yield path
    yield from MAC_APPS
    from playwright.sync_api import sync_playwright  # slow to start, so asked last

    with sync_playwright() as playwright:
        yield playwright.chromium.executable_path


def _starts(path: str) -> bool:
    """Tell a browser from a stub that only says how to install one (Ubuntu has such)."""
    if not Path(path).is_file():
        return False
    try:
        subprocess.run(
            [path, "--version"], capture_output=True, timeout=START_TIMEOUT_S, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def _runs(command: list[str], environ: Mapping[str, str]) -> bool:
    """Run *command*; say on stderr what runs and why it failed, for stdout is for the path."""
    print("+", *command, file=sys.stderr, flush=True)
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = [line for line in (done.stdout + done.stderr).splitlines() if "rror" in line]
        print("  failed:", *lines[:1], file=sys.stderr)
    return done.returncode == 0


def _root_prefix() -> list[str] | None:
    if os.name != "posix":
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode:
        return None
    return [sudo, "-n"] if sudo else None


def find_or_install() -> str:
    """Return the path of a browser that starts, installed now if need be.

    Raises:
        NoBrowserError: None was found, and none could be installed.
    """
    path = find()
    if path is None:
        print("No Chrome or Chromium is installed: installing one", file=sys.stderr)
        install()
        path = find()
    if path is None:
        raise NoBrowserError(f"what was installed does not start: set {VARIABLE}")
    return path


def main() -> int:
    """Print the path, or one line that says what to do."""
    try:
        print(find_or_install())
    except NoBrowserError as error:
        print(f"No browser for the tests: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
