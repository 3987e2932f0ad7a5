"""The plan of an answer: what there is to say, and what a language model may say it from."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.answers import Absence, Focus, Hit, Intent, Part, Table
from assistant.query.plan import Operation
from assistant.query.question import Question
from ingest.papers import Paper


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to say to a question.

    `parts` say it in the papers' own words. `evidence[i]` is what the marker `[i + 1]` of a model's text means; no
    model is asked without any. `papers` are those that the answer speaks of; `in_view` those that "it" means next,
    where these are others.
    """

    question: Question
    parts: tuple[Part, ...] = ()
    evidence: tuple[Hit, ...] = ()
    papers: tuple[Paper, ...] = ()
    absence: Absence | None = None
    scanned: int | None = None
    in_view: tuple[Paper, ...] = ()

    @property
    def abstains(self) -> bool:
        """Whether the question is not answered."""
        return self.absence is not None

    @property
    def aspects(self) -> tuple[str, ...]:
        """The rows of its table, for a model that makes one of its own."""
        rows = (row for part in self.parts if isinstance(part, Table) for row in part.rows)
        return tuple(row.label for row in rows if isinstance(row.label, str))

    @property
    def keeps_focus(self) -> bool:
        """Whether this turn is no question to the papers: what was asked before is still what "it" is about."""
        return self.question.refused or self.question.intent in (Intent.ABOUT_ASSISTANT, Intent.OUT_OF_SCOPE)

    def focus_after(self, before: Focus | None, names: tuple[str, ...]) -> Focus:
        """What the next turn builds on: `before` is what this one did, `names` what it calls the papers in view."""
        earlier = before or Focus()
        if self.keeps_focus or self.question.plan.operation is Operation.RESHAPE:
            return earlier
        shown = self.in_view or self.papers
        plan = self.question.plan
        if shown:
            return Focus(self.question.text, shown, names, plan)
        if self.absence is Absence.NO_PAPER_CALLED:
            return Focus(self.question.text, unknown=self.question.unknown[0])
        return Focus(self.question.text, earlier.papers, earlier.names, plan, unknown=earlier.unknown)
