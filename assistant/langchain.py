"""Footnote in other people's chains: its retrieval as a LangChain retriever, its answers as a Runnable.

retriever = FootnoteRetriever(assistant=assistant, limit=5)
retriever.invoke("faster music generation")          # documents, best first

answers = answers_of(assistant)                      # a question or messages -> one message
answers.invoke("What is MeLoDy?").text
answers.bind(filters=Filters(first_year=2023)).stream("What is MeLoDy?")

def cite(state: MessagesState) -> dict:              # a node of a LangGraph agent
    return {"messages": [answers.invoke(state["messages"])]}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Protocol, cast

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, convert_to_messages
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableConfig
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.answers import Answer, Focus, Hit
from assistant.conversation import Conversation
from assistant.errors import AssistantError
from assistant.export.records import answer_record
from assistant.filters import Filters
from assistant.query.plan import QueryPlan
from ingest.papers import Paper

FOCUS = "focus"
"""Where a message keeps what its turn was about."""

Asked = str | Sequence[Any]
"""A question, or the messages of a conversation that ends with one, in any form that LangChain takes."""

_PIECES = re.compile(r"\S+\s*|\s+")


class Searching(Protocol):
    """Who finds passages: an `Assistant`."""

    def search(self, question: str, filters: Filters = ..., limit: int = ...) -> tuple[Hit, ...]:
        """The best passages for a question, best first."""
        ...


class Asking(Protocol):
    """Who answers: an `Assistant`."""

    def stream(self, question: str, conversation: Conversation = ..., filters: Filters = ...) -> Iterator[Answer]:
        """The answer to a question after what was said before, as it grows; the last one is complete."""
        ...

    def paper(self, paper_id: str) -> Paper:
        """The paper of that id; AssistantError if there is none."""
        ...


class FootnoteRetriever(BaseRetriever):
    """Passages for a question as LangChain documents, one for each paper at most, best first.

    `page_content` is the passage; `metadata` holds paper_id, title, authors, year, link, start, end and score, where
    start and end are the passage's place in the paper's abstract, in characters.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    assistant: Any
    limit: int = 5
    filters: Filters = Field(default_factory=Filters)

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        searching: Searching = self.assistant
        return [document_of(hit) for hit in searching.search(query, self.filters, self.limit)]


def document_of(hit: Hit) -> Document:
    """One hit as a document."""
    paper, passage = hit.paper, hit.passage
    about = {
        "paper_id": paper.id,
        "title": paper.title,
        "authors": list(paper.authors),
        "year": paper.year,
        "link": paper.link,
        "start": passage.start,
        "end": passage.end,
        "score": hit.score,
    }
    return Document(page_content=passage.text, metadata=about)


class FootnoteAnswers(Runnable[Asked, AIMessage]):
    """From a question, or from messages that end with one, to the answer as a message.

    The message's `additional_kwargs` hold `citations` (number, paper_id, title, quote, start, end), `abstained`, and
    `focus`: what the next question of the conversation may point back to. Messages that come back without it do as
    well: what they were about is then read from their questions.

    `filters` say which papers may answer; `bind(filters=…)` sets others for a chain, as an argument of `invoke` or
    `stream` does for one call. A chain cannot take words back: while a model works, `stream` gives chunks without
    words whose `additional_kwargs` name a new step ("reading 10 papers"); the verified words then come in pieces.
    """

    name = "Footnote"

    def __init__(self, assistant: Asking, filters: Filters = Filters()) -> None:
        self._assistant = assistant
        self._filters = filters

    def invoke(self, input: Asked, config: RunnableConfig | None = None, **given: Any) -> AIMessage:
        """The complete answer."""

        def whole(asked: Asked) -> AIMessage:
            *_, answer = self._growing(asked, given.get("filters"))
            return message_of(answer)

        return self._call_with_config(whole, input, config, run_type="chain")

    def stream(self, input: Asked, config: RunnableConfig | None = None, **given: Any) -> Iterator[AIMessageChunk]:
        """The answer in chunks that add up to the message; closing it stops the model."""

        def chunks(asked: Iterator[Asked]) -> Iterator[AIMessageChunk]:
            for one in asked:
                yield from _chunks(self._growing(one, given.get("filters")))

        streamed = self._transform_stream_with_config(iter([input]), chunks, config, run_type="chain")
        yield from cast("Iterator[AIMessageChunk]", streamed)

    def _growing(self, asked: Asked, filters: Filters | None) -> Iterator[Answer]:
        question, conversation = _read(asked, self._assistant)
        return self._assistant.stream(question, conversation, self._filters if filters is None else filters)


def answers_of(assistant: Asking, filters: Filters = Filters()) -> FootnoteAnswers:
    """A Runnable that answers from the papers that fit the filters."""
    return FootnoteAnswers(assistant, filters)


def _chunks(growing: Iterator[Answer]) -> Iterator[AIMessageChunk]:
    """New steps as they are taken, then the words of the complete answer, then what stands beside them."""
    told: set[str] = set()
    answer = Answer("")
    for answer in growing:
        for step in answer.details.steps if not answer.complete else ():
            if step not in told:
                told.add(step)
                yield AIMessageChunk(content="", additional_kwargs={"steps": [step]})
    for piece in _PIECES.findall(answer.text):
        yield AIMessageChunk(content=piece)
    yield AIMessageChunk(content="", additional_kwargs=message_of(answer).additional_kwargs, chunk_position="last")


def message_of(answer: Answer) -> AIMessage:
    """One answer as a message."""
    record = answer_record(answer)
    about = {"citations": record["citations"], "abstained": record["abstained"]}
    focus = {FOCUS: _focus_record(answer.focus)} if answer.focus else {}
    return AIMessage(content=answer.text, additional_kwargs={**about, **focus})


def _read(asked: Asked, assistant: Asking) -> tuple[str, Conversation]:
    """The question and what was said before it; what other roles say is no part of the conversation."""
    messages: Sequence[BaseMessage] = [HumanMessage(asked)] if isinstance(asked, str) else convert_to_messages(asked)
    conversation = Conversation()
    question = ""
    for message in messages:
        if isinstance(message, HumanMessage):
            question = message.text
        elif isinstance(message, AIMessage) and question:
            answer = Answer(message.text, focus=_focus_in(message, assistant))
            conversation, question = conversation.with_turn(question, answer), ""
    return question, conversation


class _SavedFocus(BaseModel):
    """A focus as a message carries it: papers by their ids."""

    question: str
    papers: list[str]
    names: list[str]
    plan: QueryPlan | None = None
    unknown: str = ""


def _focus_record(focus: Focus) -> dict[str, Any]:
    ids = [paper.id for paper in focus.papers]
    names, unknown = list(focus.names), focus.unknown
    saved = _SavedFocus(question=focus.question, papers=ids, names=names, plan=focus.plan, unknown=unknown)
    return saved.model_dump(mode="json")


def _focus_in(message: AIMessage, assistant: Asking) -> Focus | None:
    """What a message says that its turn was about; None where it does not, or a paper of it is here no more."""
    try:
        saved = _SavedFocus.model_validate(message.additional_kwargs.get(FOCUS))
        papers = tuple(map(assistant.paper, saved.papers))
    except (ValidationError, AssistantError):
        return None
    if len(saved.names) != len(papers):
        return None
    return Focus(saved.question, papers, tuple(saved.names), saved.plan, saved.unknown)
