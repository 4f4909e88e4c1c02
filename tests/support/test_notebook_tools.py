import json

import nbformat
import notebook_tools as tools
import pytest

STORED = sorted(tools.NOTEBOOKS.glob("*.ipynb"))


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_a_stored_notebook_is_normalised_and_has_its_outputs(path):
    assert tools.check(path).endswith("normalised")


@pytest.fixture
def write(tmp_path):
    def write(*cells, name="made.ipynb"):
        path = tmp_path / name
        code = [nbformat.v4.new_code_cell(cell) for cell in cells]
        nbformat.write(nbformat.v4.new_notebook(cells=code), path)
        return path

    return write


@pytest.mark.kernel
def test_running_twice_stores_the_same_bytes(write):
    path = write("print('one')\nprint('two')", "import os; os.path.basename(os.getcwd())")
    tools.run(path)
    first = path.read_bytes()
    tools.run(path)
    assert path.read_bytes() == first
    assert tools.check(path).endswith("normalised")
    cells = json.loads(first)["cells"]
    assert cells[0]["outputs"][0]["text"] == ["one\n", "two\n"]
    assert cells[1]["outputs"][0]["data"]["text/plain"] == [f"'{path.parent.name}'"]


@pytest.mark.kernel
def test_a_failing_cell_is_named_and_the_stored_file_left_alone(write, capsys):
    path = write("1", "raise KeyError('lost')")
    before = path.read_bytes()
    assert tools.main(["run", str(path)]) == 1
    assert path.read_bytes() == before
    error = capsys.readouterr().err
    assert "code cell 2 failed" in error
    assert "KeyError: 'lost'" in error


@pytest.mark.kernel
def test_a_notebook_that_grew_too_large_is_refused_with_its_size(write):
    path = write(f"print('x' * {tools.LIMIT_BYTES})")
    with pytest.raises(tools.NotebookError, match=r"900,\d{3} bytes"):
        tools.run(path)


@pytest.mark.kernel
def test_the_page_loads_nothing_from_the_web(write, tmp_path):
    tools.html(write("'shown'", name="page.ipynb"), tmp_path)
    page = (tmp_path / "page.html").read_text()
    assert "shown" in page
    assert 'src="http' not in page
    assert 'href="http' not in page


def test_normalising_keeps_what_a_reader_sees_alone():
    cell = nbformat.v4.new_code_cell("1\n", execution_count=7)
    cell.metadata = {"tags": ["kept"], "execution": {"iopub.execute_input": "now"}}
    data = {"text/plain": "Panel()", tools.WIDGET: {"model_id": "random"}}
    cell.outputs = [nbformat.v4.new_output("display_data", data)]
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": {}})
    result = tools.normalise(notebook)
    assert result == tools.normalise(result)
    assert set(result.metadata) == {"kernelspec", "language_info"}
    assert result.cells[0].metadata == {"tags": ["kept"]}
    assert result.cells[0].execution_count == 1
    assert result.cells[0].outputs[0].data == {"text/plain": "Panel()"}
