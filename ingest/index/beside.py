"""The files that stand beside the manifest and are not made again from papers: they go where the index goes."""

from __future__ import annotations

LEDGER_NAME = "sources.json"
ARRIVALS_NAME = "added.jsonl"
REMOVALS_NAME = "removed.json"

BESIDE = (LEDGER_NAME, ARRIVALS_NAME, REMOVALS_NAME)
