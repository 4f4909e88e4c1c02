"""`%flyte_config edit` in JupyterLab: search, edit, look at the difference, save, conflict."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]

TEXT = """\
# The platform team's file: ask before you change it.
admin:
  endpoint: "dns:///flyte.example.com"   # production
  insecure: false
  authType: DeviceFlow
storage:
  connection: {access-key: minio, secret-key: hunter2}
"""
LOAD = """%load_ext flyte_nb
import os
os.environ.update(FLYTECTL_CONFIG="flyte.yaml", FLYTE_PLATFORM_INSECURE="on")"""


@pytest.fixture
def file(lab):
    path = lab.root / "flyte.yaml"
    path.write_text(TEXT)
    path.chmod(0o600)
    yield path
    path.unlink()


@pytest.fixture
def editor(notebook, file):  # noqa: ARG001 - the file that it shows
    page = notebook(LOAD, "%flyte_config edit")
    found = page.get_by_role("region", name="Flyte configuration")
    expect(found).to_be_visible()
    return found


def setting(editor, name):
    return editor.get_by_label(name, exact=True)


def diff(editor):
    return editor.get_by_label("Changes of the file")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.usefixtures("page")
def test_search_edit_look_and_save(editor, file, screenshot, theme):
    editor.get_by_role("searchbox").fill("admin.endp HOST")
    expect(editor.get_by_role("status").first).to_have_text(re.compile(r"^1 of \d+$"))
    setting(editor, "admin.endpoint").fill("flyte.test:443")
    expect(diff(editor)).to_contain_text('+  endpoint: "flyte.test:443"   # production')
    expect(diff(editor)).not_to_contain_text("hunter2")
    editor.get_by_role("searchbox").fill("")
    screenshot(f"config-editor-{theme}")
    editor.get_by_role("button", name="Save").click()
    expect(editor.get_by_text("flyte.yaml: written")).to_be_visible()
    assert file.read_text() == TEXT.replace("dns:///flyte.example.com", "flyte.test:443")
    expect(setting(editor, "admin.endpoint")).to_have_value("flyte.test:443")


def test_a_wrong_value_is_said_while_it_is_typed_and_cannot_be_saved(editor, file, screenshot):
    setting(editor, "aws.retries").scroll_into_view_if_needed()
    expect(setting(editor, "aws.retries")).to_be_disabled()
    expect(editor.get_by_text("set FLYTE_AWS_RETRIES").first).to_be_visible()
    editor.get_by_label("File", exact=True).select_option("Another file…")
    editor.get_by_label("Path of another file").fill("flyte.config")
    editor.get_by_label("Path of another file").press("Enter")
    expect(setting(editor, "aws.retries")).to_be_enabled()
    setting(editor, "aws.retries").press_sequentially("many")
    expect(editor.get_by_role("alert").filter(has_text="not a number")).to_be_visible()
    expect(setting(editor, "aws.retries")).to_have_attribute("aria-invalid", "true")
    expect(editor.get_by_role("button", name="Save")).to_be_disabled()
    screenshot("config-editor-problem")
    setting(editor, "aws.retries").press("Escape")
    expect(setting(editor, "aws.retries")).to_have_value("")
    expect(setting(editor, "aws.retries")).not_to_have_attribute("aria-invalid", "true")
    assert not file.with_name("flyte.config").exists()


def test_hover_and_focus_show_every_candidate(editor, page, screenshot):
    label = editor.locator("[data-setting='admin.insecure']").get_by_role("button").first
    expect(label).to_have_text("environment")
    label.hover()
    tip = page.get_by_role("tooltip").filter(has_text="FLYTE_PLATFORM_INSECURE")
    expect(tip).to_be_visible()
    expect(tip.get_by_role("row")).to_have_count(3)
    expect(tip.get_by_role("row").first).to_contain_text("in force")
    screenshot("config-editor-candidates")
    label.focus()
    label.press("Escape")
    expect(tip).to_be_hidden()


def test_a_conflict_shows_what_changed_and_keeps_what_was_typed(editor, file, screenshot):
    setting(editor, "admin.authType").select_option("Pkce")
    expect(diff(editor)).to_contain_text("+  authType: Pkce")
    theirs = TEXT.replace("insecure: false", "insecure: true")
    file.write_text(theirs)
    editor.get_by_role("button", name="Save").click()
    expect(editor.get_by_text("was changed since it was read")).to_be_visible()
    screenshot("config-editor-conflict")
    assert file.read_text() == theirs
    editor.get_by_role("button", name="Look at the file again").click()
    expect(setting(editor, "admin.insecure")).to_have_value("true")
    expect(diff(editor)).to_contain_text("+  authType: Pkce")
    editor.get_by_role("button", name="Save").click()
    expect(editor.get_by_text("flyte.yaml: written")).to_be_visible()
    assert file.read_text() == theirs.replace("DeviceFlow", "Pkce")


@pytest.mark.usefixtures("widgets_are_saved")
def test_a_secret_goes_to_a_file_of_its_own_and_is_not_in_the_notebook(
    editor, file, page, lab, save, screenshot
):
    row = editor.locator("[data-setting='credentials.client_secret']")
    row.get_by_role("button", name="Set").click()
    row.get_by_label("credentials.client_secret", exact=True).fill("correct-horse")
    row.get_by_label("Where to keep").select_option("file")
    screenshot("config-editor-secret")
    row.get_by_role("button", name="Keep").click()
    expect(diff(editor)).to_contain_text("+  clientSecretLocation:")
    editor.get_by_role("button", name="Save").click()
    expect(editor.get_by_text("flyte.yaml: written")).to_be_visible()
    secret = lab.root / "secrets" / "flyte.yaml-client_secret"
    assert secret.read_text() == "correct-horse"
    assert secret.stat().st_mode & 0o077 == 0
    assert "correct-horse" not in page.content() + file.read_text()
    notebook = save().read_text()
    assert "credentials.client_secret" in notebook  # the state of widgets too
    assert "correct-horse" not in notebook
    assert "hunter2" not in notebook


@pytest.mark.usefixtures("file")
def test_revert_and_another_file(editor, lab):
    setting(editor, "admin.insecure").select_option("true")
    expect(diff(editor)).to_contain_text("+  insecure: true")
    editor.get_by_role("button", name="Revert all").click()
    expect(diff(editor)).to_be_hidden()
    expect(setting(editor, "admin.insecure")).to_have_value("false")
    editor.get_by_label("File", exact=True).select_option("Another file…")
    editor.get_by_label("Path of another file").fill("new.yaml")
    editor.get_by_label("Path of another file").press("Enter")
    expect(setting(editor, "admin.endpoint")).to_have_value("")
    setting(editor, "admin.endpoint").fill("new.example.com")
    expect(diff(editor)).to_contain_text("+  endpoint: new.example.com")
    editor.get_by_role("button", name="Save").click()
    expect(editor.get_by_text("new.yaml: written")).to_be_visible()
    path = lab.root / "new.yaml"
    assert path.read_text() == "admin:\n  endpoint: new.example.com\n"
    assert path.stat().st_mode & 0o777 == 0o600
    path.unlink()


@pytest.mark.parametrize("viewport", [{"width": 480, "height": 900}])
@pytest.mark.usefixtures("viewport")
def test_it_fits_a_narrow_window(editor, screenshot):
    screenshot("config-editor-narrow")
    width = editor.evaluate("e => e.scrollWidth - e.clientWidth")
    assert width <= 0


def test_while_the_kernel_is_gone_the_editor_says_so(editor, lab):
    lab.stop_kernels()
    setting(editor, "admin.insecure").select_option("true")
    expect(editor.get_by_text("The kernel is busy")).to_be_visible()
