"""Questions over any library whose truthful answer is never "none", made from its records with a seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from ingest.papers import Paper
from ingest.text.terms import STOPWORDS

ABOUT = (
    "Which papers are about {}?",
    "List the papers on {}.",
    "Is there anything on {}?",
    "What do papers say about {}?",
    "Do you have papers that deal with {}?",
    "Which papers study {}?",
    "I am looking for work on {}.",
    "What is the most recent paper on {}?",
    "papers on {}",
)
ABOUT_SINCE = ("Which papers since {year} are about {}?", "What do papers since {year} say about {}?")
BY = ("Which papers are by {}?", "What has {} written?", "List everything by {}.", "Papers by {} from {year}")
FROM = ("Which papers are from {year}?", "How many papers are from {year}?")

DENIES = re.compile(
    r"^(?:none|no papers?\b(?! here was found to be clearly)|nothing|0 (?:papers?|of)|there (?:is|are) no)\b", re.I
)
_WORD = re.compile(r"[A-Za-z][A-Za-z-]+")


def questions(papers: Sequence[Paper], count: int, seed: int) -> list[str]:
    """So many different questions, each about something that at least one of these papers has."""
    rng = random.Random(seed)
    makers: tuple[Callable[[Paper, random.Random], str], ...] = (_about, _about, _about, _about_since, _by, _from)
    made: dict[str, None] = {}
    while len(made) < count:
        question = rng.choice(makers)(rng.choice(papers), rng)
        if question:
            made[question] = None
    return list(made)


def denies(text: str) -> bool:
    """Whether an answer says that there is none."""
    return DENIES.match(text.strip().lstrip("*_ ")) is not None


def _about(paper: Paper, rng: random.Random) -> str:
    subject = _subject(paper, rng)
    return rng.choice(ABOUT).format(subject) if subject else ""


def _about_since(paper: Paper, rng: random.Random) -> str:
    subject = _subject(paper, rng)
    return rng.choice(ABOUT_SINCE).format(subject, year=paper.year) if subject and paper.year else ""


def _by(paper: Paper, rng: random.Random) -> str:
    known = [name for name in paper.authors if len(name.split()) > 1]
    return rng.choice(BY).format(rng.choice(known), year=paper.year) if known and paper.year else ""


def _from(paper: Paper, rng: random.Random) -> str:
    return rng.choice(FROM).format(year=paper.year) if paper.year else ""


def _subject(paper: Paper, rng: random.Random) -> str:
    """Two to four words that follow each other in a title, as a reader would type them."""
    words = _WORD.findall(paper.title)
    starts = [
        (first, last)
        for first in range(len(words))
        for last in range(first + 1, min(first + 4, len(words)))
        if not {words[first].lower(), words[last].lower()} & STOPWORDS
    ]
    if not starts:
        return ""
    first, last = rng.choice(starts)
    return " ".join(word if word[1:] != word[1:].lower() else word.lower() for word in words[first : last + 1])
