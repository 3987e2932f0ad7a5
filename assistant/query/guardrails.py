"""Guardrails: orders to the machine in a question, and questions about the machine itself."""

from __future__ import annotations

import re

_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass|drop|skip|stop following|pay no attention to)\b[^.!?\n;:]*\b(?:instructions?|rules?|prompts?|"
    r"guidelines?|polic\w+|safety|above|previous|earlier|before|everything|sources?|citations?)\b[^.!?\n;:]*[.!?\n;:]*|"
    r"\b(?:from now on|you are now|pretend (?:to be|you are|that you)|act as|role-?play as|you must now|new instructions?:|system:)[^.!?\n]*[.!?\n]*|"
    r"</?(?:system|instructions?|passage|evidence|assistant|user)[^>]*>",
    re.I,
)
_ASKS_FOR_PROMPT = re.compile(
    r"\b(?:your|hidden|secret|developer)\s+(?:\w+ )?(?:prompts?|instructions?|rules)\b|\bsystem (?:prompts?|messages?|instructions)\b|\binitial prompt\b|"
    r"\bprompt word for word\b|"
    r"\b(?:api|secret|access) keys?\b|\benvironment variables?\b|\bpasswords?\b",
    re.I,
)
_DICTATES = re.compile(
    r"\b(?:repeat after me|say (?:only|exactly|that|the words?)|(?:print|output|write|answer|reply|respond)(?: \w+){0,3}? (?:only|exactly|just|with)\b|"
    r"append|end (?:your|every) (?:answer|reply))[^.!?\n]*[.!?\n]*",
    re.I,
)
_ABOUT_ASSISTANT = re.compile(
    r"^(?:hi|hello|hey|good (?:morning|evening|day)|thanks?|thank you|thx|cheers|bye|goodbye)\b[\s!.,]*(?:there|footnote|you|a lot|so much)?[\s!.]*$|"
    r"\bwho (?:are|made|built) you\b|\bwhat (?:are|can) you\b(?: do| help)?|\bhow do you work\b|\bwhat is footnote\b|\bhow (?:do|can) i use (?:you|this)\b|"
    r"^help[\s!.?]*$|\bhow many papers (?:do you (?:have|know)|are (?:there|indexed|in (?:here|the (?:library|index|corpus))))[\s?]*$|"
    r"^(?:what|which) papers (?:do you (?:have|know)|are (?:there|here|indexed))[\s?]*$",
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
