"""A pasted text, or a statement, held against the library: the words that bear it, those that say otherwise, or neither."""

from __future__ import annotations

import pytest

from assistant.answering import Assistant
from assistant.answers import Absence, Quotation
from assistant.conversation import Conversation
from assistant.filters import Filters
from assistant.generation.checking import is_negated

TRUE = "MeLoDy saves 95.7% of the forward passes of MusicLM when it samples 10s of music."
OTHER_NUMBER = "MeLoDy saves 12.3% of the forward passes of MusicLM when it samples 10s of music."
NEGATED = "Lyra holds no Greek traditional music."
ABSENT = "Whales sing at night under the ice of the Arctic."


def quotes(text: str, assistant: Assistant) -> list[str]:
    answer = assistant.ask(text)
    papers = {paper.id: paper.abstract for paper in assistant.papers()}
    passages = [part.passage for part in answer.parts if isinstance(part, Quotation)]
    assert all(papers[passage.paper_id][passage.start : passage.end] == passage.text for passage in passages)
    return [passage.text for passage in passages]


def test_each_sentence_of_a_text_gets_the_words_that_bear_it_or_none(assistant: Assistant) -> None:
    answer = assistant.ask(f"Check this text: {TRUE} {OTHER_NUMBER} {ABSENT}")
    head, *blocks = answer.text.split("\n\n“")
    assert "1 of 3 sentences is carried" in head and "by search" in head
    said, otherwise, absent = blocks[0], blocks[1], blocks[2]
    assert "these words say so" in said and "95.7%" in said
    assert "say it otherwise" in otherwise and "95.7%" in otherwise.split("\n")[-1]
    assert absent.endswith("not found by search.")


def test_a_marker_in_a_text_is_none_of_ours(assistant: Assistant) -> None:
    answer = assistant.ask(f"Check the following text:\n{TRUE.rstrip('.')} [7].")
    assert "[7]" not in answer.text and "[1]" in answer.text


@pytest.mark.parametrize("opening", ["Is it true that", "Do the papers agree that"])
def test_a_statement_gets_those_that_say_so(opening: str, assistant: Assistant) -> None:
    statement = TRUE.rstrip(".")
    assert any("95.7%" in words for words in quotes(f"{opening} {statement}?", assistant))
    assert "Say so (1)" in assistant.ask(f"{opening} {statement}?").text


@pytest.mark.parametrize("statement", [OTHER_NUMBER, NEGATED])
def test_what_the_words_say_otherwise_is_never_said_to_be_borne(statement: str, assistant: Assistant) -> None:
    answer = assistant.ask(f"Is it true that {statement.rstrip('.')}?")
    assert "Say so" not in answer.text and "with another number, or with a negation" in answer.text


def test_what_no_paper_says_is_not_denied(assistant: Assistant) -> None:
    answer = assistant.ask(f"Is it true that {ABSENT.rstrip('.')}?")
    assert answer.absence is Absence.NO_PAPER_ABOUT and "found by search" in answer.text and not answer.citations
    assert "false" not in answer.text.lower() and "no," not in answer.text.lower()


def test_filters_hold(assistant: Assistant) -> None:
    answer = assistant.ask(f"Check this text: {TRUE}", Conversation(), Filters(first_year=2024))
    assert "2305.15719" not in {paper.id for paper in answer.papers}


@pytest.mark.parametrize(
    ("text", "negated"),
    [
        ("It does not sing.", True),
        ("It sings.", False),
        ("It can't but sing, never not.", True),
        ("A notable note.", False),
    ],
)
def test_a_negation_is_told(text: str, negated: bool) -> None:
    assert is_negated(text) is negated
