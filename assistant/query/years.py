"""Years in a question: "since 2021", "from 2019 to 2021", "in the last two years", "the 1990s"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from assistant.query.cues import FIRST_YEAR, YEAR, Cues, cues
from assistant.query.plan import Years

Reading = Callable[[re.Match[str], int], Years]


@dataclass(frozen=True, slots=True)
class YearSpan:
    """Years that a stretch of a text says, `text[start:end]`."""

    start: int
    end: int
    years: Years


def this_year() -> int:
    """The year that it is, in UTC."""
    return datetime.now(UTC).year


def years_in(text: str, words: Cues | None = None, now: int | None = None) -> tuple[YearSpan, ...]:
    """The years that a text says with a word before or behind them, in order; `now` is the present year.

    A bare year is none: "ImageNet 2012" and "42 of 2021" name no year of publication.
    """
    found: list[YearSpan] = []
    for pattern, reading in _patterns(words or cues()):
        for match in pattern.finditer(text):
            if all(match.end() <= other.start or other.end <= match.start() for other in found):
                found.append(YearSpan(match.start(), match.end(), reading(match, now or this_year())))
    return tuple(sorted(found, key=lambda span: span.start))


def without_years(text: str, words: Cues | None = None) -> tuple[str, tuple[Years, ...]]:
    """A text without the years that it says, and these."""
    spans = years_in(text, words)
    for span in reversed(spans):
        text = text[: span.start] + text[span.end :]
    return text, tuple(span.years for span in spans)


def bare_year(text: str) -> Years | None:
    """The year or range of years that a text is, and nothing else."""
    found = re.fullmatch(rf"[\W_]*({FIRST_YEAR})(?:\s*(?:-|–|to)\s*({YEAR}))?[\W_]*", text)
    return _ordered(int(found[1]), int(found[2] or found[1])) if found else None


def _ordered(one: int, other: int) -> Years:
    return Years(min(one, other), max(one, other))


@cache
def _patterns(words: Cues) -> tuple[tuple[re.Pattern[str], Reading], ...]:
    """Patterns with what they mean; what an earlier one took, a later one leaves alone."""
    return tuple((re.compile(pattern, re.I), reading) for pattern, reading in _readings(words))


def _readings(words: Cues) -> Iterator[tuple[str, Reading]]:
    month = rf"(?:(?:early |mid-?|late )?{words.source('months')}\.? )"
    article = rf"(?:the |year |{month})?"
    to = rf" ?(?:{words.source('range_marks')}|[–-]) ?"
    yield (
        rf"(?:{words.source('between')} )?{article}({FIRST_YEAR}){to}{article}({YEAR})",
        lambda found, _: _ordered(int(found[1]), int(found[2])),
    )
    number = rf"(\d{{1,2}}|{words.source('number_words')})"
    numbers = words.words("number_words")
    yield (
        rf"{words.source('last_years')} {number} {words.source('group_year')}",
        lambda found, now: Years(now - _number(found[1], numbers)),
    )
    yield words.source("this_year"), lambda _, now: Years(now, now)
    yield words.source("last_year"), lambda _, now: Years(now - 1, now - 1)
    yield (
        rf"{words.source('year_at')} (?:the )?((?:1[5-9]|20)\d0)s\b",
        lambda found, _: Years(int(found[1]), int(found[1]) + 9),
    )
    yield (
        rf"(?:{words.source('year_at', 'year_since')} )?(\b{YEAR}) {words.source('year_onwards')}",
        lambda found, _: Years(int(found[1])),
    )
    yield (
        rf"(?:{words.source('year_at')} )?(\b{YEAR}) {words.source('year_earlier')}",
        lambda found, _: Years(last=int(found[1])),
    )
    since = "|".join(re.escape(word) for word in words.words("year_since") if word not in words.words("year_at"))
    yield rf"\b(?:{since}) {article}({YEAR})", lambda found, _: Years(int(found[1]))
    # Papers are dated by years: what is after or before a month may be of that year as well.
    yield rf"{words.source('year_after')} {month}({YEAR})", lambda found, _: Years(int(found[1]))
    yield rf"{words.source('year_before')} {month}({YEAR})", lambda found, _: Years(last=int(found[1]))
    for name, reading in (
        ("year_after", lambda found, _: Years(int(found[1]) + 1)),
        ("year_before", lambda found, _: Years(last=int(found[1]) - 1)),
        ("year_until", lambda found, _: Years(last=int(found[1]))),
    ):
        yield rf"{words.source(name)}[ -]{article}({YEAR})", reading
    yield rf"{words.source('year_at')} {article}({YEAR})", lambda found, _: _ordered(int(found[1]), int(found[1]))


def _number(text: str, numbers: tuple[str, ...]) -> int:
    return int(text) if text.isdigit() else numbers.index(text.lower()) + 1
