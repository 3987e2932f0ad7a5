"""What goes into an index and what comes out of it, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.embedding.base import Embedded, Matrix
from ingest.extraction.profile import Profile
from ingest.papers import Paper
from ingest.passages import Passage, Window


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper on its way into the index: what was learned, its windows, and the vectors of each window."""

    paper: Paper
    profile: Profile
    windows: tuple[Window, ...]
    embedded: tuple[Embedded, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """A passage near a vector, with its cosine similarity (-1 to 1)."""

    passage: Passage
    similarity: float


@dataclass(frozen=True, slots=True)
class Vectors:
    """Passages of one level with their unit vectors, `matrix[i]` that of `passages[i]`.

    `roles`, where it was asked for, has each sentence's probabilities of `ingest.extraction.roles.ROLES`.
    """

    passages: tuple[Passage, ...]
    matrix: Matrix
    roles: Matrix | None = None
