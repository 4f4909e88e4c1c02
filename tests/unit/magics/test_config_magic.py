"""`%flyte_config` in a real shell."""

import pytest
from IPython.core.completer import provisionalcompleter


def run(shell, capsys, line):
    """Return what the cell *line* prints."""
    shell.run_cell(line)
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err
    return captured.out + captured.err


@pytest.mark.usefixtures("home")
def test_the_three_views(shell, monkeypatch):
    monkeypatch.setenv("FLYTE_PLATFORM_URL", "host")
    magic = shell.run_line_magic
    assert ("admin.endpoint", "host", "FLYTE_PLATFORM_URL") in magic("flyte_config", "").rows
    assert len(magic("flyte_config", "show --all").rows) == 45
    assert magic("flyte_config", "explain admin.endpoint").rows[0][0] == "in force"
    assert magic("flyte_config", "files").head[1] == "file"


def test_set_and_unset_write_the_file_in_force_and_show_the_change(shell, home):
    path = home / ".flyte" / "config.yaml"
    view = shell.run_line_magic("flyte_config", "set admin.endpoint=dns:///host:443")
    assert path.read_text() == "admin:\n  endpoint: dns:///host:443\n"
    assert "+  endpoint: dns:///host:443" in repr(view)
    assert "in force: host:443 from ~/.flyte/config.yaml:2" in view.remarks
    assert (
        "nothing to change"
        in shell.run_line_magic("flyte_config", "set platform.url=dns:///host:443").title
    )
    shell.run_line_magic("flyte_config", "set admin.insecure=true")
    shell.run_line_magic("flyte_config", "unset admin.insecure")
    assert path.read_text() == "admin:\n  endpoint: dns:///host:443\n"


def test_set_writes_the_file_that_is_named(shell, home, tmp_path):
    shell.run_line_magic("flyte_config", f"set aws.retries=7 --file {tmp_path / 'mine.config'}")
    assert (tmp_path / "mine.config").read_text() == "[aws]\nretries = 7\n"
    assert not (home / ".flyte").exists()


def test_a_refused_value_is_a_short_error(shell, capsys, home):
    out = run(shell, capsys, "%flyte_config set admin.insecure=maybe")
    assert out.startswith("InvalidValueError: admin.insecure=maybe: no boolean")
    assert not (home / ".flyte").exists()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--nope", "unrecognized arguments: --nope; see %flyte_config -h"),
        ("frobnicate", "invalid choice: 'frobnicate'"),
        ("explain", "explain which setting?"),
        ("set", "set which setting?"),
        ("set admin.endpoint", "set admin.endpoint to what? Write admin.endpoint=VALUE"),
        ("files x", "files takes no 'x'"),
    ],
)
def test_a_wrong_line_is_one_line_of_usage(shell, capsys, line, message):
    out = run(shell, capsys, f"%flyte_config {line}")
    assert out.startswith("UsageError: ")
    assert message in out
    assert out.count("\n") == 1


def test_an_unknown_setting_is_a_short_error(shell, capsys):
    out = run(shell, capsys, "%flyte_config explain admin.endpont")
    assert out.splitlines() == [
        "InvalidValueError: there is no setting 'admin.endpont'",
        "  hint: did you mean admin.endpoint?",
    ]


def test_help(shell, capsys):
    for line in ("%flyte_config -h", "%flyte_config?"):
        assert "%flyte_config explain admin.endpoint" in run(shell, capsys, line)


@pytest.mark.parametrize(
    ("line", "completion"),
    [("%flyte_config ", "explain"), ("%flyte_config explain adm", "admin.endpoint")],
)
def test_completion(shell, line, completion):
    with provisionalcompleter():
        found = {c.text for c in shell.Completer.completions(line, len(line))}
    assert completion in found


@pytest.mark.usefixtures("keyrings", "capsys")
def test_a_secret_is_asked_for_and_never_shown(shell, home, monkeypatch):
    monkeypatch.setattr("flyte_nb.magics.asking.getpass", lambda _prompt: "correct-horse")
    path = home / ".flyte/config.yaml"
    path.parent.mkdir()
    path.write_text("admin: {endpoint: one}")
    view = shell.run_line_magic("flyte_config", "set credentials.client_secret")
    assert "kept in the keyring" in repr(view)
    assert "correct-horse" not in repr(view) + view._repr_html_() + path.read_text()
    assert path.read_text() == "admin: {endpoint: one}"
    view = shell.run_line_magic("flyte_config", "set aws.secret_access_key --keep clear")
    assert "correct-horse" in path.read_text()
    assert "correct-horse" not in repr(view)
    view = shell.run_line_magic("flyte_config", "unset credentials.client_secret")
    assert "removed from the keyring" in repr(view)


def test_a_secret_cannot_be_asked_for_where_nobody_answers(shell, capsys):
    shell.run_cell("%flyte_config set credentials.client_secret")  # this shell has no stdin
    assert "UsageError: nobody can be asked" in capsys.readouterr().err


@pytest.mark.usefixtures("home")
def test_edit_returns_a_widget_with_a_fallback(shell, tmp_path):
    panel = shell.run_line_magic("flyte_config", f"edit --file {tmp_path / 'x.yaml'}")
    assert "x.yaml" in repr(panel)
    assert panel.path == str(tmp_path / "x.yaml")
    panel.close()


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    "line",
    [
        "set admin.audience = my flyte",
        "set 'admin.audience=my flyte'",
        "set admin.audience=my flyte",
    ],
)
def test_blanks_and_options_may_stand_anywhere(shell, tmp_path, line):
    path = tmp_path / "my.yaml"
    command, rest = line.split(" ", 1)
    shell.run_line_magic("flyte_config", f"{command} --file {path} {rest}")
    assert path.read_text() == "admin:\n  audience: my flyte\n"


def test_a_backslash_is_a_backslash(shell, tmp_path):
    shell.run_line_magic(
        "flyte_config", rf"set admin.caCertFilePath=C:\certs --file {tmp_path}/a.yaml"
    )
    assert "C:" + chr(92) + "certs" in (tmp_path / "a.yaml").read_text()


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("explian admin.endpoint", "there is no 'explian': did you mean 'explain'?"),
        ("help", "usage: %flyte_config"),
        ("set aws.secret_access_key --keep file", "--keep file is not possible"),
        ("set admin.insecure=maybe --keep", "--keep takes a value: --keep "),
    ],
)
def test_what_is_misspelt_gets_a_suggestion(shell, capsys, line, said):
    shell.run_cell(f"%flyte_config {line}")
    captured = capsys.readouterr()
    assert said in captured.out + captured.err


def test_completion_knows_values_options_and_variables(shell):
    def after(line):
        with provisionalcompleter():
            return {c.text for c in shell.Completer.completions(line, len(line))}

    assert {"true", "false"} <= after("%flyte_config set admin.insecure=")
    assert any("Pkce" in text for text in after("%flyte_config set admin.authType=P"))
    assert "--file" in after("%flyte_config set --f")
    assert "FLYTE_PLATFORM_URL" in after("%flyte_config explain FLYTE_PLATFORM_U")
