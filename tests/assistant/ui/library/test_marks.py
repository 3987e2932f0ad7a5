"""A reader's own notes: kept for each reader, found by their words, taken away as Markdown, shown as text."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from fake_assistant import FakeAssistant

from assistant.ui.chat.feedback import Mark
from assistant.ui.chat.thread import Thread
from assistant.ui.library.marks import Marks, mark_of, marks_to_markdown
from assistant.ui.library.paper_view import paper_html

ASSISTANT = FakeAssistant()
MELODY = "2305.15719"


def marks_at(folder: Path, host: str = "127.0.0.1") -> Marks:
    return Marks(SimpleNamespace(index=SimpleNamespace(folder=folder), settings=SimpleNamespace(host=host)))  # type: ignore[arg-type]


def test_a_note_is_kept_for_its_reader_alone_and_an_empty_one_is_none(tmp_path: Path) -> None:
    marks = marks_at(tmp_path)
    marks.keep("ada", MELODY, Mark("fast *sampling*", ("speed",), "read"))
    assert marks_at(tmp_path).of("ada") == {MELODY: Mark("fast *sampling*", ("speed",), "read")}
    assert marks.of("bob") == {} == marks.of(None)
    marks.keep("ada", MELODY, Mark())
    assert marks.of("ada") == {}


def test_notes_tags_and_states_are_found(tmp_path: Path) -> None:
    marks = marks_at(tmp_path)
    marks.keep("", MELODY, Mark("fast sampling", ("speed",), "to read"))
    for query in ("FAST", "speed sampling", "to read"):
        assert marks.found("", query) == {MELODY}
    assert marks.found("", "slow") == marks.found("", " ") == frozenset()


@pytest.mark.parametrize(("host", "reader"), [("127.0.0.1", ""), ("0.0.0.0", None)])
def test_a_page_that_everybody_sees_keeps_no_notes(tmp_path: Path, host: str, reader: str | None) -> None:
    assert marks_at(tmp_path, host).reader(SimpleNamespace(username=None)) == reader  # type: ignore[arg-type]
    assert marks_at(tmp_path, host).reader(SimpleNamespace(username="ada")) == "ada"  # type: ignore[arg-type]
    assert "note-form" not in paper_html(ASSISTANT, MELODY, Thread())  # type: ignore[arg-type]


def test_tags_are_tidy_and_an_unknown_state_is_none() -> None:
    assert mark_of(" a ", "one,  two words ,one,", "lost") == Mark("a", ("one", "two words"))


def test_all_notes_are_one_text_with_a_heading_a_paper() -> None:
    text = marks_to_markdown({MELODY: Mark("*fast*", ("speed",), "read"), "gone": Mark("x")}, ASSISTANT.paper_or_none)
    assert text.startswith("## Efficient Neural Music Generation (Lam et al., 2023)\n\nread · speed\n\n*fast*")
    assert "## gone" in text


def test_a_hostile_note_neither_runs_nor_leaves() -> None:
    hostile = "<img src=http://leak.example onerror=alert(1)> ![x](http://leak.example/x.png)"
    html = paper_html(ASSISTANT, MELODY, Thread(), Mark(hostile, (hostile,)))  # type: ignore[arg-type]
    assert "<img" not in html and 'src="http' not in html


def test_the_view_has_roles_record_and_bibtex() -> None:
    html = paper_html(ASSISTANT, MELODY, Thread(), Mark())  # type: ignore[arg-type]
    for words in (
        "In roles",
        "<dt>Aim</dt>",
        "<dt>arXiv</dt><dd>2305.15719</dd>",
        "@misc{lam2023efficient",
        "note-form",
    ):
        assert words in html
