"""Retrieval over the bundled papers: names are never lost, paraphrases are mostly found, filters hold."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.filters import Filters
from assistant.retrieval.hybrid import Retriever
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.index.paper_index import PaperIndex
from ingest.papers import Paper
from ingest.pipeline import index_exactly

QUESTIONS = Path(__file__).parents[2] / "questions"
IDS = ["2305.15719", "2311.11255", "2405.20289", "2308.01546"]


@pytest.fixture(scope="module")
def retriever(index: PaperIndex) -> Retriever:
    return Retriever(index)


def share_first(retriever: Retriever, name: str) -> float:
    """Of a set's single questions about a single paper, how many have that paper first."""
    lines = [json.loads(line) for line in (QUESTIONS / name).read_text(encoding="utf-8").splitlines()]
    asked = [(line["turns"][0], line["expect"]["cite_all"]) for line in lines if len(line["turns"]) == 1]
    return float(np.mean([retriever.rank(question)[0].paper.id == wanted[0] for question, wanted in asked]))


@pytest.mark.parametrize(
    ("name", "least"), [("fact_named.jsonl", 1.0), ("fact_paraphrase.jsonl", 0.8), ("find.jsonl", 0.8)]
)
def test_the_paper_that_is_meant_comes_first(retriever: Retriever, name: str, least: float) -> None:
    assert share_first(retriever, name) >= least


@pytest.mark.parametrize("question", ["MeLoDy", "M2UGen", "M$^{2}$UGen", "DITTO-2", "ditto 2", "Jen-1", "MusicLDM?"])
def test_a_bare_name_is_enough(retriever: Retriever, question: str) -> None:
    letters = "".join(filter(str.isalnum, question.replace("^{2}", "2"))).lower()
    best = retriever.rank(question)[0].paper
    assert letters in "".join(filter(str.isalnum, f"{best.title} {best.abstract}".replace("²", "2"))).lower()


def test_scores_fall_and_views_are_what_they_say(retriever: Retriever) -> None:
    ranked = retriever.rank("music for silent videos", limit=41)
    assert [item.score for item in ranked] == sorted((item.score for item in ranked), reverse=True)
    assert len({item.paper.id for item in ranked}) == len(ranked) == 41
    assert all(-1 <= item.window <= 1 and -1 <= item.sentence <= 1 and item.words >= 0 for item in ranked)
    assert retriever.rank("music for silent videos", limit=3) == ranked[:3]


def test_a_question_that_shares_no_word_is_still_answered_by_meaning(retriever: Retriever) -> None:
    ranked = retriever.rank("zyzzyva")
    assert len(ranked) == 10
    assert {item.words for item in ranked} == {0.0}


@given(st.sets(st.sampled_from(IDS), min_size=1))
def test_only_papers_that_fit_are_ranked(retriever: Retriever, chosen: set[str]) -> None:
    ranked = retriever.rank("text-to-music generation", Filters(paper_ids=frozenset(chosen)), limit=100)
    assert {item.paper.id for item in ranked} == chosen


def test_conditions_are_met_by_all(retriever: Retriever) -> None:
    ranked = retriever.rank("music generation", Filters(first_year=2024, has_code=True), limit=100)
    assert ranked
    assert all((item.paper.year or 0) >= 2024 and item.paper.code_url for item in ranked)
    assert retriever.rank("music generation", Filters(first_year=2999)) == ()
    assert retriever.hits("music generation", Filters(first_year=2999)) == ()


def test_a_hit_is_the_best_stretch_of_its_paper(retriever: Retriever) -> None:
    question = "How much faster is MeLoDy than MusicLM?"
    ranked, hits = retriever.rank(question, limit=5), retriever.hits(question, limit=5)
    assert [(hit.paper, hit.score) for hit in hits] == [(item.paper, item.score) for item in ranked]
    for hit in hits:
        assert hit.passage.text == hit.paper.abstract[hit.passage.start : hit.passage.end]


def test_sentences_come_by_paper_and_place(retriever: Retriever) -> None:
    found = retriever.sentences(IDS)
    assert list(dict.fromkeys(passage.paper_id for passage in found.passages)) == IDS
    assert len(found.matrix) == len(found.passages)
    for paper_id in IDS:
        starts = [passage.start for passage in found.passages if passage.paper_id == paper_id]
        assert starts == sorted(starts)


def test_the_vectors_of_sentences_are_their_own(retriever: Retriever) -> None:
    found = retriever.sentences(IDS)
    sentence = max(found.passages, key=lambda passage: len(passage.text))
    best = int((found.matrix @ retriever.embed(sentence.text)).argmax())
    assert found.passages[best] == sentence


@pytest.mark.parametrize("papers", [(), (Paper("one", "A title", "Its only sentence is about tempo."),)])
def test_small_indexes_are_no_trouble(
    papers: tuple[Paper, ...], tmp_path: Path, embedder: SentenceTransformerEmbedder
) -> None:
    index_exactly(papers, tmp_path, embedder)
    index = PaperIndex.open(tmp_path, embedder)
    retriever = Retriever(index)
    assert tuple(item.paper for item in retriever.rank("tempo")) == papers
    assert tuple(hit.paper for hit in retriever.hits("nothing shared")) == papers
    assert retriever.sentences([]).passages == ()
    index.close()
