"""Citations: the numbers of a draft become exact quotes, and every sentence is held against the words it cites.

A draft's markers mean pieces of evidence (nearly always a whole abstract). Here each sentence, table cell or
list line is looked at by itself: the words of the abstract that carry it become its citation, a marker on the
wrong paper is moved, a missing one is added, and the markers are numbered anew in the order of reading, one
number for each stretch of words that is cited.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.answers import Citation, Claim, Hit, Support
from assistant.composition import phrases
from assistant.verification.verdicts import MOST_NAMED, Place, Verdict, Verifies, passages_marked
from ingest.passages import Span, sentence_spans

# Words on either side of a marker inside a sentence for it to be two claims and not one.
LEAST_CLAIM = 4
# Closing marks that are tried for one opening mark: a quoted sentence may hold quotations of its own.
MOST_CLOSINGS = 12

_MARKERS = re.compile(r"(?:\s*(?<!\\)\[\d{1,3}\])+")
_NUMBER = re.compile(r"\[(\d{1,3})\]")
_STRAIGHT = re.compile(r"\"([^\"“”]+)\"")
_ESCAPE = re.compile(r"\\([*_`\[\]<>|\\#~$])")
_LINE_START = re.compile(r"\s*(?:[-*+]\s+|\d+[.)]\s+|>\s*|#{1,6}\s+)?")
_HEADING = re.compile(r"\s*#{1,6}\s")
_TABLE_RULE = re.compile(r"^\s*\|?[\s:|-]*-[\s:|-]*\|?\s*$")
_CELL_END = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Resolved:
    """A draft's text with its final markers, their citations, and the verdict on each sentence."""

    text: str
    citations: tuple[Citation, ...]
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of a draft that is judged as one: what stands before it, its words, its markers and its quotations."""

    before: str
    words: str
    numbers: tuple[int, ...] = ()
    quotes: tuple[str, ...] = ()


class Resolver:
    """Turns drafts into cited text; keeps count of the citations of one answer."""

    def __init__(self, evidence: Sequence[Hit], verifier: Verifies) -> None:
        self._evidence = evidence
        self._verifier = verifier
        self._citations: dict[tuple[str, int, int], Citation] = {}
        self._claims: list[Claim] = []

    def resolve(self, draft: str, strict: bool = False) -> Resolved:
        """The whole draft; with `strict`, what nothing supports is left out: sentences, list items, words of a cell."""
        lines = draft.split("\n")
        kept: list[str] = []
        for number, line in enumerate(lines):
            is_head = number + 1 < len(lines) and _is_row(line) and bool(_TABLE_RULE.match(lines[number + 1]))
            resolved = self._line(line, strict, is_head)
            if not strict or resolved.strip() or not line.strip():
                kept.append(resolved)
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()
        return Resolved(text, tuple(self._citations.values()), tuple(self._claims))

    def _line(self, line: str, strict: bool, is_head: bool) -> str:
        if not line.strip() or _TABLE_RULE.match(line):
            return line
        if not _is_row(line):
            resolved = self._units(line, strict, is_label=bool(_HEADING.match(line)))
            return resolved if not strict or _says_something(resolved) or not _says_something(line) else ""
        cells = _CELL_END.split(line)
        return "|".join(self._cell(cell, strict, is_head or place == 1) for place, cell in enumerate(cells))

    def _cell(self, cell: str, strict: bool, is_label: bool) -> str:
        """A cell of a table; its shape stays, so one that says nothing any more says that nothing is stated."""
        resolved = self._units(cell, strict, is_label)
        if strict and cell.strip() and not resolved.strip():
            return f" *{phrases.CELL_NOT_STATED}* "
        return resolved

    def _units(self, text: str, strict: bool, is_label: bool) -> str:
        return "".join(self._unit(unit, strict, is_label) for unit in units_of(text, self._is_known))

    def _unit(self, unit: Unit, strict: bool, is_label: bool) -> str:
        plain = unescaped(unit.words).strip()
        if not plain:
            return unit.before + unit.words + self._marked(passages_marked(unit.numbers, self._evidence))[0]
        verdict = self._verdict(plain, unit, is_label)
        if strict and verdict.support is Support.UNSUPPORTED:
            return ""
        markers, numbers = self._marked(verdict.places)
        self._claims.append(Claim(plain, numbers, verdict.support, verdict.reason))
        return f"{unit.before}{unit.words}{markers}"

    def _verdict(self, plain: str, unit: Unit, is_label: bool) -> Verdict:
        if is_label and not unit.quotes:
            return Verdict(Support.NO_CLAIM, passages_marked(unit.numbers, self._evidence))
        return self._verifier.verdict(plain, unit.quotes, unit.numbers, self._evidence)

    def _marked(self, places: Sequence[Place]) -> tuple[str, tuple[int, ...]]:
        """The markers for these places with a blank before them, and their numbers."""
        numbers = tuple(dict.fromkeys(self._number(place) for place in places))
        return " " * bool(numbers) + "".join(f"[{number}]" for number in numbers), numbers

    def _number(self, place: Place) -> int:
        paper = self._evidence[place.evidence].paper
        key = (paper.id, place.start, place.end)
        if key not in self._citations:
            quote = paper.abstract[place.start : place.end]
            self._citations[key] = Citation(len(self._citations) + 1, paper, quote, place.start, place.end)
        return self._citations[key].number

    def _is_known(self, words: str) -> bool:
        return any(words in hit.paper.abstract for hit in self._evidence)


def units_of(text: str, is_known: Callable[[str], bool] = lambda _: False) -> Iterator[Unit]:
    """The sentences of a line, each with the markers behind it; quotations, which `is_known` tells, are never cut."""
    bare, marks = _without_markers(text)
    quoted = quotations(bare, is_known)
    prefix = _LINE_START.match(bare)
    start = prefix.end() if prefix else 0
    last = 0
    for begin, end in _split_at_marks(bare, _sentences(bare, start, quoted), [place for place, _ in marks], quoted):
        numbers = tuple(n for place, found in marks if last < place <= end or place == last == 0 for n in found)
        quotes = tuple(
            unescaped(bare[a:b]).strip() for a, b in quoted if begin <= a and b <= end and _says_something(bare[a:b])
        )
        yield Unit(bare[last:begin], bare[begin:end], numbers, quotes)
        last = end
    if bare[last:] or any(place > last for place, _ in marks) or (marks and not last):
        yield Unit(bare[last:], "", tuple(n for place, found in marks if place > last or not last for n in found))


def quotations(text: str, is_known: Callable[[str], bool]) -> list[Span]:
    """What stands between quotation marks.

    A quotation ends where its words are known as a paper's, or else at the mark that balances its first one: the
    words themselves may hold marks of all kinds.
    """
    spans: list[Span] = []
    place = text.find("“")
    while place >= 0:
        end = _closing(text, place + 1, is_known)
        if end < 0:
            break
        spans.append((place + 1, end))
        place = text.find("“", end)
    inside = [range(start - 1, end + 1) for start, end in spans]
    straight = [found for found in _STRAIGHT.finditer(text) if len(found[1].split()) > MOST_NAMED]
    spans.extend(f.span(1) for f in straight if not any(f.start() in stretch for stretch in inside))
    return sorted(spans)


def _closing(text: str, start: int, is_known: Callable[[str], bool]) -> int:
    ends = [found.start() for found in re.finditer("”", text[start:])][:MOST_CLOSINGS]
    for end in reversed(ends):
        if is_known(unescaped(text[start : start + end])):
            return start + end
    for end in ends:
        if text.count("“", start, start + end) == text.count("”", start, start + end):
            return start + end
    return start + ends[0] if ends else -1


def unescaped(text: str) -> str:
    """Text without the backslashes that make Markdown's signs harmless."""
    return _ESCAPE.sub(r"\1", text)


def _says_something(text: str) -> bool:
    return any(map(str.isalnum, text))


def _is_row(line: str) -> bool:
    return line.lstrip().startswith("|")


def _without_markers(text: str) -> tuple[str, list[tuple[int, tuple[int, ...]]]]:
    """The text without markers, and for each group of them its place in that text and its numbers."""
    bare, marks, last = "", [], 0
    for found in _MARKERS.finditer(text):
        bare += text[last : found.start()]
        marks.append((len(bare), tuple(int(n) for n in _NUMBER.findall(found[0]))))
        last = found.end()
    return bare + text[last:], marks


def _sentences(text: str, start: int, quoted: Sequence[Span]) -> list[Span]:
    masked = text
    for begin, end in quoted:
        masked = masked[:begin] + "q" * (end - begin) + masked[end:]
    return [(start + begin, start + end) for begin, end in sentence_spans(masked[start:])]


def _split_at_marks(text: str, spans: Sequence[Span], places: Sequence[int], quoted: Sequence[Span]) -> Iterator[Span]:
    """Sentences, cut again at a marker with a claim or a quotation before it and one behind it."""
    for start, end in spans:
        begin = start
        for place in places:
            inside = any(a <= place <= b for a, b in quoted)
            if begin < place < end and not inside and text[place] in " ,;" and all(
                _is_claim(a, b, text, quoted) for a, b in ((begin, place), (place, end))
            ):  # fmt: skip
                yield begin, place
                begin = place
        yield begin, end


def _is_claim(start: int, end: int, text: str, quoted: Sequence[Span]) -> bool:
    return any(start <= a and b <= end for a, b in quoted) or len(text[start:end].split()) >= LEAST_CLAIM
