"""The assistant as a whole, without a language model and with ones that behave in ways of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.answering import Assistant, open_assistant
from assistant.answers import Support
from assistant.backends.base import Brief, Piece
from assistant.errors import AssistantError, BackendTrouble
from assistant.settings import Settings
from ingest.errors import IndexMissing
from ingest.index.paper_index import PaperIndex


class Saying:
    """A language model that says what it is told to, then fails if it is told to."""

    name, model = "saying", "saying"
    prompts: tuple[str, ...] = ()
    understanding = None

    def __init__(self, *words: str, trouble: str = "") -> None:
        self.words, self.trouble = words, trouble
        self.closed = False

    def write(self, brief: Brief) -> Iterator[Piece]:
        try:
            for word in self.words:
                yield Piece(word)
            if self.trouble:
                raise BackendTrouble(self.trouble)
        finally:
            self.closed = True


def settings(**chosen: object) -> Settings:
    return Settings(_env_file=None, **chosen)  # type: ignore[call-arg, arg-type]


def told_by(backend: Saying, index: PaperIndex, strict: bool = False) -> Assistant:
    return Assistant(index, settings(llm="openai:saying", strict=strict), backend)


def test_an_answer_says_how_it_came_about(assistant: Assistant) -> None:
    details = assistant.ask("What is MeLoDy?").details
    assert (details.backend, details.searched_for) == ("extractive", "What is MeLoDy?")
    assert details.seconds > 0


def test_an_empty_question_is_answered_with_what_to_do(assistant: Assistant) -> None:
    assert assistant.ask("  ").text == "Ask a question about the papers."


def test_a_stream_grows_and_ends_complete(index: PaperIndex) -> None:
    said = told_by(Saying("MeLoDy saves ", "95.7% of the forward passes ", "[1]."), index)
    answers = list(said.stream("How many forward passes does MeLoDy save?"))
    assert [answer.complete for answer in answers[:-1]] == [False] * (len(answers) - 1)
    assert answers[-1].complete
    assert "95.7%" in answers[-1].text


def test_a_closed_stream_closes_the_model(index: PaperIndex) -> None:
    backend = Saying(*["MeLoDy saves 95.7% "] * 50)
    stream = told_by(backend, index).stream("What is MeLoDy?")
    next(stream)
    stream.close()
    assert backend.closed


def test_what_the_words_carry_is_shown_as_supported(index: PaperIndex) -> None:
    answer = told_by(Saying("MeLoDy saves 95.7% of the forward passes of MusicLM for 10s music [1]."), index).ask(
        "How many forward passes does MeLoDy save?"
    )
    claim = next(claim for claim in answer.claims if "95.7" in claim.text)
    assert claim.support is Support.SUPPORTED


@pytest.mark.parametrize("lie", ["MeLoDy saves 12.3% of the forward passes [1].", "MeLoDy was made in Atlantis [1]."])
def test_strictly_no_unsupported_sentence_stands(index: PaperIndex, lie: str) -> None:
    answer = told_by(Saying(lie), index, strict=True).ask("How many forward passes does MeLoDy save?")
    assert lie.removesuffix(" [1].") not in answer.text
    assert "95.7%" in answer.text


def test_the_list_of_a_whole_library_is_never_a_models(index: PaperIndex, assistant: Assistant) -> None:
    asked = "Which papers are surveys?"
    answer = told_by(
        Saying("Two of them are:\n1. A survey of vision-to-music generation [1]\n- Others [2]"), index
    ).ask(asked)
    assert "Others" not in answer.text
    assert assistant.ask(asked).text in answer.text


def test_a_trouble_half_way_falls_back_to_quotes_under_a_notice(index: PaperIndex) -> None:
    answer = told_by(Saying("MeLoDy is", trouble="the server went away"), index).ask("What is MeLoDy?")
    assert "the server went away" in answer.details.notice
    assert answer.citations
    assert answer.complete


def test_a_backend_that_is_not_allowed_is_told_and_not_used(assistant: Assistant) -> None:
    answer = assistant.ask("What is MeLoDy?", llm="openai:other")
    assert "not allowed here" in answer.details.notice
    assert answer.details.backend == "extractive"


def test_an_unknown_paper_is_one_clear_line(assistant: Assistant) -> None:
    with pytest.raises(AssistantError, match="no paper here has the id"):
        assistant.paper("0000.00000")


def test_a_missing_index_is_told_before_anything_slow(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="make one with"):
        open_assistant(settings(index=tmp_path / "none"))


def test_what_first_questions_wait_for_is_made_in_the_background(index: PaperIndex) -> None:
    assistant = Assistant(index, settings(), None)
    assistant.warm_up().join()
    assert {"positions", "literal", "authors"} <= vars(index.corpus()).keys()
