"""`%flyte_context` in a real shell."""

import pytest
from IPython.core.completer import provisionalcompleter

from flyte_nb import current_context
from flyte_nb.config.platform import PlatformConfig
from flyte_nb.errors import InvalidValueError


def run(shell, capsys, line):
    """Return what the cell *line* prints."""
    shell.run_cell(line)
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err
    return captured.out + captured.err


@pytest.mark.parametrize("line", ["", "show"])
def test_show_returns_the_context(shell, line):
    assert shell.run_line_magic("flyte_context", line) is current_context()


def test_set_changes_all_that_is_given(shell):
    context = shell.run_line_magic("flyte_context", "set project=p1 domain=d1 name=nightly-1")
    assert str(context.execution_id) == "ex:p1:d1:nightly-1"


def test_an_empty_name_is_a_fresh_one_for_each_run(shell, capsys):
    assert "nightly" in run(shell, capsys, "%flyte_context set name=nightly")
    assert "a fresh name for each run" in run(shell, capsys, "%flyte_context set name=")


def test_reset(shell):
    shell.run_line_magic("flyte_context", "set project=p1")
    assert shell.run_line_magic("flyte_context", "reset").execution_id.project == "local"


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("--nope", "unrecognized arguments: --nope; see %flyte_context -h"),
        ("frobnicate", "invalid choice: 'frobnicate'"),
        ("set", "set what? One or more of project, domain, name"),
        ("set project", "'project' is not of the form key=value; write project=VALUE"),
        ("set projct=x", "unknown setting 'projct': did you mean 'project'?"),
        ("set zzz=x", "unknown setting 'zzz': known: project, domain, name"),
        ("use a b", "use takes one name; 'b' is too much"),
        ("show x", "show takes no 'x'"),
        ("set project='x", "No closing quotation"),
    ],
)
def test_a_wrong_line_is_one_line_of_usage(shell, capsys, line, message):
    out = run(shell, capsys, f"%flyte_context {line}")
    assert out.startswith("UsageError: ")
    assert message in out
    assert out.count("\n") == 1


def test_a_refused_value_is_a_short_error_that_can_be_caught(shell, capsys):
    out = run(shell, capsys, "%flyte_context set project=UPPER")
    assert out.startswith("InvalidValueError: project 'UPPER'")
    with pytest.raises(InvalidValueError):
        shell.run_line_magic("flyte_context", "set project=UPPER")


def test_help(shell, capsys):
    for line in ("%flyte_context -h", "%flyte_context?"):
        out = run(shell, capsys, line)
        assert "set project=flytesnacks" in out


@pytest.mark.parametrize(
    ("line", "completions"),
    [
        ("%flyte_context ", {"show", "set", "reset", "edit"}),
        ("%flyte_context s", {"show", "set"}),
        ("%flyte_context set p", {"project="}),
        ("%flyte_context set project=a d", {"domain="}),
    ],
)
def test_completion(shell, line, completions):
    with provisionalcompleter():
        found = {c.text for c in shell.Completer.completions(line, len(line))}
    assert completions <= found
    assert not any(name.startswith("%") for name in found)


def test_edit_returns_the_panel(shell):
    panel = shell.run_line_magic("flyte_context", "edit")
    assert panel.project == "local"
    panel.close()


@pytest.fixture
def staging(home):
    path = home / ".flyte/config-staging.yaml"
    path.parent.mkdir()
    path.write_text("admin: {endpoint: stage.example.com}\nlogger: {level: 5}\n")
    return path


@pytest.mark.usefixtures("staging")
def test_use_changes_the_configuration_at_once(shell):
    before = PlatformConfig.auto()
    view = shell.run_line_magic("flyte_context", "use staging")
    assert [row[:3] for row in view.rows] == [("active", "staging", "stage.example.com")]
    assert PlatformConfig.auto().endpoint == "stage.example.com"
    assert "stage.example.com" in repr(shell.run_line_magic("flyte_config", "show"))
    shell.run_line_magic("flyte_context", "use default")
    assert PlatformConfig.auto() == before


@pytest.mark.usefixtures("staging")
def test_use_alone_lists_and_the_names_can_be_completed(shell):
    view = shell.run_line_magic("flyte_context", "use")
    assert [row[1] for row in view.rows] == ["default", "staging"]
    with provisionalcompleter():
        found = shell.Completer.completions("%flyte_context use st", 21)
        assert "staging" in [completion.text for completion in found]


@pytest.mark.usefixtures("staging")
def test_a_profile_that_is_not_there_changes_nothing(shell, capsys):
    run(shell, capsys, "%flyte_context use staging")
    out = run(shell, capsys, "%flyte_context use stagin")
    assert out.startswith("ConfigError: there is no configuration 'stagin'")
    assert "did you mean 'staging'?" in out
    assert PlatformConfig.auto().endpoint == "stage.example.com"


@pytest.mark.usefixtures("staging")
def test_unloading_gives_up_the_choice(shell):
    shell.run_line_magic("flyte_context", "use staging")
    shell.extension_manager.unload_extension("flyte_nb")
    assert PlatformConfig.auto().endpoint == "localhost:30080"
    shell.extension_manager.load_extension("flyte_nb")


def test_explain_says_where_each_setting_comes_from(shell, monkeypatch):
    monkeypatch.setenv("FLYTE_LOCAL_DOMAIN", "research")
    shell.run_cell("%flyte_context set project=trial")
    rows = shell.run_line_magic("flyte_context", "explain").rows
    assert ("→", "project", "trial", "%flyte_context set") in rows
    assert ("→", "domain", "research", "FLYTE_LOCAL_DOMAIN") in rows
    assert ("", "", "local", "default") in rows
    assert current_context().execution_id.domain == "research"


def test_a_project_that_admin_would_refuse_is_said_and_left_out(shell, monkeypatch):
    monkeypatch.setenv("FLYTE_LOCAL_PROJECT", "NO WAY")
    with pytest.warns(UserWarning, match="FLYTE_LOCAL_PROJECT, or its place in the file"):
        shell.run_cell("1")
    assert current_context().execution_id.project == "local"


def test_the_stack_is_where_contexts_were_pushed(shell):
    assert shell.run_line_magic("flyte_context", "stack").rows == (("0", "session", ""),)
    shell.run_cell(
        "from flyte_nb import FlyteContextManager as M\n"
        "with M.with_context(M.current_context().with_new_compilation_state()):\n"
        "    seen = get_ipython().run_line_magic('flyte_context', 'stack').rows"
    )
    (level, doing, where), _ = shell.user_ns["seen"]
    assert (level, doing) == ("1", "compiling")
    assert where.endswith(":2 <module>")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("attempt=-1", "attempt '-1': a number from 0 to 1,000"),
        ("attempt=two", "attempt 'two'"),
        ("attempt=5000", "attempt 5000"),
        ("raw_output_prefix=runs", "not an absolute path"),
        ("raw_output_prefix=s33://bucket", "no store has such addresses"),
    ],
)
def test_wrong_settings_are_refused_and_nothing_changes(shell, capsys, line, message):
    before = current_context()
    assert message in run(shell, capsys, f"%flyte_context set project=other {line}")
    assert current_context() is before
