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


def test_the_notebook_runs_and_its_editor_edits(open_notebook, page, screenshot):
    open_notebook(CONFIGURATION)
    editor = page.get_by_role("region", name="Flyte configuration")
    expect(editor).to_be_visible()
    editor.get_by_label("admin.audience", exact=True).fill("flyte")
    expect(editor.get_by_label("Changes of the file")).to_contain_text("+  audience: flyte")
    editor.scroll_into_view_if_needed()
    screenshot("configuration-editor")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_doctor_says_what_is_wrong_and_stays_readable_without_a_kernel(
    notebook, reopen_without_kernel, screenshot, theme
):
    page = notebook(*CELLS)
    table = page.locator(".jp-OutputArea-output table")
    expect(table).to_have_count(1)
    row = table.get_by_role("row").filter(has_text="TCP").first
    expect(row).to_contain_text("failure")
    screenshot(f"config-doctor-{theme}")
    if theme == "light":
        page = reopen_without_kernel()
        expect(page.get_by_text("Flyte doctor: 1 failure")).to_be_visible()


def test_without_a_kernel_the_editors_place_is_not_empty(
    open_notebook, page, reopen_without_kernel, screenshot
):
    open_notebook(CONFIGURATION)
    expect(page.get_by_role("region", name="Flyte configuration")).to_be_visible()
    page = reopen_without_kernel()
    expect(page.get_by_text("Configuration (~/.flyte/config.yaml)").first).to_be_visible()
    screenshot("configuration-reopened")
