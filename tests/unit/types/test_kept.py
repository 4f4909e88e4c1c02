"""A file, folder or table that is kept is found to be another one, where a task wrote to it."""

import inspect
from pathlib import Path

import pandas as pd
import pytest

from flyte_nb import Cache, FlyteDirectory, FlyteFile, StructuredDataset, current_context, task


@pytest.fixture(autouse=True)
def _a_cache_of_its_own(home, monkeypatch):
    monkeypatch.setenv("FLYTE_SDK_LOCAL_SANDBOX", str(home / "sandbox"))
    monkeypatch.chdir(home)


@pytest.mark.parametrize("is_linked", [True, False])
def test_a_kept_file_that_another_task_changed_is_made_again(is_linked):
    calls = []

    @task(cache=Cache(version=str(is_linked)))
    def make() -> FlyteFile:
        calls.append(1)
        folder = Path(current_context().working_directory if is_linked else ".")
        (folder / "page.txt").write_text("text")
        return FlyteFile(str(folder / "page.txt"))

    @task
    def spoil(page: FlyteFile) -> str:
        with Path(page).open("a") as file:
            file.write(", changed")
        return Path(page).read_text()

    assert make().path == make().path
    assert len(calls) == 1
    assert [spoil(page=make()) for _ in range(2)] == ["text, changed"] * 2
    assert len(calls) == 2


def table_of(size: int) -> StructuredDataset:
    return StructuredDataset(pd.DataFrame({"a": range(size)}), uri=str(Path("mine").resolve()))


def folder_of(size: int) -> FlyteDirectory:
    inner = Path("here/inner")
    inner.mkdir(parents=True, exist_ok=True)
    (inner / "page.txt").write_text("a" * size)
    return FlyteDirectory("here", remote_directory=str(Path("mine").resolve()))


def rows_in(table: StructuredDataset) -> int:
    return len(table.open(pd.DataFrame).all())


def characters_in(folder: FlyteDirectory) -> int:
    return sum(len(file.read_text()) for file in Path(folder).rglob("*.txt"))


@pytest.mark.parametrize(
    ("body", "size_of"), [(table_of, rows_in), (folder_of, characters_in)], ids=["table", "folder"]
)
def test_what_another_call_wrote_to_the_same_address_is_made_again(body, size_of):
    calls = []

    @task(cache=Cache(version=body.__name__))
    def make(size: int) -> inspect.signature(body).return_annotation:
        calls.append(size)
        return body(size)

    assert [size_of(make(size=n)) for n in (1, 1000, 1, 1)] == [1, 1000, 1, 1]
    assert calls == [1, 1000, 1]
