"""Files of a task in a process of its own, whose folder goes when it ends."""

from pathlib import Path

import pytest

from flyte_nb import task, workflow
from flyte_nb.types.file import FlyteFile

pytestmark = pytest.mark.usefixtures("session")


@task
def writes() -> FlyteFile:
    Path("out.txt").write_text("kept")
    return FlyteFile("out.txt")


@task
def reads(file: FlyteFile) -> str:
    return Path(file).read_text()


@workflow
def hands_on() -> str:
    return reads(file=writes())


def test_a_file_goes_from_pod_to_pod():
    assert hands_on.run(isolate=True).result(60) == "kept"
    assert Path(writes.run(isolate=True).result(60)).read_text() == "kept"
