"""The assistant: the only place that puts the others together, from a question to a cited answer."""

from __future__ import annotations

import re
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.answers import Absence, Answer, Citation, Claim, Details, Hit, Intent, Support
from assistant.backends.base import Backend, Brief
from assistant.backends.drafts import Draft, drafts
from assistant.backends.extractive import ExtractiveBackend
from assistant.backends.guard import without_echoes
from assistant.backends.registry import choose, open_backend
from assistant.backends.specs import AUTO
from assistant.composition import phrases
from assistant.composition.composer import Composer, Plan, table_markdown
from assistant.conversation import Conversation
from assistant.errors import AssistantError, BackendError
from assistant.filters import Filters
from assistant.markers import MarkerFilter, filter_markers
from assistant.query.reader import MOST_COMPARED, Question, QuestionReader
from assistant.retrieval.hybrid import Retriever
from assistant.settings import Settings
from assistant.verification.attribution import Resolved, Resolver
from assistant.verification.claims import ClaimVerifier
from assistant.verification.nli import CrossEncoderEntailment
from assistant.verification.verdicts import QuoteVerifier
from ingest.extraction.profile import Facet
from ingest.index.corpus import Corpus
from ingest.index.manifest import read_manifest
from ingest.index.paper_index import PaperIndex
from ingest.papers import Paper

if TYPE_CHECKING:  # heavy: LangChain comes with it
    from assistant.query.llm_rewriting import SecondOpinion

# A model's words beyond this are no answer to a question that the quotes answer in eighty.
MOST_MODEL_WORDS = 150
# Up to this share of unsupported sentences are shown with their mark (unless strict); beyond, they are left out.
MOST_UNSUPPORTED = 0.25

# Of an answer about the whole library the list is ours: it holds every paper that fits, a model's may leave some out.
_LIST_LINE = re.compile(r"^[ \t]*(?:[-*+•]|\d+[.)])\s.*\n?", re.M)


@dataclass(frozen=True, slots=True)
class _Rooms:
    """What is made anew for each state of the index."""

    corpus: Corpus
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
        entailment = CrossEncoderEntailment(settings.entailment_model) if settings.entailment_model else None
        self._verifier = ClaimVerifier(self._retriever.embed_all, entailment)

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
        understood, helped = yield from self._understood(question, conversation, rooms.reader, backend)
        in_view = [paper.id for turn in conversation.turns[-1:] for paper in turn.answer.papers]
        plan = rooms.composer.plan(understood, filters, in_view)
        details = self._details(plan, backend, notice)
        for answer in self._written(plan, backend, conversation, details):
            told, seconds = answer.details, time.perf_counter() - started
            yield replace(answer, details=replace(told, prompts=(*helped, *told.prompts), seconds=seconds))

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
        return _quoted(plan, self._details(plan, ExtractiveBackend(), ""))

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
        return self._retriever.neighbours(self.paper(paper_id).id, limit)

    def suggestions(self, answer: Answer) -> tuple[str, ...]:
        """Questions that could follow an answer, each tried before it is offered."""
        return self._rooms().composer.suggestions(answer)

    # How it is done

    def _rooms(self) -> _Rooms:
        self.index.refresh()
        corpus = self.index.corpus()
        if self._rooms_made is None or self._rooms_made.corpus is not corpus:
            reader = QuestionReader(corpus)
            self._rooms_made = _Rooms(corpus, reader, Composer(self._retriever, reader))
        return self._rooms_made

    def _understood(
        self, question: str, conversation: Conversation, reader: QuestionReader, backend: Backend
    ) -> Generator[Answer, None, tuple[Question, tuple[str, ...]]]:
        """What the rules understand, and what the model adds where they are unsure; and the prompts that helped."""
        understood = reader.read(question, conversation)
        if isinstance(backend, ExtractiveBackend) or not self.settings.llm_understands:
            return understood, ()
        from assistant.backends.chat_model import ChatModelBackend

        if not isinstance(backend, ChatModelBackend):
            return understood, ()
        with closing(self._second_opinion.on(understood, conversation, reader, backend)) as asking:
            while True:
                try:
                    next(asking)
                except StopIteration as end:
                    understood, prompt = end.value
                    return understood, (prompt,) if prompt else ()
                yield Answer("", complete=False)

    @cached_property
    def _second_opinion(self) -> SecondOpinion:
        from assistant.query.llm_rewriting import SecondOpinion

        return SecondOpinion()

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

    def _written(self, plan: Plan, backend: Backend, conversation: Conversation, details: Details) -> Iterator[Answer]:
        quoted = _quoted(plan, details)
        if plan.abstains or not plan.evidence or isinstance(backend, ExtractiveBackend):
            yield quoted
            return
        question = plan.question
        brief = Brief(question.text, question.intent, plan.evidence, conversation, plan.quotes, plan.comparison)
        draft = Draft()
        for draft in drafts(backend, brief):
            if not draft.complete:
                yield _growing(plan, draft, details)
        yield self._judged(plan, draft, quoted)

    def _judged(self, plan: Plan, draft: Draft, quoted: Answer) -> Answer:
        """The finished answer: what the model said and its evidence carries, and the quotes that it left out."""
        details = replace(
            quoted.details,
            prompts=draft.prompts or quoted.details.prompts,
            usage=draft.usage,
            dropped=draft.dropped,
            notice=draft.trouble or quoted.details.notice,
        )
        fallback = replace(quoted, details=details, thoughts=draft.thoughts)
        if not draft.is_usable or draft.declined:
            return fallback
        known = range(1, len(plan.evidence) + 1)
        words = filter_markers(without_echoes(draft.said, plan.question.text), known)
        if plan.scanned is not None:
            words = _LIST_LINE.sub("", words).strip()
            if not words:
                return fallback
        said = Resolver(plan.evidence, self._verifier).resolve(words, self.settings.strict)
        if not self.settings.strict and _is_untrustworthy(said.claims):
            said = Resolver(plan.evidence, self._verifier).resolve(words, strict=True)
        if plan.comparison is None and not _is_short(said.text):
            return replace(fallback, details=replace(details, notice=details.notice or phrases.TOO_LONG))
        if not any(claim.support is Support.SUPPORTED for claim in said.claims):
            return replace(fallback, details=replace(details, notice=details.notice or phrases.NOT_CARRIED))
        whole = _joined(said, quoted)
        return replace(fallback, text=whole.text, citations=whole.citations, claims=whole.claims, complete=True)


def _quoted(plan: Plan, details: Details) -> Answer:
    """The answer in the papers' own words."""
    resolved = Resolver(plan.evidence, QuoteVerifier()).resolve(plan.quotes)
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


def _growing(plan: Plan, draft: Draft, details: Details) -> Answer:
    """What a model has written so far, unjudged: each marker opens the whole passage that it means."""
    markers = MarkerFilter(range(1, len(plan.evidence) + 1))
    citations = tuple(
        Citation(number, hit.paper, hit.passage.text, hit.passage.start, hit.passage.end)
        for number, hit in enumerate(plan.evidence, start=1)
        if f"[{number}]" in draft.said
    )
    return Answer(
        text=markers.feed(draft.said),
        citations=citations,
        papers=plan.papers,
        thoughts=draft.thoughts,
        details=details,
        complete=False,
    )


def _is_untrustworthy(claims: Sequence[Claim]) -> bool:
    """Whether so much is unsupported that showing it with a mark would be clutter, not honesty."""
    made = [claim for claim in claims if claim.support is not Support.NO_CLAIM]
    return sum(claim.support is Support.UNSUPPORTED for claim in made) > MOST_UNSUPPORTED * len(made)


def _is_short(text: str) -> bool:
    return len(text.split()) <= MOST_MODEL_WORDS


def _joined(said: Resolved, quoted: Answer) -> Resolved:
    """A model's verified words, then the quotes of the extractive answer, unless its citations have them all.

    Tables and lists stay whole: what a model says about them stands before them.
    """
    cited = {(c.paper.id, c.start, c.end) for c in said.citations}
    missing = [c for c in quoted.citations if (c.paper.id, c.start, c.end) not in cited]
    if not missing and all(claim.support in (Support.SUPPORTED, Support.NO_CLAIM) for claim in said.claims):
        return said
    numbers = {(c.paper.id, c.start, c.end): c.number for c in said.citations}
    citations = list(said.citations)
    renumbered: dict[int, int] = {}
    for citation in quoted.citations:
        key = (citation.paper.id, citation.start, citation.end)
        if key not in numbers:
            numbers[key] = len(citations) + 1
            citations.append(replace(citation, number=numbers[key]))
        renumbered[citation.number] = numbers[key]
    tail = re.sub(r"\[(\d{1,3})\]", lambda found: f"[{renumbered[int(found[1])]}]", quoted.text)
    claims = tuple(replace(c, numbers=tuple(renumbered[n] for n in c.numbers)) for c in quoted.claims)
    return Resolved(f"{said.text}\n\n{tail}", tuple(citations), (*said.claims, *claims))


def open_assistant(settings: Settings) -> Assistant:
    """Open the index and the backend that the settings name; IngestError or AssistantError with one line if not.

    What takes seconds to load comes last, so that a wrong folder or backend is told at once.
    """
    read_manifest(settings.index)
    choice = choose(settings) if settings.llm == AUTO else None
    backend = choice.backend if choice else open_backend(settings.llm, settings)
    from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder

    index = PaperIndex.open(settings.index, SentenceTransformerEmbedder(settings.embedding_model))
    return Assistant(index, settings, backend, choice.reason if choice else "")
