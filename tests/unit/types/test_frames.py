"""Tables that go from task to task."""

import pandas as pd
import pytest

from flyte_nb import StructuredDataset, task, workflow
from flyte_nb.errors import InvalidValueError, TypeTransformerFailedError


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


def test_what_cannot_be_given():
    table = StructuredDataset(pd.DataFrame({"a": [1]}))
    with pytest.raises(InvalidValueError, match=r"write table\.open\(pd"):
        table.all()
    with pytest.raises(InvalidValueError, match=r"DataFrame cannot be given as builtins\.dict"):
        table.open(dict).all()
    with pytest.raises(InvalidValueError, match="neither dataframe nor uri"):
        StructuredDataset().open(dict).all()
    with pytest.raises(TypeTransformerFailedError, match="expected StructuredDataset"):
        total(table={"a": [1]})


def test_it_shows_its_table():
    assert "<table" in StructuredDataset(pd.DataFrame({"a": [1]}))._repr_html_()
    assert "s3://b/t" in StructuredDataset(uri="s3://b/t")._repr_html_()
