"""Calibration: what similarity means nothing, in this library and with this embedder.

A cosine of 0.4 is near for one model and far for another, and in a library of one narrow field everything is somewhat
near. So no similarity is judged as it is. Subjects that no paper is about, made of words from the titles of papers
that have nothing to do with each other, are held against the library: the similarity that they usually get is 0 on the
scale of this library, the one that they get from the paper nearest to them by chance is 1.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.index.paper_index import PaperIndex
from ingest.index.types import Calibration, Noise
from ingest.passages import Level
from ingest.text.terms import words_of

# Subjects that are made: the medians below move by less than a hundredth from 48 on.
SUBJECTS = 48
# Words of each made subject, as of those that people ask about.
WORDS = (2, 3)
# Papers whose similarity to a made subject is taken for usual.
SAMPLE = 400


def calibrated(index: PaperIndex) -> Calibration:
    """The calibration in the index's manifest; measured now, and kept there, if there is none that fits."""
    kept = index.manifest.calibration
    if kept is not None and kept.fits(len(index.papers())):
        return kept
    measured = calibration_of(index)
    index.keep_calibration(measured)
    return measured


def calibration_of(index: PaperIndex, seed: int = 0) -> Calibration:
    """Measure the noise of an index that holds at least one paper; it takes about as long as 50 questions."""
    corpus, rng = index.corpus(), random.Random(seed)
    subjects = _made_subjects([paper.title or paper.abstract for paper in corpus.papers], rng)
    vectors = np.stack([index.embedder.embed_question(subject) for subject in subjects])
    places = np.array(sorted(rng.sample(range(len(corpus.papers)), min(SAMPLE, len(corpus.papers)))))
    sample = frozenset(corpus.papers[place].id for place in places)
    tokens = np.stack([corpus.token_similarity.scores(subject, places) for subject in subjects])
    return Calibration(
        papers=len(corpus.papers),
        window=_vector_noise(index, vectors, Level.WINDOW, sample),
        sentence=_vector_noise(index, vectors, Level.SENTENCE, sample),
        tokens=Noise(float(np.median(tokens)), float(np.median(tokens.max(axis=1)))),
    )


def _vector_noise(index: PaperIndex, subjects: NDArray[np.float32], level: Level, sample: frozenset[str]) -> Noise:
    passages = index.vectors(level, sample)
    usual = _best_of_papers(subjects @ passages.matrix.T, [passage.paper_id for passage in passages.passages])
    best = [near.similarity for vector in subjects for near in index.nearest(vector, level, 1)]
    return Noise(float(np.median(usual)), float(np.median(best)))


def _best_of_papers(similarities: NDArray[np.float32], paper_ids: Sequence[str]) -> NDArray[np.float32]:
    """Of each paper the best of its passages, of shape (subjects, papers)."""
    order = np.argsort(np.array(paper_ids), kind="stable")
    _, starts = np.unique(np.array(paper_ids)[order], return_index=True)
    return np.asarray(np.maximum.reduceat(similarities[:, order], starts, axis=1))


def _made_subjects(titles: Sequence[str], rng: random.Random) -> list[str]:
    """Subjects of two or three words, each word from the title of another paper."""
    worded = [words for title in titles if (words := [word for word in words_of(title) if word.isalpha()])]
    if not worded:
        return [str(number) for number in range(SUBJECTS)]
    return [
        " ".join(rng.choice(words) for words in rng.choices(worded, k=WORDS[number % len(WORDS)]))
        for number in range(SUBJECTS)
    ]
