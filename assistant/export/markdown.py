"""A conversation as Markdown: to read, to paste into notes, to print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assistant.answers import Answer, Citation
from assistant.bylines import title_line
from assistant.conversation import Conversation, Turn
from assistant.export.escaping import safe_address
from assistant.generation.harmless import harmless, links_of
from assistant.markup import escaped, one_line
from ingest.text.latex import plain_text
from ingest.text.tidy import shortened

UNTITLED = "Conversation"
LONGEST_TITLE = 80


def conversation_to_markdown(conversation: Conversation) -> str:
    """The questions as headings, each answer below its own, with the quotes that its markers stand for."""
    title = escaped(title_of(conversation))
    return "\n\n".join([f"# {title}", *map(_turn, conversation.turns)]) + "\n"


def title_of(conversation: Conversation) -> str:
    """What a conversation is called: its first question, shortened."""
    if not conversation.turns:
        return UNTITLED
    question = one_line(conversation.turns[0].question)
    return shortened(question, LONGEST_TITLE)


def _turn(turn: Turn) -> str:
    parts = [f"## {escaped(turn.question)}", text_of(turn.answer).strip()]
    if turn.answer.citations:
        parts.append("\n".join(_sources(turn.answer.citations)))
    return "\n\n".join([*parts, *(f"*{note}*" for note in notes_of(turn.answer))])


def text_of(answer: Answer) -> str:
    """An answer's Markdown, in which nothing but its papers' own addresses can be opened: a model may have written any.

    It was harmless when it was made; a conversation that somebody saved may have been changed since.
    """
    cited = (citation.paper for citation in answer.citations)
    return harmless(answer.text, links_of([*answer.papers, *cited]))


def notes_of(answer: Answer) -> Iterator[str]:
    """What is said under an answer: what was searched for, who wrote it, what went wrong. As Markdown and HTML text."""
    details = answer.details
    if details.searched_for:
        yield f"Searched for: {escaped(details.searched_for)}"
    if details.backend:
        yield f"Answered by: {escaped(' '.join(filter(None, (details.backend, details.model))))}"
    if details.notice:
        yield escaped(details.notice)


def _sources(citations: Iterable[Citation]) -> Iterator[str]:
    for citation in citations:
        link = safe_address(citation.paper.link)
        address = f" <{link}>" if link else ""
        yield f"- [{citation.number}] {escaped(title_line(citation.paper))}{address}  "
        yield f"  “{escaped(plain_text(citation.quote))}”"
