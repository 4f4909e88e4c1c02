"""Tables that go from task to task, as files of Parquet."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NamedTuple

import fsspec
import pandas as pd
import polars as pl
import pyarrow as pa
import pydantic
import pytest
from pydantic_core import PydanticSerializationError

from flyte_nb import Cache, StructuredDataset, current_context, kwtypes, task, workflow
from flyte_nb.context.current import base_in_force
from flyte_nb.errors import InvalidValueError, StorageError, TypeTransformerFailedError


@task
def frame() -> pd.DataFrame:
    return pd.DataFrame({"a": [1, 2]})


@task
def dataset() -> StructuredDataset:
    return StructuredDataset(dataframe=pd.DataFrame({"a": [3]}))


@task
def total(table: StructuredDataset) -> int:
    return int(table.open(pd.DataFrame).all()["a"].sum())


@task
def rows(table: pd.DataFrame) -> int:
    return len(table)


def test_tables_are_given_as_what_is_declared():
    assert total(table=pd.DataFrame({"a": [1]})) == 1
    assert rows(table=StructuredDataset(pd.DataFrame({"a": [1]}))) == 1

    @workflow
    def wf() -> tuple[int, int, int, int]:
        return total(table=frame()), total(table=dataset()), rows(table=frame()), rows(dataset())

    assert wf() == (3, 3, 2, 1)


def test_a_table_at_an_address(tmp_path):
    (tmp_path / "t.csv").write_text("a\n5\n6\n")
    table = StructuredDataset(uri=str(tmp_path / "t.csv"), file_format="csv")
    assert total(table=table) == 11
    assert [len(one) for one in table.open(pd.DataFrame).iter()] == [2]


def test_what_cannot_be_given(tmp_path):
    table = StructuredDataset(pd.DataFrame({"a": [1]}))
    with pytest.raises(InvalidValueError, match=r"write table\.open\(pd"):
        table.all()
    with pytest.raises(InvalidValueError, match=r"DataFrame cannot be given as builtins\.dict"):
        table.open(dict).all()
    with pytest.raises(InvalidValueError, match="neither dataframe nor uri"):
        StructuredDataset().open(dict).all()
    with pytest.raises(TypeTransformerFailedError, match="expected StructuredDataset"):
        total(table={"a": [1]})
    with pytest.raises(TypeTransformerFailedError, match="neither dataframe nor uri"):
        total(table=StructuredDataset())
    with pytest.raises(TypeTransformerFailedError, match=r"there is no table 'no\.parquet'"):
        total(table=StructuredDataset(uri="no.parquet"))
    with pytest.raises(TypeTransformerFailedError, match="a Series is not written as 'parquet'"):
        total(table=StructuredDataset(pd.Series([1])))
    (tmp_path / "bad").write_text("no table")
    with pytest.raises(InvalidValueError, match="bad cannot be read: "):
        total(table=StructuredDataset(uri=tmp_path / "bad"))


def test_it_shows_its_table():
    assert "<table" in StructuredDataset(pd.DataFrame({"a": [1]}))._repr_html_()
    assert "s3://b/t" in StructuredDataset(uri="s3://b/t")._repr_html_()
    assert "columns" in dataset_of_a()._repr_html_()


TIMES = pd.to_datetime(["2020-01-01"]).as_unit("ns")


@pytest.mark.parametrize(
    ("given", "arrives"),
    [
        ({"a": [(1, 2)]}, lambda t: list(t["a"][0]) == [1, 2] and type(t["a"][0]) is not tuple),
        ({"a": pd.Series([1, None], dtype=object)}, lambda t: str(t["a"].dtype) == "float64"),
        ({"a": TIMES}, lambda t: str(t["a"].dtype) == "datetime64[us]"),
        ({"a": pd.Categorical(["x"])}, lambda t: str(t["a"].dtype) == "category"),
        ({0: [1], 1: [2]}, lambda t: list(t.columns) == [0, 1]),
        ({"b": [1.5], "a": [2]}, lambda t: list(t.columns) == ["b", "a"]),
    ],
)
@pytest.mark.parametrize("kind", [pd.DataFrame, StructuredDataset])
def test_what_arrives_is_as_parquet_has_it(kind, given, arrives):
    def make():
        return pd.DataFrame(given)

    def take(table):
        table = table if kind is pd.DataFrame else table.open(pd.DataFrame).all()
        return bool(arrives(table))

    make.__annotations__ = {"return": kind}
    take.__annotations__ = {"table": kind, "return": bool}
    made, taken = task(make), task(take)

    @workflow
    def wf() -> bool:
        return taken(table=made())

    assert wf()
    assert taken(table=pd.DataFrame(given))
    assert arrives(made() if kind is pd.DataFrame else made().open(pd.DataFrame).all())


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"a": [1, "x"]}, "column 'a' of the table has values of several types"),
        ({"a": [object()]}, "Parquet, which does not take this one: .*column a"),
        ({"a": pd.to_datetime([1], unit="ns")}, "would lose data"),
    ],
)
def test_what_parquet_does_not_take(given, message):
    @task
    def make() -> pd.DataFrame:
        return pd.DataFrame(given)

    @task
    def make_dataset() -> StructuredDataset:
        return StructuredDataset(dataframe=pd.DataFrame(given))

    for run in (make, make_dataset, lambda: rows(table=pd.DataFrame(given))):
        with pytest.raises(TypeTransformerFailedError, match=message):
            run()


def test_an_index_is_kept_for_pandas_and_a_column_for_others():
    @task
    def make() -> pd.DataFrame:
        return pd.DataFrame({"a": [1]}, index=["x"])

    @task
    def pandas(table: StructuredDataset) -> list[str]:
        return list(table.open(pd.DataFrame).all().index)

    @task
    def arrow(table: pa.Table) -> list[str]:
        return table.column_names

    @workflow
    def wf() -> tuple[list[str], list[str]]:
        return pandas(table=make()), arrow(table=make())

    assert wf() == (["x"], ["a", "__index_level_0__"])


def test_numbers_are_not_written_for_pandas():
    table = pd.DataFrame({"a": [1, 2]})

    @task
    def make() -> pd.DataFrame:
        return table

    assert make() is table


@pytest.mark.parametrize("made_as", [pd.DataFrame, pa.table, pl.DataFrame])
@pytest.mark.parametrize("kind", [pd.DataFrame, pa.Table, pl.DataFrame])
@pytest.mark.parametrize("declared", ["the library", "the dataset"])
def test_a_table_is_given_as_any_library_has_it(made_as, kind, declared):
    def make():
        return made_as({"a": [1, 2], "b": ["x", "y"]})

    def take(table):
        table = table if isinstance(table, kind) else table.open(kind).all()
        return f"{type(table) is kind} {len(table)} {list(table['b'])[-1]}"

    of_library = declared == "the library"
    make.__annotations__ = {"return": type(make()) if of_library else StructuredDataset}
    take.__annotations__ = {"table": kind if of_library else StructuredDataset, "return": str}
    made, taken = task(make), task(take)

    @workflow
    def wf() -> str:
        return taken(table=made())

    assert wf() == taken(table=make()) == "True 2 y"


@task
def dataset_of_a() -> Annotated[StructuredDataset, kwtypes(a=int)]:
    return StructuredDataset(dataframe=pd.DataFrame({"a": [1], "b": [2]}))


class Two(NamedTuple):
    whole: StructuredDataset
    part: Annotated[pd.DataFrame, kwtypes(b=int)]


def test_columns_that_are_declared_are_read_alone():
    @task
    def two() -> Two:
        table = pd.DataFrame({"a": [1], "b": [2]})
        return Two(StructuredDataset(table), table)

    @task
    def names(table: StructuredDataset) -> list[str]:
        return list(table.open(pd.DataFrame).all().columns)

    @task
    def b_of(table: Annotated[StructuredDataset, kwtypes(b=int)]) -> list[str]:
        return list(table.open(pa.Table).all().column_names)

    @task
    def b_of_frame(table: Annotated[pd.DataFrame, kwtypes(b=int)]) -> list[str]:
        return list(table.columns)

    @task
    def on(table: Annotated[StructuredDataset, kwtypes(a=int)]) -> StructuredDataset:
        return table

    @task
    def other(table: Annotated[StructuredDataset, kwtypes(z=int)]) -> list[str]:
        return list(table.open(pd.DataFrame).all().columns)

    @workflow
    def wf() -> tuple[list[str], list[str], list[str], list[str], list[str], list[str]]:
        both = two()
        return (
            names(table=both.whole), b_of(table=both.whole), b_of_frame(table=both.whole),
            names(table=on(table=both.whole)), names(table=both.part), names(table=dataset_of_a()),
        )  # fmt: skip

    assert wf() == (["a", "b"], ["b"], ["b"], ["a", "b"], ["b"], ["a"])
    assert b_of_frame(table=pd.DataFrame({"a": [1], "b": [2]})) == ["b"]
    with pytest.raises(InvalidValueError, match=r"the columns z of the table .* cannot be read"):
        other(table=pd.DataFrame({"a": [1]}))


def test_csv_is_declared():
    @task
    def make() -> Annotated[StructuredDataset, "csv"]:
        return StructuredDataset(dataframe=pd.DataFrame({"a": [1], "b": [2]}, index=["x"]))

    @task
    def take(table: Annotated[StructuredDataset, kwtypes(b=int)]) -> str:
        found = table.open(pd.DataFrame).all()
        return f"{list(found.columns)} {list(found.index)} {table.file_format}"

    @workflow
    def wf() -> str:
        return take(table=make())

    assert wf() == "['b'] [0] csv"
    with pytest.raises(TypeTransformerFailedError, match="a Table is not written as 'csv'"):
        take(table=StructuredDataset(pa.table({"b": [1]}), file_format="csv"))
    with pytest.raises(InvalidValueError, match=r"'csv' is not read as pyarrow"):
        make().open(pa.Table).all()


def test_a_table_within_a_dataclass_and_a_list():
    @dataclass
    class Held:
        table: StructuredDataset

    @task
    def make() -> Held:
        return Held(StructuredDataset(pd.DataFrame({"a": [4]})))

    @task
    def several() -> list[StructuredDataset]:
        return [StructuredDataset(pd.DataFrame({"a": [5]}))]

    @task
    def take(held: Held, tables: list[StructuredDataset]) -> list[int]:
        return [total.task_function(one) for one in (held.table, *tables)]

    @workflow
    def wf() -> list[int]:
        return take(held=make(), tables=several())

    assert wf() == [4, 5]
    assert make().table.uri.startswith(current_context().raw_output_prefix)


def test_a_table_in_a_store():
    store = fsspec.filesystem("memory")
    session = base_in_force()
    session.configure(raw_output_prefix="memory://bucket/raw")
    try:
        made = dataset()
        assert made.uri.startswith("memory://bucket/raw/")
        assert total(table=made) == 3
        made = StructuredDataset(pd.DataFrame({"a": [1]}), uri="memory://bucket/mine")
        assert total(table=made) == 1
        assert store.ls("/bucket/mine", detail=False) == ["/bucket/mine/00000"]
        with pytest.raises(StorageError, match="there is nothing of that name"):
            total(table=StructuredDataset(uri="memory://bucket/none"))
    finally:
        session.reset()
        store.rm("/bucket", recursive=True)


def test_a_kept_table_counts_by_what_is_in_it_and_is_made_again_where_it_is_gone(home, monkeypatch):
    monkeypatch.setenv("FLYTE_SDK_LOCAL_SANDBOX", str(home / "sandbox"))
    calls = []

    @task(cache=Cache(version="1"))
    def sum_up(table: StructuredDataset) -> int:
        calls.append("sum")
        return total.task_function(table)

    @task(cache=Cache(version="1"))
    def make() -> StructuredDataset:
        calls.append("make")
        return StructuredDataset(dataframe=pd.DataFrame({"a": [7]}))

    assert [sum_up(table=dataset()), sum_up(table=dataset())] == [3, 3]
    assert sum_up(table=pd.DataFrame({"a": [4]})) == 4
    assert make().uri == make().uri
    assert calls == ["sum", "sum", "make"]
    shutil.rmtree(make().uri)
    assert total(table=make()) == 7
    assert calls[3:] == ["make"]


def test_without_pyarrow_it_is_said_what_to_install(monkeypatch, caplog):
    @task
    def texts() -> pd.DataFrame:
        return pd.DataFrame({"a": pd.Series([None, 1], dtype=object)})

    made = dataset()
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setattr("flyte_nb.run.types.frames._told", set())
    for wrong in (dataset, lambda: total(table=pl.DataFrame({"a": [1]}))):
        with pytest.raises(TypeTransformerFailedError, match=r'pip install "flyte-nb\[parquet\]"'):
            wrong()
    with pytest.raises(StorageError, match="not installed"):
        total(table=made)
    assert str(texts()["a"].dtype) == str(texts()["a"].dtype) == "object"
    assert rows(table=frame()) == 2
    assert [one.getMessage() for one in caplog.records if "pip install" in one.getMessage()]
    assert len(caplog.records) == 1


def test_a_written_table_is_whole_or_not_there():
    made = dataset()
    assert [one.name for one in Path(made.uri).iterdir()] == ["00000"]


class Report(pydantic.BaseModel):
    title: str
    table: StructuredDataset
    others: list[StructuredDataset] = []


@task
def reports() -> Report:
    made = [StructuredDataset(dataframe=pd.DataFrame({"a": [n]})) for n in (1, 2)]
    return Report(title="t", table=made[0], others=made[1:])


@task
def summed(report: Report) -> int:
    return sum(total(table=table) for table in (report.table, *report.others))


@workflow
def reported() -> int:
    return summed(report=reports())


@pytest.mark.parametrize("isolate", [False, True])
def test_a_table_is_a_field_of_a_model_of_pydantic(isolate):
    assert reported.run(isolate=isolate).result(60) == 3
    made = reports()
    assert (made.table.dataframe, made.table.file_format) == (None, "parquet")
    again = Report.model_validate_json(made.model_dump_json())
    assert total(table=again.table) == 1


def test_a_field_of_a_table_says_what_it_takes():
    with pytest.raises(pydantic.ValidationError, match="a table is a StructuredDataset"):
        Report(title="t", table="path")
    report = Report(title="t", table=StructuredDataset(dataframe=pd.DataFrame({"a": [1]})))
    with pytest.raises(PydanticSerializationError, match="give it a uri"):
        report.model_dump_json()
