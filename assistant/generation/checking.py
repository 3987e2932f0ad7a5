"""Checking: a pasted text, or one statement, held against the library.

For each sentence the papers nearest to it are searched, and it is verified against each of their abstracts. What is
shown is always the papers' own words: those that say so, those that say it with another number or with a negation.
Search overlooks things, so of a sentence that nothing carries no more is said than that; whether something is true is
left to the reader of the words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from assistant.answers import Absence, Hit, Intent, Lead, Part, Quotation, Remark, Support
from assistant.composition import phrases
from assistant.composition.plan import Plan
from assistant.filters import Filters
from assistant.markers import without_markers
from assistant.query.question import Question
from assistant.retrieval.hybrid import Retriever
from assistant.verification.verdicts import Verdict, Verifies
from ingest.lexicon import lexicon
from ingest.passages import Level, Passage, sentence_spans
from ingest.text.quantities import quantities_in

# Papers that a sentence of a text, and a statement that papers may agree on, are held against.
PAPERS_A_SENTENCE, PAPERS_A_STATEMENT = 6, 15
# A page of text; what follows is not looked at, and that is said.
MOST_SENTENCES = 40
# Fewer words than this make no claim that could be checked.
LEAST_WORDS = 4
# Papers that are quoted on each side.
QUOTED = 5

_WORDS = lexicon("en.checking")
_TEXT = re.compile(rf"^\W*(?:please\s+)?{_WORDS.source('checks_text')}[^:\n]{{0,40}}[:\n]\s*(?P<said>.+)$", re.I | re.S)
_STATEMENT = re.compile(rf"^\W*(?:so\s+)?{_WORDS.source('asks_agreement')}\s*:?\s*(?P<said>[^?]+)\?*\s*$", re.I | re.S)
_CONTRARY = re.compile(rf"(?<![\w'’-]){_WORDS.source('contrary')}(?![\w'’-])|n['’]t\b", re.I)


class Bearing(Enum):
    """What a paper's words do to a statement."""

    SAYS = "says"
    OTHERWISE = "otherwise"  # with another number, or with a negation
    IN_PART = "in part"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Borne:
    """What words of one paper do to a statement, and these words."""

    bearing: Bearing
    hit: Hit | None = None
    passages: tuple[Passage, ...] = ()
    reason: str = ""


class Checker:
    """Checks texts and statements against one state of the index."""

    def __init__(self, retriever: Retriever, verifier: Verifies) -> None:
        self._retriever = retriever
        self._verifier = verifier

    def plan(self, asked: str, filters: Filters) -> Plan | None:
        """The plan of a question that wants something checked; None for any other question."""
        if found := _TEXT.match(asked):
            return self._of_text(asked, found["said"], filters)
        if found := _STATEMENT.match(asked):
            return self._of_statement(asked, found["said"].strip(), filters)
        return None

    def _of_text(self, asked: str, text: str, filters: Filters) -> Plan:
        said = [without_markers(text[start:end]) for start, end in sentence_spans(text)]
        claims = [sentence for sentence in said if len(sentence.split()) >= LEAST_WORDS]
        checked = [(claim, self._best(claim, filters)) for claim in claims[:MOST_SENTENCES]]
        carried = sum(borne.bearing is Bearing.SAYS for _, borne in checked)
        head = phrases.CHECKED.format(
            carried=phrases.Tally(carried),
            count=phrases.Tally(len(checked)),
            of=phrases.Tally(len(self._retriever.index.papers())),
        )
        parts: list[Part] = [Remark(head)]
        for claim, borne in checked:
            parts += _shown(claim, borne)
        if len(claims) > MOST_SENTENCES:
            parts.append(Remark(phrases.CHECKED_NO_MORE.format(count=phrases.Tally(len(claims) - MOST_SENTENCES))))
        papers = tuple(dict.fromkeys(borne.hit.paper for _, borne in checked if borne.hit))
        absence = None if papers else Absence.NO_PAPER_ABOUT
        return Plan(Question(asked, asked, Intent.FACT), tuple(parts), papers=papers, absence=absence)

    def _best(self, claim: str, filters: Filters) -> Borne:
        """What the nearest papers' words do to a sentence: the first that says it, or else what comes next to that."""
        order = list(Bearing)
        found = [self._borne(claim, hit) for hit in self._retriever.hits(claim, filters, PAPERS_A_SENTENCE)]
        return min(found, key=lambda borne: order.index(borne.bearing), default=Borne(Bearing.SILENT))

    def _of_statement(self, asked: str, claim: str, filters: Filters) -> Plan:
        hits = self._retriever.hits(claim, filters, PAPERS_A_STATEMENT)
        found = [self._borne(claim, hit) for hit in hits]
        says = [borne for borne in found if borne.bearing is Bearing.SAYS]
        otherwise = [borne for borne in found if borne.bearing is Bearing.OTHERWISE]
        in_part = [borne for borne in found if borne.bearing is Bearing.IN_PART]
        read = phrases.STATEMENT_READ.format(
            count=phrases.Tally(len(hits)), of=phrases.Tally(len(self._retriever.index.papers()))
        )
        parts: list[Part] = []
        for head, group in ((phrases.SAY_SO, says), (phrases.SAY_OTHERWISE, otherwise), (phrases.SAY_PART, in_part)):
            if group:
                parts += [Remark(head.format(count=len(group))), *_quoted(group[:QUOTED])]
        head = phrases.STATEMENT_DIFFERS if says and otherwise else "" if parts else phrases.STATEMENT_NOT_FOUND
        papers = tuple(borne.hit.paper for borne in (*says, *otherwise, *in_part) if borne.hit)
        absence = None if papers else Absence.NO_PAPER_ABOUT
        said = (Remark(f"{head} {read}".strip()), *parts)
        return Plan(Question(asked, asked, Intent.FACT), said, papers=papers, absence=absence)

    def _borne(self, claim: str, hit: Hit) -> Borne:
        verdict = self._verifier.verdict(claim, (), (1,), (hit,))
        if verdict.support is Support.SUPPORTED:
            negated = is_negated(claim) != is_negated(_words(verdict, hit))
            bearing = Bearing.OTHERWISE if negated else Bearing.SAYS
            return _with_words(bearing, verdict, hit, phrases.NEGATED if negated else "")
        if quantities_in(claim):
            bare = self._verifier.verdict(_without_numbers(claim), (), (1,), (hit,))
            if bare.support is Support.SUPPORTED and quantities_in(_words(bare, hit)):
                return _with_words(Bearing.OTHERWISE, bare, hit, verdict.reason)
        if verdict.support is Support.PARTLY:
            return _with_words(Bearing.IN_PART, verdict, hit, verdict.reason)
        return Borne(Bearing.SILENT)


def is_negated(text: str) -> bool:
    """Whether an odd number of its words turn a text into its contrary."""
    return len(_CONTRARY.findall(text)) % 2 == 1


def _without_numbers(claim: str) -> str:
    for quantity in reversed(quantities_in(claim)):
        claim = f"{claim[: quantity.start]} {claim[quantity.end :]}"
    return re.sub(r"\s+", " ", claim).strip()


def _words(verdict: Verdict, hit: Hit) -> str:
    return " ".join(hit.paper.abstract[place.start : place.end] for place in verdict.places)


def _with_words(bearing: Bearing, verdict: Verdict, hit: Hit, reason: str) -> Borne:
    abstract = hit.paper.abstract
    passages = (
        Passage(hit.paper.id, p.start, p.end, abstract[p.start : p.end], Level.SENTENCE) for p in verdict.places
    )
    return Borne(bearing, hit, tuple(passages), reason)


def _shown(claim: str, borne: Borne) -> Iterator[Part]:
    """A sentence with what was found of it, then the words."""
    yield Remark(f"“{claim.strip()}” — {phrases.BORNE[borne.bearing.value].format(reason=borne.reason)}")
    yield from _quoted([borne])


def _quoted(found: Sequence[Borne]) -> Iterator[Part]:
    for borne in found:
        if borne.hit is not None and borne.passages:
            yield Lead(borne.hit.paper)
            yield from map(Quotation, borne.passages)
