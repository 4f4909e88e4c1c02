"""Cells of the notebook that JupyterLab shows: found, run, and taken pictures of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clean_environment import BUILD
from playwright.sync_api import Error, expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

SCREENSHOTS = BUILD / "screenshots"
_TRIES = 5


def cell(page: Page, n: int) -> Locator:
    """Return the code cell of that number, from 0."""
    return page.locator(".jp-Notebook .jp-CodeCell").nth(n)


def ended(page: Page, n: int, timeout_ms: float | None = None) -> None:
    """Wait until that cell has run."""
    prompt = cell(page, n).locator(".jp-InputPrompt")
    expect(prompt).to_have_text(re.compile(r"\[\d+\]:"), timeout=timeout_ms)


def run_cells(page: Page, count: int) -> None:
    """Run the first *count* cells; do not wait for the last one."""
    cell(page, 0).locator(".jp-InputArea").first.click()
    for n in range(count):
        if n:
            ended(page, n - 1)
        page.keyboard.press("Shift+Enter")


def picture(locator: Locator, name: str) -> None:
    """Store what *locator* shows as build/screenshots/NAME.png.

    JupyterLab draws the outputs of a cell anew when one of them changes, and a picture is of one
    element: it is taken again of the next one.
    """
    for tries_left in reversed(range(_TRIES)):
        try:
            locator.screenshot(path=SCREENSHOTS / f"{name}.png")
        except Error as error:
            if "not attached" not in error.message or not tries_left:
                raise
        else:
            return
