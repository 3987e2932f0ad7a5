"""How well claims are verified: planted faults found, true sentences blamed."""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from assistant.answers import Support
from assistant.verification.claims import ClaimVerifier
from ingest.bundled import BUNDLED_CORPUS
from ingest.embedding.base import Vector
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.identifiers import title_key
from ingest.papers import Paper
from ingest.sources import read_papers

# The faults are made by the folder's own script.
sys.path.insert(0, str(Path(__file__).parent))
from planted import Fault, Planted, planted, rephrased, sentences_of

pytestmark = pytest.mark.benchmark

FOUND = 0.95
BLAMED = 0.03
LEAST_FAULTS = 300


def papers_in(location: Path) -> list[Paper]:
    """All papers of a file."""
    return [paper for paper in read_papers(str(location)) if isinstance(paper, Paper)]


def own_words(papers: Sequence[Paper]) -> Mapping[str, Sequence[str]]:
    """Each paper's own sentences, lightly rephrased."""
    dice = random.Random(3)
    return {paper.id: [rephrased(sentence, dice) for sentence in sentences_of(paper)] for paper in papers}


def encoder(embedder: SentenceTransformerEmbedder) -> Callable[[Sequence[str]], list[Vector]]:
    """The bundled model, each text encoded once."""
    kept: dict[str, Vector] = {}

    def encode(texts: Sequence[str]) -> list[Vector]:
        for text in texts:
            if text not in kept:
                kept[text] = embedder.embed_question(text)
        return [kept[text] for text in texts]

    return encode


def measured(verifier: ClaimVerifier, sample: Sequence[Planted], title: str) -> tuple[float, float]:
    """The shares of the faults that were found and of the true sentences that were blamed, with a table printed."""
    seen, caught = Counter[Fault | None](), Counter[Fault | None]()
    for item in sample:
        verdict = verifier.verdict(item.text, (), (item.number,), item.evidence)
        blamed = verdict.support in (Support.PARTLY, Support.UNSUPPORTED)
        cited = {place.evidence + 1 for place in verdict.places}
        seen[item.fault] += 1
        if item.fault is Fault.MARKER:
            caught[item.fault] += blamed or cited == {item.truth}
        else:
            caught[item.fault] += blamed or (item.fault is None and cited != {item.truth})
    table = Table("what was done", "sentences", "found (blamed)", "share", title=title)
    for fault in (*Fault, None):
        share = f"{caught[fault] / seen[fault]:.3f}"
        table.add_row(fault.value if fault else "nothing: it is true", str(seen[fault]), str(caught[fault]), share)
    faults = sum(seen[fault] for fault in Fault)
    found = sum(caught[fault] for fault in Fault) / faults
    table.add_row("all faults", str(faults), "", f"{found:.3f}", style="bold")
    Console().print(table)
    assert faults >= LEAST_FAULTS
    return found, caught[None] / seen[None]


def check(verifier: ClaimVerifier, told: Mapping[str, Sequence[str]], papers: Sequence[Paper], title: str) -> None:
    """The goals, over the faults planted in these sentences."""
    found, blamed = measured(verifier, list(planted(told, papers)), title)
    assert found >= FOUND
    assert blamed <= BLAMED


def test_faults_in_the_bundled_papers_own_sentences(embedder: SentenceTransformerEmbedder) -> None:
    papers = papers_in(BUNDLED_CORPUS)
    check(ClaimVerifier(encoder(embedder)), own_words(papers), papers, "Bundled papers, their own sentences rephrased")


def test_faults_in_the_original_papers_own_sentences(embedder: SentenceTransformerEmbedder, shared: Path) -> None:
    papers = papers_in(shared / "pages" / "daily-papers-music.txt")
    check(ClaimVerifier(encoder(embedder)), own_words(papers), papers, "Original abstracts, their sentences rephrased")


def test_faults_in_digests_held_against_the_originals(embedder: SentenceTransformerEmbedder, shared: Path) -> None:
    originals = {title_key(p.title): p for p in papers_in(shared / "pages" / "daily-papers-music.txt")}
    pairs = [(d, originals[title_key(d.title)]) for d in papers_in(BUNDLED_CORPUS) if title_key(d.title) in originals]
    told = {original.id: sentences_of(digest) for digest, original in pairs}
    check(ClaimVerifier(encoder(embedder)), told, [original for _, original in pairs], "Digests against the originals")
