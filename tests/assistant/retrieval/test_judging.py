"""Judging subjects over the bundled papers: never denied, quoted, and in order of what speaks for them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.retrieval.hybrid import Retriever
from assistant.retrieval.judging import CLEAR, FEW, LIKELY, SubjectJudge, sentence_about
from assistant.retrieval.subject_evidence import wordings
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.index.paper_index import PaperIndex
from ingest.papers import Paper
from ingest.pipeline import index_exactly
from ingest.text.orders import finding_spans
from ingest.text.terms import stems_of

ABBREVIATIONS = {"LLM": "large language model", "ART": "antiretroviral therapy"}


@pytest.fixture(scope="module")
def judge(index: PaperIndex) -> SubjectJudge:
    return SubjectJudge(Retriever(index))


@pytest.mark.parametrize("subject", ["music captioning", "text-to-music generation", "music recommendation"])
def test_papers_whose_title_says_the_subject_are_clearly_about_it(
    judge: SubjectJudge, index: PaperIndex, subject: str
) -> None:
    clear = {judgement.paper.id for judgement in judge.judge(subject).clear}
    titled = {p.id for p in index.papers() if subject.replace("-", " ") in p.title.lower().replace("-", " ")}
    assert titled <= clear


def test_a_subject_that_no_paper_has_gets_the_nearest_and_no_claim(judge: SubjectJudge) -> None:
    judged = judge.judge("perioperative management of hip fractures")
    assert judged.about == ()
    assert len(judged.nearest) == 5
    assert judged.searched == 41


def test_only_admitted_papers_are_judged(judge: SubjectJudge, index: PaperIndex) -> None:
    admitted = frozenset(paper.id for paper in index.papers()[:7])
    judged = judge.judge("music generation", admitted)
    assert {judgement.paper.id for judgement in judged.about + judged.nearest} <= admitted
    assert judged.searched == 7
    assert judge.judge("music generation", frozenset()).nearest == ()


@settings(max_examples=25)
@given(st.text(max_size=40))
def test_whatever_is_asked_something_came_nearest(judge: SubjectJudge, subject: str) -> None:
    judged = judge.judge(subject)
    everything = judged.about + judged.nearest
    assert everything
    assert len({judgement.paper.id for judgement in everything}) == len(everything)
    probabilities = [judgement.probability for judgement in everything]
    assert probabilities == sorted(probabilities, reverse=True)
    assert all(judgement.probability >= CLEAR for judgement in judged.clear)
    assert all(LIKELY <= judgement.probability < CLEAR for judgement in judged.likely)


def test_each_judgement_quotes_its_paper(judge: SubjectJudge) -> None:
    for judgement in judge.judge("dance").about:
        assert judgement.passage is not None
        assert judgement.passage.text == judgement.paper.abstract[judgement.passage.start : judgement.passage.end]


def test_the_sentence_with_most_of_the_words_is_quoted() -> None:
    paper = Paper("p", "Title", "Bees are many. We count wild bees in cities. Cities grow.")
    passage = sentence_about("wild bees in cities", paper, finding_spans(paper.abstract), None)
    assert passage is not None
    assert passage.text == "We count wild bees in cities."


@pytest.mark.parametrize(
    ("subject", "wording"),
    [
        ("bias in large language models", ("bias", "=LLM")),
        ("bias in LLMs", ("bias", "larg", "languag", "model")),
        ("bias in llms", ("bias", "larg", "languag", "model")),
    ],
)
def test_abbreviations_are_looked_for_as_well(subject: str, wording: tuple[str, ...]) -> None:
    assert wording in wordings(subject, ABBREVIATIONS)


def test_an_ordinary_word_is_no_abbreviation() -> None:
    assert wordings("modern art", ABBREVIATIONS) == (("modern", "art"),)


def test_small_libraries_are_judged_too(tmp_path: Path, embedder: SentenceTransformerEmbedder) -> None:
    papers = (Paper("one", "Bees in cities", "Wild bees live in cities."), Paper("two", "Taxes", "Taxes were raised."))
    index_exactly(papers, tmp_path, embedder)
    index = PaperIndex.open(tmp_path, embedder)
    judged = SubjectJudge(Retriever(index)).judge("bees in cities")
    assert [judgement.paper.id for judgement in judged.clear] == ["one"]
    assert [judgement.paper.id for judgement in judged.nearest] == ["two"]
    index.close()


@pytest.mark.parametrize("subject", ["emotions", "lyrics", "choreography"])
def test_where_few_papers_say_a_word_each_of_them_is_at_least_likely(
    judge: SubjectJudge, index: PaperIndex, subject: str
) -> None:
    stem = stems_of(subject)[0]
    said = {p.id for p in index.papers() if stem in (*stems_of(p.title), *stems_of(p.abstract))}
    assert 0 < len(said) <= FEW
    assert said <= {judgement.paper.id for judgement in judge.judge(subject).about}
