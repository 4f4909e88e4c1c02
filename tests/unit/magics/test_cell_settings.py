"""`%%flyte_context`: settings that last as long as the cell."""

import re

import pytest

from flyte_nb import current_context
from flyte_nb.magics.cell_settings import rewrite


@pytest.fixture
def cell(shell, capsys):
    """Return a function that runs a cell and returns what it prints."""

    def run(source):
        shell.run_cell(source)
        captured = capsys.readouterr()
        return captured.out + captured.err

    return run


LOOK = "print(__import__('flyte_nb').current_context().execution_id.project)"


def test_settings_are_those_of_the_cell_only(cell):
    assert cell(f"%%flyte_context project=trial\n{LOOK}").endswith("trial\n")
    assert current_context().execution_id.project == "local"


def test_what_was_set_before_is_back_and_what_the_cell_set_is_gone(cell, shell):
    shell.run_line_magic("flyte_context", "set project=before")
    cell(f"%%flyte_context domain=trial\n%flyte_context set project=inside\n{LOOK}")
    assert current_context().execution_id.project == "before"
    assert current_context().execution_id.domain == "local"


def test_an_error_is_shown_once_at_its_line_and_undoes_them(cell):
    shown = re.sub(r"\x1b\[[0-9;]*m", "", cell("%%flyte_context project=trial\n\n1/0"))
    assert shown.count("ZeroDivisionError: division") == 1
    assert "----> 3 1/0" in shown
    assert current_context().execution_id.project == "local"


def test_a_cell_that_awaits_and_runs_another_one(cell):
    inner = "get_ipython().run_cell('1')"
    source = (
        f"%%flyte_context project=trial\nimport asyncio\n{inner}\nawait asyncio.sleep(0)\n{LOOK}"
    )
    assert cell(source).endswith("trial\n")
    assert current_context().execution_id.project == "local"


def test_a_refused_setting_stops_the_cell(cell):
    shown = cell("%%flyte_context project=NO\nprint('ran')")
    assert "InvalidValueError" in shown
    assert "ran" not in shown


def test_called_by_its_function(shell, capsys):
    shell.run_cell_magic("flyte_context", "project=trial", LOOK)
    assert capsys.readouterr().out.endswith("trial\n")


@pytest.mark.parametrize("lines", [[], ["\n"], ["%%flyte_contexts\n"], ["x = 1\n"]])
def test_other_cells_are_left_alone(lines):
    assert rewrite(lines) == lines


def test_the_lines_keep_their_numbers():
    rewritten = rewrite(["\n", "  %%flyte_context name=x \n", "1\n"])
    assert rewritten == ["\n", "%flyte_context set --cell name=x\n", "1\n"]


def test_with_another_cell_magic_in_either_order(cell):
    for first, second in (("%%time", "%%flyte_context project=trial"),) * 2:
        assert "trial" in cell(f"{first}\n{second}\n{LOOK}")
        assert current_context().execution_id.project == "local"
        assert "trial" in cell(f"{second}\n{first}\n{LOOK}")
        assert current_context().execution_id.project == "local"


def test_a_silent_cell_and_a_comment_above(cell, shell):
    shell.run_cell(f"%%flyte_context project=trial\n{LOOK}", silent=True)
    assert current_context().execution_id.project == "local"
    assert "trial" in cell(f"# a comment\n%%flyte_context set project=trial\n{LOOK}")
    assert current_context().execution_id.project == "local"
