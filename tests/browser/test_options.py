"""The page of the guide on options, resources, workflows and launch plans, as a user meets it."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "options-and-resources.ipynb"


def shown(page, title):
    """Return the table of that title under a cell."""
    return page.locator(".jp-OutputArea-output").filter(has=page.get_by_text(title, exact=True))


def look_at(page, title):
    table = shown(page, title).last
    table.scroll_into_view_if_needed()
    expect(table).to_be_visible()
    return table


def test_every_noun_is_a_table(open_notebook, page, reopen_without_kernel, screenshot, looks):
    open_notebook(NOTEBOOK)
    for _, name in looks():
        for title, cell in (
            ("Resources", "1Gi to 2Gi"),
            ("task train", "2g.10gb"),
            ("PodTemplate", "kubernetes.io/os=linux"),
            ("SecurityContext", "trainer"),
            ("Options", "ml@example.com"),
            ("workflow forecast", "output of n0 (load)"),
            ("launch plan nightly", "0.2, fixed"),
        ):
            table = look_at(page, title)
            expect(table).to_contain_text(cell)
            screenshot(f"options-{title.replace(' ', '-')}-{name}")
            if title in {"Options", "workflow forecast"}:
                box = table.bounding_box()
                assert box["x"] + box["width"] <= page.viewport_size["width"] + 1
        refused = page.get_by_text("it cannot be cut to size")
        refused.scroll_into_view_if_needed()
        screenshot(f"options-refused-{name}")
    expect(look_at(reopen_without_kernel(), "launch plan nightly")).to_contain_text("0 2 * * *")
