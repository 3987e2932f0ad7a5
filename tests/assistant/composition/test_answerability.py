"""Whether an abstract says what is asked, or only something like it."""

from __future__ import annotations

import pytest

from assistant.answering import Assistant
from assistant.answers import Absence, Intent
from assistant.composition.answerability import in_domain, lacks_the_kind, lacks_the_measure, lacks_the_names
from assistant.query.reader import Question
from assistant.retrieval.hybrid import Retriever
from ingest.index.paper_index import PaperIndex


def asks(text: str) -> Question:
    return Question(text, text, Intent.FACT)


@pytest.mark.parametrize(
    ("question", "sentence", "lacks"),
    [
        ("Who funded it?", "It was funded by a grant.", False),
        ("Who funded it?", "It makes music.", True),
        ("What learning rate was used?", "The rate of dancing is high.", True),
        ("Does it release code?", "Its code is at https://example.org.", False),
        ("Does it release code?", "A dataset is released.", True),
        ("How many GPUs were needed?", "It needs fewer GPUs.", False),
        ("Which graphics card was used?", "The search took two GPU hours.", True),
        ("Which graphics card was used?", "It ran on one RTX 3090.", False),
        ("How much did the trial pay its participants?", "The cost per patient fell by 640 euros.", True),
        ("How much did the trial pay its participants?", "Participants were reimbursed 20 euros.", False),
        ("What is it about?", "It is about music.", False),
    ],
)
def test_what_abstracts_seldom_state_needs_words_of_that_kind(question: str, sentence: str, lacks: bool) -> None:
    assert lacks_the_kind(asks(question), [sentence]) is lacks


@pytest.mark.parametrize(
    ("question", "sentence", "lacks"),
    [
        ("Which two journals were read?", "We read reviews in two major journals.", True),
        ("Which two journals were read?", "We read reviews in the Lancet and in Heart.", False),
        ("Which country was studied?", "Patients in Denmark were asked.", False),
        ("Which country was studied?", "The patients of one town were asked.", True),
        ("Which language model wrote them?", "They were written by an LLM.", True),
        ("Which language model wrote them?", "They were written by Llama-3.", False),
        ("Which three datasets were used?", "It was tried on three datasets (QWK >= 0.8).", True),
        ("Which datasets were used?", "It was tried on three datasets of whales.", False),
        ("Which birds were seen?", "Some gulls were seen.", False),
    ],
)
def test_what_has_names_is_stated_by_as_many_names(question: str, sentence: str, lacks: bool) -> None:
    assert lacks_the_names(asks(question), [sentence]) is lacks


@pytest.mark.parametrize(
    ("question", "inside"),
    [
        ("How is dance generated for a group?", True),
        ("Which dataset has Greek folk songs?", True),
        ("What is the capital of France?", False),
        ("How do I cook pasta?", False),
        ("Is there a good bakery for musicians in Ljubljana?", False),
    ],
)
def test_what_no_paper_is_about_is_outside(index: PaperIndex, question: str, inside: bool) -> None:
    ranked = Retriever(index).rank(question)
    assert in_domain(asks(question), ranked, index.corpus()) is inside


@pytest.mark.parametrize(
    ("question", "absence"),
    [
        ("How many hours of music did MusicRL train on?", Absence.NOT_STATED),
        ("How many participants rated MeLoDy?", Absence.NOT_STATED),
        ("How many pairwise preferences were collected for MusicRL?", None),
        ("How many MIDI files does XMIDI have?", None),
    ],
)
def test_a_number_of_things_is_answered_by_a_number_of_such_things(
    assistant: Assistant, question: str, absence: Absence | None
) -> None:
    assert assistant.ask(question).absence is absence


@pytest.mark.parametrize(
    ("question", "sentence", "lacks"),
    [
        ("By how much did the cost per kilometre fall?", "The cost per kilometre fell by 35 euros.", False),
        ("By how much did the cost per kilometre fall?", "Costs fell by 8%.", False),
        ("By how much did the cost per kilometre fall?", "In 2 towns the cost fell.", True),
        ("How long does healing take?", "The bone had healed after nine weeks.", False),
        ("How long does healing take?", "The bone had healed in 14 of 20 goats.", True),
        ("How old are the corals?", "The corals are 4 million years old.", False),
        ("How old are the corals?", "We collected 40 corals.", True),
        ("How do corals grow?", "They grow upwards.", False),
    ],
)
def test_a_measure_is_there_if_a_number_has_its_unit(question: str, sentence: str, lacks: bool) -> None:
    assert lacks_the_measure(question, [sentence]) is lacks


@pytest.mark.parametrize(
    "question",
    [
        "How long did the operation take?",
        "How did companies in the region respond?",
        "Which seeds germinated?",
        "How deep is the lake?",
        "What happened to emissions of methane?",
    ],
)
def test_questions_of_other_fields_are_not_taken_for_technical_ones(question: str) -> None:
    assert lacks_the_kind(asks(question), ["Nothing of the kind."]) is False
