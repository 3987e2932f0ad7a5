"""What a capable model reads in a question: the same query plan as the rules make, in any language.

It is asked where the rules cannot be sure: another language than English, no name and nothing that frames a set of
papers, or words that point back. Its reply is a small JSON object that is checked field by field; the question that it
words in English is read by the rules once more, and only where these see no more than a plain question does its own
operation count. Whatever goes wrong leaves what the rules found; a model that fails twice in a row is asked no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.answers import Intent
from assistant.backends.base import Understanding
from assistant.conversation import Conversation
from assistant.errors import BackendError
from assistant.prompts import defused, load_prompt, transcript
from assistant.query.llm_rewriting import MOST_FAILURES, Reading, is_faithful, is_unsure
from assistant.query.plan import Condition, Operation, Order, QueryPlan, RecordField
from assistant.query.question import Question
from assistant.query.reader import QuestionReader
from ingest.text.languages import is_english

SECONDS = 10.0
"""What understanding a question may take: the answer itself is still to come."""

TRIES = 2
"""A reply that does not have the shape is asked for once more."""

LONGEST_QUESTION = 600
MOST_SEARCHES = 2

# What a model may make of a question that the rules take for a plain one; refusing stays with the rules.
_TAKEN_OVER = {
    Operation.LIST: Intent.LIST,
    Operation.COUNT: Intent.LIST,
    Operation.GROUP: Intent.LIST,
    Operation.SURVEY: Intent.LIST,
    Operation.FIND: Intent.WHICH_PAPER,
}
_NEED_A_CONDITION = {Operation.LIST, Operation.SURVEY}
_PLAIN = {Operation.FACT, Operation.FIND}


class PlanReply(BaseModel):
    """The shape of the model's reply to `prompts/plan.md`."""

    model_config = ConfigDict(extra="ignore")

    question: str = Field(min_length=2, max_length=LONGEST_QUESTION)
    operation: Operation = Operation.FACT
    condition: Condition | None = None
    fields: tuple[RecordField, ...] = ()
    order: Order | None = None
    group: str = ""
    searches: tuple[str, ...] = Field(default=(), max_length=8)


class ModelReader:
    """Asks a capable model what a question means, as long as it is of any help."""

    def __init__(self) -> None:
        self._failures: Counter[str] = Counter()

    def on(
        self, question: Question, conversation: Conversation, reader: QuestionReader, model: Understanding
    ) -> Generator[None, None, Reading]:
        """Signs of life, then (returned) the question as it is best understood."""
        foreign = not is_english(question.asked)
        if self._failures[model.spec] >= MOST_FAILURES or question.refused:
            return Reading(question)
        if not (foreign or is_unsure(question, conversation)):
            return Reading(question)
        reply = yield from reading(model, question, conversation)
        understood = None if reply is None else _read_again(question, reply, conversation, reader, foreign)
        self._failures[model.spec] = 0 if understood else self._failures[model.spec] + 1
        if reply is None or understood is None:
            return Reading(question)
        return Reading(understood, load_prompt("plan").label, reply.searches[:MOST_SEARCHES])


def reading(
    model: Understanding, question: Question, conversation: Conversation
) -> Generator[None, None, PlanReply | None]:
    """Signs of life, then (returned) the model's reply; None if it is of no help."""
    values = {"conversation": transcript(conversation), "question": defused(question.asked)}
    for _ in range(TRIES):
        try:
            reply = yield from model.structured("plan", PlanReply, SECONDS, **values)
        except ValidationError:
            continue
        except BackendError:
            return None
        return reply
    return None


def _read_again(
    question: Question, reply: PlanReply, conversation: Conversation, reader: QuestionReader, foreign: bool
) -> Question | None:
    """The question in the model's words, read by the rules; None if it brings in papers that nobody spoke of."""
    if not foreign and not is_faithful(reply.question, f"{transcript(conversation)} {question.text}"):
        return None
    read = reader.read(reply.question, conversation if foreign else Conversation())
    if read.refused:
        return None
    shown = {paper.id for turn in conversation.turns if turn.answer.focus for paper in turn.answer.focus.papers}
    named = {subject.paper.id for subject in reader.read(question.text).subjects}
    if not foreign and not set(read.paper_ids) <= shown | named:
        return None
    read = replace(read, asked=question.asked, follows=read.follows or bool(set(read.paper_ids) & shown))
    return _with_plan(read, reply)


def _with_plan(question: Question, reply: PlanReply) -> Question:
    """The model's operation, where the rules saw a plain question about no paper that they know."""
    intent = _TAKEN_OVER.get(reply.operation)
    if intent is None or question.subjects or question.plan.operation not in _PLAIN:
        return question
    if reply.operation in _NEED_A_CONDITION and reply.condition is None:
        return question
    plan = QueryPlan(reply.operation, reply.condition, order=reply.order, group=reply.group)
    return replace(question, intent=intent, plan=plan)
