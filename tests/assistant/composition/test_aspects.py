"""The rows of a comparison take sentences by what they do, on abstracts that nobody here wrote."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.answers import Lead, Quotation
from assistant.composition.aspects import aspect_named
from assistant.composition.comparison import compare
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.extraction.roles import role_probabilities
from ingest.index.types import Vectors
from ingest.papers import Paper
from ingest.passages import Level, Passage

# Abstracts of the test part that are read: enough for shares to hold within .05, few enough for a quick suite.
ABSTRACTS = 80
ASKED = {"Aim": "objective", "Method": "method", "Results": "result"}
# The whole test part gives .82, .85 and .97 (226 abstracts).
LEAST_SHARE = 0.78


@pytest.fixture(scope="module")
def labelled(shared: Path) -> list[dict[str, list[str]]]:
    lines = (shared / "benchmarks/csabstruct/test.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines[:ABSTRACTS]]


def taken(abstract: dict[str, list[str]], place: int, embedder: SentenceTransformerEmbedder) -> dict[str, str]:
    """The role of the sentence that each of the three rows takes from an abstract."""
    text = " ".join(abstract["sentences"])
    spans, start = [], 0
    for sentence in abstract["sentences"]:
        spans.append((start, start + len(sentence)))
        start += len(sentence) + 1
    paper = Paper(id=str(place), title="Untitled", abstract=text)
    passages = tuple(Passage(paper.id, a, b, text[a:b], Level.SENTENCE) for a, b in spans)
    vectors = next(embedder.embed_texts([text], [spans])).parts
    roles = role_probabilities(abstract["sentences"], vectors, embedder.fingerprint)
    table = compare(
        [Lead(paper)],
        [aspect_named(label) for label in ASKED],
        Vectors(passages, vectors, roles),
        lambda probes: [embedder.embed_question(probe) for probe in probes],
    )
    labels = dict(zip(spans, abstract["labels"], strict=True))
    cells = ((str(row.label), row.cells[0]) for row in table.rows)
    return {label: labels[cell.passage.start, cell.passage.end] for label, cell in cells if isinstance(cell, Quotation)}


@pytest.mark.slow
def test_a_cell_takes_a_sentence_that_does_what_its_row_says(
    labelled: list[dict[str, list[str]]], embedder: SentenceTransformerEmbedder
) -> None:
    found = [taken(abstract, place, embedder) for place, abstract in enumerate(labelled)]
    for label, role in ASKED.items():
        having = [cells for cells, abstract in zip(found, labelled, strict=True) if role in abstract["labels"]]
        share = sum(cells.get(label) == role for cells in having) / len(having)
        assert share >= LEAST_SHARE, f"{label}: {share:.2f}"
