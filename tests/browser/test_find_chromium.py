import importlib.util
from pathlib import Path

import pytest

spec = importlib.util.spec_from_file_location(
    "find_chromium", Path(__file__).with_name("find_chromium.py")
)
find_chromium = importlib.util.module_from_spec(spec)
spec.loader.exec_module(find_chromium)


@pytest.fixture
def program(tmp_path):
    def program(name, status=0):
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\nexit {status}\n")
        path.chmod(0o755)
        return str(path)

    return program


def test_the_variable_comes_before_what_is_installed(program, tmp_path):
    program("chromium")
    named = program("mine")
    assert find_chromium.find({"FLYTE_NB_CHROMIUM": named, "PATH": str(tmp_path)}) == named


def test_a_variable_that_names_no_browser_says_so(tmp_path):
    missing = str(tmp_path / "gone")
    with pytest.raises(find_chromium.NoBrowserError, match=r"FLYTE_NB_CHROMIUM=.*gone is not"):
        find_chromium.find({"FLYTE_NB_CHROMIUM": missing})


def test_a_stub_that_does_not_start_is_passed_over(program, tmp_path):
    program("chromium", status=1)
    real = program("chromium-browser")
    assert find_chromium.find({"PATH": str(tmp_path)}) == real
