"""Values of all types, in plain calls and in workflows."""

# ruff: noqa: E402, F811, F821 - each cell is a program of its own; formats are no names

# %% moments without a time zone
from datetime import date, datetime, timedelta
from typing import Optional

from flytekit import task, workflow

NAIVE = datetime(2026, 1, 2, 3)  # noqa: DTZ001 - as users have it


@task
def moment(value: datetime) -> datetime:
    return value


@task
def moments(value: list[datetime]) -> str:
    return value[0].isoformat()


@task
def perhaps(value: Optional[datetime]) -> str:  # noqa: UP045 - as users have it
    return value.isoformat()


@task
def day(value: date) -> date:
    return value


@task
def duration(value: timedelta) -> timedelta:
    return value


@workflow
def wf(value: datetime = NAIVE) -> str:
    return moments(value=[moment(value=value)])


answer = {
    "plain": moment(value=NAIVE).isoformat(),
    "in a list": moments(value=[NAIVE]),
    "optional": perhaps(value=NAIVE),
    "in a workflow": wf(),
    "day": day(value=date(2026, 1, 2)).isoformat(),
    "duration": duration(value=timedelta(seconds=1.5)),
}

# %% moments elsewhere
from datetime import datetime, timedelta, timezone

from flytekit import task


@task
def moment(value: datetime) -> str:
    return value.isoformat()


answer = {"east": moment(value=datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=2))))}

# %% dates for moments
from datetime import date, datetime

from flytekit import task
from programs import outcome


@task
def moment(value: datetime) -> str:
    return value.isoformat()


@task
def day(value: date) -> str:
    return value.isoformat()


answer = {
    "a date": outcome(lambda: moment(value=date(2026, 1, 2))),
    "a moment": outcome(lambda: day(value=datetime(2026, 1, 2))),  # noqa: DTZ001
}

# %% enumerations by their values
from enum import Enum
from typing import Optional, Union

from flytekit import task, workflow
from programs import outcome


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Number(Enum):
    ONE = 1


@task
def name(value: Color) -> str:
    return value.name


@task
def names(value: list[Color]) -> str:
    return ",".join(one.name for one in value)


@task
def perhaps(value: Optional[Color] = None) -> str:  # noqa: UP045 - as users have it
    return "none" if value is None else value.name


@task
def either(value: Union[str, Color]) -> str:  # noqa: UP007 - as users have it
    return repr(value)


@task
def give() -> Color:
    return "blue"


@task
def text(value: str) -> str:
    return value


@task
def say() -> str:
    return "blue"


@workflow
def to_text() -> str:
    return text(value=give())


@workflow
def from_text() -> str:
    return name(value=say())


def number(value: Number) -> int:
    return value.value


answer = {
    "by value": name(value="red"),
    "by name": outcome(lambda: name(value="RED")),
    "unknown": outcome(lambda: name(value="green")),
    "in a list": names(value=["red", Color.BLUE]),
    "optional": [perhaps(value="red"), perhaps(), perhaps(value=None)],
    "or a text": either(value="red"),
    "returned": give() is Color.BLUE,
    "to a text": to_text(),
    "from a text": from_text(),
    "for a text": outcome(lambda: text(value=Color.RED)),
    "of numbers": outcome(lambda: task(number) and None),
}

# %% dataclasses from dictionaries
from dataclasses import dataclass
from typing import Optional, Union

from flytekit import task, workflow
from programs import outcome


@dataclass
class Point:
    x: int
    y: float = 1.0
    name: Optional[str] = None  # noqa: UP045 - as users have it


@dataclass
class Line:
    start: Point
    end: Point


@task
def point(value: Point) -> Point:
    return value


@task
def line(value: Line) -> Line:
    return value


@task
def points(value: list[Point]) -> list[Point]:
    return value


@task
def either(value: Union[Point, dict]) -> str:  # noqa: UP007 - as users have it
    return type(value).__name__


@task
def mapping() -> dict:
    return {"x": 1}


@task
def give() -> Point:
    return Point(1)


@task
def keys(value: dict) -> list[str]:
    return sorted(value)


@workflow
def from_mapping() -> Point:
    return point(value=mapping())


@workflow
def to_mapping() -> list[str]:
    return keys(value=give())


answer = {
    "whole": point(value={"x": 1, "y": 2.0}),
    "nested": line(value={"start": {"x": 1, "y": 2.0}, "end": {"x": 3, "y": 4.0}}),
    "in a list": points(value=[{"x": 1, "y": 2.0}]),
    "without a default": outcome(lambda: point(value={"x": 1})),
    "without a field": outcome(lambda: point(value={"y": 1.0})),
    "with another": outcome(lambda: point(value={"x": 1, "y": 1.0, "z": 1})),
    "of a wrong type": outcome(lambda: point(value={"x": 1, "y": 1})),
    "or a dictionary": outcome(lambda: either(value={"x": 1, "y": 1.0})),
    "from an output": from_mapping(),
    "for an input": to_mapping(),
}

# %% fields of dataclasses
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, Optional, Union

from flytekit import task
from programs import outcome


class Color(Enum):
    RED = "red"


class Number(Enum):
    ONE = 1


@dataclass
class Inner:
    x: int = 0


@dataclass
class All:
    i: int = 0
    f: float = 0.0
    s: str = ""
    numbers: list[int] = field(default_factory=list)
    rates: dict[str, float] = field(default_factory=dict)
    maybe: Optional[int] = None  # noqa: UP045 - as users have it
    either: Union[int, str] = 1  # noqa: UP007 - as users have it
    pair: tuple[int, str] = (1, "a")
    unique: set[int] = field(default_factory=set)
    anything: Any = None
    raw: dict = field(default_factory=dict)
    path: Path = Path("a")
    color: Color = Color.RED
    number: Number = Number.ONE
    inner: Inner = field(default_factory=Inner)
    inners: list[Inner] = field(default_factory=list)


@task
def take(value: All) -> str:
    return repr(value)


@dataclass
class When:
    at: datetime


@task
def when(value: When) -> str:
    return value.at.isoformat()


def given(**fields: Any) -> Any:
    return outcome(lambda: take(value=All(**fields)))


class Other:
    pass


answer = {
    "as declared": given(i=1, f=1.5, s="x", numbers=[1], unique={1}, inners=[Inner(1)]),
    "int for float": given(f=1),
    "float for int": given(i=5.7),
    "text for int": given(i="5"),
    "no number for int": given(i="x"),
    "none for int": given(i=None),
    "int for text": given(s=5),
    "tuple for list": given(numbers=(1, 2)),
    "none for list": given(numbers=None),
    "ints for floats": given(rates={"a": 1}),
    "text for maybe": given(maybe="5"),
    "text for either": given(either="5"),
    "tuple in anything": given(anything={"a": (1, 2)}),
    "tuple in raw": given(raw={"a": (1, 2), 3: None}),
    "object in raw": "raises" in given(raw={"a": Other()}),
    "object in anything": "raises" in given(anything=Other()),
    "a text for a member": "raises" in given(color="red"),
    "none for inner": "raises" in given(inner=None),
    "too large": "raises" in given(i=2**70),
    "moment": when(value=When(datetime(2026, 1, 2))),  # noqa: DTZ001
}

# %% subclasses and attributes of dataclasses
from dataclasses import dataclass

from flytekit import task


@dataclass
class Base:
    x: int = 0


@dataclass
class Derived(Base):
    y: int = 0


@dataclass
class Doubled:
    x: int

    def __post_init__(self):
        self.twice = 2 * self.x


@task
def look(value: Base) -> str:
    return f"{value!r} {hasattr(value, 'note')}"


@task
def twice(value: Doubled) -> int:
    return value.twice


noted = Base(1)
noted.note = "lost"
answer = {
    "derived": look(value=Derived(1, 2)),
    "attribute": look(value=noted),
    "post init": twice(value=Doubled(2)),
}

# %% untyped dictionaries
from datetime import datetime
from typing import Any

from flytekit import task
from programs import outcome


@task
def take(value: dict) -> str:
    return repr(value)


@task
def by_number(value: dict[int, tuple[int, str]]) -> str:
    return repr(value)


@task
def of_any(value: dict[str, Any]) -> str:
    return repr(value)


class Other:
    pass


def refused(value: Any) -> bool:
    return "raises" in outcome(lambda: take(value=value))


answer = {
    "plain": take(value={"a": [1, {"b": None}], 2: True}),
    "tuples": take(value={"a": (1, (2, 3))}),
    "by number": by_number(value={1: (2, "a")}),
    "of any": of_any(value={"a": 1, "b": [1, (2,)]}),
    "moments": refused({"a": datetime(2026, 1, 2)}),  # noqa: DTZ001
    "sets": refused({"a": {1}}),
    "objects": refused({"a": Other()}),
    "tuples as keys": refused({(1, 2): 3}),
}

# %% types that are refused
from typing import Any, List, Literal, NamedTuple, Optional, Tuple  # noqa: UP035 - as users have it

from flytekit import task
from programs import outcome


class Pair(NamedTuple):
    a: int
    b: int


def take_0(value: list) -> str:
    return str(value)


def take_1(value: List) -> str:  # noqa: UP006
    return str(value)


def take_2(value: tuple) -> str:
    return str(value)


def take_3(value: Tuple[int, str]) -> str:  # noqa: UP006
    return str(value)


def take_4(value: list[tuple]) -> str:
    return str(value)


def take_5(value: Optional[Tuple[int, int]]) -> str:  # noqa: UP006, UP045
    return str(value)


def take_6(value: Pair) -> str:
    return str(value)


def take_7(value: Literal[1, "a"]) -> str:
    return str(value)


def take_8(value: dict) -> str:
    return str(value)


def take_9(value: set) -> str:
    return str(value)


def take_10(value: Literal["a", "b"]) -> str:
    return str(value)


def take_11(value: dict[int, tuple]) -> str:
    return str(value)


def declared(function: Any) -> str:
    return "refused" if outcome(lambda: task(function) and None) else "taken"


answer = {
    "list": declared(take_0),
    "List": declared(take_1),
    "tuple": declared(take_2),
    "Tuple": declared(take_3),
    "list of tuples": declared(take_4),
    "optional tuple": declared(take_5),
    "named tuple": declared(take_6),
    "mixed literal": declared(take_7),
    "dict": declared(take_8),
    "set": declared(take_9),
    "literal": declared(take_10),
    "tuple as items": declared(take_11),
}

# %% a task changes its input
from dataclasses import dataclass, field

from flytekit import task


@dataclass
class Box:
    items: list[int] = field(default_factory=list)


@task
def change(numbers: list[int], mapping: dict[str, int], box: Box) -> int:
    numbers.append(1)
    mapping["a"] = 1
    box.items.append(1)
    return len(numbers)


numbers, mapping, box = [], {}, Box()
answer = {"value": change(numbers=numbers, mapping=mapping, box=box)}
answer["unchanged"] = [numbers, mapping, box]

# %% values that are pickled
import threading
from typing import Any, Optional, Union

from flytekit import task, workflow
from programs import outcome


class Held:
    def __init__(self, what: Any) -> None:
        self.what = what


@task
def hold(lock: bool) -> Held:  # noqa: FBT001 - as users have it
    return Held(threading.Lock() if lock else 1)


@task
def look(held: Held) -> str:
    return str(held.what)


@workflow
def wf(lock: bool) -> str:  # noqa: FBT001 - as users have it
    return look(held=hold(lock=lock))


@task
def anything(value: Any) -> str:
    return repr(value)


@task
def perhaps(value: Optional[Any]) -> str:  # noqa: UP045 - as users have it
    return repr(value)


@task
def either(value: Union[int, Held]) -> str:  # noqa: UP007 - as users have it
    return type(value).__name__


answer = {
    "pickled": wf(lock=False),
    "not pickled": "raises" in outcome(lambda: wf(lock=True)),
    "anything": anything(value=[1]),
    "nothing": outcome(lambda: anything(value=None)),
    "perhaps": [perhaps(value=None), perhaps(value=1)],
    "either": either(value=Held(1)),
    "ambiguous": outcome(lambda: either(value=5)),
}

# %% a number as anything
from typing import Any

from flytekit import task, workflow
from programs import outcome


@task
def anything(value: Any) -> str:
    return repr(value)


@task
def number() -> int:
    return 1


def run():
    @workflow
    def wf() -> str:
        return anything(value=number())

    return wf()


answer = {"refused": "raises" in outcome(run)}

# %% models of pydantic
from datetime import datetime
from typing import Optional

from flytekit import task, workflow
from programs import outcome
from pydantic import BaseModel


class Inner(BaseModel):
    y: float


class Model(BaseModel):
    x: int
    inner: Optional[Inner] = None  # noqa: UP045 - as users have it
    at: Optional[datetime] = None  # noqa: UP045 - as users have it


@task
def take(value: Model) -> Model:
    return value


@workflow
def wf(value: Model) -> Model:
    return take(value=value)


changed = Model(x=1)
changed.x = "no number"
answer = {
    "plain": repr(take(value=Model(x=1, inner=Inner(y=2), at=datetime(2026, 1, 2)))),  # noqa: DTZ001
    "in a workflow": repr(wf(value=Model(x=1))),
    "broken": "raises" in outcome(lambda: take(value=changed) and None),
    "a dictionary": "raises" in outcome(lambda: take(value={"x": 1}) and None),
}

# %% numbers that are too large
from flytekit import task
from programs import outcome


@task
def number(value: int) -> int:
    return value


@task
def text(value: str) -> int:
    return len(value)


answer = {
    "largest": number(value=2**63 - 1),
    "larger": outcome(lambda: number(value=2**63)),
    "half a pair": outcome(lambda: text(value="\ud800")),
}

# %% files
from pathlib import Path
from typing import Any, Optional

from flytekit import task, workflow
from flytekit.types.file import CSVFile, FlyteFile
from programs import outcome

Path("a.csv").write_text("hello")
Path("folder").mkdir()


@task
def read(file: FlyteFile) -> str:
    with open(file) as opened:  # noqa: PTH123 - as users have it
        return opened.read()


@task
def of_csv(file: FlyteFile["csv"]) -> str:
    return f"{type(file).extension()} {isinstance(file, FlyteFile)} {Path(file).read_text()}"


@task
def give() -> FlyteFile:
    return FlyteFile("a.csv")


@task
def give_path() -> FlyteFile["csv"]:
    return Path("a.csv")


@task
def several() -> list[FlyteFile]:
    return ["a.csv", FlyteFile("a.csv")]


@task
def perhaps(file: Optional[FlyteFile]) -> str:  # noqa: UP045 - as users have it
    return "none" if file is None else Path(file).name


@workflow
def wf(file: FlyteFile = "a.csv") -> tuple[str, str, str]:
    return read(file=file), of_csv(file=give()), read(file=give_path())


def broken(file: Any) -> Any:
    found = outcome(lambda: read(file=file))
    return "raises" in found if isinstance(found, dict) else found


answer = {
    "text": read(file="a.csv"),
    "path": read(file=Path("a.csv")),
    "file": read(file=FlyteFile("a.csv")),
    "format": of_csv(file="a.csv"),
    "in a workflow": [*wf()],
    "content": [Path(one).read_text() for one in (give(), give_path(), *several())],
    "name": [Path(one).name for one in (give(), give_path(), *several())],
    "optional": [perhaps(file=None), perhaps(file="a.csv"), perhaps(file=FlyteFile("a.csv"))],
    "missing": [broken("no.csv"), broken(FlyteFile("no.csv")), broken(Path("no.csv"))],
    "folder": [broken("folder"), broken(FlyteFile("folder"))],
    "number": broken(5),
    "extensions": [
        FlyteFile["csv"].extension(),
        FlyteFile[".tar.gz"].extension(),
        FlyteFile.extension(),
        CSVFile.extension(),
    ],
    "equal": [FlyteFile("a") == FlyteFile("a"), FlyteFile("a") == "a", FlyteFile("a") == "b"],
    "text of it": [str(FlyteFile("a.csv")), repr(FlyteFile("a.csv"))],
    "attributes": [
        FlyteFile("a.csv").path,
        FlyteFile("a.csv").remote_source,
        FlyteFile("a.csv").downloaded,
        FlyteFile("a.csv").remote_path,
    ],
    "in a store": [FlyteFile("s3://b/k").path, FlyteFile("s3://b/k").remote_source],
    "of a store": FlyteFile.from_source("s3://b/k.csv").remote_source,
}

# %% where a file is kept
from pathlib import Path

from flytekit import task
from flytekit.types.file import FlyteFile

Path("a.csv").write_text("hello")


@task
def give() -> FlyteFile:
    return FlyteFile("a.csv")


@task
def give_named() -> FlyteFile:
    return FlyteFile("a.csv", remote_path=str(Path("far/b.csv").absolute()))


@task
def give_as_it_is() -> FlyteFile:
    return FlyteFile("a.csv", remote_path=False)


@task
def write() -> FlyteFile:
    file = FlyteFile.new_remote_file("n.txt")
    with file.open("w") as opened:
        opened.write("new")
    return file


kept = give()
Path("a.csv").write_text("changed")
answer = {
    "after a change": Path(kept).read_text(),
    "named": Path(give_named()).name,
    "named content": Path("far/b.csv").read_text(),
    "as it is": str(give_as_it_is()),
    "written": [Path(write()).read_text(), Path(write()).name],
}

# %% folders
import os
from pathlib import Path
from typing import Any

from flytekit import task, workflow
from flytekit.types.directory import FlyteDirectory
from flytekit.types.file import FlyteFile
from programs import outcome

Path("d/inner").mkdir(parents=True)
Path("d/x").write_text("x")
Path("d/inner/y").write_text("y")


@task
def names(folder: FlyteDirectory) -> list[str]:
    return sorted(os.listdir(folder))  # noqa: PTH208 - as users have it


@task
def give() -> FlyteDirectory:
    return FlyteDirectory("d")


@workflow
def wf() -> list[str]:
    return names(folder=give())


def broken(folder: Any) -> Any:
    return "raises" in outcome(lambda: names(folder=folder))


answer = {
    "folder": names(folder=FlyteDirectory("d")),
    "in a workflow": wf(),
    "missing": [broken("no"), broken(FlyteDirectory("no")), broken("d/x")],
    "file": broken(FlyteFile("d/x")),
    "crawled": sorted(name for _, name in FlyteDirectory("d").crawl()),
    "listed": sorted(
        f"{type(one).__name__} {Path(str(one.path)).name}"
        for one in FlyteDirectory.listdir(FlyteDirectory("d"))
    ),
    "inside": [str(FlyteDirectory("d").new_file("z").path), str(FlyteDirectory("d").new_dir("z"))],
    "in a store": FlyteDirectory("s3://b/k").path,
    "format": FlyteDirectory["svg"].extension(),
    "absolute": outcome(lambda: FlyteDirectory.new("/no") and None),
}

# %% files in dataclasses
from dataclasses import dataclass
from pathlib import Path

from flytekit import task, workflow
from flytekit.types.file import FlyteFile
from programs import outcome

Path("a.csv").write_text("hello")


@dataclass
class Both:
    file: FlyteFile
    name: str


@task
def give() -> Both:
    return Both(FlyteFile("a.csv"), "a")


@task
def read(both: Both) -> str:
    return Path(both.file).read_text()


@task
def read_file(file: FlyteFile) -> str:
    return Path(file).read_text()


@workflow
def wf() -> tuple[str, str]:
    return read(both=give()), read_file(file=give().file)


answer = {
    "in a workflow": [*wf()],
    "given": read(both=Both(FlyteFile("a.csv"), "a")),
    "missing": "raises" in outcome(lambda: read(both=Both(FlyteFile("no.csv"), "a"))),
}


# %% iterators
import collections.abc
from typing import Any, Iterator  # noqa: UP035 - lists are taken for it

from flytekit import task, workflow
from programs import outcome


@task
def numbers() -> Iterator[int]:
    yield 1
    yield 2


@task
def of_a_list() -> Iterator[int]:
    return [3]


@task
def strict(*, is_list: bool) -> collections.abc.Iterator[int]:
    return [3] if is_list else iter([3])


@task
def texts() -> Iterator[int]:
    return iter(["x"])


@task
def look(items: Iterator[int]) -> str:
    return f"{type(items).__name__} {len(items)} {next(items)} {list(items)} {list(items)}"


@task
def add_up(items: list[int]) -> int:
    return sum(items)


@task
def listed() -> list[int]:
    return [1, 2]


@workflow
def wf(given: Iterator[int]) -> tuple[str, str, str, int, Iterator[int]]:
    made = numbers()
    return look(items=made), look(items=listed()), look(items=given), add_up(items=made), made


def refused(items: Any) -> bool:
    return "raises" in outcome(lambda: look(items=items))


*said, last = wf(given=iter([5]))
answer = {
    "returned": [len(numbers()), list(numbers()), list(of_a_list())],
    "given": [look(items=[1]), look(items=iter([1])), look(items=range(1, 3)), look(items={1})],
    "refused": [refused(["x"]), refused((1,)), refused(5), refused("a")],
    "of another type": "raises" in outcome(texts),
    "of collections": [
        list(strict(is_list=False)),
        "raises" in outcome(lambda: strict(is_list=True)),
    ],
    "in a workflow": said,
    "out of it": list(last),
}

# %% what has no type
from typing import Any

from flytekit import task, workflow
from programs import outcome


@task(pickle_untyped=True)
def pair(a, b=2):
    return [a, b]


@task(pickle_untyped=True)
def half(a: int, b) -> int:
    return a + len(b)


@task(pickle_untyped=True)
def nothing(a) -> None:
    del a


@task(pickle_untyped=True)
def none(a):
    return a.get("no")


@workflow(pickle_untyped=True)
def wf(a):
    return pair(a=pair(a=a))


answer = {
    "any type": [pair(a=1), pair(a="x", b=1.5), half(a=1, b="xy"), nothing(a=1)],
    "in a workflow": wf(a=1),
    "none": ["raises" in outcome(lambda: pair(a=None)), "raises" in outcome(lambda: none(a={}))],
    "declared": "raises" in outcome(lambda: half(a="1", b="")),
}
