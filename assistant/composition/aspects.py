"""Aspects: the rows of a comparison, known by what sentences do in an abstract.

The aim, the method and the results of a paper are the sentences whose role is that, whatever words they use. What no
role tells (data, limits, availability) is known by general words of the field-independent lexicon `en.aspects`, and
by nearness to a description. A row that a question asks for is any other probe.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.composition.holdings import told_holding
from assistant.composition.values import asked_value
from assistant.retrieval.sentence_selection import Weighed
from ingest.extraction.roles import ROLES, Role
from ingest.lexicon import lexicon
from ingest.passages import Passage

# A sentence is taken for a role from this probability on: where an abstract has no likely one, the likeliest still
# says more than an empty cell, but one that surely does something else does not.
LEAST_ROLE = 0.15
# A sentence with the words of an aspect speaks of it unless its meaning lies quite elsewhere, or it surely does
# something else in the abstract: "to address the limitations of earlier work" tells no limits of this one.
LEAST_SCORE = -0.05
LEAST_LIKELY = 0.5
# Of sentences that likely have the role, the one nearer to the description is taken.
WEIGHT_SCORE = 0.15
# In a row for a question of one's own the best sentence stands, unless it has next to nothing to do with it: on a
# scale of .3 for the cosine, .3 for the share of its rare words, and .4 for that of its character n-grams.
LEAST_ASKED = 0.1
# A sentence that already stands in another row of the column loses this much; less where its role is asked for, since
# an abstract may have no second sentence of that role.
REPEATED, REPEATED_ROLE = 0.15, 0.05
# A sentence that tells where something can be had is no good aim, method or result, whatever its place makes it.
WEIGHT_AVAILABLE = 0.4


@dataclass(frozen=True, slots=True)
class Aspect:
    """A row of a comparison.

    `probe` describes what to look for. With `role`, sentences are judged by that role; with `words`, the name of a
    list of `en.aspects`, one of these words must stand in them, and they must do one of the things in `likely`.
    `also` are other names of the aspect.
    """

    label: str
    probe: str
    role: Role | None = None
    words: str = ""
    likely: tuple[Role, ...] = ()
    also: tuple[str, ...] = ()


ASPECTS: tuple[Aspect, ...] = (
    Aspect(
        "Aim",
        "the task or problem that this work addresses",
        role=Role.AIM,
        also=("task", "goal", "objective", "purpose"),
    ),
    Aspect(
        "Method",
        "how it was done: the method, the model, the design of the study",
        role=Role.METHOD,
        also=("approach", "methods"),
    ),
    Aspect(
        "Data",
        "the data that is used or introduced, its size and what it contains",
        words="data",
        likely=(Role.METHOD, Role.AIM, Role.OTHER, Role.RESULT),
        also=("dataset", "sample"),
    ),
    Aspect(
        "Results",
        "the results: what was found, what it outperforms and by how much",
        role=Role.RESULT,
        also=("result", "findings", "conclusion"),
    ),
    Aspect(
        "Limits",
        "limitations: what does not work, what remains open, what it is restricted to",
        words="limits",
        likely=(Role.RESULT, Role.OTHER),
        also=("limitations", "limitation"),
    ),
    Aspect(
        "Availability",
        "code, data, demo or samples are publicly available online",
        words="availability",
        likely=(Role.OTHER, Role.RESULT, Role.METHOD, Role.AIM),
        also=("code",),
    ),
)


def aspect_named(label: str) -> Aspect:
    """One of our aspects by any of its names, or a new one that looks for just those words."""
    name = label.strip().casefold()
    return next((a for a in ASPECTS if name in (a.label.casefold(), *a.also)), Aspect(label, label))


def value_told(aspect: Aspect, sentence: str) -> str:
    """The number that a row shows before its words: how much data there are, or what a row of one's own asks for."""
    if aspect in ASPECTS:
        return told_holding(sentence) if aspect.words == "data" else ""
    return asked_value(aspect.probe, sentence)


def speaks_best(aspect: Aspect, weighed: Sequence[Weighed], used: frozenset[str] = frozenset()) -> Passage | None:
    """The sentence of one paper that speaks of an aspect best, or None; `used` are ids of sentences in other rows."""
    fitting = [item for item in weighed if _fits(aspect, item)]
    loss = REPEATED_ROLE if aspect.role else REPEATED
    best = max(fitting, key=lambda item: _worth(aspect, item) - loss * (item.passage.id in used), default=None)
    return best.passage if best else None


def _fits(aspect: Aspect, item: Weighed) -> bool:
    if aspect.role:
        return _probability(item, aspect.role) >= LEAST_ROLE
    if aspect.words:
        said = lexicon("en.aspects").pattern(aspect.words).search(item.passage.text)
        return bool(said) and item.score >= LEAST_SCORE and _likelihood(aspect, item) >= LEAST_LIKELY
    return 0.3 * item.meaning + 0.3 * item.words + 0.4 * item.pieces >= LEAST_ASKED


def _worth(aspect: Aspect, item: Weighed) -> float:
    if aspect.role:
        available = bool(lexicon("en.aspects").pattern("availability").search(item.passage.text))
        return _probability(item, aspect.role) + WEIGHT_SCORE * item.score - WEIGHT_AVAILABLE * available
    return item.score


def _likelihood(aspect: Aspect, item: Weighed) -> float:
    return sum(_probability(item, role) for role in aspect.likely)


def _probability(item: Weighed, role: Role) -> float:
    return item.roles[ROLES.index(role)] if item.roles else 0.0
