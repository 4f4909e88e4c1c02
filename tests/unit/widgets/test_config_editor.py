"""The widget over the editor: messages in, traits out, and no secret in any of them."""

import json

import pytest

from flyte_nb.config.editor import ConfigEditor
from flyte_nb.widgets import ConfigEditorPanel

TEXT = "admin:\n  endpoint: one\nstorage: {connection: {secret-key: hunter2}}\n"


@pytest.fixture
def path(tmp_path, home):  # noqa: ARG001 - whose keyring and files are its own
    path = tmp_path / "a.yaml"
    path.write_text(TEXT)
    path.chmod(0o600)
    return path


@pytest.fixture
def panel(path):
    panel = ConfigEditorPanel(ConfigEditor(str(path)))
    yield panel
    panel.close()


def tell(panel, **message):
    panel._handle_custom_msg(message, [])


def test_what_is_typed_comes_back_as_a_difference_and_is_saved(panel, path):
    tell(panel, type="propose", setting="admin.endpoint", text="two")
    assert panel.pending == {"admin.endpoint": "two"}
    assert "+  endpoint: two" in panel.diff
    tell(panel, type="save")
    assert panel.notice == {"kind": "done", "text": f"{path}: written"}
    assert (panel.pending, panel.diff, panel.answered) == ({}, "", 2)
    assert path.read_text() == TEXT.replace("one", "two")
    assert next(s for s in panel.settings if s["name"] == "admin.endpoint")["text"] == "two"


def test_a_conflict_is_a_notice_and_can_be_resolved(panel, path):
    tell(panel, type="propose", setting="admin.endpoint", text="two")
    path.write_text(TEXT + "# theirs\n")
    tell(panel, type="save")
    assert panel.notice["kind"] == "conflict"
    assert "+# theirs" in panel.notice["text"]
    tell(panel, type="refresh")
    assert panel.pending == {"admin.endpoint": "two"}
    tell(panel, type="save")
    assert path.read_text() == TEXT.replace("one", "two") + "# theirs\n"


@pytest.mark.usefixtures("path")
def test_no_secret_is_in_any_trait_repr_or_fallback(panel):
    tell(
        panel,
        type="secret",
        setting="credentials.client_secret",
        value="correct-horse",
        place="file",
    )
    tell(panel, type="propose", setting="admin.insecure", text="true")
    shown = json.dumps({name: panel.get_state(name)[name] for name in panel.keys if name[0] != "_"})
    shown += repr(panel) + str(panel._repr_mimebundle_())
    assert "correct-horse" not in shown
    assert "hunter2" not in shown
    assert panel.secrets == {"credentials.client_secret": "file"}
    tell(panel, type="revert")
    assert panel.secrets == {}


@pytest.mark.parametrize(
    "message",
    [
        {"type": "propose", "setting": "no.such", "text": "x"},
        {"type": "secret", "setting": "credentials.client_secret", "value": "x", "place": "moon"},
        {"type": "secret", "setting": "admin.endpoint", "value": "x", "place": "file"},
        {"type": "open", "path": " "},
    ],
)
def test_what_cannot_be_done_is_a_notice(panel, path, message):
    tell(panel, **message)
    assert panel.notice["kind"] == "error"
    tell(panel, type="withdraw", setting="admin.endpoint")
    assert panel.notice == {}
    assert path.read_text() == TEXT


@pytest.mark.parametrize("message", [None, "save", {}, {"type": "show_file"}, {"type": None}])
def test_other_messages_do_nothing(panel, path, message):
    panel._handle_custom_msg(message, [])
    assert panel.notice == {}
    assert path.read_text() == TEXT


@pytest.mark.usefixtures("home")
def test_a_broken_file_is_said(tmp_path):
    (tmp_path / "b.yaml").write_text("admin: [\n")
    panel = ConfigEditorPanel(ConfigEditor(str(tmp_path / "b.yaml")))
    assert "not YAML" in panel.notice["text"]
    panel.close()


def test_a_page_without_widgets_shows_a_table(panel):
    data = panel._repr_mimebundle_()
    data = data[0] if isinstance(data, tuple) else data
    assert "<table" in data["text/html"]
    assert "ConfigEditor(" in data["text/plain"]
