"""Guardrails: orders to the machine in a question, and questions about the machine itself."""

from __future__ import annotations

import re

from ingest.lexicon import lexicon

_WORDS = lexicon("en.conversation")
_SENTENCE = r"[^.!?\n]*[.!?\n]*"
_CLAUSE = r"[^.!?\n;:]*"
# A mark-up that parts a prompt from its evidence stands in no honest question.
_ORDERS = re.compile(
    rf"{_WORDS.source('disregards')}{_CLAUSE}{_WORDS.source('disregarded')}{_CLAUSE}[.!?\n;:]*|"
    rf"(?:{_WORDS.source('casts')}|\b(?:new instructions?:|system:)){_SENTENCE}|"
    r"</?(?:system|instructions?|passage|evidence|assistant|user)[^>]*>",
    re.I,
)
_DICTATES = re.compile(
    rf"(?:{_WORDS.source('dictates')}|{_WORDS.source('writes')}(?: \w+){{0,3}}? {_WORDS.source('verbatim')}){_SENTENCE}",
    re.I,
)
_ASKS_FOR_PROMPT = re.compile(
    rf"{_WORDS.source('secret_owners')}\s+(?:\w+ )?{_WORDS.source('secret_things')}|{_WORDS.source('secrets')}", re.I
)
_ABOUT_ASSISTANT = re.compile(
    rf"^{_WORDS.source('greetings')}[\s!.,]*{_WORDS.source('greeted')}?[\s!.]*$|{_WORDS.source('about_assistant')}|"
    rf"^help[\s!.?]*$|{_WORDS.source('how_many_held')}[\s?]*$|^{_WORDS.source('which_held')}[\s?]*$",
    re.I,
)


def without_orders(text: str) -> str:
    """A question without commands to the machine itself: they are no part of what is asked of the papers."""
    kept = _ORDERS.sub(" ", text)
    if kept != text:
        kept = _DICTATES.sub(" ", kept)
    return re.sub(r"\s+", " ", kept).strip(" \t\n-–—:;,")


def asks_for_secrets(text: str) -> bool:
    """Whether a question wants the instructions or the keys of the assistant."""
    return bool(_ASKS_FOR_PROMPT.search(text))


def is_about_assistant(text: str) -> bool:
    """Whether a question is small talk, or about the assistant and not about papers."""
    return bool(_ABOUT_ASSISTANT.search(text))
