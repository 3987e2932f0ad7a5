"""Surveys: what many papers say about a subject, one sentence each, in a few groups with plain names.

The groups come from the vectors of the sentences that are shown, after what they all share, the subject, is taken off;
each is called by the words that its own papers have in common and the others have not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.answers import Heading, Hit, ListLine, Part
from assistant.composition.evidence import Evidence
from assistant.retrieval.sentence_selection import Probe, Rarity, weigh
from ingest.embedding.base import Matrix, Vector
from ingest.extraction.title_phrases import Phrase, phrases_in
from ingest.index.corpus import Corpus
from ingest.papers import Paper
from ingest.passages import Passage
from ingest.text.rarity import idf
from ingest.text.terms import stem, stems_of

# Papers that a survey quotes, and words that it quotes of them all: what is read in two minutes.
MOST_PAPERS = 12
MOST_WORDS = 560
# Of the papers on a subject so many, the best, are looked at for its very words.
MOST_LOOKED_AT = 200
# Where so many papers have the subject in its very words, these speak of it, and to three of them one in other words.
ENOUGH_WORDED = 3
WORDED_A_READING = 3
# A sentence of fewer words says little, and one of more would take the room of two.
SHORTEST, LONGEST = 8, 60
# With fewer sentences than this, groups would be of one or two.
LEAST_TO_GROUP = 6
FEWEST_GROUPS, MOST_GROUPS = 3, 5
PAPERS_A_GROUP = 3
# How much more two words that stand together tell than one, in a group's name.
PHRASE_BONUS = 2.5
UNNAMED = "Also"


@dataclass(frozen=True, slots=True)
class Said:
    """What one paper says about the subject: the sentence, and its vector without what all of them share."""

    paper: Paper
    passage: Passage
    vector: Vector


@dataclass(frozen=True, slots=True)
class Survey:
    """The parts of a survey, the papers that it quotes in order, and what each marker of a model's text would mean."""

    parts: tuple[Part, ...]
    papers: tuple[Paper, ...]
    hits: tuple[Hit, ...]


def survey(subject: str, papers: Sequence[Paper], evidence: Evidence, grouped: bool = True) -> Survey:
    """What these papers say about a subject; they come best first, and the best are quoted."""
    if not papers:
        return Survey((), (), ())
    best = _worded_first(subject, papers[:MOST_LOOKED_AT], evidence.corpus)[:MOST_PAPERS]
    said = _said(subject, best, evidence)
    parts: list[Part] = []
    quoted: list[Said] = []
    for name, group in _named_groups(subject, said, evidence.corpus) if grouped else (("", said),):
        parts += [Heading(name)] if name else []
        parts += [ListLine(item.paper, evidence.called(item.paper), item.passage) for item in group]
        quoted += group
    hits = tuple(Hit(item.passage, item.paper, 1.0) for item in quoted)
    return Survey(tuple(parts), tuple(item.paper for item in quoted), hits)


def _worded_first(subject: str, papers: Sequence[Paper], corpus: Corpus) -> Sequence[Paper]:
    """The papers that a survey reads: those with the very words, and of the others as many as do not outweigh them."""
    holders = corpus.literal.holders(subject, [corpus.places[paper.id] for paper in papers])
    worded = [paper for paper in papers if corpus.places[paper.id] in holders]
    if len(worded) < ENOUGH_WORDED:
        return papers
    others = [paper for paper in papers if corpus.places[paper.id] not in holders]
    return [*worded, *others[: len(worded) // WORDED_A_READING]]


def _said(subject: str, papers: Sequence[Paper], evidence: Evidence) -> list[Said]:
    """The best sentence of each paper, until enough is said."""
    sentences = evidence.sentences(papers)
    if not sentences.passages:
        return []
    probe = Probe.of(subject, evidence.embed([subject])[0])
    asked = set(stems_of(subject))
    weighed = weigh(probe, sentences, Rarity(sentences.passages))
    best: dict[str, tuple[tuple[float, float], int]] = {}
    for row, item in enumerate(weighed):
        shared = len(asked.intersection(stems_of(item.passage.text)))
        merit = (float(_is_quotable(item.passage)), shared + item.score)
        if merit > best.get(item.passage.paper_id, ((-1.0, 0.0), 0))[0]:
            best[item.passage.paper_id] = (merit, row)
    chosen = [(paper, best[paper.id][1]) for paper in papers if paper.id in best]
    shared_by_all = sentences.matrix[[row for _, row in chosen]].mean(axis=0)
    found: list[Said] = []
    words = 0
    for paper, row in chosen:
        passage = sentences.passages[row]
        words += len(passage.text.split())
        if words > MOST_WORDS and found:
            break
        found.append(Said(paper, passage, sentences.matrix[row] - shared_by_all))
    return found


def _is_quotable(passage: Passage) -> bool:
    return SHORTEST <= len(passage.text.split()) <= LONGEST and not passage.text.endswith("?")


def _named_groups(subject: str, said: Sequence[Said], corpus: Corpus) -> Iterator[tuple[str, Sequence[Said]]]:
    """The groups, the one with the best paper first; one without a name where there is too little to group."""
    if len(said) < LEAST_TO_GROUP:
        yield "", said
        return
    labels = _clustered(np.stack([item.vector for item in said]))
    groups = [[item for item, own in zip(said, labels, strict=True) if own == label] for label in dict.fromkeys(labels)]
    several = [group for group in groups if len(group) > 1]
    single = [item for group in groups if len(group) == 1 for item in group]
    names = _names(subject, several, corpus)
    yield from zip(names, several, strict=True)
    if single:
        yield (UNNAMED if several else ""), single


def _clustered(vectors: Matrix) -> list[int]:
    from sklearn.cluster import AgglomerativeClustering  # slow to import, and needed only here

    count = int(np.clip(len(vectors) // PAPERS_A_GROUP, FEWEST_GROUPS, MOST_GROUPS))
    fitted = AgglomerativeClustering(count, linkage="ward").fit(vectors)
    labels: NDArray[np.int64] = fitted.labels_
    return [int(label) for label in labels]


def _names(subject: str, groups: Sequence[Sequence[Said]], corpus: Corpus) -> list[str]:
    """For each group what its papers share and the others have not, in phrases that titles of this library have."""
    asked = frozenset(stems_of(subject))
    counts = [Counter(phrase for item in group for phrase in _phrases(item, asked, corpus)) for group in groups]
    overall = sum(counts, Counter())
    names: list[str] = []
    for count, group in zip(counts, groups, strict=True):
        name = ", ".join(corpus.title_phrases[phrase] for phrase in _telling(count, overall, len(group), corpus))
        names.append(name[:1].upper() + name[1:] if name and name not in names else UNNAMED)
    return names


def _telling(count: Counter[Phrase], overall: Counter[Phrase], size: int, corpus: Corpus) -> list[Phrase]:
    """The phrase that sets a group apart, or the two words that do; none where no two of its papers share one."""

    def merit(phrase: Phrase) -> float:
        holders = max(1, len(corpus.positions.holders(phrase)))
        rarity = idf(len(corpus.papers), holders)
        return float(count[phrase] ** 2 / (size * overall[phrase]) * rarity * PHRASE_BONUS ** (len(phrase) - 1))

    best, *others = sorted((each for each in count if count[each] > 1), key=lambda each: (-merit(each), each)) or [()]
    second = next((phrase for phrase in others if len(best) == len(phrase) == 1), None)
    return [phrase for phrase in (best, second) if phrase]


def _phrases(item: Said, asked: frozenset[str], corpus: Corpus) -> set[Phrase]:
    """The library's title phrases that a paper uses, without those with a word of the subject."""
    found = {tuple(map(stem, words)) for words in phrases_in(f"{item.paper.title}. {item.paper.abstract}")}
    return {phrase for phrase in found if phrase in corpus.title_phrases and not asked.intersection(phrase)}
