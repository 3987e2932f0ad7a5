"""Comparing: aspects as rows, papers as columns, in each cell the exact words of the abstract or nothing.

What a sentence must do to stand in a row is the aspect's (`assistant.composition.aspects`). A row that was asked for
comes first; of the usual rows, one on which no paper says anything is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.answers import Lead, Quotation, Table, TableRow
from assistant.composition.aspects import ASPECTS, Aspect, speaks_best, value_told
from assistant.retrieval.sentence_selection import Probe, Rarity, weigh
from ingest.embedding.base import Vector
from ingest.index.types import Vectors
from ingest.papers import Paper

Embed = Callable[[Sequence[str]], Sequence[Vector]]


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
        best = [speaks_best(aspect, found, frozenset(used)) for found in weighed]
        used.update(passage.id for passage in best if passage)
        quoted = (Quotation(p, value_told(aspect, p.text)) if p else None for p in best)
        rows.append(TableRow(aspect.label, tuple(quoted)))
    return Table(tuple(papers), tuple(rows))


def without_silent_rows(table: Table) -> Table:
    """The table without those of the usual rows on which no paper says anything: nobody asked for them."""
    usual = {aspect.label for aspect in ASPECTS}
    rows = tuple(row for row in table.rows if any(row.cells) or row.label not in usual)
    return Table(table.heads, rows)


def _of_paper(sentences: Vectors, paper: Paper) -> Vectors:
    rows = [row for row, passage in enumerate(sentences.passages) if passage.paper_id == paper.id]
    roles = None if sentences.roles is None else sentences.roles[rows]
    return Vectors(tuple(sentences.passages[row] for row in rows), sentences.matrix[rows], roles)
