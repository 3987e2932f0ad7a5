"""Stores of version 0.1: Chroma alone, with each paper's record beside its first window.

Their papers are read from the database itself, without Chroma, so that damaged vectors cannot stand in the way.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from ingest.errors import IndexStoreError
from ingest.index.manifest import mend
from ingest.index.records import paper_from_json
from ingest.papers import Paper

_RECORDS = "SELECT string_value FROM embedding_metadata WHERE key = 'record' ORDER BY id"


def papers_of_old_store(folder: Path) -> tuple[Paper, ...]:
    """The papers of the newest store that can be read; none where there is no store, IndexStoreError if none can."""
    stores = sorted(folder.glob("store-*"), key=lambda path: int(path.name.rpartition("-")[2]), reverse=True)
    reason: Exception | None = None
    for store in stores:
        try:
            return _papers_in(store)
        except (sqlite3.Error, ValueError, KeyError, TypeError, OSError) as error:
            reason = error
    if reason is not None:
        raise IndexStoreError(f"the papers in {stores[0]} cannot be read ({reason}): {mend(folder)}") from reason
    return ()


def drop_old_stores(folder: Path) -> None:
    """Delete the stores of version 0.1, once their papers stand in segments."""
    for store in folder.glob("store-*"):
        shutil.rmtree(store, ignore_errors=True)


def _papers_in(store: Path) -> tuple[Paper, ...]:
    with closing(sqlite3.connect(f"file:{store / 'chroma.sqlite3'}?mode=ro&immutable=1", uri=True)) as database:
        return tuple(paper_from_json(record) for (record,) in database.execute(_RECORDS))
