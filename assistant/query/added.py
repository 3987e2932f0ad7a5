"""When a paper was added to the library, in a question: "since Monday", "added in the last week", "added last".

Days are days in UTC. A span without a word of adding counts only where it names days and nothing follows that could
make it a part of a phrase ("since Monday"): papers have years of publication, but no days. Months need such a word
("added in November", "new since November"), and years need it right behind the papers ("papers added in 2025"), so that
"since 2023" stays a year of publication.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum

from assistant.query.cues import Cues
from assistant.query.plan import Added, Operation, Order, QueryPlan, SortKey

DAYS_OF_A_WEEK, MONTHS_OF_A_YEAR = 7, 12


class _Grain(IntEnum):
    """How finely a time is said."""

    DAY = 0
    MONTH = 1
    YEAR = 2


# Days that are told from today.
_NAMED_DAYS = (
    "day_today", "day_yesterday", "this_week", "last_week", "this_month", "last_month", "the_year", "the_year_before",
)  # fmt: skip
_GRAINS = {"hour": _Grain.DAY, "day": _Grain.DAY, "week": _Grain.DAY, "month": _Grain.MONTH, "year": _Grain.YEAR}


@dataclass(frozen=True, slots=True)
class AddedSpan:
    """What a stretch of a text says of when papers were added, `text[start:end]`."""

    start: int
    end: int
    added: Added


@dataclass(frozen=True, slots=True)
class _Days:
    """A run of days, both included, and how finely it was said."""

    first: date
    last: date
    grain: _Grain = _Grain.DAY


@dataclass(frozen=True, slots=True)
class _Time:
    """A time of adding that was read, where it ends, how finely it was said, and whether it may stand alone."""

    added: Added
    end: int
    grain: _Grain
    stands_alone: bool = True


class AddedReader:
    """Reads times of adding; `now` tells what time it is."""

    def __init__(self, words: Cues, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._words = words
        self._now = now
        self._number = rf"(?P<number>\d{{1,3}}|{words.source('number_words')})"
        into = rf"(?:\s+{words.source('into_library')})?"
        behind = rf"{into}(?:\s+{words.source('added_fillers')})*"
        self._cue, self._new, self._came = (
            re.compile(rf"{words.source(name)}\b{behind}", re.I) for name in ("added_cues", "new_cues", "came_cues")
        )
        self._skipped = re.compile(rf"\s*(?:{words.source('skipped', 'relatives', 'asks_what_is')}\s+)*", re.I)
        self._are = re.compile(rf"{words.source('be')}\s*$", re.I)
        self._published = re.compile(rf"{words.source('dates_a_paper')}\s*$", re.I)
        self._joint = re.compile(rf"\s*(?:{words.source('range_marks')}|[–-])\s*", re.I)
        self._latest = re.compile(rf"{words.source('added_last')}{into}", re.I)
        self._ends = re.compile(rf"\s*(?:$|[?.!,;)]|{words.source('added_ends')}\b)", re.I)
        cues, papers = words.source("added_cues", "new_cues", "came_cues"), words.source("papers")
        frame = rf"^(?:{words.source('asks_for', 'frame_words', 'asks_what_is')}[\s,]+)*"
        end = rf"{into}(?:\s+{words.source('own_library')})?[\s?.!]*$"
        opener = rf"^(?:{words.source('asks_for', 'frame_words')}[\s,]+)*?{words.source('asks_what_is')}\s+"
        self._asks = re.compile(rf"{opener}(?:(?:the|any|of)\s+)*(?={cues}|{words.source('added_last')})", re.I)
        self._any_cue = re.compile(cues, re.I)
        self._news = re.compile(rf"{opener}{cues}{end}", re.I)
        self._are_new = re.compile(
            rf"({frame}|^{words.source('counts')}\s+){papers}\s+{words.source('be')}\s+{words.source('new_cues')}{end}",
            re.I,
        )
        self._only_new = re.compile(
            rf"({frame}|^{words.source('counts')}\s+){words.source('new_ones')}\s+{papers}{end}", re.I
        )
        newest = rf"(?P<newest>{words.source('newest', 'last_ones')}\s+)?"
        self._additions = re.compile(rf"{frame}{newest}{words.source('additions')}{into}(?P<behind>.*)", re.I | re.S)
        self._new_papers = re.compile(rf"\b{words.source('new_ones')}\s+(?={papers}\b)", re.I)
        last = words.source("newest", "last_ones")
        numbered = (
            rf"{last}\s+{self._number}\s+{papers}\s+(?:{words.source('skipped')}\s+)*{words.source('added_cues')}",
            rf"{self._number}\s+{words.source('added_last')}\s+{papers}",
            rf"{self._number}\s+{papers}\s+(?:{words.source('skipped')}\s+)*{words.source('added_last')}",
            rf"{last}\s+{self._number}\s+{words.source('additions')}",
        )
        units = (f"units_{unit}" for unit in _GRAINS)
        self._tells_time = re.compile(
            rf"{words.source('added_last', 'new_cues', 'weekdays', 'months', *_NAMED_DAYS, *units)}|20\d\d", re.I
        )
        self._numbered = tuple(re.compile(rf"{frame}{each}{into}[\s?.!]*$", re.I) for each in numbered)

    def plan(self, text: str) -> QueryPlan | None:
        """The plan of a question that asks for so many of the papers that were added last."""
        found = next((match for pattern in self._numbered if (match := pattern.match(text))), None)
        if found is None:
            return None
        return QueryPlan(Operation.LIST, Added(), order=Order(SortKey.ADDED, True, self._count(found["number"])))

    def reworded(self, text: str) -> str:
        """A question for what is new or was added as one for papers: "what is new since Monday"."""
        last = self._words.words("added_last")[0]
        if self._news.match(text):
            return f"which papers were {last}"
        for pattern in (self._are_new, self._only_new):
            if found := pattern.match(text):
                return f"{found[1]}papers were {last}"
        if (found := self._additions.match(text)) is not None:
            return self._of_additions(text, found)
        if self.first_in(text) is None:
            return text
        if found := self._asks.match(text):
            rest = text[found.end() :]
            return f"which papers were {rest if self.at(rest, 0) else self._any_cue.sub('', rest, count=1)}"
        return self._new_papers.sub("", text)

    def _of_additions(self, text: str, found: re.Match[str]) -> str:
        """What says "the latest additions" as the papers that were added last; "which additions does it need" stays."""
        if (span := self.at(found["behind"].lstrip(), 0)) is not None and span.added != Added(is_latest=True):
            return f"which papers were {self._words.words('added_cues')[0]}{found['behind']}"
        is_whole = self._ends.match(found["behind"]) is not None
        return f"which papers were {self._words.words('added_last')[0]}{found['behind']}" if is_whole else text

    def first_in(self, text: str) -> AddedSpan | None:
        """The first time of adding that a text says."""
        if not self._tells_time.search(text):
            return None  # most questions: the readings below cost a millisecond
        starts = (found.start() for found in re.finditer(r"(?<!\w)\w", text))
        return next((span for start in starts if (span := self.at(text, start)) is not None), None)

    def at(self, text: str, position: int) -> AddedSpan | None:
        """The time of adding that begins at a place of a text."""
        for times in (self._behind_cue(text, position), self._alone(text, position)):
            if (time := next(times, None)) is not None:
                return AddedSpan(position, time.end, time.added)
        latest = self._latest.match(text, position) or self._plainly_new(text, position)
        return AddedSpan(position, latest.end(), Added(is_latest=True)) if latest else None

    def _plainly_new(self, text: str, position: int) -> re.Match[str] | None:
        """The word in "papers that are new and mention video"; "new papers" may be meant by their years."""
        found = self._new.match(text, position)
        is_said = found and self._are.search(text[:position]) and self._skipped.fullmatch(text[:position])
        return found if found and is_said and self._ends.match(text, found.end()) else None

    def _behind_cue(self, text: str, position: int) -> Iterator[_Time]:
        """The times behind a word of adding that stands here."""
        is_first = self._skipped.fullmatch(text[:position]) is not None
        for pattern, coarsest in (
            (self._cue, _Grain.YEAR if is_first else _Grain.MONTH),
            (self._new, _Grain.MONTH),
            (self._came, _Grain.YEAR),
        ):
            found = pattern.match(text, position)
            if found and (is_first or pattern is not self._came):
                yield from (t for t in self._times(text, _next(text, found.end())) if t.grain <= coarsest)

    def _alone(self, text: str, position: int) -> Iterator[_Time]:
        """The times that begin here, where nothing behind them could make them a part of a phrase."""
        if self._published.search(text[:position]):
            return
        for time in self._times(text, position):
            if time.grain is _Grain.DAY and time.stands_alone and self._ends.match(text, time.end):
                yield time

    def _times(self, text: str, start: int) -> Iterator[_Time]:
        """What may be read at a place."""
        yield from self._last_units(text, start)
        if (found := self._words.at("between", text, start)) and (first := self._days(text, _next(text, found.end()))):
            joint = self._joint.match(text, first[1])
            if joint and (last := self._days(text, joint.end())):
                one, other = sorted((first[0], last[0]), key=lambda days: days.first)
                yield _Time(_between(one.first, other.last), last[1], min(one.grain, other.grain))
        for name in ("day_before", "day_after", "day_until", "day_since"):
            if (found := self._words.at(name, text, start)) and (days := self._days(text, _next(text, found.end()))):
                yield _Time(_bounded(name, days[0]), days[1], days[0].grain)
        at = self._words.at("day_at", text, start)
        if days := self._days(text, _next(text, at.end()) if at else start):
            yield _Time(
                _between(days[0].first, days[0].last), days[1], days[0].grain, self._relative(text, start) is not None
            )

    def _last_units(self, text: str, start: int) -> Iterator[_Time]:
        """Spans that reach up to now: "in the last week", "over the past three days", "in the last 24 hours"."""
        last = rf"{self._words.source('last_years')}\s+(?:{self._number}\s+)?"
        for unit in ("hour", "day", "week", "month", "year"):
            found = re.compile(rf"{last}{self._words.source(f'units_{unit}')}\b", re.I).match(text, start)
            if found is None or (found["number"] is None and unit != "hour" and not _has_article(found[0])):
                continue  # "last week" is the week before this one
            count = self._count(found["number"]) if found["number"] else 1
            yield _Time(Added(first=self._ago(count, unit)), found.end(), _GRAINS[unit])

    def _ago(self, count: int, unit: str) -> str:
        now = self._now()
        if unit == "hour":
            return (now - timedelta(hours=count)).isoformat(timespec="seconds")
        if unit in ("day", "week"):
            return str(now.date() - timedelta(count * (DAYS_OF_A_WEEK if unit == "week" else 1)))
        return str(_months_before(now.date(), count * (MONTHS_OF_A_YEAR if unit == "year" else 1)))

    # Days that are named

    def _days(self, text: str, start: int) -> tuple[_Days, int] | None:
        """The days that a text names from a place on, and where it ends."""
        readings = (self._relative, self._ago_said, self._weekday, self._dated)
        return next((found for reading in readings if (found := reading(text, start)) is not None), None)

    def _relative(self, text: str, start: int) -> tuple[_Days, int] | None:
        today = self._now().date()
        monday = today - timedelta(today.weekday())
        month, year = today.replace(day=1), today.replace(month=1, day=1)
        named = (
            _Days(today, today),
            _Days(today - timedelta(1), today - timedelta(1)),
            _Days(monday, monday + timedelta(6)),
            _Days(monday - timedelta(7), monday - timedelta(1)),
            _Days(month, _end_of_month(month), _Grain.MONTH),
            _Days(_months_before(month, 1), month - timedelta(1), _Grain.MONTH),
            _Days(year, year.replace(month=12, day=31), _Grain.YEAR),
            _Days(year.replace(year=year.year - 1), year - timedelta(1), _Grain.YEAR),
        )
        days_by_name = zip(_NAMED_DAYS, named, strict=True)
        return next(
            ((days, at.end()) for name, days in days_by_name if (at := self._words.at(name, text, start))), None
        )

    def _ago_said(self, text: str, start: int) -> tuple[_Days, int] | None:
        for unit in ("day", "week", "month", "year"):
            pattern = rf"(?:{self._number}|an?)\s+{self._words.source(f'units_{unit}')}\s+{self._words.source('ago')}"
            if found := re.compile(pattern, re.I).match(text, start):
                day = date.fromisoformat(self._ago(self._count(found["number"]) if found["number"] else 1, unit))
                return _Days(day, day, _GRAINS[unit]), found.end()
        return None

    def _weekday(self, text: str, start: int) -> tuple[_Days, int] | None:
        """A day of the week, the last one before today."""
        pattern = rf"(?:{self._words.source('last_ones')}\s+)?(?P<name>{self._words.source('weekdays')})\b"
        found = re.compile(pattern, re.I).match(text, start)
        if found is None:
            return None
        today, number = self._now().date(), self._words.words("weekdays").index(found["name"].lower())
        back = (today.weekday() - number - 1) % DAYS_OF_A_WEEK + 1
        day = today - timedelta(back)
        return _Days(day, day), found.end()

    def _dated(self, text: str, start: int) -> tuple[_Days, int] | None:
        """A date: "20 November", "November 20th, 2026", "2026-11-20", "November 2026", "2026"."""
        month = rf"(?P<month>{self._words.source('months')})\b\.?"
        day, year = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\b", r"(?:,?\s+(?P<year>20\d\d)\b)?"
        for pattern in (
            rf"(?:the\s+)?{day}\.?\s+(?:of\s+)?{month}{year}",
            rf"{month}\s+(?:the\s+)?{day}{year}",
            r"(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b",
            rf"{month}{year}",
            r"(?P<year>20\d\d)\b",
        ):
            if (found := re.compile(pattern, re.I).match(text, start)) and (days := self._of_date(found.groupdict())):
                return days, found.end()
        return None

    def _of_date(self, said: dict[str, str | None]) -> _Days | None:
        """The days of a date; without a year, the last such days that have begun. None for a date that is none."""
        today = self._now().date()
        year = int(said["year"] or today.year)
        if not (month_said := said.get("month")):
            return _Days(date(year, 1, 1), date(year, 12, 31), _Grain.YEAR)
        month = int(month_said) if month_said.isdigit() else self._month(month_said)
        day = int(said.get("day") or 1)
        try:
            first = date(year, month, day)
            first = date(year - 1, month, day) if first > today and not said["year"] else first
        except ValueError:
            return None
        return _Days(first, first) if said.get("day") else _Days(first, _end_of_month(first), _Grain.MONTH)

    def _month(self, name: str) -> int:
        """The number of a month by its name or short name, which stand in the list one year after the other."""
        return self._words.words("months").index(name.lower()) % MONTHS_OF_A_YEAR + 1

    def _count(self, text: str) -> int:
        return int(text) if text.isdigit() else self._words.words("number_words").index(text.lower()) + 1


def _between(first: date, last: date) -> Added:
    return Added(str(first), str(last))


def _bounded(name: str, days: _Days) -> Added:
    """The time that lies before, after, up to or from some days on."""
    if name == "day_before":
        return Added(last=str(days.first - timedelta(1)))
    if name == "day_after":
        return Added(first=str(days.last + timedelta(1)))
    return Added(last=str(days.last)) if name == "day_until" else Added(first=str(days.first))


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _months_before(day: date, count: int) -> date:
    months = day.year * MONTHS_OF_A_YEAR + day.month - 1 - count
    year, month = divmod(months, MONTHS_OF_A_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _has_article(text: str) -> bool:
    return re.search(r"\bthe\b", text, re.I) is not None


def _next(text: str, position: int) -> int:
    found = re.compile(r"\s*").match(text, position)
    return found.end() if found else position
