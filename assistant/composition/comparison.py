"""Comparing: aspects as rows, papers as columns, in each cell the exact words of the abstract or nothing.

An aspect is a probe: a short description whose vector the sentences of a paper are held against, and the kind
of words without which a sentence does not speak of it. A row that was asked for comes first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.answers import Lead, Quotation, Table, TableRow
from assistant.retrieval.sentence_selection import Probe, Rarity, Weighed, weigh
from ingest.embedding.base import Vector
from ingest.index.types import Vectors
from ingest.papers import Paper
from ingest.passages import Passage

# A sentence with the words of an aspect speaks of it unless its meaning lies quite elsewhere.
LEAST_SCORE = -0.05
# In the row of the question itself the best sentence stands, unless it has next to nothing to do with it.
LEAST_ASKED = 0.1
# A sentence that already stands in another row of the column loses this much.
REPEATED = 0.15


@dataclass(frozen=True, slots=True)
class Aspect:
    """A row of a comparison: its label, what to look for, and words of which a fitting sentence has one."""

    label: str
    probe: str
    words: re.Pattern[str] | None = None


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.I)


ASPECTS: tuple[Aspect, ...] = (
    Aspect(
        "Task",
        "the task or problem that this work addresses, what it takes as input and what it generates",
        _words(r"\b(?:introduc|present|propos|address|aim|asks|explor|investigat|review|we stud|this (?:work|paper|study|survey)|extend)\w*"),
    ),
    Aspect(
        "Approach",
        "how the method works: the model architecture, its modules, its stages and the training technique",
        _words(
            r"\b(?:model|architecture|transformer|diffusion|module|stage|train|encod|decod|network|adversarial|learn|attention|"
            r"fine-?tun|framework|representation|contrastive|autoregress|mechanism|survey|skip-gram)\w*"
        ),
    ),
    Aspect(
        "Data",
        "the dataset that is used or introduced, its size and what it contains",
        _words(r"\b(?:data ?sets?|corpus|corpora|collection|benchmark|hours|samples|instances|training data|playlists|preferences|pairs|clips)\b"),
    ),
    Aspect(
        "Results",
        "the results of the experiments and evaluations, what it outperforms and by how much",
        _words(
            r"\b(?:outperform|result|experiment|evaluat|improv|achiev|superior|better|state-of-the-art|surpass|exceed|beats?|"
            r"demonstrat|effective|comparable|significant|preferred|faster|accura)\w*"
        ),
    ),
    Aspect(
        "Availability",
        "code, data, demo or samples are publicly available online",
        _words(
            r"https?://|\b(?:source code|publicly|open-source|openly|releas(?:es?|ed)|demos?)\b|\b(?:is|are|be|made|openly|publicly) available\b|"
            r"\b[Cc]odes?\b[^.;]{0,40}\b(?:public|available|found|released)"
        ),
    ),
)  # fmt: skip

Embed = Callable[[Sequence[str]], Sequence[Vector]]


def aspect_named(label: str) -> Aspect:
    """One of our aspects by its label, or a new one that looks for just those words."""
    return next(
        (aspect for aspect in ASPECTS if aspect.label.casefold() == label.strip().casefold()), Aspect(label, label)
    )


def compare(
    papers: Sequence[Lead], aspects: Sequence[Aspect], sentences: Vectors, embed: Embed, names: Sequence[str] = ()
) -> Table:
    """Fill the table: for each aspect and paper the sentence that speaks of it best, or an empty cell.

    `names` are what the papers are called: words that tell nothing about an aspect.
    """
    rarity = Rarity(sentences.passages)
    vectors = embed([aspect.probe for aspect in aspects])
    used: set[str] = set()
    rows: list[TableRow] = []
    for aspect, vector in zip(aspects, vectors, strict=True):
        probe = Probe.of(aspect.probe, vector, names)
        weighed = (weigh(probe, _of_paper(sentences, lead.paper), rarity) for lead in papers)
        best = [_best(aspect, found, used) for found in weighed]
        used.update(passage.id for passage in best if passage)
        rows.append(TableRow(aspect.label, tuple(Quotation(passage) if passage else None for passage in best)))
    return Table(tuple(papers), tuple(rows))


def _best(aspect: Aspect, weighed: Sequence[Weighed], used: set[str]) -> Passage | None:
    fitting = [w for w in weighed if aspect.words is None or aspect.words.search(w.passage.text)]
    least = LEAST_SCORE if aspect.words else LEAST_ASKED
    best = max(fitting, key=lambda w: w.score - REPEATED * (w.passage.id in used), default=None)
    return best.passage if best and best.score >= least else None


def _of_paper(sentences: Vectors, paper: Paper) -> Vectors:
    rows = [row for row, passage in enumerate(sentences.passages) if passage.paper_id == paper.id]
    return Vectors(tuple(sentences.passages[row] for row in rows), sentences.matrix[rows])
