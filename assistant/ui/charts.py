"""Charts of the library: papers a year, and how many have each value of each facet."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from assistant.ui import texts
from assistant.ui.catalogue import Catalogue, choice_of

# More bars than this are a list, not a chart.
MOST_BARS = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """A value and how many papers have it; `choice` narrows the library to them, where it is a facet's."""

    label: str
    count: int
    choice: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars under one title."""

    title: str
    bars: tuple[Bar, ...]

    @property
    def most(self) -> int:
        """The count of the longest bar."""
        return max(bar.count for bar in self.bars)


def charts_of(catalogue: Catalogue) -> tuple[Chart, ...]:
    """All charts of a library; none where it has no papers."""
    facets = groupby(catalogue.trait_counts.items(), key=lambda entry: entry[0][0])
    charts = [Chart(texts.PAPERS_A_YEAR, _years(catalogue))]
    charts += [
        Chart(facet, tuple(Bar(value, n, choice_of((facet, value))) for (_, value), n in entries)[:MOST_BARS])
        for facet, entries in facets
    ]
    return tuple(chart for chart in charts if chart.bars)


def _years(catalogue: Catalogue) -> tuple[Bar, ...]:
    counts = Counter(paper.year for paper in catalogue.papers if paper.year)
    return tuple(Bar(str(year), counts[year]) for year in sorted(counts)[-MOST_BARS:])
