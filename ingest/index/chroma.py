"""Chroma on disk: clients opened and closed one at a time, collections made and read, its errors as ours.

A store holds two collections, of the windows and of the sentences of every paper. They are named after the model and
the scheme, so that vectors of different makers never meet. The first window of a paper also carries the paper's record
and what was learned about it.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import chromadb
from chromadb.api.client import Client
from chromadb.api.collection_configuration import CreateHNSWConfiguration
from chromadb.api.types import Include, Metadata
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaError

from ingest.embedding.base import Vector
from ingest.errors import IndexStoreError
from ingest.index.manifest import Manifest, mend
from ingest.index.records import paper_to_json, profile_to_json
from ingest.index.types import Entry
from ingest.passages import Level, Passage

# Chroma refuses more records in one write (5,461 as built); fewer keep its lists short.
WRITE_BATCH = 2_000
READ_BATCH = 10_000

# The nearest passages are found by a graph search that looks at this many at least: on abstracts, 200 loses
# next to nothing against looking at all of them.
SEARCH_BREADTH = 200
BUILD_BREADTH = 100

# Chroma keeps one register of open folders for the whole process, and does not guard it: two threads that open or
# close at the same moment take each other's store away.
_OPENING = threading.Lock()

# What SQLite says, through Chroma, where the index itself is as it should be.
_KNOWN_TROUBLES = {
    "readonly database": "may not be written to, which its database needs even to be read: copy it",
    "database is locked": "is held by another program: close that, or wait until it is done",
}

# On a disk with less than this many bytes left, that is why a write failed, whatever Chroma says.
_LEAST_ROOM = 16 * 1024 * 1024


def make_collections(store: Path, manifest: Manifest) -> None:
    """Make the two empty collections of a store."""
    breadths = CreateHNSWConfiguration(space="cosine", ef_search=SEARCH_BREADTH, ef_construction=BUILD_BREADTH)
    with client_of(store) as client:
        for level in Level:
            client.create_collection(
                collection_name(level, manifest), embedding_function=None, configuration={"hnsw": breadths}
            )


def open_client(store: Path) -> Client:
    """A client over a store's folder; one thread at a time may open or close one."""
    settings = ChromaSettings(anonymized_telemetry=False)
    with _OPENING:
        return cast(Client, chromadb.PersistentClient(str(store), settings=settings))


def close_client(client: Client) -> None:
    """Let go of a store's files."""
    with _OPENING:
        client.close()


@contextmanager
def client_of(store: Path) -> Iterator[Client]:
    """A client over a store, closed at the end."""
    client = open_client(store)
    try:
        yield client
    finally:
        close_client(client)


@contextmanager
def translated(folder: Path) -> Iterator[None]:
    """The one place where Chroma's and SQLite's errors become ours."""
    try:
        yield
    except (ChromaError, sqlite3.Error) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise IndexStoreError(f"the index at {folder} {_advice(reason, folder)}") from error
    except OSError as error:
        raise IndexStoreError(f"cannot use the index at {folder}: {error.strerror or error}") from error


def _advice(reason: str, folder: Path) -> str:
    if shutil.disk_usage(folder).free < _LEAST_ROOM:
        return "has no room left on its disk: make room, and run the same command again"
    known = (advice for words, advice in _KNOWN_TROUBLES.items() if words in reason)
    return next(known, f"cannot be used ({reason}): {mend(folder)}")


def collection_name(level: Level, manifest: Manifest) -> str:
    """The collection of one level, by model, fingerprint and scheme."""
    model = re.sub(r"[^A-Za-z0-9]+", "-", manifest.model).strip("-")[-80:]
    return f"{level}s-{model}-{manifest.fingerprint[:8]}-{manifest.scheme}"


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a Chroma collection; its text is a stretch of its paper's abstract, and not kept once more."""

    passage: Passage
    vector: Vector
    metadata: dict[str, str | bool]


def rows_of(entry: Entry, level: Level) -> Iterator[Row]:
    """The records of one paper for the collection of one level."""
    for number, (window, embedded) in enumerate(zip(entry.windows, entry.embedded, strict=True)):
        if level is Level.SENTENCE:
            for passage, vector in zip(window.sentences, embedded.parts, strict=True):
                yield Row(passage, vector, {"paper": passage.paper_id})
        else:
            metadata: dict[str, str | bool] = {"paper": entry.paper.id, "first": number == 0}
            if number == 0:
                metadata |= {"record": paper_to_json(entry.paper), "profile": profile_to_json(entry.profile)}
            yield Row(window.passage, embedded.whole, metadata)


def first_windows(windows: chromadb.Collection, include: Include) -> list[Metadata]:
    """What is kept beside the first window of every paper, in the order they were added; empty if not included."""
    found: list[Metadata] = []
    while True:
        page = windows.get(where={"first": True}, include=include, limit=READ_BATCH, offset=len(found))
        found.extend(page["metadatas"] or [{}] * len(page["ids"]))
        if len(page["ids"]) < READ_BATCH:
            return found


def of_papers(paper_ids: frozenset[str] | None) -> Any:
    """Chroma's condition for the passages of these papers; no condition for None."""
    return None if paper_ids is None else {"paper": {"$in": sorted(paper_ids)}}


def only(rows: Any) -> Any:
    """The answer to the only query of a batch."""
    return rows[0] if rows else []
