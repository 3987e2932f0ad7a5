"""Record questions: which fields of a record a question asks for, and whether it points at a paper at all."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.query.cues import Cues
from assistant.query.plan import Operation, QueryPlan, RecordField
from assistant.query.question import Mention as Name

# Fields of a record by the list of cue words, the more telling first: "the link to the code" asks for no link to read.
RECORD_CUES = (
    ("record_bibtex", RecordField.BIBTEX),
    ("record_code", RecordField.CODE),
    ("record_data", RecordField.DATA),
    ("record_doi", RecordField.DOI),
    ("record_identifier", RecordField.IDENTIFIER),
    ("record_first_author", RecordField.FIRST_AUTHOR),
    ("record_last_author", RecordField.LAST_AUTHOR),
    ("record_author_count", RecordField.AUTHOR_COUNT),
    ("record_authors", RecordField.AUTHORS),
    ("record_venue", RecordField.VENUE),
    ("record_link", RecordField.LINK),
    ("record_categories", RecordField.CATEGORIES),
    ("record_keywords", RecordField.KEYWORDS),
    ("record_abstract", RecordField.ABSTRACT),
    ("record_title", RecordField.TITLE),
    ("record_kind", RecordField.KIND),
    ("record_status", RecordField.STATUS),
    ("record_citation", RecordField.CITATION),
)
_QUOTES = '["“”«»]'


class RecordReader:
    """Reads questions about records."""

    def __init__(self, words: Cues) -> None:
        self._words = words
        self._acting = re.compile(rf"\b(?:do|does|did|have|has|had|can|could)\s+{words.source('people')}\b", re.I)

    def read(self, text: str, names: Sequence[Name]) -> QueryPlan | None:
        """The plan of a question for fields of a record; None where it asks for none, or points at no paper."""
        fields = self.fields_in(text)
        if not fields or not self.points_at_paper(text, names):
            return None
        ids = tuple(dict.fromkeys(i for name in names if name.introduced for i in name.paper_ids))
        return QueryPlan(Operation.RECORD, papers=ids, fields=fields)

    def points_at_paper(self, text: str, names: Sequence[Name]) -> bool:
        """Whether a question names a paper, quotes its title, or describes one work ("the trial on hips")."""
        described = re.search(rf"\b(?:the|that|this) (?:[\w'-]+ ){{0,8}}?{self._words.source('work')}\b", text, re.I)
        return any(name.introduced for name in names) or bool(re.search(_QUOTES, text)) or bool(described)

    def fields_in(self, text: str) -> tuple[RecordField, ...]:
        """The fields of a record that a question asks for, in the order of `RECORD_CUES`."""
        unquoted = re.sub(r"[\"“«][^\"“”«»]*[\"”»]", " ", text)
        # "What learning rate did the authors choose?" asks what they did, and not who they are.
        unquoted = self._acting.sub(" ", unquoted)
        fields: list[RecordField] = []
        for name, field in RECORD_CUES:
            if found := self._words.pattern(name).search(unquoted):
                fields.append(field)
                unquoted = unquoted[: found.start()] + " # " + unquoted[found.end() :]
        if self._asks_when(unquoted):
            fields.append(RecordField.YEAR)
        return tuple(fields)

    def _asks_when(self, text: str) -> bool:
        """Whether a question asks when a paper appeared: it has a word of time and a verb of publishing."""
        if self._words.pattern("record_year_said").search(text):
            return True
        when = re.search(rf"{self._words.source('record_when')}\s+(?:was|were|did|is|has|it)\b", text, re.I)
        return bool(when) and self._words.pattern("dates_a_paper").search(text, when.end() if when else 0) is not None


_BEHIND = r"(?: (?:on|about|of|by|for|with|that|which|from|in) [^?.!]*)?"


def described_paper(text: str, words: Cues) -> str:
    """What a record question says of the paper that it means, without the words that ask: "the hip fracture trial"."""
    found = re.search(
        rf"\b(?:the|that|this) ((?:[\w'-]+ ){{0,8}}?{words.source('work')}{_BEHIND})",
        text,
        re.I,
    )
    return found[1].strip() if found else re.sub(r"[?.!]+$", "", text).strip()
