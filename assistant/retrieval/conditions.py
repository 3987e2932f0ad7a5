"""Conditions evaluated: which papers of a library meet a tree of conditions, all of them, as masks.

Record fields and literal mentions are checked on every paper. Subjects are judged, so a condition has two masks: papers
that clearly meet it, and papers that may. Negation swaps them: "not about dance" is clearly met only by papers that are
not even likely to be about it (Kleene's three-valued logic).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.query.cues import cues
from assistant.query.plan import (
    Added,
    And,
    Author,
    Available,
    Category,
    Condition,
    Facet,
    Identifier,
    Kind,
    Leaf,
    Mention,
    Not,
    Or,
    Resource,
    Shown,
    Subject,
    Venue,
    Years,
    asks_when_added,
    is_exact,
)
from ingest.extraction.names import name_key
from ingest.extraction.profile import Profile
from ingest.identifiers import title_key
from ingest.index.corpus import Corpus
from ingest.index.literal import Mask, fold
from ingest.kinds import kind_of
from ingest.papers import Paper
from ingest.passages import Passage

_Holds = Callable[[Paper], bool]


class JudgedPaper(Protocol):
    """A paper with the probability that it is about a subject, and the sentence that says so."""

    @property
    def paper(self) -> Paper:
        """The paper."""

    @property
    def probability(self) -> float:
        """From 0 to 1."""

    @property
    def passage(self) -> Passage | None:
        """The sentence, if one speaks for it."""


class JudgedSubject(Protocol):
    """What a judge finds of a subject: papers clearly about it, likely, and the nearest of the others; best first."""

    @property
    def clear(self) -> Sequence[JudgedPaper]:
        """Those that clearly are about it."""

    @property
    def likely(self) -> Sequence[JudgedPaper]:
        """Those that are likely to be."""

    @property
    def nearest(self) -> Sequence[JudgedPaper]:
        """Those that come next."""


class Judge(Protocol):
    """Judges which papers are about a subject, only of those that are admitted; of all if None."""

    def judge(self, subject: str, admitted: frozenset[str] | None = None) -> JudgedSubject:
        """The papers of a subject, judged."""


@dataclass(frozen=True, slots=True)
class Met:
    """Which papers meet a condition, by their place in the corpus.

    `clear` of shape (papers,) are those that do, `likely` those that may as well and contains the clear ones;
    `probability` of shape (papers,) is 1 where no subject was judged. `denied` are papers that say the contrary
    themselves. `passages` are sentences that show it, by paper id, `nearest` papers come next to a judged subject.
    """

    clear: Mask
    likely: Mask
    probability: NDArray[np.float32]
    denied: Mask
    passages: Mapping[str, Passage] = field(default_factory=dict)
    nearest: tuple[Paper, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Whether nothing had to be judged."""
        return bool((self.clear == self.likely).all())

    def among(self, mask: Mask) -> Met:
        """The same, of these papers alone."""
        return replace(self, clear=self.clear & mask, likely=self.likely & mask, denied=self.denied & mask)


class ConditionEvaluator:
    """Evaluates conditions over one state of an index."""

    def __init__(self, corpus: Corpus, judge: Judge) -> None:
        self._corpus = corpus
        self._judge = judge

    def evaluate(self, condition: Condition | None, admitted: frozenset[str] | None = None) -> Met:
        """The papers that meet a condition, of those that filters admit; all of them for None."""
        within = self._all() if admitted is None else self._of_ids(admitted)
        return self._met(condition, within).among(within)

    def papers(self, mask: Mask) -> tuple[Paper, ...]:
        """The papers of a mask, in the order of the corpus."""
        return tuple(self._corpus.papers[place] for place in np.flatnonzero(mask))

    # The tree

    def _met(self, condition: Condition | None, within: Mask) -> Met:
        match condition:
            case None:
                return self._exactly(self._all())
            case And(parts):
                return self._all_of(parts, within)
            case Or(parts):
                return self._any_of(parts, within)
            case Not(part):
                return self._not(part, within)
            case Subject(text):
                return self._judged(text, within)
            case _:
                return self._exactly(self._checked(condition))

    def _all_of(self, parts: Sequence[Condition], within: Mask) -> Met:
        """What is exact comes first: subjects are then judged among the papers that are left."""
        met = self._exactly(within)
        for part in sorted(parts, key=lambda part: not is_exact(part)):
            other = self._met(part, met.likely)
            met = Met(
                met.clear & other.clear,
                met.likely & other.likely,
                np.minimum(met.probability, other.probability),
                (met.denied | other.denied) & met.likely & other.likely,
                {**met.passages, **other.passages},
                met.nearest or other.nearest,
            )
        return met

    def _any_of(self, parts: Sequence[Condition], within: Mask) -> Met:
        met = replace(self._exactly(self._none()), probability=np.zeros(len(self._corpus.papers), dtype=np.float32))
        for part in parts:
            other = self._met(part, within)
            met = Met(
                met.clear | other.clear,
                met.likely | other.likely,
                np.maximum(met.probability, np.where(other.likely, other.probability, 0)),
                met.denied | other.denied,
                {**other.passages, **met.passages},
                (*met.nearest, *other.nearest),
            )
        return met

    def _not(self, part: Condition, within: Mask) -> Met:
        if isinstance(part, Author):  # whoever is meant: no spelling of the name may be listed
            return self._exactly(~self._corpus.authors.by(part.name).widest)
        if asks_when_added(part):
            within = within & self._checked(Added())  # of the others nobody knows when they came
        met = self._met(part, within)
        denied = self._denying(part, met.likely) if isinstance(part, Mention | Available) else self._none()
        clear = ~met.likely | (denied if isinstance(part, Available) else self._none())
        return Met(clear & within, ~met.clear & within, self._ones(), denied)

    # Subjects

    def _judged(self, subject: str, within: Mask) -> Met:
        admitted = None if within.all() else frozenset(self._corpus.papers[i].id for i in np.flatnonzero(within))
        found = self._judge.judge(subject, admitted)
        clear = self._of_ids(item.paper.id for item in found.clear)
        likely = clear | self._of_ids(item.paper.id for item in found.likely)
        probability = np.zeros(len(self._corpus.papers), dtype=np.float32)
        for item in (*found.clear, *found.likely, *found.nearest):
            probability[self._corpus.places[item.paper.id]] = item.probability
        about = (*found.clear, *found.likely)
        passages = {item.paper.id: item.passage for item in about if item.passage is not None}
        return Met(clear, likely, probability, self._none(), passages, tuple(item.paper for item in found.nearest))

    # What is checked

    def _checked(self, leaf: Leaf) -> Mask:
        match leaf:
            case Author(name):
                return self._corpus.authors.by(name).best
            case Mention(name, verb):
                return self._mentioning(name, verb)
            case Shown(paper_ids):
                return self._of_ids(paper_ids)
            case Added():
                return self._added(leaf)
            case _:
                return self._where(self._test(leaf))

    def _test(self, leaf: Leaf) -> _Holds:
        """What a paper's own record must fulfil."""
        tests: dict[type, Callable[[Any], _Holds]] = {
            Years: lambda years: lambda p: p.year is not None and (years.first or 0) <= p.year <= (years.last or 9999),
            Facet: lambda facet: lambda p: (facet.name, facet.value) in self._traits(p),
            Available: lambda given: lambda p: self._gives(p, given.what),
            Venue: lambda venue: lambda p: p.venue is not None and fold(venue.name) in fold(p.venue),
            Kind: lambda kind: lambda p: _is_of_kind(p, kind.name),
            Category: lambda asked: lambda p: any(_in_category(c.lower(), asked.name.lower()) for c in p.categories),
            Identifier: lambda asked: lambda p: is_called(p, asked.text),
        }
        return tests[type(leaf)](leaf)

    def _added(self, asked: Added) -> Mask:
        """The papers that were added then; those without a date are not among them."""
        arrivals = self._corpus.arrivals
        if asked.is_latest:
            return self._of_ids(arrivals.last_of(paper.id for paper in self._corpus.papers))
        first, last = asked.first or "", asked.last

        def holds(paper: Paper) -> bool:
            added = arrivals.added(paper.id)
            return added is not None and first <= added and (last is None or added[: len(last)] <= last)

        return self._where(holds)

    def _traits(self, paper: Paper) -> frozenset[tuple[str, str]]:
        return self._corpus.profiles.get(paper.id, Profile()).traits

    def _mentioning(self, name: str, verb: str) -> Mask:
        """The papers with the name; where they are to use or beat it, without the paper that brings it."""
        mask = self._corpus.literal.holding(name)
        if verb == "mention":
            return mask
        key = name_key(name)
        for place in np.flatnonzero(mask):
            paper = self._corpus.papers[place]
            mask[place] = key not in {
                name_key(own) for own in self._corpus.profiles.get(paper.id, Profile()).introduced
            }
        return mask

    def _gives(self, paper: Paper, what: Resource) -> bool:
        url = paper.code_url if what is Resource.CODE else paper.data_url
        return url is not None or ("available", str(what)) in self._traits(paper)

    def _denying(self, part: Mention | Available, among: Mask) -> Mask:
        """Papers that say themselves that it is not so: "without recurrence", "the code is not available"."""
        if isinstance(part, Available):
            return self._of_ids(())
        return self._corpus.literal.denying(part.name, among, cues().pattern("negation_words"))

    # Masks

    def _where(self, holds: _Holds) -> Mask:
        return np.fromiter(map(holds, self._corpus.papers), dtype=bool, count=len(self._corpus.papers))

    def _of_ids(self, ids: Iterable[str]) -> Mask:
        mask = self._none()
        places = [self._corpus.places[i] for i in ids if i in self._corpus.places]
        mask[places] = True
        return mask

    def _exactly(self, mask: Mask) -> Met:
        return Met(mask, mask, self._ones(), self._none())

    def _ones(self) -> NDArray[np.float32]:
        return np.ones(len(self._corpus.papers), dtype=np.float32)

    def _all(self) -> Mask:
        return np.ones(len(self._corpus.papers), dtype=bool)

    def _none(self) -> Mask:
        return np.zeros(len(self._corpus.papers), dtype=bool)


def is_called(paper: Paper, text: str) -> bool:
    """Whether an id is one of a paper's: of the library, arXiv, DOI, PubMed, OpenAlex, its citation key or an alias."""
    ids = (paper.id, paper.arxiv_id, paper.doi, paper.pmid, paper.openalex_id, paper.citation_key, *paper.aliases)
    asked = text.casefold().removeprefix("arxiv:").removeprefix("doi:").removeprefix("https://doi.org/")
    return any(asked == own.casefold() for own in ids if own)


def _is_of_kind(paper: Paper, name: str) -> bool:
    if name.startswith(("retract", "withdr")):
        stem = "retract" if name.startswith("retract") else "withdr"
        return paper.status.startswith(stem) or title_key(paper.title).startswith(stem)
    return paper.kind != "" and paper.kind == kind_of(name.rstrip("s"), name)


def _in_category(category: str, asked: str) -> bool:
    return category == asked or category.startswith(f"{asked}.")
