"""Trains the weights by which subjects are judged: `python -m assistant.retrieval.subject_training INDEX`.

A title is what the authors themselves say their paper is about, so phrases taken from titles are subjects whose papers
are known. What is learned is how the rest of a paper speaks for such a subject: for the papers whose title says it,
the title's words are hidden (wholly, in part, or only their order), and a logistic regression tells them from all
other candidates by what remains. Others may be about it too, in other words: known positives among unknowns, so that
the probability is divided by what the model gives to the known ones on average (Elkan and Noto 2008, "Learning
classifiers from only positive and unlabeled data").

The weights beside this file were trained on an index of 3,000 abstracts of the arXiv (2025, all fields); on those no
figure of the documentation is measured.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from assistant.retrieval.hybrid import Retriever
from assistant.retrieval.judging import WEIGHTS_FILE
from assistant.retrieval.subject_evidence import FEATURES, Features, evidence_for, lexical_features, wordings
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.index.calibration import calibrated
from ingest.index.corpus import Corpus
from ingest.index.paper_index import PaperIndex
from ingest.index.positions import TermPositions
from ingest.index.token_similarity import TokenSimilarity
from ingest.text.terms import STOPWORDS

SUBJECTS = 500
# How many words a subject has, stop words within it counted, and how often.
LENGTHS, SHARES = (1, 2, 3, 4, 5), (10, 40, 25, 15, 10)
# What is hidden of the title that says a subject: all of it, a part, or only that its words stand together.
HIDDEN, HIDDEN_SHARES = ("all", "part", "order"), (75, 15, 10)
# The first lexical columns, and where the covers of title and text stand among them.
LEXICAL = 5
TITLE, TITLE_FULL, TEXT, TOKENS = (FEATURES.index(name) for name in ("title", "title_full", "text", "tokens"))

_WORD = re.compile(r"[A-Za-z][\w'-]*")


def main() -> None:
    """Train on the index that is named and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    index = PaperIndex.open(options.index, SentenceTransformerEmbedder())
    features, labels = examples(index, random.Random(options.seed))
    WEIGHTS_FILE.write_text(json.dumps(trained(features, labels), indent=1) + "\n", encoding="utf-8")


def trained(features: Features, labels: NDArray[np.bool_]) -> dict[str, object]:
    """The weights for raw features, and the share of the known papers that the model finds."""
    model = LogisticRegression(C=1.0, max_iter=1000).fit(features, labels)
    known = float(model.predict_proba(features[labels])[:, 1].mean())
    weights = {name: round(float(weight), 4) for name, weight in zip(FEATURES, model.coef_[0], strict=True)}
    return {"weights": weights, "bias": round(float(model.intercept_[0]), 4), "known": round(known, 4)}


def examples(index: PaperIndex, rng: random.Random) -> tuple[Features, NDArray[np.bool_]]:
    """Features and labels of all candidates of `SUBJECTS` subjects."""
    corpus, retriever, calibration = index.corpus(), Retriever(index), calibrated(index)
    abstracts = [paper.abstract for paper in corpus.papers]
    positions, tokens = TermPositions([("", text) for text in abstracts]), TokenSimilarity(abstracts, index.embedder)
    rows, labels = [], []
    for subject in subjects_of(corpus, rng):
        found = evidence_for(subject, retriever, calibration)
        features, said = found.features.copy(), found.titled
        if not said.any():  # a phrase of signs alone, which no index term stands for
            continue
        places = found.places[said]
        hidden = lexical_features(positions.occurrences(wordings(subject, {})[0]), places)
        features[said, :LEXICAL] = np.column_stack(hidden)
        features[said, TOKENS] = calibration.tokens.scaled(tokens.scores(subject, places))
        features[said] = [_partly_hidden(row, rng) for row in features[said]]
        rows.append(features)
        labels.append(said)
    return np.concatenate(rows), np.concatenate(labels)


def subjects_of(corpus: Corpus, rng: random.Random) -> list[str]:
    """Phrases of titles, as a user would type them."""
    found: dict[str, None] = {}
    while len(found) < SUBJECTS:
        words = _WORD.findall(rng.choice(corpus.papers).title)
        length = rng.choices(LENGTHS, SHARES)[0]
        first = rng.randrange(max(1, len(words) - length + 1))
        phrase = words[first : first + length]
        if phrase and not {phrase[0].lower(), phrase[-1].lower()} & STOPWORDS:
            found[" ".join(word if word[1:] != word[1:].lower() else word.lower() for word in phrase)] = None
    return list(found)


def _partly_hidden(row: Features, rng: random.Random) -> Features:
    """The features of a paper without its title, with a part of what the title said, or all but the order."""
    hidden = rng.choices(HIDDEN, HIDDEN_SHARES)[0]
    cover = {"all": 0.0, "part": rng.choice((0.3, 0.5, 0.7)), "order": 1.0}[hidden]
    row[TITLE], row[TITLE_FULL], row[TEXT] = cover, hidden == "order", max(row[TEXT], cover)
    return row


if __name__ == "__main__":
    main()
