"""Secrets in JupyterLab: typed where nobody sees them, and not in what is saved."""

import json

import nbformat
import pytest
from lab_cells import cell, ended
from leaks import leaks, secret
from playwright.sync_api import expect
from secret_notebook import (
    SETTINGS,
    SHOW,
    START,
    cells,
    check_what_it_shows,
    keyring_environ,
    plant,
    to_type,
)

from flyte_nb.config import vault
from flyte_nb.config.mask import MASK

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("default"),
    pytest.mark.usefixtures("widgets_are_saved", "keyrings"),
]

RAN_MS = 120_000
READ = "secret = current_context().secrets.get('db', 'password'); print(secret, len(secret))"


def tab_to(page, target, key="Tab", most=8):
    for _ in range(most):
        page.keyboard.press(key)
        if target.evaluate("e => e === document.activeElement"):
            return
    pytest.fail(f"{most} times {key} do not lead to {target}")


@pytest.fixture
def field(notebook, page):
    """The field of `%flyte_secret set`, reached by the keyboard alone; the next cell is active."""
    start = f"%load_ext flyte_nb\nimport os\nos.environ.update({keyring_environ()})"
    start += "\nfrom flyte_nb import current_context"
    notebook(start, "%flyte_secret set db/password", READ, run=False)
    for n in range(2):
        page.keyboard.press("Shift+Enter")
        ended(page, n, RAN_MS)
    found = page.get_by_label("db/password", exact=True)
    expect(found).to_be_visible()
    tab_to(page, found, "Shift+Tab")
    return found


def look_for_it(page):
    """Go from the field to the cell that reads the secret and run it, by the keyboard alone."""
    tab_to(page, cell(page, 1), "Shift+Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")
    ended(page, 2, RAN_MS)


def test_a_secret_is_typed_kept_and_found_by_the_keyboard_alone(field, lab, page, save, screenshot):
    values = {"kept": secret("kept", "quotes"), "given up": secret("given up", "umlauts")}
    expect(field).to_have_attribute("type", "password")
    page.keyboard.type(values["kept"])
    screenshot("secret-field")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="db/password: kept in")).to_be_visible()
    expect(field).to_have_value("")
    expect(field).to_be_focused()
    assert vault.get("secret/db/password") == values["kept"]
    page.keyboard.type(values["given up"])
    page.keyboard.press("Control+s")
    page.locator(".jp-mod-dirty").wait_for(state="detached")
    expect(field).to_have_value(values["given up"])
    assert leaks(json.dumps(page.content()), values) == []
    assert leaks((lab.root / page.url.rsplit("/", 1)[1]).read_text(), values) == []
    page.keyboard.press("Escape")
    look_for_it(page)
    shown = cell(page, 2).locator(".jp-OutputArea-output")
    expect(shown).to_have_text(f"{MASK} {len(values['kept'])}")
    notebook = nbformat.read(save(), as_version=4)
    assert leaks(nbformat.writes(notebook), values) == []
    assert "db/password: kept in" in json.dumps(notebook.metadata.widgets)


def test_what_is_given_up_is_kept_nowhere(field, page, save):
    value = secret("given up", "plain")
    page.keyboard.type(value)
    page.keyboard.press("Escape")
    expect(field).to_have_value("")
    expect(field).to_be_focused()
    page.keyboard.press("Enter")
    look_for_it(page)
    expect(cell(page, 2)).to_contain_text("secret db/password was not found")
    assert vault.names() == []
    assert leaks(save().read_text(), {"given up": value}) == []


def test_no_value_in_any_spelling_is_in_a_notebook_that_used_every_feature(
    open_notebook, page, save, tmp_path
):
    values = {**plant(tmp_path), "asked/token": secret("asked", "token")}
    asks = nbformat.v4.new_code_cell(
        "%flyte_secret set asked/token --ask", metadata={"name": "asks", "tags": []}
    )
    first, last = cells(START, tmp_path), cells(SHOW, tmp_path)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    path = tmp_path / "every-feature.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[*first, asks, *last], metadata=kernel), path)
    open_notebook(path, run=False)
    run_cells(page, len(first), "run-all-above")
    ended(page, len(first) - 1, RAN_MS)
    type_into_fields(page, to_type())
    type_into_editor(page, to_type())
    run_cells(page, len(first), "run-cell")
    answer = page.locator(".jp-Stdin-input")
    answer.press_sequentially(values["asked/token"])
    answer.press("Enter")
    ended(page, len(first), RAN_MS)
    run_cells(page, len(first) + 1, "run-all-below")
    ended(page, len(first + last), RAN_MS)
    saved = save()
    assert leaks(saved.read_text(), values) == []
    check_what_it_shows(nbformat.read(saved, as_version=4))


# In one step: JupyterLab goes back to a cell that has asked, whenever it has its answer.
RUN_CELLS = """([n, command]) => {
    const { commands, shell } = window.jupyterapp;
    shell.currentWidget.content.activeCellIndex = n;
    commands.execute(`notebook:${command}`);
}"""


def run_cells(page, n, command):
    page.evaluate(RUN_CELLS, [n, command])


def type_into_fields(page, typed):
    for name, value in typed.items():
        if name.startswith("typed/"):
            page.get_by_label(name, exact=True).press_sequentially(value)
            page.keyboard.press("Enter")
            expect(page.get_by_role("status").filter(has_text=f"{name}: kept")).to_be_visible()


def type_into_editor(page, typed):
    editor = page.get_by_role("region", name="Flyte configuration")
    for name, place in SETTINGS.items():
        row = editor.locator(f"[data-setting='{name}']")
        row.get_by_role("button", name="Set").click()
        row.get_by_label(name, exact=True).press_sequentially(typed[f"setting/{name}"])
        row.get_by_label("Where to keep").select_option(place)
        row.get_by_role("button", name="Keep").click()
    editor.get_by_role("button", name="Save").click()
    expect(editor.get_by_text("flyte.yaml: written")).to_be_visible()
