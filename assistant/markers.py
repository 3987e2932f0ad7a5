"""Citation markers in a text that arrives in pieces: known `[n]` pass, unknown ones vanish.

The code numbers the passages and a model may only repeat the numbers, but models write them in many ways:
`[1, 2]`, `[1-3]`, `[^1]`, `【1†source】`, `[[1]]`, a link on the number to an address that they made up. All of
them become `[1][2]`; a number that stands for nothing is dropped with the blank before it, and an interval or years
in brackets (`[0, 1]`) get backslashes. So every bracketed number of a text that was filtered is a known marker, in the
one spelling that everything else here reads: `MARKER`.

What comes out depends on the whole text alone, never on how it was cut into pieces: a stretch is released only
when nothing that may still come could change its reading.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

MARKER = re.compile(r"(?<!\\)\[(\d+)\]")
"""The one spelling of a marker; one with a backslash before it is text."""

LONGEST_MARKER = 400
"""Characters from bracket to bracket; a longer group is no marker, and nothing longer is ever held back."""

LONGEST_RANGE = 50
"""Numbers that one range may stand for; a model that writes `[1-400]` means nothing by it."""

SMALLEST_YEAR = 1000
"""Numbers from here on inside a group are years or sizes, as in `[2019-2023]`: such a group is left as it is."""

_NUMBERS = r"(\^?\d+(?:[ \t]?(?:[,;–—-]|and|&)[ \t]?\^?\d+)*)"
_SOURCE = r"(?:†[^\[\]【】\n]{0,24})?"  # what some models append: 【1†source】
_BODY = rf"[ \t]?(?:[Pp]assages?[ \t])?{_NUMBERS}{_SOURCE}[ \t]?"
_WRITTEN = re.compile(rf"\[\[{_BODY}\]\]|\[{_BODY}\]|【{_BODY}】|［{_BODY}］")
# Matches every beginning of a marker (and more than those): what must wait for its end.
_BEGUN = re.compile(r"(?:\[\[?|【|［)[ \t]?(?:[Pp][a-z]{0,8}[ \t]?)?[\d,;–—\-&^ \tand]*(?:†[^\[\]【】\n]*)?\]?\Z")
_OPENING = re.compile(r"[ \t]*[\[【［]")
_LINK = re.compile(r"\((?:[a-z][a-z+.-]{0,9}:|[/#.])[^\s()]{0,300}\)", re.IGNORECASE)
_LINK_BEGUN = re.compile(r"\([^\s()]{0,312}\Z")
_PART = re.compile(r"(\d+)(?:[ \t]?[–—-][ \t]?\^?(\d+))?")


class MarkerFilter:
    """Feed it the pieces of a text; it returns what may be shown, with `known` numbers alone as markers.

    >>> markers = MarkerFilter(known={1, 2})
    >>> markers.feed("It sings [1, "), markers.feed("2] and dances [7"), markers.feed("]."), markers.finish()
    ('It sings', ' [1][2] and dances', '.', '')
    """

    def __init__(self, known: Collection[int]) -> None:
        self._known = frozenset(known)
        self._held = ""
        self._at_line_start = True
        self._within_bracket = False

    def feed(self, text: str) -> str:
        """The next stretch that is certain; the rest waits for more text."""
        return self._release(self._held + text, final=False)

    def finish(self) -> str:
        """Whatever was still held back, now that nothing more can come."""
        return self._release(self._held, final=True)

    def _release(self, text: str, *, final: bool) -> str:
        out: list[str] = []
        place = 0
        while found := _OPENING.search(text, place):
            out.append(self._passed(text[place : found.start()]))
            place = found.start()
            read = self._read_bracket(text, found.start(), found.end() - 1, final=final)
            if read is None:
                break
            shown, place = read
            out.append(self._passed(shown))
        else:
            end = len(text) if final else _before_last_blanks(text, place)
            out.append(self._passed(text[place:end]))
            place = end
        self._held = text[place:]
        return "".join(out)

    def _read_bracket(self, text: str, start: int, bracket: int, *, final: bool) -> tuple[str, int] | None:
        """What to show from `start` (blanks, then a bracket) and where to go on; None if more must come first."""
        marker = _WRITTEN.match(text, bracket, bracket + LONGEST_MARKER)
        if marker is None:
            begun = _BEGUN.match(text, bracket, bracket + LONGEST_MARKER)
            is_whole = len(text) - bracket >= LONGEST_MARKER
            if begun and not is_whole and not final:
                return None
            gap = (
                " " if begun and is_whole else ""
            )  # a number without end is no marker: a blank keeps it from being one
            return text[start : bracket + 1] + gap, bracket + 1
        link = _LINK.match(text, marker.end())
        end = link.end() if link else marker.end()
        if not final and (end == len(text) or (link is None and _LINK_BEGUN.match(text, end))):
            return None
        return self._read_marker(text, start, marker, end)

    def _read_marker(self, text: str, start: int, marker: re.Match[str], end: int) -> tuple[str, int]:
        """What to show for a whole marker; `end` is behind the address of a link on it, if it has one."""
        group = marker[marker.lastindex or 0]
        numbers = _numbers_in(group)
        known = [number for number in numbers if number in self._known]
        is_link = not known and end > marker.end()  # a Markdown link on a number, such as a year
        if is_link or _is_no_citation(group, numbers, known):
            return text[start : marker.start()] + _as_text(marker[0]), marker.end()
        if self._at_line_start and text[end : end + 1] == ":":
            end += 1  # `[1]: words` is a footnote, and Markdown would take it for the definition of a link
        if not known:  # inside another bracket a blank stays: `[[9]7]` must not close up to `[7]`
            return (" " if self._within_bracket else ""), end
        return text[start : marker.start()] + "".join(f"[{number}]" for number in known), end

    def _passed(self, text: str) -> str:
        _, newline, last_line = text.rpartition("\n")
        self._within_bracket = text.endswith(("[", "【", "［")) if text else self._within_bracket
        self._at_line_start = (bool(newline) or self._at_line_start) and not last_line.strip()
        return text


def filter_markers(text: str, known: Collection[int]) -> str:
    """The whole text at once, with known markers alone and in their one spelling."""
    markers = MarkerFilter(known)
    return markers.feed(text) + markers.finish()


def filtered(pieces: Iterable[str], known: Collection[int]) -> Iterator[str]:
    """The pieces of one text with known markers alone; pieces that come out empty are left out."""
    markers = MarkerFilter(known)
    for piece in pieces:
        if shown := markers.feed(piece):
            yield shown
    if rest := markers.finish():
        yield rest


def without_markers(text: str) -> str:
    """The text with every marker gone: an earlier answer, whose numbers mean nothing any more."""
    return filter_markers(text, known=())


def parenthesised(text: str) -> str:
    """The text with brackets round numbers made round ones: what looks like a marker in a paper is none."""
    return _WRITTEN.sub(lambda found: f"({found[found.lastindex or 0]})", text)


def _as_text(bracketed: str) -> str:
    return bracketed.replace("[", "\\[").replace("]", "\\]")


def _numbers_in(group: str) -> list[int]:
    """Every number that a group such as `1, 3-5` stands for, once each and in its order."""
    numbers: list[int] = []
    for first, last in _PART.findall(group):
        begin, end = int(first), int(last or first)
        numbers += range(begin, min(end, begin + LONGEST_RANGE) + 1)
    return list(dict.fromkeys(numbers))


def _is_no_citation(group: str, numbers: list[int], known: list[int]) -> bool:
    """Whether several numbers in brackets are an interval or years (`[0, 1]`, `[2019-2023]`): passages count from 1."""
    several = not group.lstrip("^").isdigit()
    return several and (0 in numbers or (not known and max(numbers, default=SMALLEST_YEAR) >= SMALLEST_YEAR))


def _before_last_blanks(text: str, start: int) -> int:
    """Where the blanks at the end begin: they go if a dropped marker follows them."""
    return start + len(text[start:].rstrip(" \t"))
