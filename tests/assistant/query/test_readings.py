"""How questions of sets, surveys and facts are told apart, over an invented library of another field."""

from __future__ import annotations

import pytest

from assistant.query.plan import And, Mention, Operation, Or, Subject
from assistant.query.reader import QuestionReader
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.index.corpus import Corpus
from ingest.papers import Paper

PAPERS = (
    Paper(
        "1", "Farmed salmon in cold water", "Farmed salmon and wild salmon differ. They were measured with SonarKit."
    ),
    Paper("2", "Keeping bees", "Bees in towns were counted by trained dogs and cats over two years."),
)


@pytest.fixture(scope="module")
def fishery(embedder: SentenceTransformerEmbedder) -> QuestionReader:
    return QuestionReader(Corpus(PAPERS, {}, embedder))


@pytest.mark.parametrize(
    ("asked", "condition"),
    [
        ("Which papers use SonarKit, adapt it or extend it?", Mention("SonarKit", "use")),
        ("Which papers worry about overfishing?", Subject("overfishing")),
        ("Which papers deal with wild or farmed salmon?", Or((Subject("wild salmon"), Subject("farmed salmon")))),
        ("Which papers deal with dogs or wild cats?", Or((Subject("dogs"), Subject("wild cats")))),
        (
            "Which papers deal with trained or untamed elephants?",
            Or((Subject("trained elephants"), Subject("untamed elephants"))),
        ),
        ("Which papers link salmon and honey?", And((Subject("salmon"), Subject("honey")))),
        ("Which papers were sent out, that is, are about bees?", Subject("bees")),
        ("Which papers report a flood?", Subject("a flood")),
    ],
)
def test_what_papers_must_meet_is_read_from_the_words_that_name_it(
    fishery: QuestionReader, asked: str, condition: object
) -> None:
    assert fishery.read(asked).plan.condition == condition


@pytest.mark.parametrize(
    "asked",
    [
        "Which troubles come with one shared tank for salmon, trout and carp?",
        "Which two sensors were put in water in the study that follows salmon at night?",
        "When the bees were moved, what did the counts say about town gardens?",
        "How is the age of a salmon told?",
    ],
)
def test_a_question_about_one_work_asks_for_no_list(fishery: QuestionReader, asked: str) -> None:
    assert fishery.read(asked).plan.operation is Operation.FACT


@pytest.mark.parametrize(
    ("asked", "subject"),
    [
        ("Give me an overview of the work on salmon.", "salmon"),
        ("What has been found out about bees?", "bees"),
        ("What are the main ways of counting bees in these papers?", "counting bees"),
        ("What do the papers say about nets made by trained dogs?", "nets made by trained dogs"),
        ("What do the papers say about nets and dogs?", "nets and dogs"),
        ("How is the age of salmon measured in these papers?", "age of salmon"),
        ("How do researchers count bees?", "bees"),
        ("Which problems with nets do the papers report?", "problems with nets"),
        ("What evidence is there on farmed salmon?", "farmed salmon"),
    ],
)
def test_a_survey_is_asked_in_many_words(fishery: QuestionReader, asked: str, subject: str) -> None:
    plan = fishery.read(asked).plan
    assert (plan.operation, plan.condition) == (Operation.SURVEY, Subject(subject))


def test_most_of_the_papers_are_counted_by_year(fishery: QuestionReader) -> None:
    plan = fishery.read("In which year were most of the papers published?").plan
    assert (plan.operation, plan.group) == (Operation.GROUP, "year")
