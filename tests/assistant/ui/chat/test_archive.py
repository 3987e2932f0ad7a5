"""Kept conversations, in the browser and in SQLite."""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from fake_assistant import FakeAssistant
from typer.testing import CliRunner

from assistant.__main__ import app
from assistant.errors import AssistantError
from assistant.ui.chat import archive as archive_module
from assistant.ui.chat.archive import Archive, Kept, archive_from, archive_to
from assistant.ui.chat.feedback import Feedback, Notes
from assistant.ui.chat.tab import feedback_on
from assistant.ui.chat.thread import Entry, Thread

ANSWER = FakeAssistant().ask("What is MeLoDy?")
THREAD = Thread((Entry("What  is\nMeLoDy?", ANSWER, "since 2023"), Entry("And MusicLDM?", ANSWER)))


def test_a_thread_comes_back_as_it_was_by_way_of_a_browser() -> None:
    there = json.loads(json.dumps(archive_to(Archive().with_thread("a", THREAD))))
    assert archive_from(there).kept[0].thread == THREAD


def test_it_is_named_by_its_first_question_until_renamed() -> None:
    archive = Archive().with_thread("a", THREAD)
    assert archive.kept[0].name == "What is MeLoDy?"
    renamed = archive.renamed("a", "  Speed ").renamed("a", "   ")
    assert renamed.with_thread("a", THREAD).kept[0].name == "Speed"


def test_the_latest_stands_on_top() -> None:
    archive = Archive().with_thread("a", THREAD).with_thread("b", THREAD).with_thread("a", THREAD)
    assert [kept.id for kept in archive.kept] == ["a", "b"]
    assert [kept.id for kept in archive.without("a").kept] == ["b"]


def test_an_empty_thread_is_not_kept() -> None:
    assert Archive().with_thread("a", Thread()) == Archive()


def test_conversations_are_found_by_words_of_their_questions_and_answers() -> None:
    archive = Archive().with_thread("a", THREAD).renamed("a", "Speed")
    assert archive.found("musicldm DIFFUSION") and archive.found("speed") and not archive.found("speed turtle")


@pytest.mark.parametrize("rubbish", [None, "x", 7, [{"id": 1}], {"a": "b"}, [["a"]]])
def test_what_a_browser_garbled_is_an_empty_archive(rubbish: object) -> None:
    assert archive_from(rubbish) == Archive()


def test_a_garbled_conversation_is_one_clear_line() -> None:
    with pytest.raises(AssistantError, match=r"^[^\n]+$"):
        _ = Kept("a", "n", "2026", "{}").thread


def test_the_oldest_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_module, "MOST_CHARACTERS", 2 * len(Archive().with_thread("a", THREAD).kept[0].saved))
    archive = Archive().with_thread("a", THREAD).with_thread("b", THREAD).with_thread("c", THREAD)
    assert [kept.id for kept in archive.kept] == ["c", "b"]


def test_each_reader_who_logs_in_has_an_archive_of_their_own(tmp_path: Path) -> None:
    notes, archive = Notes(tmp_path), Archive().with_thread("a", THREAD)
    notes.keep_archive("ada", archive)
    assert Notes(tmp_path).archive("ada") == archive
    assert Notes(tmp_path).archive("bob") == Archive()


def test_verdicts_are_kept_and_exported_as_lines_of_json(tmp_path: Path) -> None:
    Notes(tmp_path).add_feedback(feedback_on(THREAD.entries[0], "Wrong source"))
    Notes(tmp_path).add_feedback(Feedback("like", "q", "a", (), "extractive", "v1"))
    first, second = map(json.loads, Notes(tmp_path).feedback_lines())
    assert first["verdict"] == "Wrong source" and first["cited"] == ["2305.15719", "2308.01546"]
    assert second["verdict"] == "like" and second["at"] >= first["at"]


def test_verdicts_leave_by_a_command(tmp_path: Path) -> None:
    def told() -> list[str]:
        return CliRunner().invoke(app, ["feedback", "--index", str(tmp_path)]).stdout.splitlines()

    assert told() == [] and list(tmp_path.iterdir()) == []
    Notes(tmp_path).add_feedback(Feedback("dislike", "q", "a", (), "extractive", "v1"))
    assert [json.loads(line)["verdict"] for line in told()] == ["dislike"]


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(AssistantError, match=r"notes.sqlite cannot be used .*is the folder writable"):
        Notes(tmp_path / "missing").add_feedback(Feedback("like", "q", "a", (), "b", "v"))


def filled(folder: Path) -> Notes:
    notes = Notes(folder)
    notes.keep_archive("ada", Archive().with_thread("one", THREAD))
    return notes


@pytest.mark.parametrize("fate", ["noise", "cut", "emptied", "one bit of its head"])
def test_a_damaged_file_is_set_aside_and_told_once(tmp_path: Path, fate: str) -> None:
    path = filled(tmp_path).path
    data = path.read_bytes()
    changed = {
        "noise": bytes(range(256)) * 16,
        "cut": data[:5000],
        "emptied": b"",
        "one bit of its head": b"s" + data[1:],
    }[fate]
    path.write_bytes(changed)
    os.utime(path, (1, 1))
    with pytest.raises(AssistantError, match=r"it is kept as notes\.sqlite\.damaged-\S+, and a new one begins"):
        Notes(tmp_path).archive("ada")
    assert [
        each.read_bytes()
        for each in tmp_path.glob("*.damaged-*")
        if "-wal" not in each.name and "-shm" not in each.name
    ] == [changed]
    assert Notes(tmp_path).archive("ada") == Archive()


def test_a_file_of_the_version_before_is_read_on(tmp_path: Path) -> None:
    notes = filled(tmp_path)
    with closing(sqlite3.connect(notes.path)) as database:
        database.execute("PRAGMA user_version = 0")
    assert Notes(tmp_path).archive("ada").kept[0].id == "one"


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    notes = filled(tmp_path)
    with closing(sqlite3.connect(notes.path)) as database:
        database.execute("PRAGMA user_version = 99")
    with pytest.raises(AssistantError, match="newer version"):
        Notes(tmp_path).archive("ada")
    assert not list(tmp_path.glob("*.damaged-*"))


def test_conditions_are_kept_with_a_readers_conversation(tmp_path: Path) -> None:
    archive = Archive((Kept("one", "Dance", "2026", "{}", (), '{"first_year":2024}'), Kept("two", "All", "2026", "{}")))
    notes = Notes(tmp_path)
    notes.keep_archive("ada", archive)
    assert {kept.id: kept.filters for kept in Notes(tmp_path).archive("ada").kept} == {
        "one": '{"first_year":2024}',
        "two": "",
    }
    notes.keep_archive("ada", Archive())
    assert notes.archive("ada").kept == ()
