"""flytekit by name, where flytekit is not installed."""

import importlib
import logging
import pydoc
import re
import subprocess
import sys
from pathlib import Path

import pytest

from flyte_nb import Resources, Secret
from flyte_nb.compat import install, is_installed, state, uninstall
from flyte_nb.compat.names import modules
from flyte_nb.errors import ConfigError

ROOT = Path(__file__).parents[3]


@pytest.fixture
def installed():
    yield install()
    uninstall()


@pytest.mark.usefixtures("installed")
def test_names_are_ours():
    import flytekit
    from flytekit import task
    from flytekit.core.resources import Resources as TheirResources
    from flytekit.models.security import Secret as TheirSecret

    assert (TheirResources, TheirSecret) == (Resources, Secret)
    assert flytekit.task is task
    assert "current_context" in dir(flytekit)

    @task
    def double(a: int) -> int:
        return 2 * a

    assert double(a=2) == 4


def test_every_name_is_there(installed):
    found = 0
    for module, names in modules().items():
        for name in names:
            assert getattr(importlib.import_module(module), name) is not None
            found += 1
    assert (installed.modules, installed.names) == (len(modules()), found)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    "statement",
    [
        "from flytekit import FlyteRemote",
        "from flytekit.core.resources import Nothing",
        "import flytekit.remote",
        "from flytekit.remote.remote import FlyteRemote",
    ],
)
def test_what_it_has_not_is_an_import_error_that_says_where_it_is(statement):
    with pytest.raises(ImportError, match=r"(?s)flyte_nb has no flytekit.*pip install flytekit"):
        exec(statement, {})


@pytest.mark.usefixtures("installed")
def test_asking_for_an_attribute_is_no_import():
    import flytekit

    assert not hasattr(flytekit, "FlyteRemote")
    with pytest.raises(AttributeError, match="pip install flytekit"):
        _ = flytekit.FlyteRemote


def test_it_goes_without_a_trace_and_what_was_imported_works_on():
    install()
    from flytekit import Secret as Kept

    uninstall()
    uninstall()
    assert not is_installed()
    assert not [name for name in sys.modules if name.partition(".")[0] == "flytekit"]
    with pytest.raises(ModuleNotFoundError):
        import flytekit  # noqa: F401
    assert Kept("group", "key").group == "group"


def test_it_says_once_what_it_did(caplog):
    with caplog.at_level(logging.INFO, "flyte_nb.task"):
        install()
        install()
        uninstall()
    assert caplog.text.count("flytekit is flyte_nb's here: ") == 1


def test_where_flytekit_is_installed_it_refuses(tmp_path, monkeypatch):
    (tmp_path / "flytekit").mkdir()
    (tmp_path / "flytekit" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    with pytest.raises(ConfigError, match="flytekit is installed"):
        install()
    assert not is_installed()


def test_the_plugin_says_what_a_remote_needs(installed):  # noqa: ARG001
    from flytekit.configuration.plugin import FlytekitPlugin

    with pytest.raises(ConfigError, match="flytekit's"):
        FlytekitPlugin.get_remote(None, "p", "d")


def test_nothing_of_it_is_imported_before_it_is_asked_for():
    code = (
        "import sys; from flyte_nb import task, current_context;"
        "before = set(sys.modules); from flyte_nb.compat import install; install();"
        "import flytekit.core.options; new = set(sys.modules) - before;"
        "print(sorted(n for n in new if n.startswith('flyte_nb.') and 'compat' not in n))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_the_magic_puts_it_on_and_off(shell, capsys):
    shell.run_cell("%flyte_context shim on\nfrom flytekit import task as theirs")
    assert is_installed()
    assert "theirs" in shell.user_ns
    shell.run_cell("%flyte_context shim off")
    assert not is_installed()
    capsys.readouterr()
    shell.run_cell("%flyte_context shim yes")
    assert "UsageError: shim, shim on, or shim off" in "".join(capsys.readouterr())


def test_the_magic_says_whether_it_is_on(shell):
    assert repr(shell.run_cell("%flyte_context shim").result).startswith(
        "flytekit is not flyte_nb's here: flyte_nb.compat.install() lends it "
    )
    assert not is_installed()
    shell.run_cell("%flyte_context shim on")
    assert shell.run_cell("%flyte_context shim").result == state()
    assert repr(state()).startswith("flytekit is flyte_nb's here: ")
    shell.run_cell("%flyte_context shim off")


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("module", "name", "meant"),
    [
        ("flytekit", "tsak", "task"),
        ("flytekit", "Resource", "Resources"),
        ("flytekit", "modles", "models"),
        ("flytekit.core.resources", "ResourcesSpec", "ResourceSpec"),
        ("flytekit.core", "context_manger", "context_manager"),
    ],
)
def test_a_misspelt_name_is_corrected_before_flytekit_is_named(module, name, meant):
    theirs = importlib.import_module(module)
    with pytest.raises(AttributeError, match=f"did you mean '{meant}'.*pip install flytekit"):
        getattr(theirs, name)
    with pytest.raises(ImportError) as caught:
        exec(f"from {module} import {name}", {})
    assert caught.value.args[0] == f"flyte_nb has no {module}.{name}; did you mean {meant!r}?"
    assert "pip install flytekit" in caught.value.hint
    with pytest.raises(ImportError, match=f"no {module}.{name}; did you mean {meant!r}"):
        importlib.import_module(f"{module}.{name}")


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("name", ["FlyteRemote", "ContainerTask", "reference_task", "remote"])
def test_a_name_of_flytekit_is_no_misspelling(name):
    with pytest.raises(ImportError) as caught:
        exec(f"from flytekit import {name}", {})
    assert caught.value.args[0] == f"flyte_nb has no flytekit.{name}"


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("module", modules())
def test_help_and_dir_list_what_there_is(module):
    theirs = importlib.import_module(module)
    parts = {name.rpartition(".")[2] for name in modules() if name.rpartition(".")[0] == module}
    names = set(modules()[module])
    assert names | parts <= set(dir(theirs))
    text = pydoc.render_doc(theirs, renderer=pydoc.plaintext)
    description = text.partition("\nCLASSES")[0].partition("\nFUNCTIONS")[0]
    assert names | parts <= set(re.findall(r"\w+", description))


@pytest.mark.usefixtures("installed")
def test_parts_are_there_without_an_import_of_their_own():
    import flytekit

    assert flytekit.core.context_manager.FlyteContextManager is flytekit.FlyteContextManager
    names = {}
    exec("from flytekit import *", names)
    assert {"task", "workflow", "LaunchPlan"} <= names.keys()
