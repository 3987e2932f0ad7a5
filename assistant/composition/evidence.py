"""Evidence: the papers and sentences that the composers look things up in, over one state of the index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assistant.answers import Hit
from assistant.filters import Filters
from assistant.query.question import Question
from assistant.query.reader import QuestionReader
from assistant.retrieval.hybrid import Retriever
from assistant.retrieval.sentence_selection import Probe, Rarity, Weighed, merged, parts_of, weigh
from ingest.embedding.base import Vector
from ingest.index.corpus import Corpus
from ingest.index.types import Vectors
from ingest.papers import Paper


class Evidence:
    """Everything that a composer may look up."""

    def __init__(self, retriever: Retriever, reader: QuestionReader) -> None:
        self.retriever = retriever
        self.reader = reader
        self.corpus: Corpus = retriever.index.corpus()

    def paper(self, paper_id: str) -> Paper:
        """The paper of that id."""
        return self.corpus.papers[self.corpus.places[paper_id]]

    def papers(self, ids: Iterable[str]) -> tuple[Paper, ...]:
        """The papers of these ids, each once, in their order."""
        return tuple(map(self.paper, dict.fromkeys(ids)))

    def admits(self, filters: Filters, paper: Paper) -> bool:
        """Whether the filters let a paper through."""
        admitted = self.retriever.admitted(filters)
        return admitted is None or paper.id in admitted

    def windows(self, papers: Iterable[Paper]) -> tuple[Hit, ...]:
        """The windows of these papers, in order: what the markers of a model's text mean."""
        return tuple(Hit(passage, paper, 1.0) for paper in papers for passage in self.retriever.windows_of(paper))

    def sentences(self, papers: Iterable[Paper]) -> Vectors:
        """The sentences of these papers with their vectors, shape (sentences, dimensions)."""
        return self.retriever.sentences([paper.id for paper in papers])

    def embed(self, texts: Sequence[str]) -> Sequence[Vector]:
        """The unit vectors of texts."""
        return self.retriever.embed_all(texts)

    def likeness(self, phrase: str, others: Sequence[str]) -> float:
        """How near the nearest of these phrases is to one in meaning, a cosine; 0 without any."""
        vectors = self.embed([phrase, *others]) if others else []
        return max((float(vectors[0] @ other) for other in vectors[1:]), default=0.0)

    def probes(self, text: str, names: Sequence[str]) -> list[Probe]:
        """The question as a whole, then each of its parts where it asks for several things."""
        parts = parts_of(text)
        return [Probe.of(part, vector, names) for part, vector in zip(parts, self.embed(parts), strict=True)]

    def weighed(self, probes: Sequence[Probe], sentences: Vectors) -> tuple[Weighed, ...]:
        """The sentences held against what is asked, or the whole question where it asks one thing only."""
        rarity = Rarity(sentences.passages)
        return merged([weigh(probe, sentences, rarity) for probe in probes[1:] or probes])

    def own_names(self, question: Question, papers: Sequence[Paper]) -> list[str]:
        """The names in a question that these papers bring: all their sentences are about those."""
        ids = {paper.id for paper in papers}
        return [m.name for m in question.mentions if m.introduced and not ids.isdisjoint(m.paper_ids)]

    def called(self, paper: Paper, question: Question | None = None) -> str:
        """What to call a paper: as the question does, else by its own main name."""
        return (question.called(paper.id) if question else "") or self.reader.called(paper)
