"""What speaks for a paper being about a subject: its words, where they stand, and how near its vectors are.

Every feature is comparable between libraries and embedders: the lexical ones are shares and counts, the similarities
are on the scale of the noise that was measured for this library (`ingest.index.calibration`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.retrieval.hybrid import Retriever
from ingest.index.corpus import Corpus
from ingest.index.positions import ALL, AS_WRITTEN, Occurrences
from ingest.index.types import Calibration, Near
from ingest.passages import Level
from ingest.text.terms import stems_of, words_of

# How many nearest windows and sentences are looked up. A paper that is not among them has no more than the noise.
NEAREST = 1000
# Candidates by words: all papers that have every word of the subject, and this many that have most of them.
PARTLY_COVERED = 300
# To ask the vector index for a few papers only is quick; a long list of ids takes longer than to ask for all.
MOST_NAMED_IDS = 500
# Ways to word one subject, with abbreviations written out or used.
MOST_WORDINGS = 4

FEATURES = ("phrase", "title", "title_full", "sentence", "text", "tokens", "window", "near_sentence")
"""The columns of `Evidence.features`: how often the abstract has the phrase (ln(1 + n)), the cover of the title and
whether it has all words, the covers of the best sentence and of the whole text (0 to 1), and three similarities on the
scale of the library's noise."""

Features = NDArray[np.float32]

_VOWEL = re.compile(r"[aeiouy]")


@dataclass(frozen=True, slots=True)
class Evidence:
    """The candidates for a subject, by their places in the corpus.

    `features` has the shape (candidates, len(FEATURES)); `titled` and `said` tell whose title, and whose title or
    abstract, has the subject in so many words, `worded` who has it just as it is asked for; `sentences` holds by place
    the sentence that is nearest in meaning, where one is among the nearest. `is_word` tells a subject of a single word
    from a phrase; `titles` counts the titles of the whole library that have the subject in so many words,
    `worded_titles` those of papers that are worded so.
    """

    places: NDArray[np.int64]
    features: Features
    titled: NDArray[np.bool_]
    said: NDArray[np.bool_]
    worded: NDArray[np.bool_]
    sentences: Mapping[int, Near]
    is_word: bool
    titles: int
    worded_titles: int

    @property
    def nearness(self) -> NDArray[np.float32]:
        """How near the vectors of each candidate are, on the scale of the library's noise, shape (candidates,)."""
        window, sentence = FEATURES.index("window"), FEATURES.index("near_sentence")
        return np.asarray((self.features[:, window] + self.features[:, sentence]) / 2, dtype=np.float32)


def wordings(subject: str, abbreviations: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """The subject as sequences of index terms: as it is asked, and with the library's abbreviations exchanged.

    "hallucination in LLMs" is also looked for as "hallucination large language model", and the other way round.
    """
    asked = tuple(stems_of(subject))
    found = {asked: None} if asked else {}
    for short, long_form in abbreviations.items():
        spelled = tuple(stems_of(long_form))
        for place in range(len(asked) - len(spelled) + 1) if len(spelled) > 1 else ():
            if asked[place : place + len(spelled)] == spelled:
                found[(*asked[:place], AS_WRITTEN + short, *asked[place + len(spelled) :])] = None
    for place, word in enumerate(words_of(subject)):
        meaning = abbreviations.get(word) or abbreviations.get(_as_abbreviation(word))
        if meaning:
            found[(*asked[:place], *stems_of(meaning), *asked[place + 1 :])] = None
    return tuple(found)[:MOST_WORDINGS]


def _as_abbreviation(word: str) -> str:
    """A word without any vowel, such as llms, as an abbreviation would be written: LLM; empty for other words."""
    return "" if _VOWEL.search(word.lower()) else word.removesuffix("s").upper()


def occurrences_of(subject: str, corpus: Corpus) -> Occurrences:
    """How the subject's words stand in every paper, whichever of its wordings a paper uses."""
    first, *others = wordings(subject, corpus.abbreviations) or ((),)
    found = corpus.positions.occurrences(first)
    for other in others:
        found = found.best_of(corpus.positions.occurrences(other))
    return found


def evidence_for(
    subject: str, retriever: Retriever, calibration: Calibration, admitted: frozenset[str] | None = None
) -> Evidence:
    """The evidence about every paper that may be about a subject; only of these papers if given."""
    corpus, vector = retriever.index.corpus(), retriever.embed(subject)
    named = admitted if admitted is not None and len(admitted) <= MOST_NAMED_IDS else None
    windows = retriever.index.nearest_papers(vector, Level.WINDOW, NEAREST, named)
    sentences = _best_sentences(retriever.index.nearest(vector, Level.SENTENCE, NEAREST, named), corpus)
    words = occurrences_of(subject, corpus)
    near = [corpus.places[paper_id] for paper_id in windows]
    places = _candidates(words, [*near, *sentences], corpus, admitted)
    features = np.column_stack(
        (
            *lexical_features(words, places),
            calibration.tokens.scaled(corpus.token_similarity.scores(subject, places)),
            calibration.window.scaled(_spread(dict(zip(near, windows.values(), strict=True)), places)),
            calibration.sentence.scaled(
                _spread({place: found.similarity for place, found in sentences.items()}, places)
            ),
        )
    )
    titled = words.in_title[places] > 0
    said = titled | (words.in_text[places] > 0)
    is_word = len(set(stems_of(subject))) == 1
    in_titles = np.flatnonzero(words.in_title > 0).tolist()
    speaking = frozenset((*places[said].tolist(), *in_titles))
    holders = speaking if is_word else corpus.literal.holders(subject, speaking)  # a word has no other order
    worded = np.isin(places, sorted(holders))
    counts = len(in_titles), len(holders.intersection(in_titles))
    return Evidence(places, features.astype(np.float32), titled, said, worded, sentences, is_word, *counts)


def lexical_features(words: Occurrences, places: NDArray[np.int64]) -> tuple[Features, ...]:
    """The first five of FEATURES for the papers at these places."""
    return (
        np.log1p(words.in_text[places]),
        words.title_cover[places],
        (words.title_cover[places] > ALL).astype(np.float32),
        words.sentence_cover[places],
        words.text_cover[places],
    )


def _best_sentences(nearest: tuple[Near, ...], corpus: Corpus) -> dict[int, Near]:
    best: dict[int, Near] = {}
    for near in nearest:
        place = corpus.places[near.passage.paper_id]
        if place not in best and not corpus.is_order(near.passage):
            best[place] = near
    return best


def _candidates(
    words: Occurrences, near: list[int], corpus: Corpus, admitted: frozenset[str] | None
) -> NDArray[np.int64]:
    covered = words.text_cover
    candidate = covered > ALL
    candidate[near] = True
    partly = np.argpartition(-covered, min(PARTLY_COVERED, len(covered)) - 1)[:PARTLY_COVERED]
    candidate[partly[covered[partly] > 0]] = True
    if admitted is not None:
        allowed = np.zeros(len(covered), dtype=np.bool_)
        allowed[[corpus.places[paper_id] for paper_id in admitted]] = True
        candidate &= allowed
    return np.flatnonzero(candidate)


def _spread(similarities: Mapping[int, float], places: NDArray[np.int64]) -> Features:
    """The similarity of each candidate; that of the least near for those that are not among the nearest."""
    floor = min(similarities.values(), default=0.0)
    return np.array([similarities.get(int(place), floor) for place in places], dtype=np.float32)
