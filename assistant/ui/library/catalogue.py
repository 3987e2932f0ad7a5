"""The library as a reader looks through it: found by words, narrowed by facets, sorted, a page at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from assistant.ui.base import texts
from assistant.ui.table.paper_choices import has_words
from ingest.papers import Paper
from ingest.text.latex import plain_text

if TYPE_CHECKING:
    from assistant.answering import Assistant

ROWS_A_PAGE = 50
# Different searches of one state of the library whose results are kept in memory.
MOST_REMEMBERED = 32

Trait = tuple[str, str]

_SEPARATOR = ": "  # between the name and the value of a trait, as a choice to narrow by

# What a column sorts by; papers without the value come last in either direction.
_KEYS: Mapping[str, Callable[[Paper], Any]] = {
    "title": lambda paper: plain_text(paper.title).casefold(),
    "author": lambda paper: (paper.first_author or "").casefold(),
    "year": lambda paper: paper.year or 0,
    "code": lambda paper: tuple(field for field, _ in texts.LINKS if getattr(paper, field)),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a reader wants to see, and which papers they have picked."""

    query: str = ""
    traits: frozenset[Trait] = frozenset()
    only_with_code: bool = False
    sort: str = "year"
    descending: bool = True
    page: int = 0
    picked: tuple[str, ...] = ()
    noted: frozenset[str] = frozenset()  # papers whose own notes have the words of the query

    def sorted_by(self, key: str) -> Wish:
        """This wish sorted by a column, turned round if it was sorted by it already; an unknown column is ignored."""
        if key not in _KEYS:
            return self
        descending = not self.descending if key == self.sort else key == "year"
        return replace(self, sort=key, descending=descending, page=0)

    def with_toggled(self, paper_id: str) -> Wish:
        """This wish with a paper picked, or no longer picked."""
        others = tuple(picked for picked in self.picked if picked != paper_id)
        return replace(self, picked=others if paper_id in self.picked else (*others, paper_id))


@dataclass(frozen=True, slots=True)
class Item:
    """A paper of the catalogue with its traits."""

    paper: Paper
    traits: frozenset[Trait]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of the catalogue: its rows, how many papers fit the wish, and how many pages they fill."""

    rows: tuple[Item, ...]
    total: int
    page: int
    pages: int


class Catalogue:
    """All papers with their traits, as the index holds them now."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.papers = assistant.papers()
        self._remembered: dict[Wish, tuple[Item, ...]] = {}

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every paper with its traits, in the index's order."""
        return tuple(Item(paper, self._traits(paper.id)) for paper in self.papers)

    @cached_property
    def trait_counts(self) -> Mapping[Trait, int]:
        """Every trait and how many papers have it, in order of facet and count."""
        counts = Counter(trait for item in self.items for trait in item.traits)
        return dict(sorted(counts.items(), key=lambda entry: (entry[0][0], -entry[1], entry[0][1])))

    def sheet(self, wish: Wish) -> Sheet:
        """The page of papers that fits a wish."""
        fitting = self._fitting(replace(wish, page=0, picked=()))
        pages = max(1, -(-len(fitting) // ROWS_A_PAGE))
        page = min(max(wish.page, 0), pages - 1)
        return Sheet(fitting[page * ROWS_A_PAGE : (page + 1) * ROWS_A_PAGE], len(fitting), page, pages)

    def fitting(self, wish: Wish) -> list[Paper]:
        """All papers that fit a wish, in its order."""
        return [item.paper for item in self._fitting(replace(wish, page=0, picked=()))]

    def _fitting(self, wish: Wish) -> tuple[Item, ...]:
        """All papers that fit, in order; remembered, since turning a page or picking a paper asks for them again."""
        if wish not in self._remembered:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            words = wish.query.casefold().split()
            self._remembered[wish] = _sorted([item for item in self.items if _fits(item, wish, words)], wish)
        return self._remembered[wish]

    def _traits(self, paper_id: str) -> frozenset[Trait]:
        return frozenset((facet.name, facet.value) for facet in self.assistant.facets(paper_id))


class Catalogues:
    """The catalogue of an assistant, made anew when its papers change."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._latest: Catalogue | None = None

    def current(self) -> Catalogue:
        """The catalogue of the papers as they are now."""
        papers = self._assistant.papers()
        if self._latest is None or self._latest.papers is not papers:
            self._latest = Catalogue(self._assistant)
        return self._latest


def choice_of(trait: Trait) -> str:
    """A trait as a choice to narrow the library by."""
    return _SEPARATOR.join(trait)


def trait_of(choice: str) -> Trait:
    """The trait that a choice stands for."""
    name, _, value = choice.partition(_SEPARATOR)
    return name, value


def _sorted(items: list[Item], wish: Wish) -> tuple[Item, ...]:
    # By title first: sorting is stable, so papers of one year stand in the order of their titles.
    items.sort(key=lambda item: _KEYS["title"](item.paper))
    items.sort(key=lambda item: _KEYS[wish.sort](item.paper), reverse=wish.descending)
    items.sort(key=lambda item: not _KEYS[wish.sort](item.paper))
    return tuple(items)


def _fits(item: Item, wish: Wish, words: list[str]) -> bool:
    return (
        wish.traits <= item.traits
        and (not wish.only_with_code or item.paper.code_url is not None)
        and (item.paper.id in wish.noted or has_words(item.paper, words))
    )
