"""Charts of the library: papers a year, how many have each value of each facet, and what datasets hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from math import log10

from assistant.ui.base import texts
from assistant.ui.library.catalogue import Catalogue, choice_of
from assistant.ui.library.sizes import sizes_of

# More bars than this are a list, not a chart.
MOST_BARS = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """A value and how many there are, as a length and in words.

    A click narrows the library to the facet's value in `choice`, or opens `paper_id`, where one of them is given.
    """

    label: str
    length: float
    words: str
    choice: str = ""
    paper_id: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars under one title."""

    title: str
    bars: tuple[Bar, ...]
    hint: str = ""

    @property
    def longest(self) -> float:
        """The length of the longest bar."""
        return max(bar.length for bar in self.bars)


def charts_of(catalogue: Catalogue) -> tuple[Chart, ...]:
    """All charts of a library; none where it has no papers."""
    facets = groupby(catalogue.trait_counts.items(), key=lambda entry: entry[0][0])
    charts = [Chart(texts.PAPERS_A_YEAR, _years(catalogue))]
    charts += [
        Chart(
            _title(facet), tuple(_counted(value, n, choice_of((facet, value))) for (_, value), n in entries)[:MOST_BARS]
        )
        for facet, entries in facets
    ]
    charts.append(Chart(texts.DATASET_SIZES, _sizes(catalogue), texts.SIZES_HINT))
    return tuple(chart for chart in charts if chart.bars)


def _years(catalogue: Catalogue) -> tuple[Bar, ...]:
    counts = Counter(paper.year for paper in catalogue.papers if paper.year)
    return tuple(_counted(str(year), counts[year]) for year in sorted(counts)[-MOST_BARS:])


def _title(facet: str) -> str:
    return str(texts.CHART_TITLES.get(facet, facet.capitalize()))


def _counted(label: str, count: int, choice: str = "") -> Bar:
    return Bar(label, count, f"{count:,}", choice)


def _sizes(catalogue: Catalogue) -> tuple[Bar, ...]:
    # Datasets differ by factors of a thousand: only their numbers of digits can stand beside each other.
    return tuple(
        Bar(size.name, log10(size.count), size.words, paper_id=size.paper_id)
        for size in sizes_of(catalogue)[:MOST_BARS]
    )
