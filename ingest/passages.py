"""The passage: a stretch of an abstract that is indexed, with its place in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much of an abstract a passage holds."""

    WINDOW = "window"  # as many whole sentences as the model reads at once: nearly always the whole abstract
    SENTENCE = "sentence"


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one paper's abstract: `text == paper.abstract[start:end]`."""

    paper_id: str
    start: int
    end: int
    text: str
    level: Level = Level.WINDOW

    @property
    def id(self) -> str:
        """A key that is unique within an index."""
        return f"{self.paper_id}:{self.level}:{self.start}-{self.end}"
