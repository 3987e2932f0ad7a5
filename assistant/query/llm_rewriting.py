"""What a language model can add to the understanding of a question: rewriting it, and telling what it wants.

It is asked only where the rules are unsure, and whatever goes wrong (no answer in time, nonsense, a rewriting that
brings in words which nobody said) leaves what the rules found. A model that fails twice in a row is asked no more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass, replace

from pydantic import BaseModel, ValidationError

from assistant.answers import Intent
from assistant.backends.base import Understanding
from assistant.conversation import Conversation
from assistant.errors import BackendError
from assistant.prompts import defused, load_prompt, transcript
from assistant.query.reader import Question, QuestionReader

SECONDS = 10.0
"""What understanding a question may take: the answer itself is still to come."""

MOST_FAILURES = 2
"""So many useless replies in a row, and a model is not asked again: it is too weak for this, or too slow."""

LONGEST_QUESTION = 400
"""Characters of a rewritten question; beyond this it is an essay."""

KNOWN_WORDS = 0.8
"""The share of a rewritten question's words that must have been said before: the rest may be grammar."""

_TAKEN_OVER = (Intent.WHICH_PAPER, Intent.LIST)  # refusing, or comparing what has no names, is left to the rules

_WORD = re.compile(r"[^\W_]+")
_QUOTES = " \t\"'“”«»*_`"
_LABEL = re.compile(r"^(?:the )?(?:last |rewritten |standalone )?question\s*:\s*", re.IGNORECASE)
_ASKS = re.compile(
    r"\b(?:what|how|why|when|where|who|whose|which|is|are|was|were|does|do|did|can|could|has|have)\b|\?", re.IGNORECASE
)


class IntentReply(BaseModel):
    """The shape of the model's reply to `prompts/classify.md`."""

    intent: Intent


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it is best understood, the prompt that helped, if any, and further phrasings to search by."""

    question: Question
    prompt: str = ""
    searches: tuple[str, ...] = ()


class SecondOpinion:
    """Asks a model what a question means where the rules are unsure, as long as it is of any help."""

    def __init__(self) -> None:
        self._failures: Counter[str] = Counter()

    def on(
        self, question: Question, conversation: Conversation, reader: QuestionReader, model: Understanding
    ) -> Generator[None, None, Reading]:
        """Signs of life, then (returned) the question as it is best understood."""
        name = model.spec
        if self._failures[name] >= MOST_FAILURES or not is_unsure(question, conversation):
            return Reading(question)
        understood: Question | None
        if conversation.turns:
            prompt = "rewrite"
            rewritten = yield from rewriting(model, question.text, conversation)
            understood = None if rewritten is None else _pointing_back(question, rewritten, conversation, reader)
        else:
            prompt = "classify"
            intent = yield from classifying(model, question.text, conversation)
            understood = None if intent is None else _with_intent(question, intent)
        self._failures[name] = self._failures[name] + 1 if understood is None else 0
        changed = understood is not None and understood != question
        return Reading(understood or question, load_prompt(prompt).label if changed else "")


def is_unsure(question: Question, conversation: Conversation) -> bool:
    """Whether the rules may have missed what a question means.

    That is one without any name, and either the conversation could give it one, or its wording does not ask.
    """
    named = question.subjects or question.borrowed or question.unknown or question.within or question.follows
    if named or question.refused or question.intent is not Intent.FACT:
        return False
    return bool(conversation.turns) or not _ASKS.search(question.text)


def rewriting(model: Understanding, question: str, conversation: Conversation) -> Generator[None, None, str | None]:
    """Returns the question with what it points back to named, or None if the model is of no help."""
    told = transcript(conversation)
    try:
        reply = yield from model.complete("rewrite", SECONDS, conversation=told, question=defused(question))
    except BackendError:
        return None
    rewritten = _LABEL.sub("", reply.strip(_QUOTES)).strip(_QUOTES)
    return rewritten if is_faithful(rewritten, f"{told} {question}") else None


def classifying(
    model: Understanding, question: str, conversation: Conversation
) -> Generator[None, None, Intent | None]:
    """Returns what the question wants, or None if the model is of no help."""
    values = {"conversation": transcript(conversation), "question": defused(question)}
    try:
        reply = yield from model.structured("classify", IntentReply, SECONDS, **values)
    except (BackendError, ValidationError):
        return None
    return reply.intent


def _pointing_back(
    question: Question, rewritten: str, conversation: Conversation, reader: QuestionReader
) -> Question | None:
    """The rewritten question, if it names papers of this conversation; None if it names any other."""
    read = reader.read(rewritten)
    shown = {paper.id for turn in conversation.turns if turn.answer.focus for paper in turn.answer.focus.papers}
    if not set(read.paper_ids) <= shown:
        return None
    return replace(read, asked=question.asked, follows=True) if read.subjects and not read.refused else question


def _with_intent(question: Question, intent: Intent) -> Question:
    return replace(question, intent=intent) if intent in _TAKEN_OVER else question


def is_faithful(rewritten: str, said: str) -> bool:
    """Whether a rewritten question is one line, of a question's length, in words that were said."""
    words = [word.casefold() for word in _WORD.findall(rewritten)]
    known = {word.casefold() for word in _WORD.findall(said)}
    return (
        0 < len(rewritten) <= LONGEST_QUESTION
        and "\n" not in rewritten
        and bool(words)
        and sum(word in known for word in words) >= KNOWN_WORDS * len(words)
    )
