"""The second page of the guide, as a user meets it; and the doctor, while it looks."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

CONFIGURATION = Path(__file__).parents[2] / "notebooks" / "configuration.ipynb"
CELLS = (
    "%load_ext flyte_nb\n%env FLYTE_PLATFORM_URL=localhost:9",
    "%flyte_config doctor",
)


def test_the_notebook_runs_its_editor_edits_and_its_place_is_not_empty_without_a_kernel(
    open_notebook, page, reopen_without_kernel, screenshot
):
    open_notebook(CONFIGURATION)
    editor = page.get_by_role("region", name="Flyte configuration")
    expect(editor).to_be_visible()
    editor.get_by_label("admin.audience", exact=True).fill("flyte")
    expect(editor.get_by_label("Changes of the file")).to_contain_text("+  audience: flyte")
    editor.scroll_into_view_if_needed()
    screenshot("configuration-editor")
    page = reopen_without_kernel()
    expect(page.get_by_text("Configuration (~/.flyte/config.yaml)").first).to_be_visible()
    screenshot("configuration-reopened")


def test_the_doctor_says_what_is_wrong_and_stays_readable_without_a_kernel(
    notebook, reopen_without_kernel, screenshot, looks
):
    page = notebook(*CELLS)
    table = page.locator(".jp-OutputArea-output table")
    expect(table).to_have_count(1)
    row = table.get_by_role("row").filter(has_text="TCP").first
    for _, name in looks():
        expect(row).to_contain_text("failure")
        screenshot(f"config-doctor-{name}")
    page = reopen_without_kernel()
    expect(page.get_by_text("Flyte doctor: 1 failure")).to_be_visible()
