"""A table of papers and questions as a reader sees it: sorted, filtered, some columns hidden, one cell opened."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from assistant.answers import Cell, Citation, Comparison
from assistant.bylines import byline
from assistant.composition.aspects import ASPECTS
from assistant.query.question import MOST_COMPARED
from assistant.ui.base import texts
from assistant.ui.base.templates import rendered
from assistant.ui.chat.source_cards import card_html
from ingest.papers import Paper
from ingest.text.latex import plain_text

# What ties the numbers of the evidence to their card.
GROUP = "table"
# Columns of one's own are offered in these words, beside whatever is typed.
OFFERED = ("Year", *(aspect.label for aspect in ASPECTS), "Venue", "Code")
PAPER = ""
"""The key of the column that names the papers."""

_NUMBER = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class Grid:
    """A table of papers (rows) and questions (columns) with how it is looked at. There were `of` papers to show."""

    whole: Comparison = field(default_factory=lambda: Comparison((), (), ()))
    of: int = 0
    sort: str | None = None
    descending: bool = False
    hidden: frozenset[str] = frozenset()
    query: str = ""
    beside: bool = False
    """Whether the papers stand side by side, each question a row: how a few are compared."""

    @property
    def can_turn(self) -> bool:
        """Whether there are few enough papers to stand side by side."""
        return 0 < len(self.whole.papers) <= MOST_COMPARED

    @cached_property
    def shown(self) -> Comparison:
        """The rows and columns that are seen, in their order: what is exported."""
        columns = [place for place, name in enumerate(self.whole.aspects) if name not in self.hidden]
        rows = self._rows()
        return Comparison(
            tuple(self.whole.aspects[column] for column in columns),
            tuple(self.whole.papers[row] for row in rows),
            tuple(tuple(self.whole.cells[column][row] for row in rows) for column in columns),
        )

    def with_column(self, added: Comparison) -> Grid:
        """This table with the columns of another one over the same papers behind its own; those it has stay."""
        new = [place for place, name in enumerate(added.aspects) if name not in self.whole.aspects]
        whole = Comparison(
            (*self.whole.aspects, *(added.aspects[place] for place in new)),
            self.whole.papers,
            (*self.whole.cells, *(added.cells[place] for place in new)),
        )
        return replace(self, whole=whole, hidden=self.hidden - frozenset(added.aspects))

    def without_column(self, name: str) -> Grid:
        """This table without a column."""
        kept = [place for place, other in enumerate(self.whole.aspects) if other != name]
        whole = Comparison(
            tuple(self.whole.aspects[place] for place in kept),
            self.whole.papers,
            tuple(self.whole.cells[place] for place in kept),
        )
        return replace(self, whole=whole, hidden=self.hidden - {name}, sort=None if self.sort == name else self.sort)

    def sorted_by(self, name: str) -> Grid:
        """This table sorted by a column, turned round if it was sorted by it already."""
        if name != PAPER and name not in self.whole.aspects:
            return self
        return replace(self, sort=name, descending=not self.descending if name == self.sort else False)

    def cited_for(self, paper_id: str) -> list[Citation]:
        """What the cells of a paper rest on, each place once, numbered in the order of the columns."""
        row = next((place for place, paper in enumerate(self.whole.papers) if paper.id == paper_id), None)
        if row is None:
            return []
        cited = (column[row].citation for column in self.whole.cells)
        places = {(c.start, c.end): c for c in cited if c is not None}
        return [replace(citation, number=number) for number, citation in enumerate(places.values(), 1)]

    def _rows(self) -> list[int]:
        words = self.query.casefold().split()
        rows = [row for row in range(len(self.whole.papers)) if self._has(row, words)]
        if self.sort is None:
            return rows
        keys = {row: self._key(row) for row in rows}
        silent = [row for row in rows if keys[row] is None]
        said = sorted((row for row in rows if keys[row] is not None), key=lambda row: keys[row] or (0.0, ""))
        return (said[::-1] if self.descending else said) + silent

    def _key(self, row: int) -> tuple[float, str] | None:
        """What a row is sorted by: numbers before words; None where nothing is stated, which comes last."""
        if self.sort == PAPER:
            return 0.0, plain_text(self.whole.papers[row].title).casefold()
        cell = self.whole.cells[self.whole.aspects.index(self.sort or "")][row]
        if not cell.stated:
            return None
        number = _NUMBER.match(cell.text)
        return (float(number[0].replace(",", "")), "") if number else (float("inf"), cell.text.casefold())

    def _has(self, row: int, words: Sequence[str]) -> bool:
        paper = self.whole.papers[row]
        said = (f"{column[row].text} {_quote(column[row])}" for column in self.whole.cells)
        text = " ".join((plain_text(paper.title), *paper.authors, *said)).casefold()
        return all(word in text for word in words)


def column_name(column: str) -> str:
    """What a column is called on the page: one of our own in the page's language, any other as it was typed."""
    names: Mapping[str, str] = texts.COLUMN_NAMES
    return names.get(column, column)


def grid_html(grid: Grid) -> str:
    """The table, with columns to add."""
    shown = grid.shown
    rows = [(paper, [column[row] for column in shown.cells]) for row, paper in enumerate(shown.papers)]
    missing = [name for name in OFFERED if name.casefold() not in {a.casefold() for a in grid.whole.aspects}]
    return rendered(
        "grid",
        grid=grid,
        shown=shown,
        rows=rows,
        offered=missing,
        hidden=[name for name in grid.whole.aspects if name in grid.hidden],
        byline=byline,
        called=column_name,
    )


def evidence_html(grid: Grid, paper: Paper | None = None, column: str = "") -> str:
    """The card of one paper with all that its cells rest on, the words of this column set off."""
    cited = grid.cited_for(paper.id) if paper else []
    if not paper or not cited:
        return rendered("sources", groups={}, shown=GROUP, scorable=False, hint=texts.TABLE_EVIDENCE_EMPTY)
    active = 0
    if column in grid.whole.aspects:
        cell = grid.whole.cells[grid.whole.aspects.index(column)][grid.whole.papers.index(paper)]
        active = next((c.number for c in cited if cell.citation and c.start == cell.citation.start), 0)
    card = card_html(cited, GROUP, active=active)
    return rendered("sources", groups={GROUP: [card]}, shown=GROUP, scorable=False, hint="")


def _quote(cell: Cell) -> str:
    return cell.citation.quote if cell.citation and not cell.citation.is_of_record else ""
