"""Filters: which papers a question may be answered from."""

from __future__ import annotations

from dataclasses import dataclass, replace

from assistant.query.plan import And, Condition, Years
from ingest.index.literal import fold
from ingest.papers import Paper


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions that a paper must meet, all of them; an empty one lets every paper through.

    `facets` are (facet, value) pairs such as ("modality in", "video"), as learned at ingest. `author` is words of one
    author's name, `venue` a part of the venue's.
    """

    paper_ids: frozenset[str] = frozenset()
    first_year: int | None = None
    last_year: int | None = None
    has_code: bool = False
    facets: frozenset[tuple[str, str]] = frozenset()
    author: str = ""
    venue: str = ""

    def admit(self, paper: Paper, facets: frozenset[tuple[str, str]] = frozenset()) -> bool:
        """Whether a paper with these facets meets every condition; an unknown year meets none on years."""
        return (
            (not self.paper_ids or paper.id in self.paper_ids)
            and (self.first_year is None or (paper.year is not None and paper.year >= self.first_year))
            and (self.last_year is None or (paper.year is not None and paper.year <= self.last_year))
            and (not self.has_code or paper.code_url is not None)
            and self.facets <= facets
            and (not self.author or any(_has_name(author, self.author) for author in paper.authors))
            and (not self.venue or fold(self.venue) in fold(paper.venue or ""))
        )

    def __bool__(self) -> bool:
        return self != Filters()


def _has_name(author: str, asked: str) -> bool:
    """Whether every word of the asked name stands in an author's name."""
    words = fold(author).replace(",", " ").split()
    return all(word in words for word in fold(asked).replace(",", " ").split())


def narrowed(filters: Filters, condition: Condition | None) -> Filters:
    """The filters with the years that a question puts on all of its papers; those that were set stay."""
    parts = condition.parts if isinstance(condition, And) else (condition,)
    years = [part for part in parts if isinstance(part, Years)]
    firsts = [year for year in (filters.first_year, *(part.first for part in years)) if year is not None]
    lasts = [year for year in (filters.last_year, *(part.last for part in years)) if year is not None]
    return replace(filters, first_year=max(firsts, default=None), last_year=min(lasts, default=None))
