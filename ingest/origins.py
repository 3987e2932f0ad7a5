"""Where papers come from: which source gave which paper of an index, so that `sync` can bring all up to date.

    sources.json    beside the manifest: a line of memory for each source that was read into the index

A paper goes when the last source that gave it has it no more. Papers that came by other ways (the page, an index that
is older than this file) are remembered under no source and stay.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from ingest.deduplication import Reconciled
from ingest.errors import IndexStoreError, SourceError
from ingest.index.beside import LEDGER_NAME, read_lines, write_lines
from ingest.index.snapshots import writable
from ingest.papers import Paper, Refusal
from ingest.sources import SERVICES, ZOTERO, Found, find_papers
from ingest.sources.opening import STANDARD_INPUT

# Papers that no remembered source gave.
_ELSEWHERE = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """A source, what it called each paper (or the paper's id), its version, and digests of what it had refused."""

    location: str
    format: str = ""
    version: int = 0
    papers: Mapping[str, str] = field(default_factory=dict)
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a source gave this time: `is_whole` if nothing broke off, `is_changes` if only what changed since.

    `gone` are keys of records that it says are no more.
    """

    origin: Origin
    records: tuple[Found | Refusal, ...]
    is_whole: bool = True
    is_changes: bool = False
    gone: frozenset[str] = frozenset()


def read_origins(folder: Path) -> dict[str, Origin]:
    """The sources of an index by their location; none where nothing was remembered, or where no folder is."""
    lines = read_lines(folder, LEDGER_NAME)
    try:
        records = json.loads(b"\n".join(lines)) if lines is not None else []
        return {each["location"]: Origin(**{**each, "refused": tuple(each["refused"])}) for each in records}
    except (ValueError, TypeError, KeyError) as error:
        raise IndexStoreError(f"{folder / LEDGER_NAME} cannot be read; delete it, and add the sources anew") from error


def remembered(location: str) -> str:
    """A location as it is found again from any folder; empty for what cannot be read twice."""
    if location == STANDARD_INPUT:
        return _ELSEWHERE
    return location if location.startswith(SERVICES) else str(Path(location).absolute())


def delivered(location: str, format_name: str | None, before: Mapping[str, Origin]) -> Delivery:
    """What a source has now; of one that counts its versions, what changed since it was last read."""
    name = remembered(location)
    known = before.get(name, Origin(name))
    origin = replace(known, format=format_name or known.format)
    if location.startswith(ZOTERO):
        return _from_zotero(location, origin)
    records, is_whole = _read(find_papers(location, origin.format or None), location)
    return Delivery(origin, tuple(_marked(each, name) for each in records), is_whole)


def _from_zotero(location: str, origin: Origin) -> Delivery:
    from ingest.sources.zotero import ZoteroReading

    reading = ZoteroReading(location, origin.version, frozenset(origin.papers))
    records, is_whole = _read(reading.records(), location)
    version = reading.version if is_whole else origin.version
    marked = tuple(_marked(each, origin.location) for each in records)
    gone = reading.gone if is_whole else frozenset()
    return Delivery(replace(origin, version=version), marked, is_whole, origin.version > 0, gone)


def _read(records: Iterable[Found | Refusal], location: str) -> tuple[list[Found | Refusal], bool]:
    """The records, and whether they came to their end; what broke off is a refusal of line 0."""
    read: list[Found | Refusal] = []
    try:
        read.extend(records)  # what came before an error stays
    except SourceError as error:
        return [*read, Refusal(location, 0, str(error))], False
    return read, True


def _marked(record: Found | Refusal, origin: str) -> Found | Refusal:
    return replace(record, origin=origin) if isinstance(record, Found) else record


def read_again(folder: Path) -> None:
    """Let sources that tell what changed tell everything the next time."""
    _write(folder, [replace(origin, version=0) for origin in read_origins(folder).values()])


class Ledger:
    """Keeps the memory of an index up to date while the deliveries are brought in.

    It is written before and after the papers are: what a run that breaks off has brought in is known to be its
    source's. With `removes`, papers that a whole delivery lacks are said to be gone; a source that tells what is gone
    is believed always.
    """

    def __init__(
        self, folder: Path, deliveries: Sequence[Delivery], removes: bool = False, forgets: bool = False
    ) -> None:
        self._folder = folder
        self._deliveries = deliveries
        self._removes = removes
        self._forgets = forgets
        self._final: dict[str, Origin] = {}

    def begin(self, now: Reconciled, held: Sequence[Paper]) -> tuple[str, ...]:
        """Remember what came, and tell which papers no source gives any more."""
        renamed = {old: update.paper.id for update in now.updated for old in update.replaces}
        before = {name: _renamed(origin, renamed) for name, origin in read_origins(self._folder).items()}
        before = self._with_unrecorded(before, now)
        self._final = {} if self._forgets else dict(before)
        for delivery in self._deliveries:
            is_source = any(isinstance(each, Found) for each in delivery.records)
            if delivery.origin.location and (is_source or delivery.origin.location in before):
                self._final[delivery.origin.location] = self._after(delivery, before, now)
        was = {paper for origin in before.values() for paper in origin.papers.values()}
        still = {paper for origin in self._final.values() for paper in origin.papers.values()}
        _write(self._folder, [_both(before.get(name), origin) for name, origin in self._final.items()])
        return tuple(paper.id for paper in held if paper.id in was - still)

    def finish(self) -> None:
        """Let what came count as the state of its sources."""
        _write(self._folder, list(self._final.values()))

    def _with_unrecorded(self, before: dict[str, Origin], now: Reconciled) -> dict[str, Origin]:
        """With the papers that the index held already though no source is known to have given them."""
        known = {paper for origin in before.values() for paper in origin.papers.values()}
        held = {*now.unchanged, *(update.paper.id for update in now.updated)}
        found = {paper_id: paper_id for _, _, paper_id in now.homes if paper_id in held - known}
        elsewhere = before.get(_ELSEWHERE, Origin(_ELSEWHERE))
        return {**before, _ELSEWHERE: replace(elsewhere, papers={**elsewhere.papers, **found})} if found else before

    def _after(self, delivery: Delivery, before: Mapping[str, Origin], now: Reconciled) -> Origin:
        origin = delivery.origin
        old = before.get(origin.location, Origin(origin.location))
        here = {key or paper: paper for name, key, paper in now.homes if name == origin.location}
        refused = {_digest(each) for each in delivery.records if isinstance(each, Refusal)}
        kept: Mapping[str, str] = old.papers
        if delivery.is_changes:
            kept = {key: paper for key, paper in kept.items() if key not in delivery.gone}
        elif self._removes and delivery.is_whole and refused <= set(old.refused):
            kept = {}  # a record that is refused for the first time may be one of the papers that are missing
        told = tuple(sorted(refused if delivery.is_whole and not delivery.is_changes else refused | set(old.refused)))
        return replace(origin, papers={**kept, **here}, refused=told)


def _renamed(origin: Origin, names: Mapping[str, str]) -> Origin:
    return replace(origin, papers={names.get(k, k): names.get(paper, paper) for k, paper in origin.papers.items()})


def _both(old: Origin | None, new: Origin) -> Origin:
    if old is None:
        return replace(new, version=0)
    return replace(new, version=old.version, refused=old.refused, papers={**old.papers, **new.papers})


def _digest(refusal: Refusal) -> str:
    return hashlib.sha256(refusal.reason.encode("utf-8", "replace")).hexdigest()[:12]


def _write(folder: Path, origins: Sequence[Origin]) -> None:
    with writable(folder):
        write_lines(folder, LEDGER_NAME, [json.dumps([asdict(each) for each in origins], ensure_ascii=False).encode()])


def records_of(deliveries: Iterable[Delivery]) -> Iterator[Found | Refusal]:
    """The records of all deliveries."""
    for delivery in deliveries:
        yield from delivery.records
