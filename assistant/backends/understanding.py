"""What a language model can add to the understanding of a question: rewriting it, and telling what it wants.

Both are offers. Whatever goes wrong (no answer in time, nonsense, a rewriting that brings in words which nobody
said) the result is None, and the rules that work without a model decide.
"""

from __future__ import annotations

import re

from pydantic import BaseModel, ValidationError

from assistant.answers import Intent
from assistant.backends.chat_model import ChatModelBackend
from assistant.conversation import Conversation
from assistant.errors import BackendError
from assistant.prompting import defused, transcript

SECONDS = 15.0
"""What understanding a question may take: the answer itself is still to come."""

LONGEST_QUESTION = 400
"""Characters of a rewritten question; beyond this it is an essay."""

KNOWN_WORDS = 0.8
"""The share of a rewritten question's words that must have been said before: the rest may be grammar."""

_WORD = re.compile(r"[^\W_]+")
_QUOTES = " \t\"'“”«»*_`"
_LABEL = re.compile(r"^(?:the )?(?:last |rewritten |standalone )?question\s*:\s*", re.IGNORECASE)


class IntentReply(BaseModel):
    """The shape of the model's reply to `prompts/classify.md`."""

    intent: Intent


def rewrite_question(model: ChatModelBackend, question: str, conversation: Conversation) -> str | None:
    """The question with what it points back to named, or None if the model is of no help."""
    if not conversation.turns:
        return None
    told = transcript(conversation)
    try:
        reply = model.complete("rewrite", SECONDS, conversation=told, question=defused(question))
    except BackendError:
        return None
    rewritten = _LABEL.sub("", reply.strip(_QUOTES)).strip(_QUOTES)
    return rewritten if _is_faithful(rewritten, f"{told} {question}") else None


def classify(model: ChatModelBackend, question: str, conversation: Conversation) -> Intent | None:
    """What the question wants, or None if the model is of no help."""
    values = {"conversation": transcript(conversation), "question": defused(question)}
    try:
        return model.structured("classify", IntentReply, SECONDS, **values).intent
    except (BackendError, ValidationError):
        return None


def _is_faithful(rewritten: str, said: str) -> bool:
    """Whether a rewritten question is one line, of a question's length, in words that were said."""
    words = [word.casefold() for word in _WORD.findall(rewritten)]
    known = {word.casefold() for word in _WORD.findall(said)}
    return (
        0 < len(rewritten) <= LONGEST_QUESTION
        and "\n" not in rewritten
        and bool(words)
        and sum(word in known for word in words) >= KNOWN_WORDS * len(words)
    )
