"""The environment that notebooks and tests run in: nothing of the user's own leaks in.

Configuration of Flyte, IPython, Jupyter and matplotlib comes from variables and from
files under HOME. Both are replaced, so that a run gives the same on every machine.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
FONT_CACHE = BUILD / "cache" / "matplotlib"
USERS = ("FLYTE", "_FLYTE", "_FSEC_", "IPYTHON", "JPY_", "JUPYTER", "MATPLOTLIB", "MPL", "PYTHON")
OURS = "FLYTE_NB_"  # switches of this repository's own tools, such as FLYTE_NB_CHROMIUM


def clean_environment(environ: Mapping[str, str], home: Path) -> dict[str, str]:
    """Return *environ* without the user's settings and with *home* as HOME.

    Args:
        environ: The variables to start from.
        home: An existing, empty directory.
    """
    kept = {
        name: value
        for name, value in environ.items()
        if name.startswith(OURS) or not name.startswith(USERS)
    }
    jupyter = home / ".local" / "share" / "jupyter"
    return {
        **kept,
        "HOME": str(home),
        "USERPROFILE": str(home),
        "IPYTHONDIR": str(home / ".ipython"),
        "JUPYTER_CONFIG_DIR": str(home / ".jupyter"),
        "JUPYTER_DATA_DIR": str(jupyter),
        "JUPYTER_PLATFORM_DIRS": "1",  # else jupyter_core warns of the change to come
        "JUPYTER_RUNTIME_DIR": str(jupyter / "runtime"),
        "MPLCONFIGDIR": str(FONT_CACHE),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # else each kernel warns of frozen modules
    }


def fill_font_cache(environ: Mapping[str, str]) -> None:
    """Let matplotlib look for fonts now: later it would say so in a notebook's output."""
    if not any(FONT_CACHE.glob("fontlist-*.json")):
        FONT_CACHE.mkdir(parents=True, exist_ok=True)
        code = "import matplotlib.font_manager"
        subprocess.run(
            [sys.executable, "-c", code], env=dict(environ), stderr=subprocess.DEVNULL, check=False
        )
