"""Vectors on a Chroma server: the collections of a segment, shared by every process that reads the index.

Where `FOOTNOTE_CHROMA_URL` names a server, a segment that is written has its two collections there, and in its folder
`served.json`, which names them, instead of Chroma's files. All else stays in the folder and counts by its manifest: a
process that follows the manifest asks for the collections that belong to it. Collections never change; they are
deleted with their segment's folder. What a killed writer left behind is named by its draft, and goes with that.

With `FOOTNOTE_CHROMA_API_KEY` the server is taken for Chroma Cloud and its quotas are kept: shorter writes, and shorter
lists of nearest vectors.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import chromadb
import httpx
import numpy as np
from chromadb.api import ClientAPI
from chromadb.config import Settings as ChromaSettings
from chromadb.errors import ChromaAuthError, ChromaError, NotFoundError
from dotenv import dotenv_values

from ingest.embedding.base import Matrix, Vector
from ingest.errors import IndexStoreError
from ingest.index.arrays import Rows
from ingest.index.chroma import (
    WRITE_BATCH,
    ChromaReader,
    Numbers,
    Similarities,
    build_chroma,
    extend_chroma,
    settings_of,
)
from ingest.index.manifest import SegmentEntry
from ingest.index.segments import CHROMA, SERVED
from ingest.passages import Level

URL, KEY = "FOOTNOTE_CHROMA_URL", "FOOTNOTE_CHROMA_API_KEY"

# What Chroma Cloud takes in one write and gives in one answer, as its documentation has it.
CLOUD_RECORDS = 300
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class ChromaServer:
    """A Chroma server that is reached by HTTP; connected to at the first use. Safe for threads."""

    url: str
    key: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock, compare=False, repr=False)
    _open: list[ClientAPI] = field(default_factory=list, compare=False, repr=False)

    @property
    def most(self) -> int:
        """How many records it gives in one answer."""
        return CLOUD_RECORDS if self.key else sys.maxsize

    def client(self) -> ClientAPI:
        """The connection to the server."""
        with self._lock:
            if not self._open:
                self._open.append(_connected(self.url, self.key))
            return self._open[0]

    @contextmanager
    def translated(self) -> Iterator[None]:
        """The server's and the network's errors as ours; those of the caller's own calls pass."""
        try:
            yield
        except NotFoundError:
            raise
        except ChromaAuthError as error:
            raise IndexStoreError(
                f"the Chroma server at {self.url} refuses the key: set {KEY} to a valid one"
            ) from error
        except ChromaError as error:
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise IndexStoreError(f"the Chroma server at {self.url} cannot do its part ({reason})") from error
        except (httpx.HTTPError, ValueError) as error:
            raise IndexStoreError(
                f"the Chroma server at {self.url} cannot be reached: start it, or set {URL} to its address"
            ) from error


def named_server() -> ChromaServer | None:
    """The server that the environment or the file `.env` names; None where neither does."""
    kept = dotenv_values(Path(".env")) if Path(".env").is_file() else {}
    url, key = (os.environ.get(name) or kept.get(name) or "" for name in (URL, KEY))
    return _server_at(url.rstrip("/"), key) if url else None


@cache
def _server_at(url: str, key: str) -> ChromaServer:
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname or parts.path:
        raise IndexStoreError(f"{URL}={url!r} is no server's address: write it like http://127.0.0.1:8000")
    return ChromaServer(url, key)


def _connected(url: str, key: str) -> ClientAPI:
    parts = urlsplit(url)
    host, port, secure = parts.hostname or "", parts.port or _PORTS[parts.scheme], parts.scheme == "https"
    settings = ChromaSettings(anonymized_telemetry=False)
    if key:
        return chromadb.CloudClient(api_key=key, settings=settings, cloud_host=host, cloud_port=port, enable_ssl=secure)
    return chromadb.HttpClient(host, port, secure, settings=settings)


def keep_vectors(draft: Path, vectors: Mapping[Level, Rows], base: Path | None = None) -> None:
    """Put the vectors of a segment that is being written into Chroma: on the server, if one is named, else beside it.

    `base` is the folder of a segment whose own vectors, kept beside it, are the first of these.
    """
    server = named_server()
    if server is not None:
        _serve(draft, vectors, server)
    elif base is not None:
        extend_chroma(base / CHROMA, draft / CHROMA, vectors)
    else:
        build_chroma(draft / CHROMA, vectors)


def _serve(draft: Path, vectors: Mapping[Level, Rows], server: ChromaServer) -> None:
    stem = f"footnote-{uuid.uuid4().hex}"
    (draft / SERVED).write_text(json.dumps({"collections": stem}) + "\n", encoding="utf-8")  # first: see the module
    with server.translated():
        client = server.client()
        size = min(WRITE_BATCH, server.most, client.get_max_batch_size())
        for level, rows in vectors.items():
            settings: Any = settings_of(len(rows))
            collection = client.create_collection(f"{stem}-{level}s", embedding_function=None, configuration=settings)
            for first in range(0, len(rows), size):
                batch = rows[first : first + size].astype(np.float32)
                collection.add(ids=[str(row) for row in range(first, first + len(batch))], embeddings=batch)
            if len(rows):  # the server takes what came into its graph when it is first asked: let us wait for that
                collection.query(query_embeddings=rows[0:1].astype(np.float32), n_results=1, include=[])


def reader_for(folder: Path, entry: SegmentEntry) -> ChromaReader | ServedReader | None:
    """What searches the vectors of a segment's folder; None where they are in no Chroma yet.

    IndexStoreError where they are on a server and none is named.
    """
    if not entry.has_chroma:
        return None
    if not (folder / SERVED).exists():
        return ChromaReader(folder / CHROMA, [file for file in entry.files if file.name.startswith(f"{CHROMA}/")])
    server = named_server()
    if server is None:
        raise IndexStoreError(
            f"the vectors of {folder.parent} are on a Chroma server: set {URL} to its address, or bring them back with "
            f"`python -m ingest repair --index {folder.parent}`"
        )
    return ServedReader(folder, server)


class ServedReader:
    """The vectors of one segment, searched by a Chroma server. Safe for threads."""

    def __init__(self, folder: Path, server: ChromaServer) -> None:
        self._folder = folder
        self._server = server
        self._collections: dict[Level, chromadb.Collection] = {}
        self.most = server.most

    def nearest(self, vector: Vector, level: Level, count: int) -> tuple[Numbers, Similarities]:
        """The `count` rows nearest to a unit vector and their similarities, best first; at most as many as it gives.

        FileNotFoundError where a writer has replaced the segment.
        """
        with self._answering():
            found = self._collection(level).query(
                query_embeddings=vector[np.newaxis], n_results=min(count, self.most), include=["distances"]
            )
        distances: Any = found["distances"]
        return np.array(found["ids"][0], dtype=np.int64), 1.0 - np.array(distances[0], dtype=np.float32)

    def vectors(self, level: Level, count: int) -> Matrix:
        """The vectors of the rows 0 to `count`, of shape (count, dimensions)."""
        size = min(WRITE_BATCH, self.most)
        parts = []
        with self._answering():
            collection = self._collection(level)
            if collection.count() != count:
                raise IndexStoreError(
                    f"{collection.name} on {self._server.url} has not the {count} vectors that it should"
                )
            for first in range(0, count, size):
                ids = [str(row) for row in range(first, min(first + size, count))]
                found = collection.get(ids=ids, include=["embeddings"])
                order = np.argsort(np.array(found["ids"], dtype=np.int64))
                parts.append(np.asarray(found["embeddings"], dtype=np.float32)[order])
        return np.concatenate(parts)

    def is_whole(self, counts: Mapping[Level, int]) -> bool:
        """Whether the server has so many vectors of each level."""
        with self._server.translated():
            try:
                return all(self._collection(level).count() == count for level, count in counts.items())
            except NotFoundError:
                return False

    def close(self) -> None:
        """Nothing is held."""

    def _collection(self, level: Level) -> chromadb.Collection:
        if level not in self._collections:
            name = f"{_stem(self._folder)}-{level}s"
            self._collections[level] = self._server.client().get_collection(name, embedding_function=None)
        return self._collections[level]

    @contextmanager
    def _answering(self) -> Iterator[None]:
        with self._server.translated():
            try:
                yield
            except NotFoundError as error:
                if not self._folder.exists():
                    raise FileNotFoundError(self._folder) from error
                raise IndexStoreError(
                    f"the Chroma server at {self._server.url} has not the vectors of {self._folder}: "
                    f"put them there with `python -m ingest repair --index {self._folder.parent}`"
                ) from error


def _stem(folder: Path) -> str:
    return str(json.loads((folder / SERVED).read_text(encoding="utf-8"))["collections"])


def forget_served(folder: Path) -> None:
    """Delete the collections of a segment that is about to go; what cannot be reached stays, and does no harm."""
    with suppress(IndexStoreError, OSError, ValueError, KeyError):
        stem, server = _stem(folder), named_server()
        if server is None:
            return
        with server.translated():
            for level in Level:
                with suppress(NotFoundError):
                    server.client().delete_collection(f"{stem}-{level}s")
