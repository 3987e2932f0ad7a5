"""Surveys that a question asks for: what many papers say about a subject, how they do a thing, which ways there are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.query.conditions import ConditionReader
from assistant.query.cues import Cues
from assistant.query.plan import And, Condition, Operation, QueryPlan, Subject, all_of, subjects_in
from assistant.query.question import Mention
from assistant.query.shapes import Shapes
from assistant.query.years import without_years
from ingest.text.terms import tokens_of


class SurveyReader:
    """Reads questions about a subject as a whole, over one library."""

    def __init__(self, conditions: ConditionReader, words: Cues) -> None:
        self._conditions = conditions
        self._words = words
        self._shapes = Shapes(words)
        self._asks = re.compile(
            rf"^(?:{words.source('asks_manner')}|{words.source('which')})\b(?:\s+(?:{words.source('auxiliaries')}|{words.source('be')}))?\s+",
            re.I,
        )
        self._counts = words.pattern("counts")
        self._determiner = re.compile(rf"^{words.source('determiners')}\s+", re.I)
        self._phrases = words.pattern("surveys")
        self._speakers = words.pattern("speakers")
        self._here = re.compile(rf"(?:[\s,]*(?<!\w){words.source('own_library')})+[\s?.!]*$", re.I)
        manner, be = words.source("asks_manner"), words.source("be")
        self._over_works = re.compile(
            rf"^{manner} (?:(?P<passive>{be})|\w+) (?P<subject>[^?.]+?)[\s,]+{words.source('over_works')}[\s?.!]*$",
            re.I,
        )
        self._by_works = re.compile(
            rf"^(?:{manner}|{words.source('which')}\b(?P<matter>[^?.]*?)) {words.source('auxiliaries')} "
            rf"{words.source('many_works')} [\w-]+(?: us| me)?\b(?P<rest>[^?.]*)[\s?.!]*$",
            re.I,
        )
        self._there_are = re.compile(
            rf"^{words.source('which')} (?P<matter>{words.source('survey_matters')}) {words.source('exist')} "
            rf"(?P<rest>[^?.]+)[\s?.!]*$",
            re.I,
        )
        self._summed_up = re.compile(
            rf"^(?:{words.source('frame_words')}\s+)*?{words.source('sums_up')}\s+(?:of\s+)?(?:(?P<framed>{words.source('summed_up')})\s+)?"
            r"(?P<rest>[^?]+?)[\s?.!]*$",
            re.I,
        )
        self._preposition = re.compile(rf"^\s*(?:{words.source('governing')}\b\s*)?", re.I)

    def read(self, text: str, names: Sequence[Mention]) -> QueryPlan | None:
        """The plan of a survey; None where a question asks for none, or names a paper."""
        if any(name.introduced for name in names):
            return None
        return self._phrased(text) or self._of_manner(text) or self._ordered(text) or self._of_several(text)

    def _phrased(self, text: str) -> QueryPlan | None:
        """A survey that is asked for in set words: "what do the papers of 2024 say about …"."""
        found = self._phrases.search(text)
        if found is None:
            return None
        works = self._words.pattern("works").search(found[0])
        inner = found[0][works.end() :] if works else ""
        if self._words.pattern("one_speaker").search(found[0]):
            return None
        asked_of = works or self._speakers.search(found[0])
        if not asked_of and self._words.at("asks_speakers", found[0], 0):
            return None  # "what did the ablations say about …" asks what one paper says
        said = self._words.pattern("says").search(inner)
        restriction = self._conditions.read(inner[: said.start()]) if said and inner[: said.start()].strip() else None
        return self._plan(text[found.end() :], restriction)

    def _of_manner(self, text: str) -> QueryPlan | None:
        """How a thing is done in many papers: "how is sentiment measured in these papers?"."""
        by = self._by_works.match(text)
        if by and not self._words.pattern("works", "work").search(self._head_of(by["matter"] or "")):
            return self._plan(self._joined(by["matter"] or "", by["rest"]))
        if there := self._there_are.match(text):
            return self._plan(self._preposition.sub("", there["rest"]))
        over = self._over_works.match(text)
        if over and not self._counts.match(text):
            subject = re.sub(r"\s+\w+ed$", "", over["subject"]) if over["passive"] else over["subject"]
            return self._plan(subject, is_clause=True)
        return None

    def _ordered(self, text: str) -> QueryPlan | None:
        """What an order to sum up is about: "sum up how grippers are trained", "outline the work on rain"."""
        found = self._summed_up.match(text)
        if found is None:
            return None
        is_of_one = self._words.pattern("work", "pointing_words").search(found["rest"]) and not found["framed"]
        return None if is_of_one else self._plan(found["rest"], is_clause=bool(found["framed"]))

    def _of_several(self, text: str) -> QueryPlan | None:
        """A question that several papers are to answer: "What can go wrong at sea? Draw on several papers."."""
        asked = self._shapes.asks_of_several(text)
        found = self._asks.match(asked) if asked else None
        return self._plan(asked[found.end() :], is_clause=True) if found else None

    def _head_of(self, matter: str) -> str:
        """The words of a noun phrase up to its first preposition: "problems" of "problems with reward models"."""
        found = re.search(rf"\b{self._words.source('governing', 'of')}\b", matter, re.I)
        return matter[: found.start()] if found else matter

    def _joined(self, matter: str, rest: str) -> str:
        """What is asked of the works, with what it is asked about: "problems" and "with X" are "problems with X"."""
        return f"{matter.strip()} {rest.strip()}" if matter.strip() else self._preposition.sub("", rest)

    def _plan(self, behind: str, restriction: Condition | None = None, is_clause: bool = False) -> QueryPlan | None:
        """A survey of the subject in a text, with the years that stand in it; a clause is one subject as it stands."""
        bare, years = without_years(behind, self._words)
        said = self._here.sub("", bare).strip(" ?.!")
        if not tokens_of(said):
            return None
        subject = Subject(self._determiner.sub("", said)) if is_clause else _whole(self._conditions.subject(said), said)
        if subject is None:
            return None
        return QueryPlan(Operation.SURVEY, all_of(subject, restriction, *years))


def _whole(condition: Condition | None, said: str) -> Condition | None:
    """Things that a survey joins by "and" are one subject: its papers speak of the one, of the other, or of both."""
    if isinstance(condition, And) and len(subjects_in(condition)) == len(condition.parts):
        return Subject(said)
    return condition
