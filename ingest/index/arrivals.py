"""When papers came: the moment at which each paper of an index was first written into it.

    added.jsonl     beside the manifest: a line for each commit that brought papers, with its time in UTC

Lines are only ever appended, and of two that name a paper the later one counts. A paper that is read in again keeps its
date, whatever id it has by then, and so does one that a reader removed and takes back. Papers of an index that is older
than this file have no date, and nothing is said of when they came.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ingest.index.beside import ARRIVALS_NAME, append_lines, read_lines
from ingest.index.snapshots import writable


@dataclass(frozen=True, slots=True)
class Arrival:
    """When a paper was written into an index, and when the run began that brought it: both in UTC, in ISO 8601.

    A run begins after all that went before, whatever the clock says.
    """

    added: str
    run: str


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The arrivals of one index, by paper id; ids of papers that are there no more may stand among them."""

    by_paper: Mapping[str, Arrival] = field(default_factory=dict)

    def added(self, paper_id: str) -> str | None:
        """When a paper was added, such as "2026-11-20T08:30:00+00:00"; None where that is not kept."""
        found = self.by_paper.get(paper_id)
        return found.added if found else None

    def last_of(self, paper_ids: Iterable[str]) -> frozenset[str]:
        """Those of these papers that came with the last run that brought any of them."""
        runs = {paper_id: self.by_paper[paper_id].run for paper_id in paper_ids if paper_id in self.by_paper}
        latest = max(runs.values(), default="")
        return frozenset(paper_id for paper_id, run in runs.items() if run == latest)

    def undated(self, paper_ids: Iterable[str]) -> int:
        """How many of these papers have no date."""
        return sum(paper_id not in self.by_paper for paper_id in paper_ids)


def read_arrivals(folder: Path) -> Arrivals:
    """The arrivals of an index; none where none were kept. IndexStoreError where lines are lost."""
    found: dict[str, Arrival] = {}
    for line in read_lines(folder, ARRIVALS_NAME) or ():
        record = json.loads(line)
        _enter(found, tuple(map(str, record["papers"])), record["added"], record["run"])
    return Arrivals(found)


def _enter(found: dict[str, Arrival], papers: Sequence[str], added: str | None, run: str) -> None:
    for paper_id in papers:
        if added is None:
            found.pop(paper_id, None)
        else:
            found[paper_id] = Arrival(str(added), str(run))


class ArrivalBook:
    """Writes arrivals down while a run goes on.

    `before` tells of a paper under which ids the index held it, `returning` of one that had been removed when it came.
    """

    def __init__(
        self, folder: Path, before: Mapping[str, Sequence[str]], returning: Mapping[str, Arrival | None] | None = None
    ) -> None:
        self._folder = folder
        self._before = before
        self._returning = returning or {}
        self._known = read_arrivals(folder).by_paper
        # The clock may have been set back since the last run; which run is the last one must not depend on it.
        self._run = max([_now(), *(_next_moment(arrival.run) for arrival in self._known.values())])

    def enter(self, paper_ids: Iterable[str]) -> None:
        """Write down that these papers are about to be committed."""
        fresh: list[str] = []
        lines: list[str] = []
        for paper_id in paper_ids:
            if paper_id in self._returning:
                lines.append(_line([paper_id], self._returning[paper_id]))
            elif paper_id not in self._before:
                fresh.append(paper_id)
            elif (kept := self._kept(paper_id)) != self._known.get(paper_id):
                lines.append(_line([paper_id], kept))
        if fresh:
            lines.append(_line(fresh, Arrival(_now(), self._run)))
        if lines:
            self._append(lines)

    def _kept(self, paper_id: str) -> Arrival | None:
        """The first of the dates that a paper was held under; None where one of them is not known."""
        dates = [self._known.get(each) for each in self._before[paper_id]]
        known = [date for date in dates if date is not None]
        return min(known, key=lambda date: date.added) if known and len(known) == len(dates) else None

    def _append(self, lines: Sequence[str]) -> None:
        with writable(self._folder):
            append_lines(self._folder, ARRIVALS_NAME, [line.encode() for line in lines])


def _line(papers: Sequence[str], arrival: Arrival | None) -> str:
    added, run = (arrival.added, arrival.run) if arrival else (None, "")
    return json.dumps({"added": added, "run": run, "papers": list(papers)}, ensure_ascii=False)


def _next_moment(run: str) -> str:
    """The next moment after one that was written down; empty where that cannot be read."""
    try:
        return (datetime.fromisoformat(run) + timedelta(microseconds=1)).isoformat(timespec="microseconds")
    except (ValueError, OverflowError):
        return ""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
