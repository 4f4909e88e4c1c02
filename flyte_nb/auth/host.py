"""Where the kernel runs: whether a browser on this machine is the user's."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from flyte_nb.config.sources.environment import environment

if TYPE_CHECKING:
    from collections.abc import Mapping

# The most particular first: a kernel of a JupyterHub is in a container too.
_SIGNS = (
    ("JUPYTERHUB_SERVICE_PREFIX", "JupyterHub"),
    ("JUPYTERHUB_API_TOKEN", "JupyterHub"),
    ("COLAB_RELEASE_TAG", "Colab"),
    ("COLAB_GPU", "Colab"),
    ("KAGGLE_KERNEL_RUN_TYPE", "Kaggle"),
    ("DATABRICKS_RUNTIME_VERSION", "Databricks"),
    ("SAGEMAKER_INTERNAL_IMAGE_URI", "SageMaker"),
    ("CODESPACES", "Codespaces"),
    ("GITPOD_WORKSPACE_ID", "Gitpod"),
    ("REMOTE_CONTAINERS", "a container of VS Code"),
    ("VSCODE_IPC_HOOK_CLI", "a remote VS Code"),
    ("KUBERNETES_SERVICE_HOST", "a pod"),
    ("SSH_CONNECTION", "a session of SSH"),
    ("SSH_TTY", "a session of SSH"),
)
_CONTAINER_FILES = ("/.dockerenv", "/run/.containerenv")
_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY")


def why_no_browser(
    environ: Mapping[str, str] | None = None, *, platform: str = sys.platform
) -> str:
    """Return why a browser on this machine would not be the user's, empty where it may be.

    Args:
        environ: Variables of the process; those in force by default.
        platform: What the machine runs, as `sys.platform` says it.
    """
    environ = environment() if environ is None else environ
    for name, place in _SIGNS:
        if environ.get(name):
            return f"the kernel runs in {place}"
    if any(os.path.exists(path) for path in _CONTAINER_FILES):  # noqa: PTH110
        return "the kernel runs in a container"
    has_screen = platform in {"darwin", "win32"} or any(environ.get(name) for name in _SCREENS)
    return "" if has_screen or environ.get("BROWSER") else "no browser can open here"
