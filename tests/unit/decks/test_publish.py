"""The decks of a running task, written to where a pod writes them."""

from pathlib import Path

from flyte_nb import Deck, current_context, task


@task(enable_deck=True)
def train() -> tuple[str, str]:
    prefix = current_context().output_metadata_prefix
    file = Path(prefix.removeprefix("file://"), "deck.html")
    Deck("mine", "<p>epoch 1</p>").publish()
    first = file.read_text()
    current_context().decks[0].append("<p>epoch 2</p>")
    Deck.publish()
    return first, file.read_text()


def test_it_is_written_as_often_as_it_is_published():
    first, second = train()
    assert "epoch 1" in first
    assert "epoch 2" not in first
    assert "epoch 2" in second
    assert second.startswith("<!doctype html>")


def test_the_files_are_for_us_alone(session, tmp_path):
    session.configure(raw_output_prefix=str(tmp_path / "shared"))

    @task(enable_deck=True)
    def f() -> list[str]:
        Deck("mine", "x").publish()
        files = [*Path(current_context().working_directory).rglob("deck.html")]
        files += tmp_path.rglob("deck.html")
        return [oct(file.stat().st_mode)[-3:] for file in files]

    assert f() == ["600", "600"]


def test_a_task_without_decks_says_how_to_have_them(caplog):
    @task
    def off() -> int:
        Deck.publish()
        return 1

    assert off() == 1
    assert "write @task(enable_deck=True)" in caplog.text
    caplog.clear()
    Deck.publish()
    assert "in no task does nothing" in caplog.text


def test_what_cannot_be_written_ends_no_task(session, tmp_path, caplog):
    (tmp_path / "file").write_text("in the way")
    session.configure(raw_output_prefix=str(tmp_path / "file"))

    @task(enable_deck=True)
    def f() -> int:
        Deck("mine", "x").publish()
        return 1

    assert f() == 1
    assert "decks of " in caplog.text
    assert "could not be written" in caplog.text
