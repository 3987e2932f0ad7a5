"""The draft of a batch: nothing that was answered is lost, and nothing half done takes the place of what was there."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.commands.batch import drafted


def test_a_whole_file_takes_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("old\n")
    with drafted(path) as draft:
        draft.write("new\n")
        draft.flush()
        assert path.read_text() == "old\n"
    assert path.read_text() == "new\n"
    assert [each.name for each in tmp_path.iterdir()] == ["a.jsonl"]


def test_what_was_written_before_an_end_is_kept_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("old\n")
    with pytest.raises(KeyboardInterrupt), drafted(path) as draft:
        draft.write("one\n")
        raise KeyboardInterrupt
    assert path.read_text() == "old\n"
    assert (tmp_path / "a.jsonl.part").read_text() == "one\n"
    assert "1 answered conversations are in" in capsys.readouterr().err


def test_an_empty_draft_is_not_left_behind(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), drafted(tmp_path / "a.jsonl"):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_device_is_written_to_as_it_is() -> None:
    with drafted(Path("/dev/null")) as draft:
        draft.write("gone\n")
    assert not Path("/dev/null.part").exists()
