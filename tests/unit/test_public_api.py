"""What `import flyte_nb` offers, and what it costs."""

import subprocess
import sys

import pytest

import flyte_nb

HEAVY = {"IPython", "ipywidgets", "anywidget", "traitlets", "beartype", "requests", "keyring"}


def modules_after(code):
    program = f"import sys\n{code}\nprint(*sys.modules)"
    out = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(out.stdout.split())


def test_importing_the_names_of_the_guide_loads_nothing_heavy():
    loaded = modules_after("from flyte_nb import task, current_context, Deck, Secret, Resources")
    assert not HEAVY & loaded


def test_the_extension_loads_nothing_that_asks_servers():
    loaded = modules_after("import flyte_nb.magics.extension")
    assert not {"requests", "urllib3", "oauthlib", "keyring", "segno"} & loaded


def test_the_configuration_loads_nothing_heavy_and_yaml_only_for_a_file_of_it(tmp_path):
    heavy = HEAVY | {"yaml", "configparser", "asyncio", "ssl", "urllib.request", "http.client"}
    assert not heavy & modules_after("import flyte_nb.config")
    (tmp_path / "c.config").write_text("[platform]\nurl = h")
    read = "from flyte_nb.config.objects import Config; Config.auto({!r})"
    assert not HEAVY & modules_after(read.format(str(tmp_path / "c.config")))
    (tmp_path / "c.yaml").write_text("admin: {endpoint: h}")
    loaded = modules_after(read.format(str(tmp_path / "c.yaml")))
    assert not HEAVY & loaded
    assert "yaml" in loaded


def test_the_package_itself_loads_none_of_its_parts():
    loaded = modules_after("import flyte_nb")
    assert not [name for name in loaded if name.startswith("flyte_nb.")]


def test_everything_but_magics_and_widgets_works_without_ipython_and_anywidget():
    blocked = "for name in ('IPython', 'anywidget', 'traitlets'): sys.modules[name] = None\n"
    program = (
        "from flyte_nb import *\n"
        "@task(enable_deck=True)\n"
        "def f(a: int) -> int:\n"
        "    Deck('d', '<p>hi</p>')\n"
        "    return a\n"
        "assert f(a=1) == 1\n"
        "assert current_context()._repr_html_()\n"
    )
    assert "flyte_nb.notebook_session" in modules_after(blocked + program)


def test_exports_are_sorted_and_resolve():
    assert flyte_nb.__all__ == sorted(flyte_nb.__all__)
    assert set(flyte_nb.__all__) == set(flyte_nb._EXPORTS)
    assert set(flyte_nb.__all__) <= set(dir(flyte_nb))
    for name in flyte_nb.__all__:
        assert getattr(flyte_nb, name) is not None


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        _ = flyte_nb.nope


def test_version_is_that_of_the_distribution():
    assert flyte_nb.__version__.split(".")[0].isdecimal()
