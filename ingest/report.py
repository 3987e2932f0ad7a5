"""The report: what a run of ingestion did, as `--json` prints it."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.deduplication import Merge
from ingest.papers import Refusal


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What a run did: ids of the papers added, updated, unchanged and removed; records refused or merged; counts.

    `kept_out` are ids of papers that a reader had removed, and that a source still gives.
    """

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()
    papers: int = 0
    passages: int = 0
    seconds: float = 0.0
    merged: tuple[Merge, ...] = ()
    kept_out: tuple[str, ...] = ()
