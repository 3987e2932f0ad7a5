"""Lists that rest on a subject or a facet are judged by a capable model; exact ones are not shown to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from scripted import Scripted

from assistant.answering import Assistant
from assistant.answers import Answer
from assistant.backends.base import Brief
from assistant.prompts import CANNOT_ANSWER
from assistant.settings import Settings
from ingest.index.paper_index import PaperIndex

SUBJECT = "Which papers are about dance generation?"


@pytest.fixture
def ask(index: PaperIndex) -> Callable[[Scripted, str], Answer]:
    def asking(backend: Scripted, question: str) -> Answer:
        settings = Settings(_env_file=None, llm_strength="capable", llm_understands=False)  # type: ignore[call-arg]
        return Assistant(index, settings, backend).ask(question)

    return asking


def dancing(brief: Brief) -> str:
    own = [n for n, hit in enumerate(brief.evidence, start=1) if "dance" in hit.paper.title.lower()]
    return "\n".join(f"- It dances [{n}]" for n in own) or CANNOT_ANSWER


def test_only_what_the_model_lets_stand_is_listed(ask: Callable[[Scripted, str], Answer]) -> None:
    answer = ask(Scripted(dancing), SUBJECT)
    assert answer.papers and all("dance" in paper.title.lower() for paper in answer.papers)
    assert {citation.paper.id for citation in answer.citations} == {paper.id for paper in answer.papers}


def test_how_many_were_judged_of_how_many_is_said(ask: Callable[[Scripted, str], Answer]) -> None:
    answer = ask(Scripted(dancing), SUBJECT)
    assert (
        f"{len(answer.papers)} papers, judged by the language model among" in answer.text
        and "of 41 here" in answer.text
    )


def test_candidates_come_in_batches(ask: Callable[[Scripted, str], Answer]) -> None:
    backend = Scripted(dancing)
    ask(backend, SUBJECT)
    assert backend.briefs and all(len(brief.evidence) <= 15 for brief in backend.briefs)


def test_a_model_that_lets_none_stand_does_not_empty_the_list(ask: Callable[[Scripted, str], Answer]) -> None:
    plain = ask(Scripted(lambda brief: CANNOT_ANSWER), SUBJECT)
    assert plain.papers and "judged by the language model" not in plain.text


@pytest.mark.parametrize(
    "question", ["Which papers mention MusicLM?", "Which papers are from 2023?", "How many papers mention MIDI?"]
)
def test_exact_lists_and_counts_are_not_shown_to_a_model(ask: Callable[[Scripted, str], Answer], question: str) -> None:
    backend = Scripted(dancing)
    ask(backend, question)
    assert backend.briefs == []


def test_what_is_exact_holds_of_all_that_the_model_reads(ask: Callable[[Scripted, str], Answer]) -> None:
    backend = Scripted(lambda brief: " ".join(f"It fits [{n}]." for n in range(1, len(brief.evidence) + 1)))
    answer = ask(backend, "Which papers about dance are from 2023?")
    assert backend.briefs and {hit.paper.year for brief in backend.briefs for hit in brief.evidence} == {2023}
    assert {paper.year for paper in answer.papers} == {2023}


def test_where_one_of_two_things_will_do_the_nearest_are_read_too(ask: Callable[[Scripted, str], Answer]) -> None:
    backend = Scripted(dancing)
    ask(backend, "Which papers mention TikTok or are about videos on the web?")
    read = {hit.paper.id for brief in backend.briefs for hit in brief.evidence}
    assert len(read) > 10


def test_the_newest_on_a_subject_is_of_those_that_the_model_lets_stand(ask: Callable[[Scripted, str], Answer]) -> None:
    answer = ask(Scripted(dancing), "Which is the newest paper about dance generation?")
    every = ask(Scripted(dancing), SUBJECT).papers
    assert len(answer.papers) == 1 and "The newest of" in answer.text
    assert answer.papers[0].year == max(paper.year or 0 for paper in every)
