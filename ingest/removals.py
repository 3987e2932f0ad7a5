"""What a reader took out of an index: kept, so that `sync` does not bring it back.

    removed.json    beside the manifest: the record of each paper that was removed, without its abstract

A paper is known again as everywhere: by its identifiers, or by title with authors and year. Whoever adds it once more,
or says `restore`, takes the removal back; it is then as old as it was.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from ingest.errors import IndexStoreError
from ingest.identity import identifiers_of, sameness, work_key
from ingest.index.arrivals import Arrival, Arrivals
from ingest.index.beside import REMOVALS_NAME, read_lines, write_lines
from ingest.index.records import paper_from_json, paper_to_json
from ingest.index.snapshots import writable
from ingest.papers import Paper, Refusal
from ingest.sources.found import Found


@dataclass(frozen=True, slots=True)
class Removal:
    """A paper that was removed, without its abstract, and when it had come if that is known."""

    paper: Paper
    arrival: Arrival | None = None


class Removals:
    """The removals of an index."""

    def __init__(self, removals: Iterable[Removal] = ()) -> None:
        self.all = tuple(removals)
        self._by_key: defaultdict[object, list[Removal]] = defaultdict(list)
        for removal in self.all:
            for key in _keys(removal.paper):
                self._by_key[key].append(removal)

    def of(self, paper: Paper) -> Removal | None:
        """The removal of a paper; None where it was not removed."""
        near = dict.fromkeys(each for key in _keys(paper) for each in self._by_key.get(key, ()))
        return next((each for each in near if sameness(each.paper, replace(paper, abstract=""))), None)

    def called(self, name: str) -> tuple[Removal, ...]:
        """The removals of papers with this id or alias."""
        return tuple(each for each in self.all if name in (each.paper.id, *each.paper.aliases))

    def passing(self, records: Iterable[Found | Refusal], kept_out: list[str]) -> Iterator[Found | Refusal]:
        """The records of papers that were not removed; the ids of the others are put into `kept_out`."""
        for record in records:
            removal = self.of(record.paper) if isinstance(record, Found) and self.all else None
            if removal is None:
                yield record
            elif removal.paper.id not in kept_out:
                kept_out.append(removal.paper.id)

    def returning(self, papers: Sequence[Paper]) -> dict[str, Removal]:
        """Of these papers those that had been removed, by id."""
        found = {paper.id: self.of(paper) for paper in papers} if self.all else {}
        return {paper_id: removal for paper_id, removal in found.items() if removal is not None}


def _keys(paper: Paper) -> Iterator[object]:
    yield from identifiers_of(paper)
    yield work_key(paper)


def read_removals(folder: Path) -> Removals:
    """The removals of an index; none where nothing was removed."""
    lines = read_lines(folder, REMOVALS_NAME)
    try:
        return Removals(_removal(each) for each in json.loads(b"\n".join(lines))) if lines is not None else Removals()
    except (ValueError, TypeError, KeyError) as error:
        raise IndexStoreError(
            f"{folder / REMOVALS_NAME} cannot be read; delete it, and remove those papers again"
        ) from error


def keep_removed(folder: Path, papers: Sequence[Paper], arrivals: Arrivals) -> None:
    """Remember that papers were removed."""
    before = read_removals(folder)
    again = {removal.paper.id for removal in before.returning(papers).values()}
    fresh = [Removal(replace(paper, abstract=""), arrivals.by_paper.get(paper.id)) for paper in papers]
    _write(folder, [*(each for each in before.all if each.paper.id not in again), *fresh])


def take_back(folder: Path, removals: Iterable[Removal]) -> None:
    """Forget removals."""
    gone = set(removals)
    if gone:
        _write(folder, [each for each in read_removals(folder).all if each not in gone])


def _removal(record: Mapping[str, object]) -> Removal:
    arrival = record["arrival"]
    return Removal(
        paper_from_json(json.dumps(record["paper"])), Arrival(**arrival) if isinstance(arrival, dict) else None
    )


def _write(folder: Path, removals: Sequence[Removal]) -> None:
    records = [
        {"paper": json.loads(paper_to_json(each.paper)), "arrival": asdict(each.arrival) if each.arrival else None}
        for each in removals
    ]
    with writable(folder):
        write_lines(folder, REMOVALS_NAME, [json.dumps(records, ensure_ascii=False).encode()])
