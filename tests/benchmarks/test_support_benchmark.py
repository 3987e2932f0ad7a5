"""Do people who judged claims agree with our verification? SciFact's expert claims, and sentences that models wrote.

The area under the curve is the chance that a claim which people found supported is put before one which they did not.
SciFact's claims are held against the abstracts that they cite, ExpertQA's against the passages that stand beside them;
"supported" is its "Complete". What is weighed was fitted to SciFact's training set; ExpertQA was only measured.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from assistant.answers import Hit, Support
from assistant.verification.claims import ClaimVerifier
from ingest.embedding.base import Vector
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.papers import Paper
from ingest.passages import Passage

pytestmark = pytest.mark.benchmark

MARKER = re.compile(r"\s*\[\d+\]")
SAMPLE = 400
"""Claims of each set, drawn by chance: encoding their passages takes a minute or two."""

LEAST = {"SciFact": 0.75, "ExpertQA": 0.56}
"""Of the degree, well below what all claims of the sets give (.816 and .613), for the sample's sake."""

_LEVELS = {Support.SUPPORTED: 2, Support.PARTLY: 1}


@dataclass(frozen=True)
class Judged:
    """A claim with its evidence, and whether people found it supported."""

    claim: str
    evidence: tuple[Hit, ...]
    supported: bool


def hit_of(number: int, title: str, text: str) -> Hit:
    paper = Paper(id=str(number), title=title, abstract=text)
    return Hit(Passage(paper.id, 0, len(text), text), paper, 1.0)


def scifact(folder: Path) -> Iterator[Judged]:
    """The claims of SciFact's development set, each with each abstract that it cites."""
    with (folder / "corpus.jsonl").open(encoding="utf-8") as file:
        corpus = {row["_id"]: row for row in map(json.loads, file)}
    with (folder / "claims_labels.jsonl").open(encoding="utf-8") as file:
        for row in map(json.loads, file):
            labels = {given["doc_id"]: given["label"] for given in row["evidence"]}
            for cited in row["cited_doc_ids"] if row["split"] == "dev" else ():
                text = corpus[cited]
                evidence = (hit_of(1, text["title"], text["text"]),)
                yield Judged(row["claim"], evidence, labels.get(cited) == "SUPPORT")


def expertqa(folder: Path) -> Iterator[Judged]:
    """Sentences of language models with the passages that they cite; an address stands before each passage."""
    with gzip.open(folder / "claims.jsonl.gz", "rt", encoding="utf-8") as file:
        for row in map(json.loads, file):
            texts = [given.partition("\n\n")[2] or given for given in row["evidence"]]
            evidence = tuple(hit_of(place, " ", text) for place, text in enumerate(texts))
            if row["support"] != "N/A":
                yield Judged(MARKER.sub("", row["claim"]), evidence, row["support"] == "Complete")


def area_under_curve(rows: Sequence[Judged], scores: Sequence[float]) -> float:
    """The chance that a supported claim has more than another one; equal scores count half."""
    yes = [score for row, score in zip(rows, scores, strict=True) if row.supported]
    no = [score for row, score in zip(rows, scores, strict=True) if not row.supported]
    return sum((a > b) + 0.5 * (a == b) for a in yes for b in no) / (len(yes) * len(no))


def encoder(embedder: SentenceTransformerEmbedder) -> ClaimVerifier:
    def encode(texts: Sequence[str]) -> list[Vector]:
        return [embedder.embed_question(text) for text in texts]

    return ClaimVerifier(encode)


@pytest.mark.parametrize("name", ["SciFact", "ExpertQA"])
def test_people_and_verification_agree(name: str, embedder: SentenceTransformerEmbedder, shared: Path) -> None:
    folder = shared / "benchmarks" / name.lower()
    rows = list(scifact(folder) if name == "SciFact" else expertqa(folder))
    rows = random.Random(5).sample(rows, min(SAMPLE, len(rows)))
    verifier = encoder(embedder)
    verdicts, degrees = [], []
    for row in rows:
        numbers = range(1, len(row.evidence) + 1)
        verdicts.append(_LEVELS.get(verifier.verdict(row.claim, (), numbers, row.evidence).support, 0))
        degrees.append(verifier.degree(row.claim, numbers, row.evidence))
    figures = {"the verdict": area_under_curve(rows, verdicts), "the degree": area_under_curve(rows, degrees)}
    table = Table("by", "area under the curve", title=f"{name}: {len(rows)} claims")
    for by, area in figures.items():
        table.add_row(by, f"{area:.3f}")
    Console().print(table)
    assert figures["the degree"] >= LEAST[name]
