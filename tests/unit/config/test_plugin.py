"""Plugins, by real entry points."""

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest

from flyte_nb.config.plugin import (
    GROUP,
    FlytekitPlugin,
    FlytekitPluginProtocol,
    get_plugin,
    load_plugin,
)
from flyte_nb.errors import ConfigError


def point(name, value):
    return EntryPoint(name, value, GROUP)


def test_without_one_the_defaults_hold():
    assert get_plugin() is FlytekitPlugin
    assert isinstance(FlytekitPlugin, FlytekitPluginProtocol)
    assert FlytekitPlugin.secret_requires_group()
    assert FlytekitPlugin.get_default_image() is None
    assert FlytekitPlugin.get_auth_success_html("host") is None
    assert FlytekitPlugin.get_default_cache_policies() == []
    assert FlytekitPlugin.configure_pyflyte_cli("cli") == "cli"


def test_a_remote_is_flytekits():
    with pytest.raises(ConfigError, match="pip install flytekit"):
        FlytekitPlugin.get_remote(None, "p", "d")


def test_two_are_refused_by_name():
    with pytest.raises(ConfigError, match=r"one \(a:b\), two \(c:d\)"):
        load_plugin([point("one", "a:b"), point("two", "c:d")])


def test_one_that_does_not_load_is_named():
    with pytest.raises(ConfigError, match=r"broken \(no_such_module:X\) cannot be loaded"):
        load_plugin([point("broken", "no_such_module:X")])


def test_an_installed_one_is_found_when_it_is_used(tmp_path):
    (tmp_path / "my_plugin.py").write_text(
        "from flyte_nb.config.plugin import FlytekitPlugin\n"
        "class Mine(FlytekitPlugin):\n"
        "    @staticmethod\n"
        "    def get_default_image():\n"
        "        return 'mine:1'\n"
    )
    info = tmp_path / "my_plugin-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Name: my-plugin\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\nmine = my_plugin:Mine\n")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from flyte_nb.config.default_images import DefaultImages\n"
        "assert 'my_plugin' not in sys.modules\n"
        "assert DefaultImages.default_image() == 'mine:1'\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
