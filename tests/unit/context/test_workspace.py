import os
import shutil
import subprocess
import sys

import pytest

from flyte_nb.context import Workspace
from flyte_nb.errors import WorkspaceError


def test_a_folder_is_made_when_asked_for_and_gone_after(tmp_path):
    workspace = Workspace(str(tmp_path / "new"))
    assert not (tmp_path / "new").exists()
    folder = workspace.directory("attempt-0")
    assert folder.is_dir()
    assert workspace.directory("attempt-0") == folder
    workspace.close()
    assert not folder.exists()
    workspace.close()


def test_a_sandbox_that_cannot_be_made_is_one_clear_error(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(WorkspaceError, match="FLYTE_SDK_LOCAL_SANDBOX"):
        Workspace(str(tmp_path / "file" / "box")).directory("x")


def test_home_is_expanded(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    workspace = Workspace("~/box")
    assert workspace.directory("x").is_relative_to(tmp_path / "box")
    workspace.close()


def test_an_interrupt_while_it_is_removed_leaves_nothing_behind(tmp_path):
    workspace = Workspace(str(tmp_path))
    folder = workspace.directory("x")
    for n in range(50):
        (folder / str(n)).touch()
    steps = iter(range(1_000_000))

    def interrupt(frame, _event, _arg):
        if frame.f_code.co_filename == shutil.__file__ and next(steps) == 60:
            raise KeyboardInterrupt
        return interrupt

    sys.settrace(interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            workspace.close()
    finally:
        sys.settrace(None)
    assert next(steps) > 60
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_child_that_ends_leaves_the_folder_alone(tmp_path):
    workspace = Workspace(str(tmp_path))
    kept = workspace.directory("kept")
    code = (
        "import os, sys\n"
        "from flyte_nb.context import Workspace\n"
        f"w = Workspace({str(tmp_path)!r}); d = w.directory('x')\n"
        "pid = os.fork()\n"
        "if not pid: w.close(); sys.exit(0)\n"
        "os.waitpid(pid, 0); print(d.exists())"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "True"
    assert kept.exists()
