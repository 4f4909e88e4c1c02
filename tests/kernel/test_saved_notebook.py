"""Integration: whatever a notebook does with secrets, what is saved of it has none."""

import json
import os

import nbformat
import pytest
from leaks import leaks
from nbclient import NotebookClient
from secret_notebook import SHOW, START, TYPE, cells, check_what_it_shows, plant, to_type

pytestmark = pytest.mark.kernel


def test_no_value_in_any_spelling_is_in_the_outputs_or_in_the_state_of_widgets(tmp_path, keyrings):
    assert keyrings
    values = plant(tmp_path)
    (tmp_path / "typed.json").write_text(json.dumps(to_type()))
    notebook = nbformat.v4.new_notebook(cells=cells(START + TYPE + SHOW, tmp_path))
    NotebookClient(
        notebook,
        timeout=120,
        kernel_name="python3",
        coalesce_streams=True,  # as JupyterLab saves them: a value that comes letter by letter
    ).execute(env=dict(os.environ))
    nbformat.write(notebook, tmp_path / "saved.ipynb")
    assert leaks((tmp_path / "saved.ipynb").read_text(), values) == []
    check_what_it_shows(notebook)
