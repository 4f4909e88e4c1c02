"""What a task may have, what a pod puts into its environment, and the notebook's own stores."""

import logging
import os
import stat
from pathlib import Path

import pytest

from flyte_nb import Secret, current_context, task
from flyte_nb.config import vault
from flyte_nb.context.leak_guard import LEAK_GUARD
from flyte_nb.context.secrets import view
from flyte_nb.errors import ConfigError, InvalidValueError, SecretNotFoundError

DECLARED = Secret(group="db", key="password")
AS_VARIABLE = Secret(
    "db", "password", mount_requirement=Secret.MountType.ENV_VAR, env_var="DB_PASS"
)
AS_FILE = Secret("db", "password", mount_requirement=Secret.MountType.FILE, env_var="DB_FILE")


@pytest.fixture(autouse=True)
def folder(tmp_path, home, monkeypatch):  # noqa: ARG001 - whose keyring is empty
    monkeypatch.setenv("FLYTE_SECRETS_DEFAULT_DIR", str(tmp_path / "secrets"))
    return tmp_path / "secrets"


def read(secret_requests=()):
    @task(secret_requests=list(secret_requests))
    def reader() -> str:
        return current_context().secrets.get("db", "password")

    return reader


class TestUndeclared:
    @pytest.mark.usefixtures("session")
    def test_is_warned_about_here(self, monkeypatch, caplog):
        monkeypatch.setenv("_FSEC_DB_PASSWORD", "correct-horse")
        with caplog.at_level(logging.WARNING, "flyte_nb.task"):
            assert read()() == "correct-horse"
        assert "did not declare the secret db/password" in caplog.text
        assert "correct-horse" not in caplog.text
        caplog.clear()
        assert read([DECLARED])() == "correct-horse"
        assert read([Secret(group="db")])() == "correct-horse"  # the whole group
        assert caplog.text == ""

    def test_is_refused_as_in_a_pod(self, session, monkeypatch):
        monkeypatch.setenv("_FSEC_DB_PASSWORD", "correct-horse")
        session.configure(mode="pod")
        with pytest.raises(SecretNotFoundError, match="did not declare the secret db/password"):
            read()()
        assert read([DECLARED])() == "correct-horse"

    def test_outside_of_tasks_everything_may_be_read(self, session, monkeypatch, caplog):
        monkeypatch.setenv("_FSEC_DB_PASSWORD", "correct-horse")
        session.configure(mode="pod")
        assert session.parameters.secrets.db.password == "correct-horse"
        assert caplog.text == ""


def test_a_pod_has_no_name_without_prefix(session, monkeypatch):
    monkeypatch.setenv("DB_PASSWORD", "correct-horse")
    assert read([DECLARED])() == "correct-horse"
    session.configure(mode="pod")
    with pytest.raises(SecretNotFoundError):
        read([DECLARED])()


class TestInjection:
    def test_of_a_variable_for_the_length_of_the_run(self, monkeypatch):
        monkeypatch.setenv("_FSEC_DB_PASSWORD", "correct-horse")
        monkeypatch.setenv("DB_PASS", "mine")

        @task(secret_requests=[AS_VARIABLE])
        def inside() -> str:
            return os.environ["DB_PASS"]

        assert inside() == "correct-horse"
        assert os.environ["DB_PASS"] == "mine"

    def test_of_the_platforms_own_variable(self, tmp_path):
        (tmp_path / "secrets/db").mkdir(parents=True)
        (tmp_path / "secrets/db/password").write_text("correct-horse\n")

        @task(
            secret_requests=[
                Secret("db", "password", mount_requirement=AS_VARIABLE.mount_requirement)
            ]
        )
        def inside() -> str:
            return os.environ["_FSEC_DB_PASSWORD"]

        assert inside() == "correct-horse"
        assert "_FSEC_DB_PASSWORD" not in os.environ

    def test_of_a_file_that_only_its_owner_reads_and_that_goes_with_the_run(self, monkeypatch):
        monkeypatch.setenv("_FSEC_DB_PASSWORD", "correct-horse")

        @task(secret_requests=[AS_FILE])
        def inside() -> str:
            path = Path(os.environ["DB_FILE"])
            assert str(path) == current_context().secrets.get_secrets_file("db", "password")
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
            assert path.read_text() == "correct-horse"
            return str(path)

        path = inside()
        assert not Path(path).exists()
        assert "DB_FILE" not in os.environ

    def test_is_undone_after_an_error_and_lasts_over_attempts(self, monkeypatch):
        monkeypatch.setenv("_FSEC_DB_PASSWORD", "correct-horse")
        from flyte_nb import FlyteRecoverableException

        seen = []

        @task(secret_requests=[AS_VARIABLE], retries=1)
        def inside() -> None:
            seen.append(os.environ["DB_PASS"])
            raise FlyteRecoverableException

        with pytest.raises(FlyteRecoverableException):
            inside()
        assert seen == ["correct-horse"] * 2
        assert "DB_PASS" not in os.environ

    def test_of_what_is_nowhere_is_a_pod_that_does_not_start(self):
        ran = []

        @task(secret_requests=[AS_VARIABLE])
        def inside() -> None:
            ran.append(1)

        with pytest.raises(SecretNotFoundError, match="would not start: secret db/password"):
            inside()
        assert ran == []


class TestPlaces:
    @pytest.mark.usefixtures("keyrings")
    def test_keyring(self, session):
        assert "kept in the keyring" in view.keep("db/password", "correct-horse\n")
        assert read([DECLARED])() == "correct-horse"
        assert ("db/password", "keyring") in view.list_secrets(session.parameters.secrets).rows
        view.delete("db/password")
        with pytest.raises(SecretNotFoundError, match="keyring: not kept there"):
            read([DECLARED])()
        with pytest.raises(InvalidValueError, match="not in the keyring"):
            view.delete("db/password")

    def test_a_dotenv_file_when_it_is_asked_for(self, session, tmp_path):
        path = tmp_path / ".env"
        path.write_text("_FSEC_DB_PASSWORD='correct $HOME horse'\n")
        with pytest.raises(SecretNotFoundError):
            read([DECLARED])()
        session.configure(dotenv=(str(path),))
        assert read([DECLARED])() == "correct $HOME horse"
        assert "_FSEC_DB_PASSWORD" not in os.environ
        path.unlink()
        with pytest.raises(SecretNotFoundError, match=r"\.env: not there"):
            read([DECLARED])()

    @pytest.mark.usefixtures("keyrings")
    def test_explain_names_every_place_and_which_answers(self, session, folder):
        view.keep("db/password", "in the keyring")
        (folder / "db").mkdir(parents=True)
        (folder / "db/password").write_text("in the file")
        shown = view.explain(session.parameters.secrets, "db/password")
        places = [(mark, place.split(" ")[0], said) for mark, place, said in shown.rows]
        assert places[-2:] == [
            ("→", "file", "answers"),
            ("", "keyring", "has one too; the first counts"),
        ]
        assert "in the file" not in repr(shown) + shown._repr_html_()

    @pytest.mark.usefixtures("no_keyring")
    def test_without_a_keyring_there_is_one_error(self):
        with pytest.raises(ConfigError, match="no keyring"):
            view.keep("db/password", "x")
        assert vault.names() == []

    @pytest.mark.parametrize("label", ["", "a/b/c/d", "a//b", "/"])
    def test_a_name_is_group_and_key(self, label):
        with pytest.raises(InvalidValueError, match="GROUP/KEY"):
            view.parse(label)


class TestOddFiles:
    @pytest.fixture
    def path(self, folder):
        (folder / "g").mkdir(parents=True)
        return folder / "g/k"

    def find(self):
        with pytest.raises(SecretNotFoundError) as caught:
            current_context().secrets.get("g", "k")
        return str(caught.value)

    def test_a_folder(self, path):
        path.mkdir()
        assert "a folder" in self.find()

    def test_a_pipe_does_not_keep_us_waiting(self, path):
        os.mkfifo(path)
        assert "not a regular file" in self.find()

    def test_a_hundred_megabytes(self, path):
        path.touch()
        os.truncate(path, 100 << 20)
        assert "104,857,600 bytes, too many for a secret" in self.find()

    def test_a_loop_of_links(self, path):
        path.symlink_to(path)
        assert "symbolic links" in self.find()


def test_the_context_says_whether_declared_secrets_are_there(monkeypatch):
    @task(secret_requests=[DECLARED, Secret("gone", "key")])
    def show() -> str:
        return current_context()._repr_html_()

    monkeypatch.setenv("_FSEC_DB_PASSWORD", "correct-horse")
    html = show()
    assert "db/password: found, variable _FSEC_DB_PASSWORD" in html
    assert "gone/key: not found" in html
    assert "correct-horse" not in html


def test_a_mode_is_local_or_pod(session):
    with pytest.raises(InvalidValueError, match="local or pod"):
        session.configure(mode="cluster")


def test_a_pod_starts_only_with_all_that_is_declared(session):
    @task(secret_requests=[Secret(group="no", key="where")])
    def needs() -> int:
        return 1

    assert needs() == 1
    session.configure(mode="pod")
    with pytest.raises(SecretNotFoundError, match=r"the pod of .*needs would not start") as error:
        needs()
    assert "secret_requests" not in error.value.hint


def test_a_manager_that_a_cell_holds_follows_the_session(session, tmp_path):
    held = session.parameters.secrets
    (tmp_path / ".env").write_text("_FSEC_TEAM_KEY=from-the-file\n$broken line\n")
    session.configure(dotenv=(str(tmp_path / ".env"),))
    assert held.get("team", "key") == "from-the-file"
    session.reset()
    assert held.get("team", "key") == "from-the-file"


def test_a_variable_cannot_hold_a_nul_byte(tmp_path, monkeypatch):
    (tmp_path / "g").mkdir()
    (tmp_path / "g" / "k").write_bytes(b"se\0cret")
    monkeypatch.setenv("FLYTE_SECRETS_DEFAULT_DIR", str(tmp_path))

    @task(secret_requests=[Secret(group="g", key="k", env_var="SECRET")])
    def needs() -> int:
        return 1

    with pytest.raises(SecretNotFoundError, match="holds a NUL byte"):
        needs()


def test_a_file_whose_path_is_handed_out_is_masked(tmp_path, monkeypatch):
    (tmp_path / "g").mkdir()
    (tmp_path / "g" / "k").write_text("value-of-the-file")
    monkeypatch.setenv("FLYTE_SECRETS_DEFAULT_DIR", str(tmp_path))
    assert current_context().secrets.get_secrets_file("g", "k") == str(tmp_path / "g" / "k")
    assert LEAK_GUARD.mask("value-of-the-file") != "value-of-the-file"
