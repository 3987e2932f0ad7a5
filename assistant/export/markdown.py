"""A conversation as Markdown: to read, to paste into notes, to print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from assistant.answers import Answer, Citation
from assistant.conversation import Conversation, Turn
from assistant.export.escaping import markdown_text, one_line, safe_address
from ingest.papers import Paper
from ingest.text.latex import plain_text

UNTITLED = "Conversation"
LONGEST_TITLE = 80

# What would load something from elsewhere, or run, when the file is opened in a viewer: pictures and HTML.
_PICTURE = re.compile(r"!(?=\[)")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def conversation_to_markdown(conversation: Conversation) -> str:
    """The questions as headings, each answer below its own, with the quotes that its markers stand for."""
    title = markdown_text(title_of(conversation))
    return "\n\n".join([f"# {title}", *map(_turn, conversation.turns)]) + "\n"


def title_of(conversation: Conversation) -> str:
    """What a conversation is called: its first question, shortened."""
    if not conversation.turns:
        return UNTITLED
    question = one_line(conversation.turns[0].question)
    return question if len(question) <= LONGEST_TITLE else question[: LONGEST_TITLE - 1].rstrip() + "…"


def source_line(paper: Paper) -> str:
    """Title, first author and year of a paper, as far as they are known."""
    known = (paper.first_author, str(paper.year) if paper.year else None)
    about = ", ".join(part for part in known if part)
    return one_line(f"{plain_text(paper.title)} ({about})" if about else plain_text(paper.title))


def _turn(turn: Turn) -> str:
    parts = [f"## {markdown_text(turn.question)}", _harmless(turn.answer.text).strip()]
    if turn.answer.citations:
        parts.append("\n".join(_sources(turn.answer.citations)))
    return "\n\n".join([*parts, *(f"*{note}*" for note in notes_of(turn.answer))])


def notes_of(answer: Answer) -> Iterator[str]:
    """What is said under an answer: what was searched for, who wrote it, what went wrong. As Markdown and HTML text."""
    details = answer.details
    if details.searched_for:
        yield f"Searched for: {markdown_text(details.searched_for)}"
    if details.backend:
        yield f"Answered by: {markdown_text(' '.join(filter(None, (details.backend, details.model))))}"
    if details.notice:
        yield markdown_text(details.notice)


def _sources(citations: Iterable[Citation]) -> Iterator[str]:
    for citation in citations:
        link = safe_address(citation.paper.link)
        address = f" <{link}>" if link else ""
        yield f"- [{citation.number}] {markdown_text(source_line(citation.paper))}{address}  "
        yield f"  “{markdown_text(plain_text(citation.quote))}”"


def _harmless(markdown: str) -> str:
    """An answer's Markdown, whose pictures and HTML become text: a model may have written any."""
    return _TAG.sub("&lt;", _PICTURE.sub(r"\\!", markdown))
