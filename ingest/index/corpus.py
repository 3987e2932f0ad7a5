"""The corpus: every paper of an index in order, what was learned about each, and the lexical side over all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ingest.embedding.base import Embedder
from ingest.extraction.abbreviations import abbreviations_in
from ingest.extraction.profile import Profile
from ingest.extraction.title_phrases import Phrase, title_phrases
from ingest.index.authors import AuthorIndex
from ingest.index.bm25 import Bm25Index
from ingest.index.literal import LiteralIndex
from ingest.index.positions import TermPositions
from ingest.index.token_similarity import TokenSimilarity
from ingest.papers import Paper
from ingest.passages import Passage, paper_id_in, passage_with_id


@dataclass(frozen=True)
class Corpus:
    """Everything but the vectors, as read from Chroma: papers in order, their profiles, and BM25 over them."""

    papers: tuple[Paper, ...]
    profiles: Mapping[str, Profile]
    embedder: Embedder

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each paper stands in `papers`, by its id."""
        return {paper.id: place for place, paper in enumerate(self.papers)}

    def passage(self, passage_id: str) -> Passage:
        """The passage of one of these papers that has this id."""
        return passage_with_id(passage_id, self.papers[self.places[paper_id_in(passage_id)]])

    @cached_property
    def bm25(self) -> Bm25Index:
        """BM25 over titles and abstracts, in the order of `papers`; made when asked, which a writer never does."""
        return Bm25Index(self._texts)

    @cached_property
    def token_similarity(self) -> TokenSimilarity:
        """The word pieces of titles and abstracts, in the order of `papers`; made when asked, like `bm25`."""
        return TokenSimilarity(self._texts, self.embedder)

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
        """Where each word stands in titles and sentences, in the order of `papers`; made when asked, like `bm25`."""
        return TermPositions([(paper.title, paper.abstract) for paper in self.papers])

    @cached_property
    def abbreviations(self) -> Mapping[str, str]:
        """For each abbreviation that these papers spell out the long form that most of them give it."""
        return abbreviations_in(self._texts)

    @cached_property
    def title_phrases(self) -> Mapping[Phrase, str]:
        """What several titles share, the most shared first: the library's own subjects, as stems and as spelled."""
        return title_phrases(paper.title for paper in self.papers)

    @property
    def _texts(self) -> list[str]:
        return [f"{paper.title}\n{paper.abstract}" for paper in self.papers]
