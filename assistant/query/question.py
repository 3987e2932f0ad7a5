"""A question as it is understood: read once, and handed on whole to whoever answers it."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.answers import Intent
from assistant.query.plan import QueryPlan
from ingest.papers import Paper

# A comparison of more papers than this is a list.
MOST_COMPARED = 5


@dataclass(frozen=True, slots=True)
class Mention:
    """A name found in a question: where it stands, the name as papers spell it, and the papers it means.

    `introduced` tells papers that bring the name from papers that use it; `exact` is False for a forgiven slip.
    """

    start: int
    end: int
    name: str
    paper_ids: tuple[str, ...]
    introduced: bool
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Subject:
    """A paper that a question means, and what the user (or else the paper) calls it."""

    name: str
    paper: Paper


@dataclass(frozen=True, slots=True)
class Question:
    """A question, understood.

    `text` stands on its own. `subjects` are the papers it is about, in order; `borrowed` are names that papers only
    use; `unknown` are names that no paper here has; `mentions` are all names in `text`. `within` limits a list to the
    papers of the answer before. `refused` says why it is not answered at all. `plan` is what is to be done.
    """

    asked: str
    text: str
    intent: Intent
    subjects: tuple[Subject, ...] = ()
    borrowed: tuple[Mention, ...] = ()
    unknown: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    follows: bool = False
    refused: bool = False
    mentions: tuple[Mention, ...] = ()
    plan: QueryPlan = QueryPlan()

    @property
    def paper_ids(self) -> tuple[str, ...]:
        """The ids of the papers it is about, in order."""
        return tuple(subject.paper.id for subject in self.subjects)

    def called(self, paper_id: str) -> str:
        """What the question calls a paper; empty if it does not name it."""
        return next((subject.name for subject in self.subjects if subject.paper.id == paper_id), "")
