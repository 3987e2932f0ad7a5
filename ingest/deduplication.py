"""Deduplication: every paper once, whatever sources it comes from, and a line for each record that was merged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import count

from ingest.identifiers import slug
from ingest.identity import (
    Scheme,
    aliases_under,
    family_key,
    identifiers_of,
    names_of_record,
    sameness,
    united,
    work_key,
)
from ingest.papers import Paper, Refusal
from ingest.sources.found import Found
from ingest.text.tidy import shortened


@dataclass(frozen=True, slots=True)
class Merge:
    """A record of a paper that was there already: where it stood, the paper's id, and what was made of the two."""

    source: str
    line: int
    paper_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """The papers of all sources, each once and at its first place; what was refused and merged on the way."""

    found: tuple[Found, ...]
    refused: tuple[Refusal, ...] = ()
    merged: tuple[Merge, ...] = ()

    @property
    def papers(self) -> tuple[Paper, ...]:
        """The papers alone."""
        return tuple(each.paper for each in self.found)


@dataclass(frozen=True, slots=True)
class Update:
    """A paper that says other than before, and the ids under which it stands in the index now (several were one)."""

    paper: Paper
    replaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What the papers of the sources are to those of the index."""

    added: tuple[Paper, ...]
    updated: tuple[Update, ...]
    unchanged: tuple[str, ...]
    untouched: tuple[Paper, ...]
    merged: tuple[Merge, ...]

    papers_of_sources: tuple[Paper, ...]
    homes: tuple[tuple[str, str, str], ...] = ()
    """Of each record that came: its origin, its key there, and the id of the paper that it is of."""

    @property
    def papers(self) -> tuple[Paper, ...]:
        """All papers that the index will hold when it is made anew of these."""
        return (*self.papers_of_sources, *self.untouched)


def gather(records: Iterable[Found | Refusal]) -> Gathered:
    """Each paper once. Of two records of one paper the first is kept; the second fills in what it does not say."""
    catalogue = _Catalogue()
    refused: list[Refusal] = []
    for record in records:
        if isinstance(record, Refusal):
            refused.append(record)
        else:
            catalogue.take(record)
    found = tuple(entry.found for entry in catalogue.entries() if entry.found)
    return Gathered(found, tuple(refused), tuple(catalogue.merged))


def reconcile(gathered: Gathered, held: Sequence[Paper]) -> Reconciled:
    """Tell the papers of the sources from those held: new, changed or as they were; what is held keeps its id."""
    catalogue = _Catalogue()
    for paper in held:
        catalogue.enter(_Entry(paper, held=(paper,)))
    for found in gathered.found:
        catalogue.take(found)
    taken = [entry for entry in catalogue.entries() if entry.found]
    known = [entry for entry in taken if entry.held]
    return Reconciled(
        added=tuple(entry.paper for entry in taken if not entry.held),
        updated=tuple(Update(entry.paper, _ids(entry.held)) for entry in known if not entry.is_unchanged),
        unchanged=tuple(entry.paper.id for entry in known if entry.is_unchanged),
        untouched=tuple(entry.paper for entry in catalogue.entries() if not entry.found),
        merged=(*gathered.merged, *catalogue.merged),
        papers_of_sources=tuple(entry.paper for entry in taken),
        homes=tuple((*record, each.paper.id) for each in taken if each.found for record in each.found.records),
    )


def papers_called(name: str, papers: Iterable[Paper]) -> tuple[Paper, ...]:
    """The papers of this id; if there is none, all that have it as an alias."""
    papers = tuple(papers)
    return tuple(paper for paper in papers if paper.id == name) or tuple(p for p in papers if name in p.aliases)


def _ids(papers: Iterable[Paper]) -> tuple[str, ...]:
    return tuple(paper.id for paper in papers)


@dataclass(slots=True)
class _Entry:
    """A paper of the catalogue: the place it was first found at in this run, and what the index held of it before."""

    paper: Paper
    found: Found | None = None
    held: tuple[Paper, ...] = ()

    @property
    def is_unchanged(self) -> bool:
        return self.held == (self.paper,)


_Key = tuple[Scheme | None, str]


@dataclass(slots=True)
class _Catalogue:
    """Papers in order, found by their identifiers and titles. Every paper has a name (`id`) of its own."""

    merged: list[Merge] = field(default_factory=list)
    _entries: dict[int, _Entry] = field(default_factory=dict)
    _by_key: defaultdict[_Key, list[int]] = field(default_factory=lambda: defaultdict(list))
    _names: set[str] = field(default_factory=set)
    _numbers: Iterator[int] = field(default_factory=count)

    def entries(self) -> Iterator[_Entry]:
        """All of them, in the order in which they came."""
        return iter(self._entries.values())

    def take(self, found: Found) -> None:
        """Enter a paper that was found, or make one of it and of what is there of the same paper."""
        twins = self._twins_of(found.paper)
        if not twins:
            self.enter(_Entry(found.paper, found))
            return
        entries = [self._entries[number] for number in twins]
        entry = _joined(found, entries)
        for number in list(twins)[1:]:
            self._leave(number)
        self._leave(next(iter(twins)), keep=True)
        self.enter(entry, next(iter(twins)))
        self.merged.extend(_told(found, entry, entries, next(iter(twins.values()))))

    def enter(self, entry: _Entry, number: int | None = None) -> None:
        """Put a paper in, under a name that no other has."""
        place = next(self._numbers) if number is None else number
        entry.paper = self._named(entry.paper)
        if entry.found:
            entry.found = replace(entry.found, paper=entry.paper)
        self._entries[place] = entry
        self._names.add(entry.paper.id)
        for key in _keys(entry.paper):
            self._by_key[key].append(place)

    def _twins_of(self, paper: Paper) -> dict[int, str]:
        """The numbers of the entries that are the same paper, each with what makes them so."""
        near = sorted({number for key in _keys(paper) for number in self._by_key.get(key, ())})
        reasons = {number: sameness(self._entries[number].paper, paper) for number in near}
        return {number: reason for number, reason in reasons.items() if reason}

    def _leave(self, number: int, keep: bool = False) -> None:
        paper = self._entries[number].paper
        self._names.discard(paper.id)
        for key in _keys(paper):
            self._by_key[key].remove(number)
        if not keep:
            del self._entries[number]

    def _named(self, paper: Paper) -> Paper:
        """The paper under its own id, or if another has that, under one made from title, year and author."""
        if paper.id not in self._names:
            return paper
        name = next(name for name in _other_names(paper) if name not in self._names)
        renamed = replace(paper, id=name)
        return replace(renamed, aliases=aliases_under(renamed, (*names_of_record(paper), paper.citation_key)))


def _keys(paper: Paper) -> frozenset[_Key]:
    return frozenset((*identifiers_of(paper), (None, work_key(paper))))


def _other_names(paper: Paper) -> Iterator[str]:
    plain = slug(paper.title)
    yield plain
    dated = f"{plain}-{paper.year}" if paper.year else plain
    yield dated
    named = f"{dated}-{family_key(paper.authors[0])}" if paper.authors else dated
    yield named
    yield from (f"{named}-{number}" for number in count(2))


def _joined(found: Found, entries: Sequence[_Entry]) -> _Entry:
    """One entry of a paper that was found and of all that are the same; of this run's, the first to come leads."""
    before = [entry.paper for entry in entries if entry.found]
    held = [entry.paper for entry in entries if not entry.found]
    first = reduce(united, (*before, found.paper, *held))
    name = first.arxiv_id or first.doi or next((paper.id for paper in (*held, *before)), first.id)
    places = [entry.found for entry in entries if entry.found]
    behind = tuple(paper for entry in entries for paper in entry.held)
    paper = replace(first, id=name)
    paper = replace(paper, aliases=aliases_under(paper, names_of_record(first)))
    records = tuple(dict.fromkeys(record for place in (*places, found) for record in place.records))
    first_place = places[0] if places else found
    also = tuple(record for record in records if record != (first_place.origin, first_place.key))
    return _Entry(paper, replace(first_place, also=also), behind)


def _told(found: Found, entry: _Entry, entries: Sequence[_Entry], reason: str) -> Iterator[Merge]:
    """The line about a merge; none where the index holds the same paper under the same words."""
    losses = ", ".join(_losses(found.paper, entry, entries))
    if losses or any(each.found for each in entries):
        paper, where = entry.paper, _where(entries[0])
        text = f"“{shortened(paper.title)}” is the paper that {where} ({reason})" + (f": {losses}" if losses else "")
        yield Merge(found.source, found.line, paper.id, text)


def _where(entry: _Entry) -> str:
    at = entry.found
    return f"came before, at {at.source}:{at.line}" if at else f"the index holds as {entry.paper.id}"


def _losses(paper: Paper, entry: _Entry, entries: Sequence[_Entry]) -> Iterator[str]:
    """What one of the records said and their union does not."""
    if paper.abstract != entry.paper.abstract:
        yield "its other abstract was passed over"
    elif any(each.paper.abstract != paper.abstract for each in entries):
        yield "its abstract replaces the other"
    if any(work_key(each.paper) != work_key(paper) for each in entries):
        yield f"the titles differ: “{shortened(entries[0].paper.title)}” and “{shortened(paper.title)}”"
    if len(entries) > 1:
        yield f"{len(entries)} records are now one"
