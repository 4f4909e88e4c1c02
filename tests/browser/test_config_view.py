"""`%flyte_config` in JupyterLab: a table that fits, in both themes."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

WRITE = """%load_ext flyte_nb
import os, pathlib
path = pathlib.Path("flyte.yaml")
path.write_text("admin:\\n  endpont: x\\n  endpoint: flyte.example.com\\n  insecure: true\\n")
os.environ.update(FLYTECTL_CONFIG=str(path), FLYTE_PLATFORM_INSECURE="off")"""


def test_the_configuration_is_a_table_with_remarks(notebook, screenshot, looks):
    page = notebook(WRITE, "%flyte_config", "%flyte_config explain admin.insecure")
    tables = page.locator(".jp-OutputArea-output table")
    expect(tables).to_have_count(2)
    for _, name in looks():
        expect(tables.nth(0).get_by_role("row").nth(1)).to_contain_text("flyte.example.com")
        expect(page.get_by_text("did you mean admin.endpoint?")).to_be_visible()
        expect(tables.nth(1).get_by_role("row").nth(1)).to_contain_text("in force")
        screenshot(f"config-{name}")
