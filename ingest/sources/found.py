"""What the reading of one record comes to: a paper with the place it was found at, or a refusal of that place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ingest.errors import RecordError
from ingest.papers import Fields, Paper, Refusal, paper_from


@dataclass(frozen=True, slots=True)
class Found:
    """A paper, and the source and line (counted from 1) where its record begins.

    `origin` is the source as it is remembered for the next time, `key` what it calls the record itself; `also` are the
    origins and keys of other records of the same paper.
    """

    paper: Paper
    source: str
    line: int
    origin: str = ""
    key: str = ""
    also: tuple[tuple[str, str], ...] = ()

    @property
    def records(self) -> tuple[tuple[str, str], ...]:
        """Origin and key of every record of the paper."""
        return ((self.origin, self.key), *self.also)


def found_or_refused(source: str, line: int, read: Callable[[], Fields]) -> Found | Refusal:
    """What `read` gives, checked and made a paper; if it is not fit to be one, the refusal that says where and why.

    `read` may raise RecordError itself. This is how one bad record never ends the reading of the others.
    """
    try:
        return Found(paper_from(read()), source, line)
    except RecordError as error:
        return Refusal(source, line, str(error))
