"""A library of made papers, as large as is wished, and what it costs: for sizes that no real corpus at hand has.

    python tests/benchmarks/synthetic.py ingest FOLDER PASSAGES      # each prints its figures as one line of JSON
    python tests/benchmarks/synthetic.py ask FOLDER

The words follow Zipf's law over a vocabulary of made words (the r-th is met in proportion to 1 / (r + 2.7), Mandelbrot's
form), a third of each paper's from the list of its subject. A text's vector is the sum of its words' random vectors,
each by how rare the word is, so that texts with the same words are near each other; making it costs next to nothing
beside what is measured, and no model is loaded.
"""

from __future__ import annotations

import json
import sys
import time
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from ingest.embedding.base import Embedded, Matrix, Vector
from ingest.index.paper_index import PaperIndex
from ingest.papers import Paper
from ingest.passages import Span
from ingest.pipeline import ingest_papers
from ingest.sources import Found

SEED = 11
VOCABULARY = 200_000
SUBJECTS, WORDS_OF_A_SUBJECT = 400, 60
# A sentence of an abstract has about 22 words and an abstract eight of them, which with the abstract itself are nine
# passages.
WORDS_IN_A_SENTENCE, SENTENCES = 22, 8
PASSAGES_OF_A_PAPER = SENTENCES + 1
# The most frequent words are real ones, by which a text is known to be English.
FREQUENT = (
    "the of and to in a is we for that on with as by are this from an our be which it can at or these have has "
    "using based results show method model data than more not between their both such also new used approach study"
).split()
_BEGINNINGS = "b c d f g h k l m n p r s t v w br cl dr gr pl st tr th sh".split()
_VOWELS = "a e i o u ai ea io ou".split()
_ENDS = "n r s t l m nd st rm x".split()
# Places that words' vectors are kept in; two words that share one are as near as the same word, which is rare.
_BUCKETS = 32_768
QUESTIONS = 100


def made_word(rank: int) -> str:
    """A word that can be spoken, another for each rank."""
    parts = []
    while True:
        rank, first = divmod(rank, len(_BEGINNINGS))
        rank, second = divmod(rank, len(_VOWELS))
        parts.append(_BEGINNINGS[first] + _VOWELS[second])
        if not rank:
            return "".join(parts) + _ENDS[len(parts) * 7 % len(_ENDS)]
        rank -= 1


def vocabulary() -> list[str]:
    """All words, the most frequent first."""
    return [*FREQUENT, *(made_word(rank) for rank in range(VOCABULARY - len(FREQUENT)))]


def papers_made(count: int) -> Iterator[Paper]:
    """So many papers, the first ones always the same."""
    words = np.array(vocabulary(), dtype=object)
    often = np.cumsum(1 / (np.arange(VOCABULARY) + 2.7))
    often /= often[-1]
    subjects = np.random.default_rng(SEED).integers(200, VOCABULARY, (SUBJECTS, WORDS_OF_A_SUBJECT))
    for number in range(count):
        dice = np.random.default_rng((SEED, number))
        own = subjects[number % SUBJECTS]
        drawn = np.searchsorted(often, dice.random((SENTENCES, WORDS_IN_A_SENTENCE)))
        told = np.where(dice.random(drawn.shape) < 1 / 3, own[dice.integers(0, len(own), drawn.shape)], drawn)
        sentences = (" ".join(words[row]).capitalize() + "." for row in told)
        title = " ".join(words[own[dice.integers(0, len(own), 7)]]).capitalize()
        authors = tuple(f"{made_word(int(each)).capitalize()} Author" for each in dice.integers(0, 90_000, 3))
        yield Paper(f"made-{number}", title, " ".join(sentences), authors, 1991 + number % 35)


class MadeVectors:
    """Fills the place of a model: a text is the sum of its words' random vectors, weighted by their rarity."""

    model, precision, window, dimensions = "made-vectors", "float32", 512, 384
    fingerprint = "5" * 64

    def __init__(self) -> None:
        dice = np.random.default_rng(SEED)
        self._directions = dice.standard_normal((_BUCKETS, self.dimensions)).astype(np.float32)
        self._weights = {word: float(np.log(rank + 2)) for rank, word in enumerate(vocabulary())}

    def count_tokens(self, text: str) -> int:
        """A word is a token."""
        return text.count(" ") + 1

    @property
    def subword_vectors(self) -> Matrix:
        """Those of the first places: as many as a model has word pieces."""
        return self._directions[:30_000] / np.linalg.norm(self._directions[:30_000], axis=1, keepdims=True)

    def subwords_of(self, texts: Sequence[str]) -> list[NDArray[np.int64]]:
        """A word is a piece."""
        return [np.unique(self._places(text.lower().split()) % 30_000) for text in texts]

    def embed_question(self, question: str) -> Vector:
        """The question's unit vector."""
        words = question.lower().replace(".", "").replace("?", "").split()
        weights = np.array([self._weights.get(word, 0.1) for word in words], dtype=np.float32)
        vector = weights @ self._directions[self._places(words)] + np.float32(1e-6)
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)

    def embed_texts(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> Iterator[Embedded]:
        """Each text's vector and one vector for each of its spans."""
        for text, cut in zip(texts, spans, strict=True):
            parts = [self.embed_question(text[start:end]) for start, end in cut]
            yield Embedded(self.embed_question(text), np.stack(parts))

    def _places(self, words: Sequence[str]) -> NDArray[np.int64]:
        return np.array([zlib.crc32(word.encode()) % _BUCKETS for word in words], dtype=np.int64)


def ingested(folder: Path, passages: int) -> dict[str, float]:
    """Make the library; what that took."""
    papers = list(papers_made(passages // PASSAGES_OF_A_PAPER))
    embedder = MadeVectors()
    began, at_work = time.perf_counter(), time.process_time()
    ingest_papers((Found(paper, "made", place) for place, paper in enumerate(papers, 1)), folder, embedder)
    seconds, worked = time.perf_counter() - began, time.process_time() - at_work
    return {
        "ingest, papers a second": len(papers) / seconds,
        "ingest, processor ms a paper": 1000 * worked / len(papers),
        "ingest, memory at its peak, MiB": peak_memory(),
    }


def asked(folder: Path) -> dict[str, float]:
    """Open the library and ask it; what that took."""
    from assistant.answering import Assistant
    from assistant.settings import Settings

    embedder = MadeVectors()
    began, at_work = time.perf_counter(), time.process_time()
    index = PaperIndex.open(folder, embedder)
    assistant = Assistant(index, Settings(_env_file=None, index=folder, llm="extractive"))  # type: ignore[call-arg]
    papers = assistant.papers()
    opened, opened_work = time.perf_counter(), time.process_time()
    assistant.ask("Which papers study something else?")
    first, first_work = time.perf_counter(), time.process_time()
    chosen = papers[:: max(1, len(papers) // QUESTIONS)][:QUESTIONS]
    words = [paper.title.lower().split() for paper in chosen]
    kinds = {
        "a fact": [f"What does the paper on {' '.join(own[:5])} find?" for own in words],
        "a list": [f"Which papers study {' '.join(own[-2:])}?" for own in words],
        "a count": [f"How many papers of {1991 + place % 35} are there?" for place in range(len(words))],
    }
    figures = {
        "to be open, processor s": opened_work - at_work,
        "first question then, processor s": first_work - opened_work,
        "to be open, s": opened - began,
        "first question then, s": first - opened,
    }
    for kind, questions in kinds.items():
        times, worked = [], []
        for question in questions:
            start, start_work = time.perf_counter(), time.process_time()
            assistant.ask(question)
            times.append(time.perf_counter() - start)
            worked.append(time.process_time() - start_work)
        figures[f"{kind}, processor ms"] = 1000 * median(worked)
        figures[f"{kind}, ms"] = 1000 * median(times)
    held = index.manifest
    on_disk = sum(stamp.size for entry in held.segments for stamp in entry.files)
    index.close()
    return {
        **figures,
        "questions, memory at its peak, MiB": peak_memory(),
        "disk a paper, KB": on_disk / held.papers / 1000,
        "segments": len(held.segments),
        "passages": held.passages + held.sentences,
    }


def peak_memory() -> float:
    """The most memory that this process has had, in MiB."""
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    work, folder = sys.argv[1], Path(sys.argv[2])
    print(json.dumps(ingested(folder, int(sys.argv[3])) if work == "ingest" else asked(folder)))
