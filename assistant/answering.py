"""The assistant: the only place that puts the others together, from a question to a cited answer."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from assistant import phrases
from assistant.answers import Absence, Answer, Citation, Details, Hit, Intent
from assistant.backends.base import Backend, Brief, Piece
from assistant.backends.extractive import ExtractiveBackend
from assistant.backends.registry import choose, open_backend
from assistant.backends.specs import AUTO
from assistant.citations import Resolver
from assistant.composing import Composer, Plan, table_markdown
from assistant.conversation import Conversation
from assistant.errors import AssistantError, BackendError
from assistant.filters import Filters
from assistant.markers import MarkerFilter
from assistant.questions import MOST_COMPARED, Question, QuestionReader
from assistant.retrieval import Retriever
from assistant.settings import Settings
from assistant.verification import Verifier
from ingest.embedding import SentenceTransformerEmbedder
from ingest.index import PaperIndex, Shelf
from ingest.papers import Paper
from ingest.passages import Level
from ingest.profile import Facet


@dataclass(frozen=True, slots=True)
class _Rooms:
    """What is made anew for each state of the index."""

    shelf: Shelf
    reader: QuestionReader
    composer: Composer


class Assistant:
    """Answers questions over an index; safe to be used by several threads, and keeps nothing of a conversation."""

    def __init__(self, index: PaperIndex, settings: Settings, backend: Backend | None = None, why: str = "") -> None:
        self.index = index
        self.settings = settings
        self._retriever = Retriever(index)
        self._backend = backend
        self.why = why
        """Why this backend was chosen, where `auto` chose it."""
        self._opened: dict[str, Backend] = {}
        self._rooms_made: _Rooms | None = None

    # Asking

    def ask(
        self,
        question: str,
        conversation: Conversation = Conversation(),
        filters: Filters = Filters(),
        llm: str | None = None,
    ) -> Answer:
        """The complete answer to a question after what was said before."""
        answer = Answer("")
        for answer in self.stream(question, conversation, filters, llm):  # noqa: B007 - the last one is wanted
            pass
        return answer

    def stream(
        self,
        question: str,
        conversation: Conversation = Conversation(),
        filters: Filters = Filters(),
        llm: str | None = None,
    ) -> Iterator[Answer]:
        """The answer as it grows; the last one is complete. Closing the generator stops the backend too."""
        started = time.perf_counter()
        if not question.strip():
            yield Answer(phrases.EMPTY_QUESTION, abstained=True, absence=Absence.OUT_OF_SCOPE)
            return
        backend, notice = self._chosen(llm)
        rooms = self._rooms()
        understood = rooms.reader.read(question, conversation)
        in_view = [paper.id for turn in conversation.turns[-1:] for paper in turn.answer.papers]
        plan = rooms.composer.plan(understood, filters, in_view)
        details = self._details(plan, backend, notice)
        for answer in self._written(plan, backend, conversation, details):
            yield replace(answer, details=replace(answer.details, seconds=time.perf_counter() - started))

    def compare(self, paper_ids: Sequence[str], aspects: Sequence[str] = ()) -> Answer:
        """A comparison of two to five papers, as a table with a citation in every cell that says something."""
        papers = tuple(self.paper(paper_id) for paper_id in dict.fromkeys(paper_ids))
        if not 2 <= len(papers) <= MOST_COMPARED:
            raise AssistantError(f"choose two to {MOST_COMPARED} papers to compare, not {len(papers)}")
        rooms = self._rooms()
        table = rooms.composer.compare(papers, aspects)
        names = [rooms.reader.called(paper) for paper in papers]
        question = Question("", "Compare " + ", ".join(names), Intent.COMPARISON)
        evidence = rooms.composer.evidence_for(papers)
        plan = Plan(question, evidence, table_markdown(table, names, evidence), papers, comparison=table)
        return _finished(plan, plan.quotes, self._details(plan, ExtractiveBackend(), ""))

    def search(self, question: str, filters: Filters = Filters(), limit: int = 10) -> tuple[Hit, ...]:
        """The best passages for a question, one a paper, best first."""
        self.index.refresh()
        return self._retriever.hits(question, filters, limit)

    # Looking around

    def papers(self) -> tuple[Paper, ...]:
        """All papers of the library."""
        self.index.refresh()
        return self.index.papers()

    def paper(self, paper_id: str) -> Paper:
        """The paper of that id; AssistantError if there is none."""
        found = self.index.paper(paper_id)
        if found is None:
            raise AssistantError(f"no paper here has the id {paper_id!r}")
        return found

    def facets(self, paper_id: str) -> tuple[Facet, ...]:
        """The facets of a paper, with the words that show them."""
        return self.index.profile(paper_id).facets

    def names(self, paper_id: str) -> tuple[str, ...]:
        """The names that a paper introduces."""
        return self.index.profile(paper_id).introduced

    def neighbours(self, paper_id: str, limit: int = 5) -> tuple[Paper, ...]:
        """The papers nearest to one in meaning, nearest first."""
        own = self.index.vectors(Level.WINDOW, frozenset((self.paper(paper_id).id,)))
        nearest = self.index.nearest(own.matrix[0], Level.WINDOW, 2 * limit + 2)
        ids = dict.fromkeys(near.passage.paper_id for near in nearest if near.passage.paper_id != paper_id)
        return tuple(self.paper(other) for other in list(ids)[:limit])

    def suggestions(self, answer: Answer) -> tuple[str, ...]:
        """Questions that could follow an answer, each tried before it is offered."""
        return self._rooms().composer.suggestions(answer)

    # How it is done

    def _rooms(self) -> _Rooms:
        self.index.refresh()
        shelf = self.index.shelf()
        if self._rooms_made is None or self._rooms_made.shelf is not shelf:
            reader = QuestionReader(shelf)
            self._rooms_made = _Rooms(shelf, reader, Composer(self._retriever, reader))
        return self._rooms_made

    def _chosen(self, llm: str | None) -> tuple[Backend, str]:
        """The backend that answers, and a notice if it is not the one that was asked for."""
        spec = llm or self.settings.llm
        if llm is None and self._backend is not None:
            return self._backend, ""
        if spec == "extractive":
            return ExtractiveBackend(), ""
        if spec not in self._opened:
            try:
                self._opened[spec] = open_backend(spec, self.settings)
            except BackendError as error:
                return ExtractiveBackend(), str(error)
        return self._opened[spec], ""

    def _details(self, plan: Plan, backend: Backend, notice: str) -> Details:
        return Details(
            intent=plan.question.intent,
            searched_for=plan.question.text,
            backend=backend.name,
            model=backend.model,
            prompts=backend.prompts,
            index_version=self.index.version,
            scanned=plan.scanned,
            corpus=len(self.index.papers()),
            notice=notice,
        )

    def _written(
        self, plan: Plan, backend: Backend, conversation: Conversation, details: Details
    ) -> Iterator[Answer]:
        if plan.abstains or not plan.evidence or isinstance(backend, ExtractiveBackend):
            yield _finished(plan, plan.quotes, details)
            return
        yield _finished(plan, plan.quotes, details)


def _finished(plan: Plan, draft: str, details: Details, strict: bool = False) -> Answer:
    resolved = Resolver(plan.evidence, Verifier()).resolve(draft, strict)
    return Answer(
        text=resolved.text,
        citations=resolved.citations,
        abstained=plan.abstains,
        claims=resolved.claims,
        papers=plan.papers,
        absence=plan.absence,
        comparison=plan.comparison,
        details=details,
    )


def open_assistant(settings: Settings) -> Assistant:
    """Open the index and the backend that the settings name; IngestError or AssistantError with one line if not."""
    embedder = SentenceTransformerEmbedder(settings.embedding_model)
    index = PaperIndex.open(settings.index, embedder)
    if settings.llm != AUTO:
        return Assistant(index, settings, open_backend(settings.llm, settings))
    choice = choose(settings)
    return Assistant(index, settings, choice.backend, choice.reason)
