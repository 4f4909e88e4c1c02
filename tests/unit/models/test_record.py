"""Records: dataclasses that are made when they are first used."""

import copy
import dataclasses
import inspect
import pickle
import subprocess
import sys
import types
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from nouns import NOUNS, SETTINGS

from flyte_nb.errors import ReadOnlyError, UnknownArgumentError
from flyte_nb.models import Email, Labels, Resources, Secret
from flyte_nb.models.record import Record, field
from flyte_nb.models.serialization import EntrypointSettings, SerializationSettings


def new_classes():
    class Base(Record):
        """A record with a field of each kind."""

        name: str
        parts: list[str] = field(default_factory=list, metadata={"unit": "part"})

    class Other(Base):
        """One that is made in its own way."""

        def __init__(self, name: str) -> None:
            super().__init__(name, [name])

    return Base, Other


def test_a_record_is_a_dataclass_before_it_is_made_and_after():
    for make_first in (False, True):
        base, other = new_classes()
        if make_first:
            assert other("a").parts == ["a"]
            assert base("a").parts == []
        assert dataclasses.is_dataclass(base)
        assert [f.name for f in dataclasses.fields(other)] == ["name", "parts"]
        assert dataclasses.fields(base)[1].metadata["unit"] == "part"
        assert str(inspect.signature(base)) == "(name: str, parts: list[str] = <factory>) -> None"
        assert str(inspect.signature(other)) == "(name: str) -> None"
        assert dataclasses.replace(base("a"), parts=["b"]).parts == ["b"]


def test_a_record_is_frozen_and_wrong_calls_are_pythons():
    base, _ = new_classes()
    with pytest.raises(TypeError, match=r"__init__\(\) missing 1 required positional argument"):
        base()
    with pytest.raises(TypeError, match="unexpected keyword argument 'nope'"):
        base("a", nope=1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        base("a").name = "b"


@pytest.mark.parametrize(
    ("make", "given", "message", "hint"),
    [
        (
            Secret,
            {"group": "g", "kee": "k"},
            "Secret() got an unexpected keyword argument 'kee'; did you mean 'key'?",
            "it takes group, key, group_version, mount_requirement, env_var",
        ),
        (
            Email,
            {"phases": [6], "to": []},
            "Email() got an unexpected keyword argument 'to'",
            "it takes phases, recipients_email",
        ),
        (
            EntrypointSettings,
            {"paht": ""},
            "EntrypointSettings() got an unexpected keyword argument 'paht'; did you mean 'path'?",
            "it takes path",
        ),
        (
            Labels,
            {"zzz": {}},
            "Labels() got an unexpected keyword argument 'zzz'",
            "it takes values",
        ),
    ],
)
def test_a_misspelt_keyword_is_a_type_error_that_says_what_was_meant(make, given, message, hint):
    with pytest.raises(TypeError) as caught:
        make(**given)
    assert isinstance(caught.value, UnknownArgumentError)
    assert caught.value.args[0] == message
    assert caught.value.hint == hint


def test_a_class_that_takes_any_keyword_is_asked_itself():
    class Free(Secret):
        def __init__(self, key=None, **given):
            super().__init__(given["team"], key)

    assert Free(team="g").group == "g"


@pytest.mark.parametrize("name", {**NOUNS, **SETTINGS})
def test_every_noun_says_of_a_wrong_keyword_what_it_takes(name):
    make, _ = {**NOUNS, **SETTINGS}[name]
    if isinstance(make, type):
        with pytest.raises(UnknownArgumentError) as caught:
            make(no_such_argument=1)
        assert caught.value.hint == f"it takes {', '.join(inspect.signature(make).parameters)}"


@pytest.mark.parametrize(
    ("noun", "name", "message", "hint"),
    [
        (
            Labels({}),
            "values",
            "Labels.values: it never changes",
            "dataclasses.replace(old, values=…)",
        ),
        (
            Resources(),
            "memory",
            "Resources.memory: it never changes; did you mean 'mem'?",
            "dataclasses.replace(old, cpu=…, mem=…, gpu=…, ephemeral_storage=…)",
        ),
        (
            Email([6], ["a@b.c"]),
            "email",
            "Email.email: it never changes",
            "Email(phases=…, recipients_email=…)",
        ),
        (
            SerializationSettings(None),
            "version",
            "SerializationSettings.version: it never changes",
            "dataclasses.replace(old, version=…)",
        ),
    ],
)
def test_a_noun_that_is_to_change_says_how_to_make_another(noun, name, message, hint):
    before = repr(noun)
    for change in (lambda: setattr(noun, name, 1), lambda: delattr(noun, name)):
        with pytest.raises(AttributeError) as caught:
            change()
        assert isinstance(caught.value, ReadOnlyError)
        assert isinstance(caught.value, dataclasses.FrozenInstanceError)
        assert caught.value.args[0] == message
        assert caught.value.hint == f"make another: {hint}"
    assert repr(noun) == before


def test_a_changed_copy_is_made_as_the_hint_says():
    assert dataclasses.replace(Resources("1"), mem="2Gi") == Resources("1", "2Gi")
    with pytest.raises(UnknownArgumentError, match="did you mean 'mem'"):
        dataclasses.replace(Resources("1"), mems="2Gi")


def test_a_subclass_that_is_a_dataclass_already_stays_as_it_is():
    base, _ = new_classes()

    @dataclasses.dataclass(frozen=True)
    class Third(base):
        more: list[str] = dataclasses.field(default_factory=list)

    assert Third("a", ["b"], ["c"]).more == ["c"]
    assert Third("a").more == []


@pytest.fixture
def busy_threads():
    """Let other threads run after every few instructions."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("busy_threads")
@pytest.mark.parametrize("_", range(20))
def test_threads_that_use_a_class_first_at_once_all_get_objects(_):
    base, other = new_classes()
    start = Barrier(8)

    def make(n):
        start.wait()
        return base(str(n)).parts if n % 2 else other("x").parts

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(make, range(8))) == [["x"], []] * 4


def test_nouns_are_copied_and_pickled():
    for noun in (Secret("g", "k"), Labels({"a": "b"}), Email([6], ["a@b.c"])):
        assert copy.copy(noun) == copy.deepcopy(noun) == pickle.loads(pickle.dumps(noun)) == noun
        assert hash(copy.deepcopy(noun)) == hash(noun)
    assert Labels({"a": "b", "c": "d"}) == Labels({"c": "d", "a": "b"})
    assert hash(Labels({"a": "b", "c": "d"})) == hash(Labels({"c": "d", "a": "b"}))
    assert Labels({"a": "b"}) != Labels({"a": "c"})
    assert Labels({}) != {}


def test_an_accelerator_with_parts_is_copied():
    from flyte_nb.models.accelerators import A100

    assert copy.deepcopy(A100) == A100
    assert pickle.loads(pickle.dumps(A100)).partition_1g_5gb == A100.partition_1g_5gb
    with pytest.raises(AttributeError, match="it has partition_1g_5gb"):
        _ = A100.partition_9g


def test_importing_every_noun_imports_little_of_python_and_no_distribution_but_yaml():
    program = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "from flyte_nb.models import *\n"
        "for name in sorted(set(sys.modules) - before):\n"
        "    print(name, getattr(sys.modules[name], '__file__', None) or '')\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    loaded = dict(line.split(" ", 1) for line in done.stdout.decode().splitlines())
    assert {"flyte_nb.models.options", "flyte_nb.models.schedules"} <= set(loaded)
    dear = {"dataclasses", "inspect", "typing", "contextlib", "re", "warnings", "importlib"}
    assert not dear & set(loaded)
    assert not {"json", "datetime", "decimal", "html"} & set(loaded)
    ours_or_pythons = {"flyte_nb", "yaml", *sys.stdlib_module_names}
    assert {name.split(".")[0] for name in loaded} <= ours_or_pythons


def test_what_is_said_of_a_class_is_no_field_of_its_objects_and_its_annotations_are_types():
    program = (
        "import sys, dataclasses\n"
        "from flyte_nb import models\n"
        "assert 'typing' not in sys.modules\n"
        "for name in models.__all__:\n"
        "    kind = getattr(models, name)\n"
        "    if dataclasses.is_dataclass(kind):\n"
        "        names = {field.name for field in dataclasses.fields(kind)}\n"
        "        import typing\n"
        "        known = {n for n, hint in typing.get_type_hints(kind).items()\n"
        "                 if typing.get_origin(hint) is not typing.ClassVar}\n"
        "        assert names and known == names, (kind, known, names)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_annotations_can_be_read_before_an_object_was_made():
    program = (
        "import typing\n"
        "from flyte_nb import models\n"
        "kinds = [getattr(models, name) for name in models.__all__]\n"
        "for kind in kinds:\n"
        "    assert not hasattr(kind, 'IDL') or 'IDL' in typing.get_type_hints(kind)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_module_of_the_user_gets_no_name_that_it_did_not_ask_for():
    module = types.ModuleType("module_of_a_user")
    exec(
        "from __future__ import annotations\n"
        "from flyte_nb.models import Labels\n"
        "class TeamLabels(Labels): pass\n"
        "made = TeamLabels({'a': 'b'})\n",
        vars(module),
    )
    assert not {"Any", "ClassVar"} & set(vars(module))
    assert repr(module.made) == "TeamLabels(values={'a': 'b'})"
