"""Selection: the sentence that answers comes first, nothing is said twice, and enough is enough."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering import Assistant
from assistant.retrieval.hybrid import Retriever
from assistant.retrieval.sentence_selection import (
    MOST_SENTENCES,
    MOST_WORDS,
    Probe,
    Rarity,
    choose,
    merged,
    parts_of,
    weigh,
)
from ingest.index.paper_index import PaperIndex

MELODY, DANCE = "2305.15719", "2303.12337"


@pytest.fixture(scope="module")
def retriever(index: PaperIndex) -> Retriever:
    return Retriever(index)


@pytest.mark.parametrize(
    ("question", "paper_id", "words"),
    [
        ("How many forward passes does MeLoDy save?", MELODY, "95.7%"),
        ("How many hours of music and motion are there?", DANCE, "16.7 hours"),
        ("What does the highest level inherit?", MELODY, "inherits"),
    ],
)
def test_the_sentence_that_answers_scores_best(retriever: Retriever, question: str, paper_id: str, words: str) -> None:
    sentences = retriever.sentences([paper_id])
    weighed = weigh(Probe.of(question, retriever.embed(question), ["MeLoDy"]), sentences, Rarity(sentences.passages))
    assert words in max(weighed, key=lambda item: item.score).passage.text


@given(st.sampled_from(["What data?", "Compare results", "code", "Who?", "数据集"]), st.data())
def test_what_is_chosen_is_short_and_said_once(retriever: Retriever, question: str, data: st.DataObject) -> None:
    papers = data.draw(st.lists(st.sampled_from([p.id for p in retriever.index.papers()]), min_size=1, max_size=3))
    sentences = retriever.sentences(list(dict.fromkeys(papers)))
    chosen = choose(
        weigh(Probe.of(question, retriever.embed(question)), sentences, Rarity(sentences.passages)), sentences
    )
    assert 1 <= len(chosen) <= MOST_SENTENCES
    assert len({item.passage.id for item in chosen}) == len(chosen)
    assert len(chosen) == 1 or sum(len(item.passage.text.split()) for item in chosen) <= MOST_WORDS


def test_a_sentence_keeps_the_best_score_that_a_part_gave_it(retriever: Retriever) -> None:
    sentences = retriever.sentences([MELODY])
    rarity = Rarity(sentences.passages)
    parts = [weigh(Probe.of(text, retriever.embed(text)), sentences, rarity) for text in ("sampling speed", "the name")]
    best = merged(parts)
    assert len(best) == len(sentences.passages)
    assert all(item.score == max(one.score, other.score) for item, one, other in zip(best, *parts, strict=True))


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("What is MeLoDy?", 1),
        ("I want to make dances. Which dataset can I use, and how large is it?", 3),
        ("What is X trained on, and where is its code?", 3),
    ],
)
def test_a_question_is_taken_apart_where_it_asks_twice(question: str, parts: int) -> None:
    found = parts_of(question)
    assert found[0] == question
    assert len(found) == parts


def test_nothing_asked_weighs_nothing(assistant: Assistant, retriever: Retriever) -> None:
    assert weigh(Probe.of("x", retriever.embed("x")), retriever.sentences([]), Rarity(())) == ()
