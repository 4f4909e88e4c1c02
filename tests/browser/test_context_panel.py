"""`%flyte_context edit`: what is typed reaches the kernel, and comes back."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]


@pytest.fixture
def panels(notebook):
    """Two panels of one session."""
    page = notebook("%load_ext flyte_nb", "%flyte_context edit", "%flyte_context edit")
    fields = page.get_by_label("project")
    expect(fields).to_have_count(2, timeout=60_000)
    return fields


def test_typing_in_one_panel_reaches_the_session_and_the_other_panel(panels):
    panels.nth(0).fill("flytesnacks")
    panels.nth(0).press("Enter")
    expect(panels.nth(1)).to_have_value("flytesnacks")


def test_a_wrong_value_is_said_beside_the_field(panels, page, screenshot):
    panels.nth(0).fill("UPPER")
    panels.nth(0).press("Enter")
    expect(page.get_by_role("alert").filter(has_text="'UPPER' is not a name")).to_be_visible()
    expect(panels.nth(0)).to_have_attribute("aria-invalid", "true")
    expect(panels.nth(1)).to_have_value("local")
    screenshot("context-panel-problem")
    panels.nth(0).press("Escape")
    expect(panels.nth(0)).to_have_value("local")


def test_reset_goes_back(panels, page):
    panels.nth(0).fill("other")
    panels.nth(0).press("Enter")
    expect(panels.nth(1)).to_have_value("other")
    page.get_by_role("button", name="Reset").first.click()
    expect(panels.nth(0)).to_have_value("local")


@pytest.mark.parametrize("theme", ["dark"])
def test_dark(panels, screenshot, theme):
    expect(panels.nth(0)).to_be_visible()
    screenshot(f"context-panel-{theme}")
