"""What works here and will fail in the pod, told with each attempt."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from flyte_nb import FlyteFile, current_context, task
from flyte_nb.errors import SecretNotFoundError
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


@pytest.mark.parametrize("read", [open, os.stat])
def test_a_file_of_the_notebook_s_folder_that_is_missing_is_told(tmp_path, monkeypatch, read):
    monkeypatch.chdir(tmp_path)
    Path("data.csv").write_text("1,2")

    @task
    def reads() -> None:
        read("data.csv")

    run = reads.run(isolate=True).wait(60)
    assert type(run.error) is FileNotFoundError
    assert run.error.args == (2, "No such file or directory")
    (note,) = run.error.__notes__
    assert note.startswith("data.csv: it is in the folder of the notebook")
    (found,) = run.progress.nodes()[0].attempts[-1].findings
    assert found == f"file {note}"
    assert "make it an input (FlyteFile)" in found
    assert "in the folder of the notebook" in run.traceback


def test_a_file_of_this_machine_is_told_wherever_it_is(home, tmp_path):
    there, made = tmp_path / "elsewhere.csv", tmp_path / "made"
    there.write_text("1")
    made.write_text("1")
    (home / "own.csv").write_text("1")

    @task
    def reads(a: FlyteFile, b: FlyteFile) -> FlyteFile:
        Path(a).read_text()
        Path(b).read_text()
        made.write_text("2")
        Path("/etc/hosts").exists()
        Path("/etc/passwd").read_bytes()
        there.read_text()
        made.read_text()
        return FlyteFile(str(made))

    inputs = tmp_path / "input.csv"
    inputs.write_text("1")
    given = {"a": str(inputs), "b": str(home / "own.csv")}
    (found,) = findings_of(reads.run(**given, isolate=True))
    assert found.startswith(f"file {there}: a file of this machine, which the pod has not")


def test_a_secret_that_was_not_declared_is_told_though_the_task_did_without_it():
    @task
    def asks() -> str:
        try:
            return current_context().secrets.get("db", "password")
        except SecretNotFoundError:
            return "none"

    (found,) = findings_of(asks.run(isolate=True))
    assert found.startswith("secret Secret(group='db', key='password'): asked for and not declared")


def test_an_image_that_is_only_a_name_says_that_nobody_knows_it():
    @task(container_image="docker.io/library/python:3.9-slim")
    def imports() -> bool:
        import psutil

        return psutil.pid_exists(1)

    @task(container_image="python:3.9-slim")
    def plain() -> int:
        return 1

    python, image = findings_of(imports.run(isolate=True))
    assert "the image has 3.9" in python
    assert image == (
        "image docker.io/library/python:3.9-slim: nobody here knows what is in it: see that it has"
        " psutil"
    )
    assert len(findings_of(plain.run(isolate=True))) == 1


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
    assert python_of("cr.flyte.org/flyteorg/flytekit:py3.12-1.16.0") == "3.12"
    assert python_of("ghcr.io/me/python:latest") is None
