"""The corpus: every paper of an index in order, what was learned about each, and the lexical side over all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ingest.embedding.base import Embedder
from ingest.extraction.abbreviations import abbreviations_of
from ingest.extraction.callings import Calling, WordCounts, calling_of, callings_from_lines, merged_counts
from ingest.extraction.extractor import profile_of
from ingest.extraction.profile import Profile
from ingest.extraction.title_phrases import Phrase, title_phrases
from ingest.garbage import uncollected
from ingest.index.arrivals import Arrivals, read_arrivals
from ingest.index.authors import AuthorIndex
from ingest.index.bm25 import Bm25Index
from ingest.index.learned import digest_of, keep_learned, read_learned
from ingest.index.literal import LiteralIndex
from ingest.index.positions import TermPositions
from ingest.index.records import profile_from_line
from ingest.index.token_similarity import TokenSimilarity
from ingest.index.views import View
from ingest.papers import Paper
from ingest.passages import Passage, Span, paper_id_in, passage_with_id
from ingest.text.orders import order_spans, spans_without


@dataclass(frozen=True)
class Corpus:
    """Everything but the vectors: papers in order, their profiles, and what finds them by their words.

    With `views`, the segments of an index, words and subwords come from the arrays that were written at ingest;
    without, they are read from the texts when they are first asked for. `folder` is that of the index, if it is one.
    """

    papers: tuple[Paper, ...]
    profiles: Mapping[str, Profile]
    embedder: Embedder
    views: tuple[View, ...] = ()
    folder: Path | None = None

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each paper stands in `papers`, by its id."""
        return {paper.id: place for place, paper in enumerate(self.papers)}

    def passage(self, passage_id: str) -> Passage:
        """The passage of one of these papers that has this id."""
        return passage_with_id(passage_id, self.papers[self.places[paper_id_in(passage_id)]])

    def is_order(self, passage: Passage) -> bool:
        """Whether a passage has anything of a sentence that gives orders, which is no finding."""
        orders = self.orders(self.papers[self.places[passage.paper_id]])
        return any(first < passage.end and passage.start < last for first, last in orders)

    def orders(self, paper: Paper) -> tuple[Span, ...]:
        """The (start, end) of the sentences of a paper's abstract that give orders, as found at ingest."""
        profile = self.profiles.get(paper.id)
        return order_spans(paper.abstract) if profile is None else profile.orders

    def findings(self, paper: Paper) -> tuple[Span, ...]:
        """The (start, end) of its sentences that give none."""
        return spans_without(paper.abstract, self.orders(paper))

    @cached_property
    def arrivals(self) -> Arrivals:
        """When the papers were added, as far as that is kept."""
        return read_arrivals(self.folder) if self.folder else Arrivals()

    @cached_property
    def bm25(self) -> Bm25Index:
        """BM25 over titles and abstracts, in the order of `papers`."""
        parts = [(view.segment.lexical, view.places) for view in self.views]
        return Bm25Index(parts=parts) if parts else Bm25Index(self._texts)

    @cached_property
    def token_similarity(self) -> TokenSimilarity:
        """The subwords of titles and abstracts, in the order of `papers`."""
        parts = [(view.segment.subwords, view.places) for view in self.views]
        return TokenSimilarity((), self.embedder, parts) if parts else TokenSimilarity(self._texts, self.embedder)

    @cached_property
    def literal(self) -> LiteralIndex:
        """Exact search for words and names in titles and abstracts, in the order of `papers`; made when asked."""
        return LiteralIndex(self.papers)

    @cached_property
    def authors(self) -> AuthorIndex:
        """Exact search for people among the authors, in the order of `papers`; made when asked."""
        return AuthorIndex(self.papers)

    @cached_property
    def positions(self) -> TermPositions:
        """Where each word stands in titles and sentences, in the order of `papers`."""
        parts = [(view.segment.positions, view.places) for view in self.views]
        return TermPositions(parts=parts) if parts else TermPositions([(p.title, p.abstract) for p in self.papers])

    @cached_property
    def abbreviations(self) -> Mapping[str, str]:
        """For each abbreviation that these papers spell out the long form that most of them give it."""
        return abbreviations_of(calling.definitions for calling in self.callings)

    @cached_property
    def callings(self) -> Sequence[Calling]:
        """By what each paper may be called, in the order of `papers`; as found at ingest, if by today's rules."""
        stored = self.profiles if isinstance(self.profiles, StoredProfiles) else None
        if stored is None or stored.are_outdated:
            found = [calling_of(paper, self.profiles.get(paper.id, Profile()).names) for paper in self.papers]
            if stored is not None:
                stored.keep_learned()
            return found
        stored_lines = (zip(view.segment.calling_lines(), view.places, strict=True) for view in self.views)
        with uncollected():
            return callings_from_lines([line for lines in stored_lines for line, place in lines if place >= 0])

    @cached_property
    def words(self) -> WordCounts:
        """How many papers have each ordinary word."""
        if not self.views:
            return WordCounts.of_abstracts(paper.abstract for paper in self.papers)
        return merged_counts([view.segment.words(view.places >= 0) for view in self.views])

    @cached_property
    def title_phrases(self) -> Mapping[Phrase, str]:
        """What several titles share, the most shared first: the library's own subjects, as stems and as spelled."""
        return title_phrases(paper.title for paper in self.papers)

    @property
    def _texts(self) -> list[str]:
        return [f"{paper.title}\n{paper.abstract}" for paper in self.papers]


class StoredProfiles(Mapping[str, Profile]):
    """Profiles that are read when they are asked for, and kept; those of other rules are made from the paper anew."""

    def __init__(self, views: Sequence[View], are_outdated: bool, folder: Path | None = None) -> None:
        self._where = {
            view.segment.papers[number].id: (view.segment, number)
            for view in views
            for number, place in enumerate(view.places.tolist())
            if place >= 0
        }
        self.are_outdated = are_outdated
        self._folder = folder
        self._learned = read_learned(folder) if are_outdated else {}
        self._has_new = False
        self._kept: dict[str, Profile] = {}

    def __getitem__(self, paper_id: str) -> Profile:
        kept = self._kept.get(paper_id)
        if kept is None:
            segment, number = self._where[paper_id]
            kept = self._relearned(segment.papers[number]) if self.are_outdated else segment.profile(number)
            self._kept[paper_id] = kept
        return kept

    def keep_learned(self) -> None:
        """Write beside the index what had to be learned of all papers, so that no other reader need learn it."""
        if self._has_new and len(self._kept) == len(self):
            learned = ((segment.papers[number], self._kept[name]) for name, (segment, number) in self._where.items())
            keep_learned(self._folder, learned)
            self._has_new = False

    def _relearned(self, paper: Paper) -> Profile:
        line = self._learned.get(digest_of(paper)) if self._learned else None
        if line is not None:
            return profile_from_line(line, paper)
        self._has_new = True
        return profile_of(paper)

    def __iter__(self) -> Iterator[str]:
        return iter(self._where)

    def __len__(self) -> int:
        return len(self._where)


def corpus_of(views: Sequence[View], embedder: Embedder, are_outdated: bool, folder: Path | None = None) -> Corpus:
    """The corpus of one state of an index; `are_outdated`: other rules than today's made the profiles."""
    papers = tuple(
        paper
        for view in views
        for paper, place in zip(view.segment.papers, view.places.tolist(), strict=True)
        if place >= 0
    )
    return Corpus(papers, StoredProfiles(views, are_outdated, folder), embedder, tuple(views), folder)
