"""The state behind the editor, without a widget."""

import pickle

import pytest

from flyte_nb.config import vault
from flyte_nb.config.catalogue import AWS, Credentials
from flyte_nb.config.choice import install_chooser
from flyte_nb.config.editor import ConfigEditor, SecretPlace, change, keep_secret
from flyte_nb.config.file import ConfigFile
from flyte_nb.config.platform import AuthType, PlatformConfig
from flyte_nb.config.resolve import Source, resolve
from flyte_nb.config.storage import S3Config
from flyte_nb.config.view import find_entry
from flyte_nb.errors import ConfigConflictError, ConfigError, InvalidValueError

TEXT = "# ours\nadmin:\n  endpoint: one # prod\n  insecure: false\n"
SECRET = Credentials.CLIENT_CREDENTIALS_SECRET


@pytest.fixture
def path(tmp_path, home):  # noqa: ARG001 - whose keyring and files are its own
    path = tmp_path / "a.yaml"
    path.write_text(TEXT)
    return path


@pytest.fixture
def editor(path):
    return ConfigEditor(str(path))


def test_several_changes_are_one_write(editor, path):
    editor.propose("admin.endpoint", "two")
    editor.propose("admin.insecure", None)
    editor.propose("task.project", "p")
    assert path.read_text() == TEXT
    assert "+  endpoint: two # prod" in editor.plan().diff()
    assert editor.save() == [f"{path}: written"]
    assert path.read_text() == "# ours\nadmin:\n  endpoint: two # prod\ntask:\n  project: p\n"
    assert (editor.pending, editor.save()) == ({}, [])


def test_what_the_file_says_already_is_no_change(editor):
    editor.propose("admin.endpoint", "two")
    editor.propose("admin.endpoint", "one")
    editor.propose("admin.audience", None)
    assert editor.pending == {}


def test_a_wrong_value_stands_until_it_is_mended_and_nothing_is_saved(path):
    editor = ConfigEditor(str(path.with_suffix(".config")))
    editor.propose("platform.url", "host")
    editor.propose("aws.retries", "many")
    assert "not a number" in str(editor.errors["aws.retries"])
    assert "retries" not in editor.plan().diff()
    with pytest.raises(InvalidValueError, match=r"aws\.retries=many"):
        editor.save()
    assert not path.with_suffix(".config").exists()
    editor.propose("aws.retries", "5")
    editor.save()
    assert ConfigFile(path.with_suffix(".config")).find(AWS.RETRIES).value == 5


def test_a_conflict_shows_the_difference_and_keeps_what_was_typed(editor, path):
    editor.propose("admin.endpoint", "two")
    path.write_text(TEXT + "task: {project: theirs}\n")
    with pytest.raises(ConfigConflictError, match=r"\+task: \{project: theirs\}"):
        editor.save()
    assert editor.pending == {"admin.endpoint": "two"}
    editor.refresh()
    editor.save()
    assert path.read_text() == TEXT.replace("one", "two") + "task: {project: theirs}\n"


@pytest.mark.usefixtures("keyrings")
def test_a_conflict_keeps_secrets_where_they_are(editor, path):
    editor.keep_secret(SECRET.name, "correct-horse", SecretPlace.KEYRING)
    editor.propose("admin.endpoint", "two")
    path.write_text(TEXT + "#\n")
    with pytest.raises(ConfigConflictError):
        editor.save()
    assert vault.names() == []
    assert editor.secrets == {SECRET.name: SecretPlace.KEYRING}


def test_revert_forgets_and_looks_again(editor, path):
    editor.propose("admin.endpoint", "two")
    path.write_text("admin: {endpoint: theirs}")
    editor.revert()
    assert (editor.pending, editor.plan().changes) == ({}, False)


def test_another_file_gets_what_is_pending(editor, tmp_path, path):
    editor.propose("admin.endpoint", "two")
    editor.open(str(tmp_path / "new.yaml"))
    editor.save()
    assert (tmp_path / "new.yaml").read_text() == "admin:\n  endpoint: two\n"
    assert (tmp_path / "new.yaml").stat().st_mode & 0o777 == 0o600
    assert path.read_text() == TEXT
    for name in (" ", "a/", "a\0b", "\ud800.yaml"):
        with pytest.raises(InvalidValueError, match="cannot be the name of a file"):
            editor.open(name)
    assert editor.path == str(tmp_path / "new.yaml")


def test_a_broken_file_is_said_and_left_alone(tmp_path):
    (tmp_path / "a.yaml").write_text("admin: [\n")
    editor = ConfigEditor(str(tmp_path / "a.yaml"))
    with pytest.raises(ConfigError, match="not YAML"):
        editor.plan()
    editor.propose("admin.endpoint", "x")
    with pytest.raises(ConfigError, match="not YAML"):
        editor.save()
    assert (tmp_path / "a.yaml").read_text() == "admin: [\n"


def test_without_any_file_a_new_one_is_made_in_the_usual_place(home):
    editor = ConfigEditor()
    editor.propose("admin.endpoint", "x")
    editor.save()
    assert PlatformConfig.auto().endpoint == "x"
    assert (home / ".flyte/config.yaml").exists()


def test_a_chosen_file_that_is_gone_is_meant_all_the_same(tmp_path, home):
    class Chooser:
        config_path = str(tmp_path / "gone.yaml")

    (home / ".flyte").mkdir()
    (home / ".flyte/config.yaml").write_text("admin: {endpoint: another-cluster}")
    undo = install_chooser(Chooser())
    try:
        assert ConfigEditor().path == str(tmp_path / "gone.yaml")
    finally:
        undo()
    assert ConfigEditor().path == str(home / ".flyte/config.yaml")


def test_errors_are_looked_at_again_after_a_refresh(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("admin: [\n")
    editor = ConfigEditor(str(path))
    editor.propose("admin.endpoint", "x")
    assert "not YAML" in str(editor.errors["admin.endpoint"])
    path.write_text("admin: {}\n")
    editor.refresh()
    editor.save()
    assert ConfigFile(path).find(find_entry("admin.endpoint")).value == "x"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a,b", ["a", "b"]),
        ("[a, 'b c']", ["a", "b c"]),
        ('["sh", "-c", "echo a,b"]', ["sh", "-c", "echo a,b"]),
    ],
)
def test_a_list_is_written_with_commas_or_in_brackets(editor, path, text, value):
    editor.propose("admin.scopes", text)
    editor.save()
    assert PlatformConfig.auto(ConfigFile(path)).scopes == value
    editor.propose("admin.scopes", editor.text(find_entry("admin.scopes")))
    assert editor.pending == {}


def test_a_list_that_is_none_or_that_ini_cannot_hold_is_refused(editor, path):
    editor.propose("admin.scopes", "[a, b")
    assert "not a list" in str(editor.errors["admin.scopes"])
    ini = ConfigEditor(str(path.with_suffix(".config")))
    ini.propose("admin.scopes", '["a,b"]')
    assert "cannot hold an item with a comma" in str(ini.errors["admin.scopes"])


def test_a_level_by_its_name_is_a_number_in_an_ini_file(path):
    editor = ConfigEditor(str(path.with_suffix(".config")))
    editor.propose("sdk.logging_level", "DEBUG")
    editor.save()
    assert "logging_level = 10" in path.with_suffix(".config").read_text()


class TestSecret:
    @pytest.mark.usefixtures("keyrings")
    def test_is_in_one_place_at_a_time(self, editor, path):
        def value():
            return PlatformConfig.auto(ConfigFile(path)).client_credentials_secret

        for number, place in enumerate([*SecretPlace, *reversed(SecretPlace)]):
            if place is SecretPlace.CLEAR:
                continue
            editor.keep_secret(SECRET.name, f"secret-{number}", place)
            editor.save()
            assert value() == f"secret-{number}"
            assert len(vault.names()) == (place is SecretPlace.KEYRING)
            kept = path.parent / "secrets/a.yaml-client_secret"
            assert kept.exists() == (place is SecretPlace.FILE)
            assert ("clientSecretLocation" in path.read_text()) == (place is SecretPlace.FILE)
        editor.propose(SECRET.name, None)
        editor.save()
        assert value() is None
        assert (vault.names(), path.read_text()) == ([], TEXT)

    @pytest.mark.usefixtures("keyrings")
    def test_leaves_the_file_where_it_stood_in_clear(self, tmp_path):
        ini = tmp_path / "a.config"
        ini.write_text("[credentials]\nclient_id = a\nclient_secret = old\n")
        editor = ConfigEditor(str(ini))
        editor.keep_secret(SECRET.name, "new", SecretPlace.KEYRING)
        editor.save()
        assert "old" not in ini.read_text()
        assert PlatformConfig.auto(ConfigFile(ini)).client_credentials_secret == "new"

    def test_does_not_follow_to_another_file(self, editor, tmp_path):
        editor.keep_secret(SECRET.name, "x", SecretPlace.FILE)
        editor.open(str(tmp_path / "prod.yaml"))
        assert editor.secrets == {}

    def test_is_no_proposal(self, editor):
        with pytest.raises(InvalidValueError, match="is a secret"):
            editor.propose(SECRET.name, "correct-horse")
        assert "correct-horse" not in str(editor.pending)

    @pytest.mark.usefixtures("home")
    def test_of_files_that_differ_in_their_ending_alone_are_two(self, tmp_path):
        for ending in ("yaml", "yml"):
            keep_secret(SECRET.name, ending, SecretPlace.FILE, str(tmp_path / f"c.{ending}"))
        for ending in ("yaml", "yml"):
            cfg = ConfigFile(tmp_path / f"c.{ending}")
            assert PlatformConfig.auto(cfg).client_credentials_secret == ending

    def test_whose_folder_cannot_be_made_is_one_error(self, editor, path):
        (path.parent / "secrets").touch()
        editor.keep_secret(SECRET.name, "x", SecretPlace.FILE)
        with pytest.raises(ConfigError, match="cannot be written"):
            editor.save()
        assert path.read_text() == TEXT

    @pytest.mark.usefixtures("keyrings")
    def test_in_the_keyring(self, editor, path):
        editor.keep_secret(SECRET.name, "correct-horse", SecretPlace.KEYRING)
        assert "correct-horse" not in repr(editor) + repr(editor._secrets)
        (done,) = editor.save()
        assert "kept in the keyring (PlaintextKeyring, whose file is readable on disk)" in done
        assert path.read_text() == TEXT
        found = PlatformConfig.auto(ConfigFile(path))
        assert found.client_credentials_secret == "correct-horse"
        assert found.auth_mode == AuthType.CLIENTSECRET.value
        winner = resolve(SECRET, ConfigFile(path)).winner
        assert (winner.source, winner.where, winner.raw) == (Source.KEYRING, "keyring", "••••")

    @pytest.mark.usefixtures("keyrings")
    def test_of_one_file_is_not_used_with_another(self, editor, tmp_path):
        editor.keep_secret(SECRET.name, "correct-horse", SecretPlace.KEYRING)
        editor.save()
        (tmp_path / "b.yaml").write_text(TEXT)
        other = PlatformConfig.auto(ConfigFile(tmp_path / "b.yaml"))
        assert other.client_credentials_secret is None

    @pytest.mark.usefixtures("keyrings")
    def test_can_be_removed_from_the_keyring(self, editor, path):
        keep_secret("credentials.client_secret", "x", SecretPlace.KEYRING, str(path))
        assert editor.is_set(SECRET)
        assert "removed from the keyring" in repr(
            change("credentials.client_secret", None, str(path))
        )
        assert vault.names() == []

    def test_in_a_file_of_its_own_that_a_setting_names(self, editor, path):
        editor.keep_secret(SECRET.name, "correct-horse", SecretPlace.FILE)
        editor.save()
        secret = path.parent / "secrets/a.yaml-client_secret"
        assert secret.read_text() == "correct-horse"
        assert secret.stat().st_mode & 0o077 == 0
        assert "correct-horse" not in path.read_text()
        assert PlatformConfig.auto(ConfigFile(path)).client_credentials_secret == "correct-horse"

    def test_in_clear_when_the_user_insists_but_never_in_the_diff(self, editor, path):
        name = AWS.S3_SECRET_ACCESS_KEY.name
        editor.keep_secret(name, "correct-horse", SecretPlace.CLEAR)
        assert "correct-horse" not in editor.plan().diff()
        assert "+    secret-key: ••••" in editor.plan().diff()
        editor.save()
        assert S3Config.auto(ConfigFile(path)).secret_access_key == "correct-horse"
        editor.propose(name, None)
        assert "correct-horse" not in editor.plan().diff()
        editor.save()
        assert "secret-key: correct" not in path.read_text()

    @pytest.mark.usefixtures("no_keyring")
    def test_where_there_is_no_keyring(self, editor, path):
        with pytest.raises(InvalidValueError, match="no keyring"):
            editor.keep_secret(SECRET.name, "x", SecretPlace.KEYRING)
        with pytest.raises(InvalidValueError, match=r"no keyring.*\n.*FLYTE_AWS_SECRET_ACCESS_KEY"):
            keep_secret(AWS.S3_SECRET_ACCESS_KEY.name, "x", None, str(path))
        assert "secrets/a.yaml-client_secret" in repr(
            keep_secret(SECRET.name, "x", None, str(path))
        )

    def test_refusals_show_no_value(self, editor):
        for name, value, place in (
            ("admin.endpoint", "correct-horse", SecretPlace.KEYRING),
            (AWS.S3_SECRET_ACCESS_KEY.name, "correct-horse", SecretPlace.FILE),
            (SECRET.name, "correct-horse\n", SecretPlace.CLEAR),
            (SECRET.name, "", SecretPlace.CLEAR),
        ):
            with pytest.raises(InvalidValueError) as caught:
                editor.keep_secret(name, value, place)
            assert "correct-horse" not in str(caught.value)

    def test_whose_value_is_gone_from_the_keyring_is_a_problem(self, editor, path, keyrings):
        editor.keep_secret(SECRET.name, "x", SecretPlace.KEYRING)
        editor.save()
        (name,) = vault.names()
        keyrings.delete_password(vault.SERVICE, name)
        first = resolve(SECRET, ConfigFile(path)).candidates[0]
        assert "gone from the keyring" in first.problem


def test_a_password_in_an_address_is_masked_and_has_to_be_typed_again(path):
    path.write_text("admin: {httpProxyURL: 'http://me:hunter2@proxy:80'}")
    editor = ConfigEditor(str(path))
    entry = "admin.httpProxyURL"
    shown = editor.text(find_entry(entry))
    assert shown == "http://••••@proxy:80"
    editor.propose(entry, shown)
    assert editor.pending == {}
    editor.propose(entry, shown.replace("80", "81"))
    assert "type the password" in str(editor.errors[entry])


def test_errors_can_be_pickled_and_hold_no_secret(editor):
    with pytest.raises(InvalidValueError) as caught:
        editor.propose("nope", "x")
    assert str(pickle.loads(pickle.dumps(caught.value))).startswith("there is no setting")
