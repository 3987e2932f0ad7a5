"""The adapters in real chains and a real graph."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.runnables import Runnable, RunnableLambda, RunnablePassthrough
from langgraph.graph import END, START, MessagesState, StateGraph

from assistant.answering import Assistant
from assistant.answers import Answer, Citation, Details, Hit
from assistant.conversation import Conversation
from assistant.errors import AssistantError
from assistant.filters import Filters
from assistant.langchain import Asked, FootnoteAnswers, FootnoteRetriever, answers_of
from ingest.papers import Paper
from ingest.passages import Passage

PAPER = Paper(
    "2305.15719", "Efficient Neural Music Generation", "MeLoDy is fast. It is a diffusion model.", ("Lam",), 2023
)


class FakeAssistant:
    """Knows one paper and says what it was asked."""

    def search(self, question: str, filters: Filters = Filters(), limit: int = 10) -> tuple[Hit, ...]:
        passage = Passage(PAPER.id, 0, 15, PAPER.abstract[:15])
        return (Hit(passage, PAPER, 1.5),)[:limit] if filters.admit(PAPER) else ()

    def paper(self, paper_id: str) -> Paper:
        if paper_id != PAPER.id:
            raise AssistantError("no such paper")
        return PAPER

    def stream(
        self, question: str, conversation: Conversation = Conversation(), filters: Filters = Filters()
    ) -> Iterator[Answer]:
        if not filters.admit(PAPER):
            yield Answer("No paper fits.", abstained=True)
            return
        text = f"Asked “{question}” after {len(conversation.turns)} turns [1]."
        yield Answer("", details=Details(steps=("reading 10 papers",)), complete=False)
        yield Answer("Asked “", details=Details(steps=("reading 10 papers",)), complete=False)
        yield Answer(text, (Citation(1, PAPER, "MeLoDy is fast.", 0, 15),))


def test_the_retriever_gives_documents() -> None:
    (document,) = FootnoteRetriever(assistant=FakeAssistant()).invoke("How fast?")
    assert document.page_content == "MeLoDy is fast."
    assert document.metadata["paper_id"] == PAPER.id
    assert PAPER.abstract[document.metadata["start"] : document.metadata["end"]] == document.page_content


def test_the_retriever_filters() -> None:
    assert FootnoteRetriever(assistant=FakeAssistant(), filters=Filters(first_year=2024)).invoke("How fast?") == []


def test_the_retriever_fits_into_a_chain() -> None:
    retriever = FootnoteRetriever(assistant=FakeAssistant())
    told = RunnableLambda(lambda given: f"{given['question']} {given['context'][0].page_content}")  # type: ignore[index]
    chain = {"context": retriever, "question": RunnablePassthrough()} | told
    assert chain.invoke("How fast?") == "How fast? MeLoDy is fast."


def test_an_answer_is_a_message_with_its_citations() -> None:
    message = answers_of(FakeAssistant()).invoke("What is MeLoDy?")
    assert message.text == "Asked “What is MeLoDy?” after 0 turns [1]."
    assert message.additional_kwargs["citations"][0]["quote"] == "MeLoDy is fast."
    assert message.additional_kwargs["abstained"] is False


def test_messages_become_a_conversation() -> None:
    messages = [
        SystemMessage("Be kind."),
        HumanMessage("What is it?"),
        AIMessage("A model [1]."),
        HumanMessage("How fast?"),
    ]
    chain = answers_of(FakeAssistant()) | StrOutputParser()
    assert chain.invoke(messages) == "Asked “How fast?” after 1 turns [1]."
    assert chain.invoke([("user", "What is it?"), ("assistant", "A model."), ("user", "Why?")]).startswith(
        "Asked “Why?”"
    )


def test_an_answer_streams_its_steps_and_then_its_verified_words() -> None:
    chunks = list(answers_of(FakeAssistant()).stream("How fast?"))
    assert chunks[0].additional_kwargs == {"steps": ["reading 10 papers"]} and not chunks[0].content
    assert len(chunks) > 5
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole += chunk  # type: ignore[assignment]
    said = answers_of(FakeAssistant()).invoke("How fast?")
    assert whole.text == said.text
    assert whole.additional_kwargs | {"steps": None} == said.additional_kwargs | {"steps": None}


def test_an_answer_streams_through_a_chain() -> None:
    chain = answers_of(FakeAssistant()) | StrOutputParser()
    pieces = [piece for piece in chain.stream("How fast?") if piece]
    assert len(pieces) > 3 and "".join(pieces) == "Asked “How fast?” after 0 turns [1]."


async def collected(chain: FootnoteAnswers) -> str:
    return "".join([chunk.text async for chunk in chain.astream("How fast?")])


def test_an_answer_streams_where_nothing_may_wait() -> None:
    assert asyncio.run(collected(answers_of(FakeAssistant()))) == "Asked “How fast?” after 0 turns [1]."


@pytest.mark.parametrize(
    "answers",
    [
        answers_of(FakeAssistant(), Filters(first_year=2024)),
        answers_of(FakeAssistant()).bind(filters=Filters(first_year=2024)),
    ],
    ids=["made with filters", "bound to filters"],
)
def test_an_answer_is_filtered(answers: Runnable[Asked, AIMessage]) -> None:
    assert answers.invoke("How fast?").text == "No paper fits."
    assert "".join(chunk.text for chunk in answers.stream("How fast?")) == "No paper fits."


@pytest.mark.parametrize("keeps", [True, False], ids=["our messages", "plain messages"])
@pytest.mark.parametrize("between", [(), ("Thanks!",), ("What is the capital of France?",)])
def test_a_conversation_of_messages_keeps_its_paper_in_view(
    assistant: Assistant, keeps: bool, between: tuple[str, ...]
) -> None:
    answers = answers_of(assistant)
    messages: list[BaseMessage] = []
    for question in ("What is MeLoDy?", *between):
        messages.append(HumanMessage(question))
        said = answers.invoke(messages)
        messages.append(said if keeps else AIMessage(said.text))
    last = answers.invoke([*messages, HumanMessage("Does it release code?")])
    assert {citation["paper_id"] for citation in last.additional_kwargs["citations"]} == {"2305.15719"}


@pytest.mark.parametrize("focus", [None, 7, {"question": "x"}, {"question": "x", "papers": ["gone"], "names": ["x"]}])
def test_a_focus_that_cannot_be_used_is_read_anew(assistant: Assistant, focus: object) -> None:
    messages = [
        HumanMessage("What is MeLoDy?"),
        AIMessage("A model.", additional_kwargs={"focus": focus}),
        HumanMessage("Does it release code?"),
    ]
    cited = answers_of(assistant).invoke(messages).additional_kwargs["citations"]
    assert {citation["paper_id"] for citation in cited} == {"2305.15719"}


def test_an_answer_fits_into_a_graph() -> None:
    answers = answers_of(FakeAssistant())

    def cite(state: MessagesState) -> dict[str, list[AIMessage]]:
        return {"messages": [answers.invoke(state["messages"])]}

    graph = StateGraph(MessagesState)
    graph.add_node("cite", cite)
    graph.add_edge(START, "cite")
    graph.add_edge("cite", END)
    last = graph.compile().invoke({"messages": [HumanMessage("How fast?")]})["messages"][-1]
    assert last.text == "Asked “How fast?” after 0 turns [1]."
