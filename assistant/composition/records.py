"""Records: who wrote a paper, when and where it appeared, where it is to be found, how it is cited."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.answers import Absence, Lead, Part, Quotation, RecordLine, Remark
from assistant.composition import phrases
from assistant.composition.evidence import Evidence
from assistant.composition.plan import Plan
from assistant.filters import Filters
from assistant.query.cues import cues
from assistant.query.plan import RecordField
from assistant.query.question import Question
from assistant.query.record_fields import described_paper
from ingest.papers import Paper
from ingest.passages import Level, Passage
from ingest.text.orders import finding_spans, order_spans

# The paper that a record question describes must be as near as this (a cosine), or this far ahead of the next one.
CLEARLY_MEANT = 0.35
CLEAR_LEAD = 2.0
# Papers whose records are shown at once.
MOST_RECORDS = 8


def citation_of(paper: Paper) -> str:
    """A reference in the author-year form: "Li, M., & Osei, D. (2021). Title. Venue. Link"."""
    names = [_inverted(name) for name in paper.authors]
    listed = ", ".join(names[:-1]) + f", & {names[-1]}" if len(names) > 1 else "".join(names)
    if paper.is_digest and names:
        listed = f"{names[0]} et al."
    parts = (f"{listed} ({paper.year or 'n.d.'})", paper.title, paper.venue, paper.link)
    return ". ".join(part.strip(" .") for part in parts if part)


def _inverted(name: str) -> str:
    """A name as references have it: "Lam, M. W. Y." for "Max W. Y. Lam"; a name of one word stays."""
    *given, family = name.split()
    return f"{family}, {' '.join(f'{part[0]}.' for part in given)}" if given else family


_VALUES: dict[RecordField, Callable[[Paper], str]] = {
    RecordField.AUTHORS: lambda p: ", ".join(p.authors) + (" and others" if p.is_digest and p.authors else ""),
    RecordField.FIRST_AUTHOR: lambda p: p.authors[0] if p.authors else "",
    RecordField.LAST_AUTHOR: lambda p: p.authors[-1] if p.authors and not p.is_digest else "",
    RecordField.AUTHOR_COUNT: lambda p: str(len(p.authors)) if p.authors and not p.is_digest else "",
    RecordField.YEAR: lambda p: str(p.year or ""),
    RecordField.VENUE: lambda p: p.venue or "",
    RecordField.KIND: lambda p: p.kind,
    RecordField.CATEGORIES: lambda p: ", ".join(p.categories),
    RecordField.KEYWORDS: lambda p: ", ".join(p.keywords),
    RecordField.TITLE: lambda p: p.title,
    RecordField.ABSTRACT: lambda p: p.abstract,
    RecordField.IDENTIFIER: lambda p: "; ".join(_identifiers(p)),
    RecordField.DOI: lambda p: p.doi or "",
    RecordField.LINK: lambda p: p.link or "",
    RecordField.CODE: lambda p: p.code_url or "",
    RecordField.DATA: lambda p: p.data_url or "",
    RecordField.CITATION: citation_of,
    RecordField.STATUS: lambda p: p.status or "nothing of a retraction or withdrawal is in the record",
}


def value_of(paper: Paper, field: RecordField) -> str:
    """What the record of a paper holds in a field, as text; empty if nothing."""
    return _VALUES[field](paper) if field in _VALUES else ""


def _identifiers(paper: Paper) -> list[str]:
    named = (("arXiv", paper.arxiv_id), ("DOI", paper.doi), ("PubMed", paper.pmid), ("OpenAlex", paper.openalex_id))
    return [f"{name} {text}" for name, text in named if text] or [paper.id]


Bibtex = Callable[[Sequence[Paper]], str]
"""Writes papers as BibTeX entries."""


class Records:
    """Plans that look fields of records up."""

    def __init__(self, evidence: Evidence, bibtex: Bibtex) -> None:
        self._evidence = evidence
        self._bibtex = bibtex

    def of(self, question: Question, filters: Filters) -> Plan:
        """The asked fields of the papers that a question names or describes."""
        papers = self._meant(question, filters)
        if not papers:
            return Plan(question, (Remark(phrases.NO_SUCH_RECORD),), absence=Absence.NO_PAPER_ABOUT)
        parts = [part for paper in papers for part in self._said(question, paper)]
        fields = [field for field in question.plan.fields if field in _VALUES]
        known = len(fields) < len(question.plan.fields) or any(value_of(p, field) for p in papers for field in fields)
        return Plan(question, tuple(parts), (), tuple(papers), None if known else Absence.NOT_STATED)

    def _meant(self, question: Question, filters: Filters) -> Sequence[Paper]:
        ids = question.plan.papers or question.paper_ids
        if ids:
            return self._evidence.papers(i for i in ids if i in self._evidence.corpus.places)[:MOST_RECORDS]
        described = described_paper(question.text, cues())
        best, *others = self._evidence.retriever.rank(described, filters, limit=2) or (None,)
        if best is None:
            return ()
        leads = all(best.score - other.score >= CLEAR_LEAD for other in others)
        return (best.paper,) if leads or best.nearness >= CLEARLY_MEANT else ()

    def _said(self, question: Question, paper: Paper) -> list[Part]:
        parts: list[Part] = [Lead(paper, self._evidence.called(paper, question))]
        for field in question.plan.fields:
            if field is RecordField.ABSTRACT:
                spans = finding_spans(paper.abstract)
                parts += [Quotation(Passage(paper.id, s, e, paper.abstract[s:e], Level.SENTENCE)) for s, e in spans]
                if order_spans(paper.abstract):
                    parts.append(Remark(phrases.ORDERS_LEFT_OUT))
            else:
                value = self._value(paper, field) or self._instead(paper, field)
                parts.append(RecordLine(paper, _label(field), value))
        if paper.status and RecordField.STATUS not in question.plan.fields:
            parts.append(RecordLine(paper, _label(RecordField.STATUS), paper.status))
        return parts

    def _value(self, paper: Paper, field: RecordField) -> str:
        if field is RecordField.BIBTEX:
            return re.sub(r"\s*\n\s*", " ", self._bibtex([paper])).strip()
        return value_of(paper, field)

    def _instead(self, paper: Paper, field: RecordField) -> str:
        """What is said where a field is empty: that, and where the paper is to be found."""
        link = paper.link if field in (RecordField.DOI, RecordField.CODE, RecordField.DATA, RecordField.VENUE) else None
        return f"{phrases.NOT_IN_RECORD}; the paper is at {link}" if link else phrases.NOT_IN_RECORD


def _label(field: RecordField) -> str:
    text = str(field)
    return text[0].upper() + text[1:]
