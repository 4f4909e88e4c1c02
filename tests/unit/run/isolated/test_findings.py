"""What works here and will fail in the pod, told with each attempt."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from flyte_nb import current_context, task
from flyte_nb.run.isolated.image import packages_of, python_of

pytestmark = pytest.mark.usefixtures("session", "home")


def findings_of(run):
    (node,) = run.wait(60).progress.nodes()
    assert run.error is None
    return node.attempts[-1].findings


def image(**given):
    known = {"packages": None, "requirements": None, "python_version": None, "base_image": None}
    return SimpleNamespace(**{**known, **given})


def test_a_task_that_is_fit_for_a_pod_has_none():
    @task
    def fit(a: int) -> int:
        ctx = current_context()
        ctx.checkpoint.write(b"x")
        ctx.logging.warning("said")
        Path(ctx.working_directory, "file").write_text("own")
        Path(ctx.raw_output_prefix).mkdir(parents=True)
        Path(ctx.raw_output_prefix, "out").write_text("kept")
        return a + len(Path("file").read_text())

    assert findings_of(fit.run(a=1, isolate=True)) == ()


def test_variables_and_files_of_the_notebook(home):
    os.environ["SETTING"] = "x"
    (home / "data.csv").write_text("1,2")
    path = str(home / "data.csv")

    @task
    def unfit() -> str:
        return os.environ.get("SETTING", "none") + Path(path).read_text()

    found = "\n".join(findings_of(unfit.run(isolate=True)))
    assert "variable SETTING: set here, not declared" in found
    assert f"file {path}" in found


def test_the_packages_and_the_python_of_the_image():
    @task(container_image=image(packages=["pandas"], python_version="3.9"))
    def imports() -> bool:
        import psutil

        return psutil.pid_exists(1)

    python, module = findings_of(imports.run(isolate=True))
    assert python.startswith("python 3.")
    assert "the image has 3.9" in python
    assert module == "module psutil: not in the image: add psutil to its packages"


def test_what_an_image_tells(tmp_path):
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("# ours\nnumpy>=1\n-r other.txt\n\nscipy\n")
    assert packages_of(image(packages=["a"], requirements=str(requirements))) == [
        "a",
        "numpy>=1",
        "scipy",
    ]
    assert packages_of(image()) == []
    assert packages_of(image(requirements="/not/there")) is None
    assert packages_of(image(base_image="own")) is None
    assert packages_of("ghcr.io/me/image:1") is None
    assert packages_of(None) is None
    assert python_of(image(python_version="3.12")) == "3.12"
    assert python_of("ghcr.io/me/image:1") is None
