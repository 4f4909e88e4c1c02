"""A real JupyterLab on loopback, in an empty folder."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clean_environment import clean_environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "loopback"
START_S = 60
STOP_S = 20
LOG_TAIL_LINES = 40


@dataclass
class Lab:
    """A running JupyterLab."""

    url: str
    base: Path
    settings: dict[str, object] = field(default_factory=dict)
    """What plugins are told, by plugin: a page reads it when it is loaded."""
    _spare: str | None = None

    @property
    def root(self) -> Path:
        """The folder that it serves."""
        return self.base / "root"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.base / "lab.log"

    def address(self, name: str) -> str:
        """Return where notebook *name* opens, alone on the page."""
        return f"{self.url}/doc/tree/{name}?token={TOKEN}&reset"

    def configure(self, plugin: str, values: object) -> None:
        """Set a plugin's user settings."""
        extension, name = plugin.rsplit(":", 1)
        path = self.base / "settings" / extension / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))
        self.settings[plugin] = values

    def request(self, method: str, path: str, content: object = None) -> Any:
        """Call the server's REST interface; return the decoded answer."""
        request = urllib.request.Request(
            f"{self.url}/api/{path}",
            method=method,
            headers={"Authorization": f"token {TOKEN}"},
            data=None if content is None else json.dumps(content).encode(),
        )
        with urllib.request.urlopen(request, timeout=STOP_S) as answer:
            body = answer.read()
        return json.loads(body) if body else None

    def prepare_kernel(self) -> None:
        """Start a kernel for the notebook that is opened next: it is up by then."""
        self._spare = self.request("POST", "kernels", {"name": "python3", "path": ""})["id"]

    def give_kernel(self, name: str) -> None:
        """Give notebook *name* the kernel that was prepared, if one was."""
        if self._spare is None:
            return
        kernel, self._spare = {"id": self._spare}, None
        session = {"path": name, "name": name, "type": "notebook", "kernel": kernel}
        self.request("POST", "sessions", session)

    def stop_kernels(self) -> None:
        """Shut down every kernel of a notebook, as a server does that is restarted."""
        for session in self.request("GET", "sessions"):
            self.request("DELETE", f"sessions/{session['id']}")

    def last_words(self) -> str:
        """Return the end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:])


@contextmanager
def run_lab(base: Path) -> Iterator[Lab]:
    """Start a JupyterLab below the folder *base*, and stop it in the end."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    lab, home = Lab(f"http://127.0.0.1:{port}", base), base / "home"
    page_config = home / ".jupyter" / "labconfig" / "page_config.json"
    page_config.parent.mkdir(parents=True)
    quiet = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    page_config.write_text(json.dumps(quiet))
    lab.root.mkdir()
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={lab.root}",
        f"--IdentityProvider.token={TOKEN}",
        f"--LabApp.user_settings_dir={base / 'settings'}",
        f"--LabApp.workspaces_dir={base / 'workspaces'}",
        "--LabApp.expose_app_in_browser=True",  # by which one page shows several notebooks
    ]
    with (
        lab.log.open("wb") as output,
        subprocess.Popen(
            command, stdout=output, stderr=output, env=clean_environment(os.environ, home)
        ) as server,
    ):
        try:
            _wait_until_it_answers(lab, server)
            yield lab
            lab.stop_kernels()
        finally:
            _end(server)


def _wait_until_it_answers(lab: Lab, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_S
    while True:
        try:
            lab.request("GET", "status")
        except OSError:
            if time.monotonic() > deadline or server.poll() is not None:
                raise RuntimeError(f"JupyterLab did not start:\n{lab.last_words()}") from None
            time.sleep(0.1)
        else:
            return


def _end(server: subprocess.Popen[bytes]) -> None:
    """End it, also where it hangs: the tests have passed by then."""
    server.terminate()
    try:
        server.wait(STOP_S)
    except subprocess.TimeoutExpired:
        server.kill()
