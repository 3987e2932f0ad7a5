"""A conversation at a terminal, over the real index: questions, and each command."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from assistant.answering import Assistant
from assistant.backends.extractive import ExtractiveBackend
from assistant.commands.dialogue import Dialogue
from assistant.errors import AssistantError
from assistant.settings import Settings
from ingest.index.paper_index import PaperIndex

MELODY, MUSTANGO = "2305.15719", "2311.08355"


class Screen:
    """A dialogue, and what it has shown since it was last asked."""

    def __init__(self, assistant: Assistant) -> None:
        self._file = io.StringIO()
        self.dialogue = Dialogue(assistant, Console(file=self._file, width=120, highlight=False))

    def take(self, line: str) -> str:
        self._file.seek(0)
        self._file.truncate()
        self.dialogue.take(line)
        return self._file.getvalue()

    @property
    def questions(self) -> list[str]:
        return [turn.question for turn in self.dialogue.conversation.turns]


@pytest.fixture(scope="module")
def assistant(index: PaperIndex) -> Assistant:
    return Assistant(index, Settings(_env_file=None, llm="extractive"), ExtractiveBackend())  # type: ignore[call-arg]


@pytest.fixture
def screen(assistant: Assistant) -> Screen:
    return Screen(assistant)


def test_a_question_is_answered_and_kept(screen: Screen) -> None:
    assert f"https://arxiv.org/abs/{MELODY}" in screen.take("What is MeLoDy?")
    assert screen.questions == ["What is MeLoDy?"]


def test_sources_are_shown_all_or_one(screen: Screen) -> None:
    screen.take("What is MeLoDy?")
    assert screen.take("/sources").count("Efficient Neural Music Generation") >= 1
    assert "[1]" in screen.take("/sources 1")
    with pytest.raises(AssistantError, match="no source 99"):
        screen.take("/sources 99")


@pytest.mark.parametrize(
    "papers", [f"{MELODY} {MUSTANGO}", "melody and MUSTANGO", "MeLoDy, Mustango", "MeLoDy vs Mustango"]
)
def test_papers_are_compared_by_any_of_their_names(papers: str, screen: Screen) -> None:
    text = screen.take(f"/compare {papers} | Data")
    assert f"abs/{MUSTANGO}" in text
    comparison = screen.dialogue.conversation.turns[-1].answer.comparison
    assert comparison is not None
    assert comparison.aspects == ("Data",)
    assert [paper.id for paper in comparison.papers] == [MELODY, MUSTANGO]


def test_what_is_in_view_is_compared_when_nothing_is_named(screen: Screen) -> None:
    screen.take(f"/compare {MELODY} {MUSTANGO}")
    screen.take("/compare")
    first, second = (turn.answer.comparison for turn in screen.dialogue.conversation.turns)
    assert first == second


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("/compare MeLoDy Nonsuch", "no paper here is called Nonsuch"),
        ("/compare MeLoDy", "two to 5 papers"),
        ("/compare", "nothing was asked yet"),
        ("/sources", "nothing was asked yet"),
        ("/export x.md", "nothing was asked yet"),
        ("/export", "name a file"),
        ("/open none.json", "cannot be read"),
        ("/open", "cannot be read"),
        ("/nonsense", "there is no command /nonsense"),
    ],
)
def test_what_cannot_be_done_is_told(line: str, reason: str, screen: Screen) -> None:
    with pytest.raises(AssistantError, match=reason):
        screen.take(line)


def test_papers_are_listed_by_their_words(screen: Screen) -> None:
    assert "Efficient Neural Music Generation" in screen.take("/papers efficient NEURAL")
    assert MUSTANGO not in screen.take("/papers efficient neural")


def test_a_conversation_is_taken_away_and_opened_again(screen: Screen, tmp_path: Path, assistant: Assistant) -> None:
    screen.take("What is MeLoDy?")
    screen.take(f"/export {tmp_path / 'kept.json'}")
    other = Screen(assistant)
    other.take(f"/open {tmp_path / 'kept.json'}")
    assert other.dialogue.conversation == screen.dialogue.conversation


def test_the_longest_suffix_decides(screen: Screen, tmp_path: Path) -> None:
    screen.take("What is MeLoDy?")
    screen.take(f"/export {tmp_path / 'papers.csl.json'}")
    (item,) = json.loads((tmp_path / "papers.csl.json").read_text(encoding="utf-8"))
    assert item["title"] == "Efficient Neural Music Generation"


def test_only_a_table_can_be_saved_as_one(screen: Screen, tmp_path: Path) -> None:
    screen.take("What is MeLoDy?")
    with pytest.raises(AssistantError, match="/compare makes one"):
        screen.take(f"/export {tmp_path / 'table.csv'}")
    screen.take(f"/compare {MELODY} {MUSTANGO}")
    screen.take(f"/export {tmp_path / 'table.csv'}")
    assert (tmp_path / "table.csv").read_text(encoding="utf-8").startswith("Aspect,")


@pytest.mark.parametrize(
    ("name", "reason"), [("x.doc", "does not end in a format"), ("none/x.md", "cannot be written")]
)
def test_a_file_that_cannot_be_made_is_told(name: str, reason: str, screen: Screen, tmp_path: Path) -> None:
    screen.take("What is MeLoDy?")
    with pytest.raises(AssistantError, match=reason):
        screen.take(f"/export {tmp_path / name}")


def test_a_question_can_be_taken_back_and_all_begun_anew(screen: Screen) -> None:
    screen.take("What is MeLoDy?")
    screen.take("What is Mustango?")
    assert "What is MeLoDy?" in screen.take("/undo")
    assert screen.questions == ["What is MeLoDy?"]
    screen.take("/new")
    assert screen.questions == []


def test_help_lists_every_command_and_quit_leaves(screen: Screen) -> None:
    text = screen.take("/help")
    assert all(name in text for name in screen.dialogue.commands)
    screen.take("/quit")
    assert screen.dialogue.over
    assert screen.take("   ") == ""
