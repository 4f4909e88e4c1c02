"""Each consumer of a file in a run has what its producer wrote, whatever another one did to it."""

import os
import threading
from dataclasses import dataclass
from pathlib import Path

import pydantic
import pytest

from flyte_nb import (
    Cache,
    FlyteDirectory,
    FlyteFile,
    LaunchPlan,
    current_context,
    dynamic,
    map_task,
    task,
    workflow,
)
from flyte_nb.errors import FlyteRecoverableException, StorageError
from flyte_nb.types.copies import copy_file, copy_folder


@dataclass
class Held:
    file: FlyteFile
    folder: FlyteDirectory


class Model(pydantic.BaseModel):
    file: FlyteFile


@pytest.fixture(autouse=True)
def _here(home, monkeypatch):
    monkeypatch.setenv("FLYTE_SDK_LOCAL_SANDBOX", str(home / "sandbox"))
    monkeypatch.chdir(home)
    Path("a.txt").write_text("made")
    Path("d").mkdir()
    Path("d/x").write_text("made")


def text_of(value) -> Path:
    """Return the path of the file in *value*, fetched."""
    match value:
        case FlyteDirectory():
            return Path(value) / "x"
        case Held():
            return Path(value.file)
        case Model():
            return Path(value.file)
        case list():
            return text_of(value[0])
        case dict():
            return text_of(value["a"])
    return Path(value)


def as_tasks(kind, make):
    """Return a task that gives a value of type *kind*, and one that changes its file."""

    def give():
        return make()

    def change(value, word):
        path = text_of(value)
        path.write_text(f"{path.read_text()} {word}")
        return path.read_text()

    give.__annotations__ = {"return": kind}
    change.__annotations__ = {"value": kind, "word": str, "return": str}
    return task(give), task(change)


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        (FlyteFile, lambda: "a.txt"),
        (FlyteFile["txt"], lambda: FlyteFile("a.txt")),
        (FlyteFile | None, lambda: FlyteFile("a.txt")),
        (FlyteDirectory, lambda: "d"),
        (list[FlyteFile], lambda: ["a.txt"]),
        (dict[str, list[FlyteDirectory]], lambda: {"a": ["d"]}),
        (Held, lambda: Held(FlyteFile("a.txt"), FlyteDirectory("d"))),
        (list[Held], lambda: [Held(FlyteFile("a.txt"), FlyteDirectory("d"))]),
        (Model, lambda: Model(file="a.txt")),
        (os.PathLike, lambda: FlyteFile("a.txt")),
    ],
)
def test_one_consumer_changes_nothing_for_the_next(kind, make):
    give, change = as_tasks(kind, make)

    def flow():
        value = give()
        first = change(value=value, word="one")
        second = change(value=value, word="two")
        first >> second
        return first, second, value

    flow.__annotations__ = {"return": tuple[str, str, kind]}
    *said, value = workflow(flow)()
    assert said == ["made one", "made two"]
    assert text_of(value).read_text() == "made"


@task
def grow(file: FlyteFile) -> str:
    with Path(file).open("a") as out:
        out.write("!")
    return Path(file).read_text()


@task
def give() -> FlyteFile:
    return "a.txt"


def test_an_input_of_a_workflow_stays_as_it_is():
    @workflow
    def wf(file: FlyteFile = "a.txt") -> tuple[str, str]:
        return grow(file=file), grow(file=file)

    assert wf() == wf(file=FlyteFile("a.txt")) == ("made!", "made!")
    assert LaunchPlan.get_or_create(wf, name="p")(file="a.txt") == ("made!", "made!")
    assert grow.run(file="a.txt").result(60) == "made!"
    assert Path("a.txt").read_text() == "made"


def test_a_call_outside_of_runs_has_the_file_itself():
    @task
    def path(file: FlyteFile) -> str:
        return os.fspath(file)

    assert path(file="a.txt") == "a.txt"


def test_each_attempt_has_a_copy():
    @task(retries=2)
    def fails_twice(file: FlyteFile) -> str:
        with Path(file).open("a") as out:
            out.write("!")
        if current_context().attempt < 2:
            raise FlyteRecoverableException(Path(file).read_text())
        return Path(file).read_text()

    @workflow
    def wf() -> str:
        return fails_twice(file=give())

    assert wf() == "made!"


def test_of_a_map_of_a_dynamic_task_and_of_an_isolated_one_each_has_a_copy():
    @dynamic
    def twice(file: FlyteFile) -> list[str]:
        Path(file).write_text("of the dynamic task alone")
        return [grow(file=file), grow(file=file)]

    @workflow
    def wf(file: FlyteFile) -> tuple[list[str], list[str]]:
        return map_task(grow)(file=[file, file]), twice(file=file)

    assert wf(file="a.txt") == (["made!"] * 2, ["made!"] * 2)
    assert wf.run(file="a.txt", isolate=True).result(60) == (["made!"] * 2, ["made!"] * 2)
    assert Path("a.txt").read_text() == "made"


def test_who_only_reads_copies_nothing():
    @task
    def read(file: FlyteFile, folder: FlyteDirectory) -> tuple[str, str, list[bool]]:
        with file.open() as text:
            found = text.read()
        (inner,) = FlyteDirectory.listdir(folder)
        with inner.open() as text:
            listed = text.read()
        assert [name for _, name in folder.crawl()] == ["x"]
        return found, listed, [one.downloaded for one in (file, folder, inner)]

    @workflow
    def wf(file: FlyteFile, folder: FlyteDirectory) -> tuple[str, str, list[bool]]:
        return read(file=file, folder=folder)

    assert wf(file="a.txt", folder="d") == ("made", "made", [False] * 3)


def test_what_is_written_by_open_and_in_a_listed_file_is_in_a_copy():
    @task
    def write(file: FlyteFile, folder: FlyteDirectory) -> tuple[str, str, list[str]]:
        with file.open("a") as out:
            out.write("!")
        with file.open() as text:
            found = text.read()
        (inner,) = FlyteDirectory.listdir(folder)
        with inner.open("r+") as out:
            out.write("M")
        Path(folder, "y").write_text("new")
        listed = sorted(Path(one).name for one in FlyteDirectory.listdir(folder))
        return found, Path(inner).read_text(), listed

    @workflow
    def wf(file: FlyteFile, folder: FlyteDirectory) -> tuple[str, str, list[str]]:
        return write(file=file, folder=folder)

    assert wf(file="a.txt", folder="d") == ("made!", "Made", ["x", "y"])
    assert (Path("a.txt").read_text(), os.listdir("d")) == ("made", ["x"])  # noqa: PTH208
    assert Path("d/x").read_text() == "made"


def test_what_is_returned_changed_is_as_it_was_given_as_on_a_cluster(caplog):
    @task
    def change(file: FlyteFile) -> FlyteFile:
        Path(file).write_text("changed")
        return file

    @task
    def changed_copy(file: FlyteFile) -> FlyteFile:
        Path(file).write_text("changed")
        return FlyteFile(os.fspath(file))

    @workflow
    def wf(file: FlyteFile) -> tuple[FlyteFile, FlyteFile]:
        return change(file=file), changed_copy(file=file)

    first, second = wf(file="a.txt")
    assert (Path(first).read_text(), Path(second).read_text()) == ("made", "changed")
    (record,) = [one for one in caplog.records if "was given" in one.getMessage()]
    assert "a cluster hands on what it was given; return FlyteFile(" in record.getMessage()


def test_threads_and_calls_within_a_task_have_its_copy():
    @task
    def look(file: FlyteFile) -> list[str]:
        def read():
            found.append(Path(file).read_text())

        found = []
        threads = [threading.Thread(target=read) for _ in range(8)]
        Path(file).write_text("changed")
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        return [*set(found), grow(file=file), Path(file).read_text()]

    @workflow
    def wf(file: FlyteFile) -> list[str]:
        return look(file=file)

    assert wf(file="a.txt") == ["changed", "changed!", "changed!"]


def test_the_copies_go_with_the_run():
    @task
    def where(file: FlyteFile) -> str:
        return os.fspath(file)

    @workflow
    def wf(file: FlyteFile) -> str:
        return where(file=file)

    path = Path(wf(file="a.txt"))
    assert path.name == "a.txt"
    assert not path.parent.exists()


def test_a_kept_file_that_a_run_was_given_is_used_again():
    calls = []

    @task(cache=Cache(version="1"))
    def make() -> FlyteFile:
        calls.append(1)
        return "a.txt"

    @task(cache=Cache(version="1"))
    def length(file: FlyteFile) -> int:
        calls.append(2)
        return len(Path(file).read_text())

    @workflow
    def wf() -> tuple[str, int]:
        file = make()
        return grow(file=file), length(file=file)

    assert [wf(), wf()] == [("made!", 4)] * 2
    assert calls == [1, 2]
    assert length(file="a.txt") == 4
    assert calls == [1, 2]


def test_whoever_copies_first_makes_the_copy():
    there = Path("copies").absolute()
    file, folder = there / "file", there / "folder"
    copy_file("a.txt", str(file))
    copy_folder("d", str(folder))
    file.write_text("changed")
    (folder / "x").write_text("changed")
    copy_file("a.txt", str(file))
    copy_folder("d", str(folder))
    assert (file.read_text(), (folder / "x").read_text()) == ("changed", "changed")
    assert sorted(one.name for one in there.iterdir()) == ["file", "folder"]
    with pytest.raises(StorageError, match=r"cannot read no\.txt: there is nothing"):
        copy_file("no.txt", str(there / "other"))


@pytest.mark.skipif(os.name == "nt", reason="where permissions are not in the mode")
def test_nobody_else_may_read_a_copy(tmp_path):
    folder = tmp_path / "folder"
    (folder / "inner").mkdir(parents=True)
    file = folder / "inner" / "file"
    file.write_text("x")
    file.chmod(0o644)
    copy_file(str(file), str(tmp_path / "one"))
    copy_folder(str(folder), str(tmp_path / "all"))
    copies = (tmp_path / "one", tmp_path / "all" / "inner" / "file")
    assert [oct(copy.stat().st_mode & 0o777) for copy in copies] == ["0o600", "0o600"]
    assert [copy.read_text() for copy in copies] == ["x", "x"]
