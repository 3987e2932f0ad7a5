"""Attribution: the sentences of a model's text, each with the words of an abstract that carry it.

A model's markers mean pieces of evidence (nearly always a whole abstract). Here each sentence, table cell or list
item is looked at by itself: the words of the abstract that carry it become what it cites, a marker on the wrong paper
is moved, and a missing one is added. Only a model's text is ever read in this way; what we say ourselves is made of
parts that know their words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.answers import CELL_NOT_STATED, Hit, Prose, Statement, Support
from assistant.markers import MARKER
from assistant.verification.quotes import MOST_NAMED, passages_marked
from assistant.verification.verdicts import Place, Verdict, Verifies
from ingest.identifiers import title_key
from ingest.passages import Passage, Span, sentence_spans

# Words on either side of a marker inside a sentence for it to be two claims and not one.
LEAST_CLAIM = 4
# Closing marks that are tried for one opening mark: a quoted sentence may hold quotations of its own.
MOST_CLOSINGS = 12

_MARKERS = re.compile(rf"(?:\s*{MARKER.pattern})+")
_STRAIGHT = re.compile(r"\"([^\"“”]+)\"")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_LINE_START = re.compile(r"\s*(?:[-*+]\s+|\d+[.)]\s+|>\s*|#{1,6}\s+)?")
_HEADING = re.compile(r"\s*#{1,6}\s")
_TABLE_RULE = re.compile(r"^\s*\|?[\s:|-]*-[\s:|-]*\|?\s*$")
_CELL_END = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Unit:
    """A stretch of a text that is judged as one: what stands before it, its words, its markers and its quotations."""

    before: str
    words: str
    numbers: tuple[int, ...] = ()
    quotes: tuple[str, ...] = ()


def attributed(text: str, evidence: Sequence[Hit], verifier: Verifies, strict: bool = False) -> Prose:
    """A model's Markdown as verified statements; marker `[n]` of the text means `evidence[n - 1]`.

    With `strict`, what nothing supports is left out: sentences, list items, the words of a table's cell.
    """
    return Prose(tuple(_Attribution(evidence, verifier, strict).statements(text)))


class _Attribution:
    def __init__(self, evidence: Sequence[Hit], verifier: Verifies, strict: bool) -> None:
        self._evidence = evidence
        self._verifier = verifier
        self._strict = strict

    def statements(self, text: str) -> Iterator[Statement]:
        lines = text.strip().split("\n")
        breaks = 0
        is_first = True
        for number, line in enumerate(lines):
            is_head = number + 1 < len(lines) and _is_row(line) and bool(_TABLE_RULE.match(lines[number + 1]))
            said = list(self._line(line, is_head))
            if any(statement.before.strip() or statement.text.strip() or statement.passages for statement in said):
                gap = "" if is_first else "\n" * min(breaks, 2)
                yield replace(said[0], before=gap + said[0].before)
                yield from said[1:]
                is_first, breaks = False, 1
            elif not line.strip() or not self._strict:
                breaks += 1

    def _line(self, line: str, is_head: bool) -> Iterator[Statement]:
        if not line.strip() or _TABLE_RULE.match(line):
            yield Statement(line, "")
        elif _is_row(line):
            for place, cell in enumerate(_CELL_END.split(line)):
                said = list(self._cell(cell, is_head or place == 1))
                yield replace(said[0], before="|" * bool(place) + said[0].before)
                yield from said[1:]
        else:
            said = list(self._judged(line, is_label=bool(_HEADING.match(line))))
            if not self._strict or any(map(_is_said, said)) or not _says_something(line):
                yield from said

    def _cell(self, cell: str, is_label: bool) -> Iterator[Statement]:
        """A cell of a table; its shape stays, so one that says nothing any more says that nothing is stated."""
        said = list(self._judged(cell, is_label))
        if self._strict and cell.strip() and not any(map(_is_said, said)):
            yield Statement(f" *{CELL_NOT_STATED}* ", "")
        else:
            yield from said or [Statement(cell, "")]

    def _judged(self, text: str, is_label: bool) -> Iterator[Statement]:
        for unit in units_of(text, self._is_known):
            plain = unescaped(unit.words).strip()
            verdict = self._verdict(plain, unit, is_label)
            if not (self._strict and verdict.support is Support.UNSUPPORTED):
                passages = tuple(map(self._passage, dict.fromkeys(verdict.places)))
                yield Statement(unit.before, unit.words, passages, verdict.support, verdict.reason)

    def _verdict(self, plain: str, unit: Unit, is_label: bool) -> Verdict:
        if not plain or (is_label and not unit.quotes):
            return Verdict(Support.NO_CLAIM, passages_marked(unit.numbers, self._evidence))
        if not unit.quotes and self._is_title(plain, unit.numbers):
            return Verdict(Support.SUPPORTED, passages_marked(unit.numbers, self._evidence))
        return self._verifier.verdict(plain, unit.quotes, unit.numbers, self._evidence)

    def _is_title(self, words: str, numbers: Sequence[int]) -> bool:
        """Whether a paper is named by its title behind its own marker: that is no claim about what it found."""
        marked = passages_marked(numbers, self._evidence)
        titles = {title_key(self._evidence[place.evidence].paper.title) for place in marked}
        return titles == {title_key(words)}

    def _passage(self, place: Place) -> Passage:
        paper = self._evidence[place.evidence].paper
        return Passage(paper.id, place.start, place.end, paper.abstract[place.start : place.end])

    def _is_known(self, words: str) -> bool:
        return any(words in hit.paper.abstract for hit in self._evidence)


def _is_said(statement: Statement) -> bool:
    return _says_something(statement.text) or bool(statement.passages)


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
        marks.append((len(bare), tuple(int(n) for n in MARKER.findall(found[0]))))
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
