"""The pages of the guide on context, secrets and checkpoints, as a user meets them."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def test_a_run_shows_its_metrics_its_log_and_what_is_known_of_outputs(
    open_notebook, page, reopen_without_kernel, screenshot, looks
):
    open_notebook(NOTEBOOKS / "context.ipynb")
    outputs = page.locator(".jp-OutputArea-output")
    log = outputs.get_by_text("Log (3 lines)")
    log.focus()
    page.keyboard.press("Enter")
    for _, name in looks():
        metrics = outputs.get_by_role("row").filter(has_text="seen.users").first
        expect(metrics).to_contain_text("different, of 3")
        metrics.scroll_into_view_if_needed()
        screenshot(f"context-metrics-{name}")
        log.scroll_into_view_if_needed()
        expect(outputs.locator("details pre").filter(has_text="epoch 2 loss=0.25")).to_be_visible()
        screenshot(f"context-log-{name}")
        known = outputs.get_by_role("row").filter(has_text="o0 is complete")
        known.scroll_into_view_if_needed()
        screenshot(f"context-outputs-{name}")
        panel = outputs.get_by_role("row").filter(has_text="version").first
        panel.scroll_into_view_if_needed()
        assert panel.bounding_box()["x"] < page.viewport_size["width"]
        screenshot(f"context-{name}")
    page = reopen_without_kernel()
    row = page.locator(".jp-OutputArea-output").get_by_role("row")
    expect(row.filter(has_text="seen.users").first).to_be_visible()


def test_secrets_and_checkpoints(open_notebook, page, screenshot, looks):
    open_notebook(NOTEBOOKS / "secrets-and-checkpoints.ipynb")
    field = page.get_by_label("registry/token")
    listing = page.get_by_role("row").filter(has_text="goes on from it")
    for _, name in looks():
        field.scroll_into_view_if_needed()
        expect(field).to_have_attribute("type", "password")
        screenshot(f"secrets-field-{name}")
        listing.scroll_into_view_if_needed()
        screenshot(f"checkpoints-{name}")
