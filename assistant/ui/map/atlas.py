"""What the map shows: places, colours and names of all papers, made once for each state of the library."""

from __future__ import annotations

import threading
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.bylines import byline
from assistant.ui.base import texts
from assistant.ui.library.catalogue import Catalogue
from assistant.ui.map.clusters import Cluster, clusters_of
from assistant.ui.map.layout import Layout, layout_of, read_layout, write_layout
from ingest.passages import Level
from ingest.text.latex import plain_text

if TYPE_CHECKING:
    from assistant.answering import Assistant

# More colours than this cannot be told apart; rarer values share the last one.
MOST_COLOURS = 12
# Titles that a pointer asks for at once.
MOST_TITLES = 50


@dataclass(frozen=True, slots=True)
class Colouring:
    """A value for each paper: `labels[values[i]]` is that of paper i, `values` of shape (papers,)."""

    labels: tuple[str, ...]
    values: NDArray[np.uint8]


class Atlas:
    """The map of one state of the library; paper i is the same everywhere in it."""

    def __init__(self, catalogue: Catalogue, layout: Layout) -> None:
        self._items = {item.paper.id: item for item in catalogue.items}
        self.ids = layout.ids
        self.points = layout.points

    @cached_property
    def clusters(self) -> tuple[NDArray[np.uint8], tuple[Cluster, ...]]:
        """Each paper's cluster and the clusters."""
        return clusters_of(self.points, [plain_text(self._items[i].paper.title) for i in self.ids])

    @property
    def colourings(self) -> tuple[str, ...]:
        """What the map can be coloured by."""
        facets = sorted({name for item in self._items.values() for name, _ in item.traits})
        return (texts.BY_CLUSTER, texts.BY_YEAR, *facets)

    def coloured_by(self, name: str) -> Colouring:
        """The papers coloured by cluster, year or a facet; of several values the rarest, which tells most."""
        if name == texts.BY_CLUSTER:
            numbers, clusters = self.clusters
            return Colouring(tuple(cluster.name for cluster in clusters), numbers)
        if name == texts.BY_YEAR:
            return _few([str(self._items[i].paper.year or texts.UNKNOWN) for i in self.ids], by_name=True)
        counts = Counter(value for item in self._items.values() for trait, value in item.traits if trait == name)
        values = [[value for trait, value in self._items[i].traits if trait == name] for i in self.ids]
        return _few([min(own, key=lambda value: (counts[value], value)) if own else texts.NONE for own in values])

    def titles(self, places: Sequence[int]) -> list[dict[str, str]]:
        """Title and byline of the papers at these places; places that are none are passed over."""
        papers = [self._items[self.ids[i]].paper for i in places[:MOST_TITLES] if 0 <= i < len(self.ids)]
        return [{"title": plain_text(paper.title), "byline": byline(paper)} for paper in papers]

    def places_of(self, paper_ids: Sequence[str]) -> list[int]:
        """Where these papers are; unknown ones are passed over."""
        wanted = set(paper_ids)
        return [place for place, paper_id in enumerate(self.ids) if paper_id in wanted]


class Atlases:
    """The atlas of an assistant, drawn anew when its papers change; papers that stay keep their places."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._lock = threading.Lock()
        self._latest: Atlas | None = None
        self._version = ""

    def current(self) -> Atlas:
        """The atlas of the papers as they are now. The first one takes seconds; asking again takes none."""
        with self._lock:
            papers = self._assistant.papers()
            if self._latest is None or self._version != self._assistant.index.version:
                self._version = self._assistant.index.version
                self._latest = Atlas(Catalogue(self._assistant), self._layout([paper.id for paper in papers]))
            return self._latest

    def _layout(self, ids: Sequence[str]) -> Layout:
        folder = self._assistant.index.folder
        known = read_layout(folder)
        if known is not None and known.ids == tuple(ids):
            return known
        found = self._assistant.index.vectors(Level.WINDOW)
        rows = {passage.paper_id: row for row, passage in enumerate(found.passages) if passage.start == 0}
        layout = layout_of(ids, found.matrix[[rows[paper_id] for paper_id in ids]], known)
        write_layout(folder, layout)
        return layout


def packed(numbers: NDArray[np.generic]) -> str:
    """Numbers as base64 of their bytes: what a browser reads into a typed array."""
    return b64encode(np.ascontiguousarray(numbers).tobytes()).decode()


def _few(values: Sequence[str], by_name: bool = False) -> Colouring:
    """Labels for the commonest values, the others together; in the order of their names, or of their counts."""
    common = [value for value, _ in Counter(values).most_common(MOST_COLOURS - 1)]
    labels = sorted(common) if by_name else common
    place = {label: number for number, label in enumerate(labels)}
    if len(place) < len(set(values)):
        labels.append(texts.OTHERS)
    return Colouring(tuple(labels), np.array([place.get(value, len(place)) for value in values], np.uint8))
