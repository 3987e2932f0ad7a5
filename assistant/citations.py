"""Citations: the numbers of a draft become exact quotes, and every sentence is held against the words it cites.

A draft's markers mean pieces of evidence (nearly always a whole abstract). Here each sentence, table cell or
list line is looked at by itself: the words of the abstract that carry it become its citation, a marker on the
wrong paper is moved, a missing one is added, and the markers are numbered anew in the order of reading, one
number for each stretch of words that is cited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answers import Citation, Claim, Hit, Support
from assistant.verification import Verdict, Verifier
from ingest.passages import sentence_spans

_MARKERS = re.compile(r"(?:\s*\[\d{1,3}\])+")
_NUMBER = re.compile(r"\[(\d{1,3})\]")
_QUOTED = re.compile(r"“([^”]*(?:”(?![\s\[.,;:|)\]]|$)[^”]*)*)”")
_ESCAPE = re.compile(r"\\([*_`\[\]<>|\\#~$])")
_LINE_START = re.compile(r"\s*(?:[-*+]\s+|\d+[.)]\s+|>\s*|#{1,6}\s+)?")
_TABLE_RULE = re.compile(r"^\s*\|?[\s:|-]+\|?\s*$")


@dataclass(frozen=True, slots=True)
class Resolved:
    """A draft's text with its final markers, their citations, and the verdict on each sentence."""

    text: str
    citations: tuple[Citation, ...]
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A stretch of a draft that is judged as one, with the white space around it and its markers."""

    before: str
    words: str
    numbers: tuple[int, ...]
    is_prose: bool = True


class Resolver:
    """Turns drafts into cited text; keeps count of the citations of one answer."""

    def __init__(self, evidence: Sequence[Hit], verifier: Verifier) -> None:
        self._evidence = evidence
        self._verifier = verifier
        self._citations: dict[tuple[str, int, int], Citation] = {}
        self._claims: list[Claim] = []

    def resolve(self, draft: str, strict: bool = False) -> Resolved:
        """The whole draft; with `strict`, sentences that nothing supports are left out."""
        lines = [self._line(line, strict) for line in draft.split("\n")]
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
        return Resolved(text, tuple(self._citations.values()), tuple(self._claims))

    def _line(self, line: str, strict: bool) -> str:
        if not line.strip() or _TABLE_RULE.match(line):
            return line
        if line.lstrip().startswith("|"):
            cells = re.split(r"(?<!\\)\|", line)
            return "|".join(self._units(cell, strict) for cell in cells)
        return self._units(line, strict)

    def _units(self, text: str, strict: bool) -> str:
        return "".join(self._unit(unit, strict) for unit in units_of(text))

    def _unit(self, unit: _Unit, strict: bool) -> str:
        plain = _ESCAPE.sub(r"\1", unit.words).strip()
        if not plain:
            return unit.before + unit.words
        verdict = self._verifier.verdict(plain, _quotes_in(plain), unit.numbers, self._evidence)
        if strict and verdict.support is Support.UNSUPPORTED:
            return ""
        numbers = tuple(self._number(stretch) for stretch in self._stretches(verdict))
        self._claims.append(Claim(plain, numbers, verdict.support, verdict.reason))
        markers = "".join(f"[{number}]" for number in dict.fromkeys(numbers))
        return f"{unit.before}{unit.words}{' ' if markers else ''}{markers}"

    def _stretches(self, verdict: Verdict) -> Iterator[tuple[Hit, int, int]]:
        for place in verdict.places:
            yield self._evidence[place.evidence], place.start, place.end

    def _number(self, stretch: tuple[Hit, int, int]) -> int:
        hit, start, end = stretch
        key = (hit.paper.id, start, end)
        if key not in self._citations:
            number = len(self._citations) + 1
            self._citations[key] = Citation(number, hit.paper, hit.paper.abstract[start:end], start, end)
        return self._citations[key].number


def units_of(text: str) -> Iterator[_Unit]:
    """The sentences of a line, each with the markers behind it; quotations are never cut."""
    bare, marks = _without_markers(text)
    prefix = _LINE_START.match(bare)
    start = prefix.end() if prefix else 0
    yield_from = [(start + a, start + b) for a, b in _sentences(bare[start:])]
    last = 0
    for begin, end in _split_at_marks(yield_from, [place for place, _ in marks]):
        numbers = tuple(n for place, found in marks if begin < place <= end for n in found)
        yield _Unit(bare[last:begin], bare[begin:end], numbers)
        last = end
    if bare[last:]:
        yield _Unit(bare[last:], "", ())


def _without_markers(text: str) -> tuple[str, list[tuple[int, tuple[int, ...]]]]:
    """The text without markers, and for each group of them its place in that text and its numbers."""
    bare, marks, last = "", [], 0
    for found in _MARKERS.finditer(text):
        bare += text[last : found.start()]
        marks.append((len(bare), tuple(int(n) for n in _NUMBER.findall(found[0]))))
        last = found.end()
    return bare + text[last:], marks


def _sentences(text: str) -> list[tuple[int, int]]:
    masked = _QUOTED.sub(lambda found: "“" + "q" * (len(found[0]) - 2) + "”", text)
    return list(sentence_spans(masked))


def _split_at_marks(spans: Sequence[tuple[int, int]], places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Sentences, cut again where a marker stands inside one and more words follow; a full stop behind it stays."""
    for start, end in spans:
        begin = start
        for place in places:
            if begin < place < end - 1:
                yield begin, place
                begin = place
        yield begin, end


def _quotes_in(text: str) -> tuple[str, ...]:
    return tuple(found.strip() for found in _QUOTED.findall(text) if len(found.split()) > 2)
