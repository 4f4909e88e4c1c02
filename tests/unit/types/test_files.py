"""Files and folders that go from task to task."""

import os
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import cloudpickle
import fsspec
import pydantic
import pytest

from flyte_nb import FlyteDirectory, FlyteFile, current_context, task, workflow
from flyte_nb.context.current import base_in_force
from flyte_nb.errors import InvalidValueError, StorageError, TypeTransformerFailedError
from flyte_nb.types.formats import CSVFile, FileExt


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    """A folder with a file and a folder in it."""
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_text("hello")
    Path("d/inner").mkdir(parents=True)
    Path("d/x").write_text("x")
    Path("d/inner/y").write_text("y")


@pytest.fixture
def store():
    """A store that has a file and a folder."""
    fs = fsspec.filesystem("memory")
    fs.pipe("/bucket/k.csv", b"far")
    fs.pipe("/bucket/d/x", b"far x")
    fs.pipe("/bucket/d/inner/y", b"far y")
    yield fs
    fs.rm("/bucket", recursive=True)


@task
def read(file: FlyteFile) -> str:
    return Path(file).read_text()


@task
def names(folder: FlyteDirectory) -> list[str]:
    return sorted(os.listdir(folder))  # noqa: PTH208 - as users have it


@task
def make(text: str) -> FlyteFile:
    path = Path(current_context().working_directory) / "made.txt"
    path.write_text(text)
    return FlyteFile(str(path))


@pytest.mark.parametrize("given", ["a.csv", Path("a.csv"), FlyteFile("a.csv"), CSVFile("a.csv")])
def test_what_is_taken_for_a_file(given):
    assert read(file=given) == "hello"


@pytest.mark.parametrize("given", ["d", Path("d"), FlyteDirectory("d")])
def test_what_is_taken_for_a_folder(given):
    assert names(folder=given) == ["inner", "x"]


@pytest.mark.parametrize(
    ("run", "given", "message"),
    [
        (read, "no.csv", r"read\(file=…\): there is no file 'no.csv' in "),
        (read, FlyteFile("no.csv"), "there is no file 'no.csv'"),
        (read, "/no.csv", "there is no file '/no.csv'$"),
        (read, "d", "'d' is a folder, and FlyteFile is declared\n  hint: declare FlyteDirectory"),
        (read, FlyteDirectory("d"), "expected FlyteFile, got a FlyteDirectory"),
        (read, 5, "expected FlyteFile, got int 5"),
        (names, "no", "there is no folder 'no'"),
        (names, "a.csv", "'a.csv' is no folder, and FlyteDirectory is declared"),
    ],
)
def test_what_is_not(run, given, message):
    with pytest.raises(TypeTransformerFailedError, match=message):
        run(given)


def test_a_file_outlives_the_run_and_its_working_folder():
    kept = make(text="kept")
    assert Path(kept).read_text() == "kept"
    assert Path(kept).name == "made.txt"
    assert str(kept).startswith(current_context().raw_output_prefix)
    assert read(file=kept) == "kept"
    assert Path(make(text="other")).read_text() == "other"
    assert Path(kept).read_text() == "kept"


def test_a_copy_is_kept_of_a_file_elsewhere():
    @task
    def give() -> FlyteFile:
        return "a.csv"

    @task
    def give_folder() -> FlyteDirectory:
        return "d"

    kept, folder = give(), give_folder()
    Path("a.csv").write_text("changed")
    Path("d/x").write_text("changed")
    assert Path(kept).read_text() == "hello"
    assert (Path(folder) / "x").read_text() == "x"
    assert (Path(folder) / "inner/y").read_text() == "y"


def test_a_file_is_kept_where_it_is_said():
    @task
    def give() -> FlyteFile:
        return FlyteFile("a.csv", remote_path=str(Path("far/b.csv").absolute()))

    @task
    def stay() -> FlyteFile:
        return FlyteFile("a.csv", remote_path=False)

    assert str(give()) == str(Path("far/b.csv").absolute())
    assert Path("far/b.csv").read_text() == "hello"
    assert str(stay()) == "a.csv"


def test_a_file_is_kept_where_it_may_be_kept():
    @task
    def give() -> FlyteFile:
        return FlyteFile("a.csv", remote_path=True)

    assert str(give()).startswith(current_context().raw_output_prefix)
    assert FlyteFile("a.csv", remote_path=True).remote_path is None


@pytest.mark.parametrize("is_within", [True, False])
def test_of_a_link_the_file_is_kept(is_within):
    @task
    def give() -> FlyteFile:
        folder = Path(current_context().working_directory)
        (folder / "real.txt").write_text("hello")
        link = folder / "link.txt"
        link.symlink_to("real.txt" if is_within else there)
        return str(link)

    there = Path("a.csv").absolute()
    kept = Path(give())
    assert not kept.is_symlink()
    there.write_text("changed")
    assert kept.read_text() == "hello"


def test_a_file_behind_a_linked_folder_is_copied():
    @task
    def give() -> FlyteFile:
        linked = Path(current_context().working_directory) / "linked"
        linked.symlink_to(here)
        return str(linked / "a.csv")

    here = Path.cwd()
    kept = Path(give())
    with Path("a.csv").open("w") as file:
        file.write("changed")
    assert kept.read_text() == "hello"


@pytest.mark.parametrize("kind", [FlyteFile, FlyteFile["csv"], FlyteFile | None])
def test_files_in_a_workflow(kind):
    @task
    def give() -> FlyteFile["csv"]:  # noqa: F821 - a format
        return "a.csv"

    def look(file):
        return f"{Path(file).read_text()} {type(file).extension()}"

    look.__annotations__ = {"file": kind, "return": str}
    looked = task(look)

    @workflow
    def wf() -> str:
        return looked(file=give())

    assert wf() in ("hello csv", "hello ")


def test_a_file_and_a_folder_are_not_one():
    def wf() -> str:
        return read(file=folder())

    with pytest.raises(TypeTransformerFailedError, match="is FlyteDirectory"):
        workflow(wf)


@task
def folder() -> FlyteDirectory:
    return "d"


@pytest.mark.parametrize("returned", ["no.csv", FlyteFile("no.csv"), Path("no.csv")])
def test_a_file_that_is_not_there_is_no_output(returned):
    @task
    def give() -> FlyteFile:
        return returned

    with pytest.raises(TypeTransformerFailedError, match=r"give\(\) returned: there is no file"):
        give()


def test_files_within_other_values():
    @dataclass
    class Both:
        file: FlyteFile
        folder: FlyteDirectory | None = None

    class Model(pydantic.BaseModel):
        file: FlyteFile

    @task
    def give() -> Both:
        return Both(FlyteFile("a.csv"), FlyteDirectory("d"))

    @task
    def several() -> list[FlyteFile]:
        return ["a.csv", FlyteFile("a.csv")]

    @task
    def model() -> Model:
        return Model(file=FlyteFile("a.csv"))

    @task
    def read_all(both: Both, files: list[FlyteFile], model: Model) -> str:
        files = [both.file, *files, model.file]
        return "".join(Path(one).read_text() for one in files) + str(names(folder=both.folder))

    @workflow
    def wf() -> str:
        return read_all(both=give(), files=several(), model=model())

    for place in (give().file, give().folder, several()[0], model().file):
        assert str(place).startswith(current_context().raw_output_prefix)
    assert wf() == "hellohellohellohello['inner', 'x']"
    with pytest.raises(TypeTransformerFailedError, match="field file of Both: there is no file"):
        read_all(both=Both("no"), files=[], model=Model(file="a.csv"))


@pytest.mark.usefixtures("store")
def test_a_file_in_a_store_is_fetched_when_it_is_opened():
    @task
    def look(file: FlyteFile["csv"]) -> tuple[bool, str, str, bool]:  # noqa: F821 - a format
        before = Path(file.path).exists()
        return before, Path(file).read_text(), str(file.remote_source), file.downloaded

    assert look(file="memory://bucket/k.csv") == (False, "far", "memory://bucket/k.csv", True)
    assert look(file=FlyteFile("memory://bucket/k.csv"))[1] == "far"
    assert names(folder="memory://bucket/d") == ["inner", "x"]


@pytest.mark.usefixtures("store")
def test_what_is_in_a_store_stays_there():
    @task
    def give() -> FlyteFile:
        return "memory://bucket/k.csv"

    @workflow
    def wf() -> str:
        return read(file=give())

    assert give().remote_source == "memory://bucket/k.csv"
    assert wf() == "far"


def test_outputs_go_to_a_store_that_is_named(store):
    session = base_in_force()
    session.configure(raw_output_prefix="memory://bucket/raw")
    try:
        kept = make(text="up")
        assert kept.remote_source.startswith("memory://bucket/raw/")
        assert store.cat(kept.remote_source) == b"up"
        assert read(file=kept) == "up"
    finally:
        session.reset()


def test_what_is_not_in_a_store():
    with pytest.raises(StorageError, match="there is nothing of that name"):
        read(file="memory://bucket/no.csv")


def test_a_new_file_is_written_below_the_prefix():
    @task
    def write() -> FlyteFile:
        file = FlyteFile.new_remote_file("n.txt")
        with file.open("w") as out:
            out.write("new")
        return file

    @task
    def local() -> FlyteFile:
        file = FlyteFile.new("n.txt")
        Path(file.path).write_text("local")
        return file

    found = write()
    assert Path(found).read_text() == "new"
    assert str(found).startswith(current_context().raw_output_prefix)
    assert Path(local()).read_text() == "local"


def test_a_file_is_read_and_written_where_it_is(store):
    with FlyteFile("memory://bucket/k.csv").open("r") as file:
        assert file.read() == "far"
    with FlyteFile("memory://bucket/new.txt").open("w") as file:
        file.write("all of it")
    assert store.cat("/bucket/new.txt") == b"all of it"


def test_folders():
    folder = FlyteDirectory("d")
    assert sorted(folder.crawl()) == [("d", "inner/y"), ("d", "x")]
    listed = FlyteDirectory.listdir(folder)
    assert [(type(one), str(one)) for one in listed] == [
        (FlyteDirectory, "d/inner"),
        (FlyteFile, "d/x"),
    ]
    assert str(folder.new_file("z.txt")) == "d/z.txt"
    assert str(folder.new_dir("z")) == "d/z"


@pytest.mark.usefixtures("store")
def test_folders_in_a_store():
    listed = FlyteDirectory.listdir(FlyteDirectory("memory://bucket/d"))
    assert sorted((type(one).__name__, one.remote_source) for one in listed) == [
        ("FlyteDirectory", "memory://bucket/d/inner"),
        ("FlyteFile", "memory://bucket/d/x"),
    ]
    assert sorted(Path(one).name for one in listed) == ["inner", "x"]


def test_formats():
    assert FlyteFile["csv"].extension() == FlyteFile[".csv"].extension() == "csv"
    assert FlyteFile["csv"] is FlyteFile["csv"]
    assert issubclass(FlyteFile["csv"], FlyteFile)
    assert FlyteFile[Annotated[str, FileExt("tar.gz")]].extension() == "tar.gz"
    assert FlyteFile[None] is FlyteFile[""] is FlyteFile
    assert CSVFile is FlyteFile["csv"]
    with pytest.raises(InvalidValueError):
        FlyteFile[Annotated[int, FileExt("csv")]]


@pytest.mark.parametrize("place", [FlyteFile["csv"]("a.csv"), FlyteDirectory("memory://b/d")])
@pytest.mark.parametrize("module", [pickle, cloudpickle])
def test_it_travels_to_another_process(place, module):
    found = pickle.loads(module.dumps(place))
    assert (type(found), found.remote_source) == (type(place), place.remote_source)
    # The other one may be in another folder.
    assert found.path == (place.path if place.remote_source else str(Path(place.path).absolute()))


def test_equal_and_as_text():
    assert FlyteFile("a") == FlyteFile("a") == "a"
    assert FlyteFile("a") != FlyteFile["csv"]("a")
    assert FlyteFile("d") != FlyteDirectory("d")
    assert {FlyteFile("a"), "a"} == {"a"}
    assert (str(FlyteFile("a")), repr(FlyteFile("a"))) == ("a", "a")


@pytest.mark.parametrize("path", [5, None, b"a", ["a"]])
def test_what_is_no_path(path):
    for kind in (FlyteFile, FlyteDirectory):
        with pytest.raises(InvalidValueError, match="a path is needed"):
            kind(path)


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        (lambda: FlyteFile["csv"]("a.csv"), ["a.csv", "5 B", "csv"]),
        (lambda: FlyteFile("no.csv"), ["no.csv", "there is no such file or folder now", "any"]),
        (lambda: FlyteDirectory("d"), ["2 files, 2 B"]),
        (lambda: FlyteFile("s3://b/k"), ["s3://b/k", "not fetched yet"]),
        (lambda: FlyteFile("<b>.csv"), ["&lt;b&gt;.csv"]),
    ],
)
def test_it_shows_itself_as_a_small_table(place, shown):
    html = place()._repr_html_()
    assert all(text in html for text in shown)
