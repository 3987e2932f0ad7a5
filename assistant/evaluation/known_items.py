"""A question set made from anybody's own papers: questions whose paper is known, because they were made from it.

Three kinds of questions can be made without a person. A *title* finds its paper by the abstract alone: the benchmark
hides all titles. A *name* that one paper introduces finds that paper. A *figure* is left out of a sentence, and the
sentence finds its paper; an assistant also has to name the figure. Such sets are easier than what people ask; they
are there to compare models and settings on one's own papers, not to boast with.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from assistant.errors import EvaluationError
from assistant.evaluation.benchmark import CORPUS, JUDGMENT_HEADER, JUDGMENTS, QUERIES
from assistant.evaluation.question_sets import Expectation, KnownQuestion, write_questions
from ingest.extraction.names import name_key
from ingest.identifiers import title_key
from ingest.papers import Paper
from ingest.passages import sentence_spans

QUESTIONS = "questions.jsonl"
BLANK = "____"
MOST_ITEMS = 500

# Shorter sentences, and lone digits such as the 2 of "in 2 ways", do not tell one paper from another.
_SHORTEST_SENTENCE = 60
_FIGURE = re.compile(r"(?<![\w.,/-])\d[\d.,]*\d(?![\w/-])(?:\s?\\?%)?")


class ItemKind(StrEnum):
    """What a question was made from."""

    TITLE = "title"
    NAME = "name"
    FIGURE = "figure"


@dataclass(frozen=True, slots=True)
class KnownItem:
    """One question and its paper; `missing` is the figure that was left out, or the name that is asked about."""

    kind: ItemKind
    paper_id: str
    text: str
    missing: str = ""


def make_known_items(
    papers: Sequence[Paper], names: Mapping[str, Sequence[str]], limit: int = MOST_ITEMS, seed: int = 0
) -> tuple[KnownItem, ...]:
    """At most `limit` questions, spread over the kinds; the same papers and seed give the same questions.

    `names` are the names that each paper introduces, by its id. What several papers share makes no question.
    """
    by_kind = [_titles(papers), _names(papers, names), _figures(papers, random.Random(seed))]
    shuffled = [random.Random(f"{seed}{place}").sample(items, len(items)) for place, items in enumerate(by_kind)]
    chosen = [item for row in _dealt(shuffled) for item in row][:limit]
    if not chosen:
        raise EvaluationError("These papers give no questions: ingest papers with titles and abstracts first")
    return tuple(sorted(chosen, key=lambda item: (item.kind, item.paper_id, item.text)))


def write_known_items(folder: Path, papers: Iterable[Paper], items: Sequence[KnownItem]) -> None:
    """Write a folder that `evaluate retrieval` reads, and in it a question set that `evaluate answers` reads."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        corpus = ({"_id": paper.id, "title": "", "text": paper.abstract} for paper in papers)
        _write_objects(folder / CORPUS, corpus)
        _write_objects(folder / QUERIES, ({"_id": name, "text": item.text} for name, item in _numbered(items)))
        rows = [JUDGMENT_HEADER, *((name, item.paper_id, "1") for name, item in _numbered(items))]
        (folder / JUDGMENTS[0]).write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
        write_questions(folder / QUESTIONS, (_question(name, item) for name, item in _numbered(items)))
    except OSError as error:
        raise EvaluationError(f"{folder} cannot be written: {error.strerror or error}") from error


def _titles(papers: Sequence[Paper]) -> list[KnownItem]:
    shared = Counter(title_key(paper.title) for paper in papers)
    return [KnownItem(ItemKind.TITLE, p.id, p.title) for p in papers if shared[title_key(p.title)] == 1]


def _names(papers: Sequence[Paper], names: Mapping[str, Sequence[str]]) -> list[KnownItem]:
    """A question about each name that stands in its paper's abstract and that no other paper introduces."""
    shared = Counter(key for introduced in names.values() for key in {name_key(name) for name in introduced})
    return [
        KnownItem(ItemKind.NAME, paper.id, f"What is {name}?", name)
        for paper in papers
        for name in names.get(paper.id, ())
        if shared[name_key(name)] == 1 and name_key(name) in name_key(paper.abstract)
    ]


def _figures(papers: Sequence[Paper], chance: random.Random) -> list[KnownItem]:
    """For each paper one sentence, with one of its figures left out."""
    found = ((paper, list(_sentences_with_figure(paper))) for paper in papers)
    return [_without_figure(paper, *chance.choice(sentences)) for paper, sentences in found if sentences]


def _sentences_with_figure(paper: Paper) -> Iterator[tuple[str, re.Match[str]]]:
    for start, end in sentence_spans(paper.abstract):
        sentence = paper.abstract[start:end]
        if len(sentence) >= _SHORTEST_SENTENCE and "://" not in sentence:
            yield from ((sentence, figure) for figure in _FIGURE.finditer(sentence))


def _without_figure(paper: Paper, sentence: str, figure: re.Match[str]) -> KnownItem:
    text = f"{sentence[: figure.start()]}{BLANK}{sentence[figure.end() :]}"
    return KnownItem(ItemKind.FIGURE, paper.id, text, figure[0])


def _dealt(piles: Sequence[Sequence[KnownItem]]) -> Iterator[list[KnownItem]]:
    """One item of each pile, then the next of each, as long as any has some."""
    for place in range(max(map(len, piles))):
        yield [pile[place] for pile in piles if place < len(pile)]


def _numbered(items: Sequence[KnownItem]) -> Iterator[tuple[str, KnownItem]]:
    return ((f"{item.kind}-{number:04d}", item) for number, item in enumerate(items, start=1))


def _question(name: str, item: KnownItem) -> KnownQuestion:
    kind = "find" if item.kind is ItemKind.TITLE else "fact"
    missing = re.compile(re.escape(item.missing), re.IGNORECASE)
    return KnownQuestion(
        id=name,
        kind=kind,
        sub=str(item.kind),
        turns=(_asked(item),),
        expect=Expectation(frozenset({item.paper_id}), facts=((missing,),) if item.missing else ()),
    )


def _asked(item: KnownItem) -> str:
    match item.kind:
        case ItemKind.TITLE:
            return f"Which paper is about “{item.text}”?"
        case ItemKind.FIGURE:
            return f"Which figure is missing in “{item.text}”?"
        case _:
            return item.text


def _write_objects(path: Path, objects: Iterable[dict[str, str]]) -> None:
    path.write_text("".join(json.dumps(fields, ensure_ascii=False) + "\n" for fields in objects), encoding="utf-8")
