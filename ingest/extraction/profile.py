"""What is learned about a paper at ingest: its names, its facets with the words that say so, and what gives orders."""

from __future__ import annotations

from dataclasses import dataclass

from ingest.passages import Span


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a paper's title or abstract; `introduced` if this paper brings it, else it only uses it."""

    text: str
    introduced: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """One trait of a paper, such as ("modality in", "video"), and the words it rests on.

    `quote == paper.abstract[start:end]`, or the title with `start == end == -1`.
    """

    name: str
    value: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Profile:
    """The names and facets of one paper, and the (start, end) of its sentences that give orders (`ingest.text`)."""

    names: tuple[Name, ...] = ()
    facets: tuple[Facet, ...] = ()
    orders: tuple[Span, ...] = ()

    @property
    def introduced(self) -> tuple[str, ...]:
        """The names that this paper introduces, in order of mention."""
        return tuple(name.text for name in self.names if name.introduced)

    @property
    def traits(self) -> frozenset[tuple[str, str]]:
        """The facets as (name, value) pairs, as filters use them."""
        return frozenset((facet.name, facet.value) for facet in self.facets)
