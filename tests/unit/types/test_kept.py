"""A file that is kept is found to be another one, where a task wrote to it."""

from pathlib import Path

import pytest

from flyte_nb import Cache, FlyteFile, current_context, task


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
