"""The assistant: the only place that puts the others together, from a question to a cited answer."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING

from assistant.answers import Absence, Answer, Comparison, Details, Focus, Hit
from assistant.backends.base import Backend, Brief
from assistant.backends.drafts import Draft, drafts
from assistant.backends.extractive import ExtractiveBackend
from assistant.backends.registry import choose, open_backend
from assistant.backends.specs import AUTO, EXTRACTIVE
from assistant.composition import phrases
from assistant.composition.composer import Composer
from assistant.composition.numbering import finished
from assistant.composition.plan import Plan
from assistant.conversation import Conversation
from assistant.errors import AssistantError, BackendError
from assistant.export.references import papers_to_bibtex
from assistant.filters import Filters
from assistant.generation.checking import Checker
from assistant.generation.review import growing, review
from assistant.generation.strength import Strength, Strengths
from assistant.generation.writing import Task, Writer, works_on
from assistant.query.reader import MOST_COMPARED, Question, QuestionReader
from assistant.retrieval.hybrid import Retriever
from assistant.retrieval.judging import SubjectJudge
from assistant.settings import Settings
from assistant.stages import VERIFY, WRITE, Stages, pieces_counted_to, stage, tell
from assistant.verification.claims import ClaimVerifier
from assistant.verification.nli import CrossEncoderEntailment
from ingest.errors import IngestError
from ingest.extraction.profile import Facet
from ingest.extraction.roles import ROLES, Role
from ingest.garbage import uncollected
from ingest.index.corpus import Corpus
from ingest.index.manifest import read_manifest
from ingest.index.paper_index import PaperIndex
from ingest.papers import Paper
from ingest.text.frequencies import zipf_frequency

if TYPE_CHECKING:  # heavy: LangChain comes with it
    from assistant.query.llm_reading import ModelReader
    from assistant.query.llm_rewriting import Reading, SecondOpinion

QUOTING = ExtractiveBackend()
"""What answers where no model is chosen, can be had, or has anything to write from."""


RECALLED_TURNS = 12
"""Turns whose focus was not kept and is read anew from their questions: what is further back is hardly pointed to."""


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
        self._making_rooms = Lock()
        self._openings: tuple[Corpus, tuple[str, ...]] | None = None
        entailment = CrossEncoderEntailment(settings.entailment_model) if settings.entailment_model else None
        self._strengths = Strengths(settings.index, settings.llm_strength)
        self._verifier = ClaimVerifier(self._retriever.embed_all, entailment)

    def beside(self, folder: Path) -> Assistant:
        """An assistant over another index, with the settings, the backend and the encoder of this one."""
        index = PaperIndex.open(folder, self.index.embedder)
        return Assistant(index, self.settings.model_copy(update={"index": folder}), self._backend, self.why)

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
        stages, answer = Stages(), Answer("", complete=False)
        with closing(stages.within(self._grown(question, conversation, filters, llm))) as answers:
            for answer in answers:
                yield answer
        if answer.complete:
            tell(stages, answer.details.backend, answer.abstained)

    def _grown(self, question: str, conversation: Conversation, filters: Filters, llm: str | None) -> Generator[Answer]:
        started = time.perf_counter()
        if not question.strip():
            yield Answer(phrases.EMPTY_QUESTION, abstained=True, absence=Absence.OUT_OF_SCOPE, focus=conversation.focus)
            return
        rooms = self._rooms()
        if checked := Checker(self._retriever, self._verifier).plan(question, filters):
            focus = rooms.composer.focus_after(checked, conversation.focus)
            details = replace(self._details(checked, QUOTING, ""), scanned=None)
            for answer in self._written(checked, focus, QUOTING, conversation, details):
                yield replace(answer, details=replace(answer.details, seconds=time.perf_counter() - started))
            return
        backend, notice = self._chosen(llm)
        strength = yield from self._strength_of(backend)
        conversation = self._with_focus(conversation, filters, rooms)
        understood, searches, helped = yield from self._understood(
            rooms.reader.read(question, conversation), conversation, rooms.reader, backend, strength
        )
        plan = rooms.composer.plan(understood, filters, conversation.focus)
        focus = rooms.composer.focus_after(plan, conversation.focus)
        details = self._details(plan, backend, notice)
        if strength is Strength.CAPABLE and works_on(plan):
            frame = Answer("", details=details)
            answers = self._read_and_written(Task(plan, filters, conversation, searches), backend, frame)
        else:  # what is exact is said by us, whoever could write it
            writer = QUOTING if strength is Strength.CAPABLE else backend
            answers = self._written(plan, focus, writer, conversation, details)
        for answer in answers:
            told, seconds = answer.details, time.perf_counter() - started
            yield replace(answer, details=replace(told, prompts=(*helped, *told.prompts), seconds=seconds))

    def compare(self, paper_ids: Sequence[str], aspects: Sequence[str] = ()) -> Answer:
        """A comparison of two to five papers, as a table with a citation in every cell that says something."""
        papers = tuple(self.paper(paper_id) for paper_id in dict.fromkeys(paper_ids))
        if not 2 <= len(papers) <= MOST_COMPARED:
            raise AssistantError(f"choose two to {MOST_COMPARED} papers to compare, not {len(papers)}")
        composer = self._rooms().composer
        plan = composer.compare(papers, aspects)
        focus = composer.focus_after(plan, None)
        *_, answer = self._written(plan, focus, QUOTING, Conversation(), self._details(plan, QUOTING, ""))
        return answer

    def tabulate(self, paper_ids: Sequence[str], columns: Sequence[str]) -> Comparison:
        """Any number of papers by any questions, answered by quotes: a column is a field, an aspect or a question."""
        papers = tuple(self.paper(paper_id) for paper_id in dict.fromkeys(paper_ids))
        return self._rooms().composer.grid(papers, tuple(columns))

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

    def roles(self, paper_id: str) -> tuple[tuple[Role, str], ...]:
        """The sentences of an abstract in their order, each with what it most likely does there."""
        found = self._retriever.sentences([self.paper(paper_id).id])
        if found.roles is None:
            return ()
        return tuple(
            (ROLES[int(likely.argmax())], passage.text)
            for passage, likely in zip(found.passages, found.roles, strict=True)
        )

    def neighbours(self, paper_id: str, limit: int = 5) -> tuple[Paper, ...]:
        """The papers nearest to one in meaning, nearest first."""
        return self._retriever.neighbours(self.paper(paper_id).id, limit)

    def suggestions(self, answer: Answer) -> tuple[str, ...]:
        """Questions that could follow an answer, each tried before it is offered.

        After one that found nothing these are questions that do find something.
        """
        if answer.abstained and not answer.papers:
            return self.openings()
        return self._rooms().composer.suggestions(answer.focus) if answer.focus else ()

    def openings(self) -> tuple[str, ...]:
        """Questions to begin with, about what the library holds, each tried before it is offered."""
        rooms = self._rooms()
        if self._openings is None or self._openings[0] is not rooms.corpus:
            self._openings = (rooms.corpus, rooms.composer.openings())
        return self._openings[1]

    def warm_up(self) -> Thread:
        """Begin to make, in the background, what the first questions would wait for: seconds for 10,000 papers.

        A question that comes before the end waits for what it needs, as it would without.
        """
        warming = Thread(target=self._warmed, name="footnote-warm-up", daemon=True)
        warming.start()
        return warming

    # How it is done

    def _warmed(self) -> None:
        with suppress(IngestError, ValueError, IndexError):  # the index was closed or changed meanwhile: no loss
            corpus = self._rooms().corpus
            if corpus.papers:
                SubjectJudge(self._retriever).judge(corpus.papers[0].title)
            _ = corpus.literal, corpus.authors, corpus.title_phrases, corpus.bm25, zipf_frequency("")
            self.openings()

    def _rooms(self) -> _Rooms:
        """What is made anew for this state of the index; who asks meanwhile waits, and makes it no second time."""
        self.index.refresh()
        corpus = self.index.corpus()
        with self._making_rooms:
            made = self._rooms_made
            if made is None or made.corpus is not corpus:
                with uncollected():
                    reader = QuestionReader(corpus)
                made = _Rooms(corpus, reader, Composer(self._retriever, reader, papers_to_bibtex))
                self._rooms_made = made
        return made

    def _understood(
        self,
        question: Question,
        conversation: Conversation,
        reader: QuestionReader,
        backend: Backend,
        strength: Strength,
    ) -> Generator[Answer, None, tuple[Question, tuple[str, ...], tuple[str, ...]]]:
        """What the model adds where the rules are unsure: the question, further searches, prompts that helped."""
        model = backend.understanding
        if model is None or not self.settings.llm_understands:
            return question, (), ()
        helper = self._model_reader if strength is Strength.CAPABLE else self._second_opinion
        with closing(helper.on(question, conversation, reader, model)) as asking:
            while True:
                try:
                    next(asking)
                except StopIteration as end:
                    found: Reading = end.value
                    return found.question, found.searches, (found.prompt,) if found.prompt else ()
                yield Answer("", complete=False)

    def _with_focus(self, conversation: Conversation, filters: Filters, rooms: _Rooms) -> Conversation:
        """The conversation with what each turn was about, read anew from its question where that was not kept."""
        known = Conversation()
        forgotten = len(conversation.turns) - RECALLED_TURNS
        for place, turn in enumerate(conversation.turns):
            answer = turn.answer
            if answer.focus is None and place < forgotten:
                answer = replace(answer, focus=Focus())
            if answer.focus is None:
                plan = rooms.composer.plan(rooms.reader.read(turn.question, known), filters, known.focus)
                answer = replace(answer, focus=rooms.composer.focus_after(plan, known.focus))
            known = known.with_turn(turn.question, answer)
        return known

    @cached_property
    def _model_reader(self) -> ModelReader:
        from assistant.query.llm_reading import ModelReader

        return ModelReader()

    @cached_property
    def _second_opinion(self) -> SecondOpinion:
        from assistant.query.llm_rewriting import SecondOpinion

        return SecondOpinion()

    def _chosen(self, llm: str | None) -> tuple[Backend, str]:
        """The backend that answers, and a notice if it is not the one that was asked for."""
        spec = llm or self.settings.llm
        if llm is None and self._backend is not None:
            return self._backend, ""
        if spec == EXTRACTIVE:
            return QUOTING, ""
        if spec not in self._opened:
            try:
                self._opened[spec] = open_backend(spec, self.settings)
            except BackendError as error:
                return QUOTING, str(error)
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

    def _strength_of(self, backend: Backend) -> Generator[Answer, None, Strength]:
        """How far a backend's model is trusted, with signs of life while that is found out."""
        with closing(self._strengths.of(backend)) as probing:
            while True:
                try:
                    next(probing)
                except StopIteration as end:
                    strength: Strength = end.value
                    return strength
                yield Answer("", complete=False)

    def _read_and_written(self, task: Task, backend: Backend, frame: Answer) -> Iterator[Answer]:
        """What a capable model makes of a task; `frame` has the details of the answer."""
        composer = self._rooms().composer
        writer = Writer(self._retriever, self._verifier, composer.paper, self.settings.strict, self.settings.llm_budget)
        written, draft = yield from writer.written(task, backend, frame)
        done = written.plan
        told = replace(_told(frame.details, draft), notice=written.notice or frame.details.notice, steps=written.steps)
        answer = replace(
            frame,
            abstained=done.abstains,
            papers=done.papers,
            absence=done.absence,
            thoughts=draft.thoughts,
            details=told,
            focus=composer.focus_after(done, task.conversation.focus),
        )
        yield finished(answer, done.parts, composer.paper)

    def _written(
        self, plan: Plan, focus: Focus, backend: Backend, conversation: Conversation, details: Details
    ) -> Iterator[Answer]:
        """What a backend makes of a plan; one without evidence to write from is said as it is."""
        question, paper_of = plan.question, self._rooms().composer.paper
        frame = Answer(
            "", abstained=plan.abstains, papers=plan.papers, absence=plan.absence, details=details, focus=focus
        )
        writer = backend if plan.evidence and not plan.abstains else QUOTING
        brief = Brief(question.text, question.intent, plan.evidence, conversation, plan.parts, plan.aspects)
        draft = Draft()
        for draft in pieces_counted_to(WRITE, drafts(writer, brief)):
            if not (draft.complete or draft.parts):
                yield growing(frame, draft, plan.evidence)
        with stage(VERIFY):
            reviewed = review(draft, plan, self._verifier, self.settings.strict)
        told = replace(_told(details, draft), notice=reviewed.notice or details.notice)
        yield finished(replace(frame, details=told, thoughts=draft.thoughts), reviewed.parts, paper_of)


def _told(details: Details, draft: Draft) -> Details:
    """The details with what a draft tells of itself."""
    return replace(details, prompts=draft.prompts or details.prompts, usage=draft.usage, dropped=draft.dropped)


def open_assistant(settings: Settings) -> Assistant:
    """Open the index and the backend that the settings name; IngestError or AssistantError with one line if not.

    What takes seconds to load comes last, so that a wrong folder or backend is told at once.
    """
    read_manifest(settings.index)
    choice = choose(settings) if settings.llm == AUTO else None
    backend = choice.backend if choice else open_backend(settings.llm, settings)
    from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder

    embedder = SentenceTransformerEmbedder(settings.embedding_model, settings.embedding_precision)
    index = PaperIndex.open(settings.index, embedder)
    return Assistant(index, settings, backend, choice.reason if choice else "")
