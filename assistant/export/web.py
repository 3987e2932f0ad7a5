"""A conversation as one HTML file: no script, no font, no picture, nothing that asks the network for anything."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from assistant.answers import Answer, Citation
from assistant.conversation import Conversation, Turn
from assistant.export.escaping import one_line, safe_address
from assistant.export.markdown import notes_of, source_line, title_of
from ingest.text.latex import plain_text

_PAGE = Path(__file__).with_name("conversation.html")
_MARKER = re.compile(r"\[(\d+)\]")
# Text that others wrote gets no links or pictures, and HTML in it is shown as text.
_RULES_OFF = ("link", "image", "autolink", "reference", "html_inline", "html_block")


def conversation_to_html(conversation: Conversation) -> str:
    """A self-contained page; each marker leads to the quote below its answer."""
    turns = "\n".join(_turn(turn, place) for place, turn in enumerate(conversation.turns, start=1))
    page = Template(_PAGE.read_text(encoding="utf-8"))
    return page.substitute(title=escape(title_of(conversation)), turns=turns)


def _turn(turn: Turn, place: int) -> str:
    parts = [
        f"<section><h2>{escape(one_line(turn.question))}</h2>",
        _answer(turn.answer, place),
        _sources(turn.answer.citations, place),
        *(f'<p class="note">{_inline(note)}</p>' for note in notes_of(turn.answer)),
        "</section>",
    ]
    return "\n".join(part for part in parts if part)


def _answer(answer: Answer, place: int) -> str:
    """The answer's Markdown as HTML, its known markers as links into the list of this answer's sources."""
    known = {citation.number for citation in answer.citations}
    return str(_reader().render(answer.text, {"place": place, "known": known}))


def _inline(markdown: str) -> str:
    return str(_reader().renderInline(markdown, {"place": 0, "known": set()}))


def _sources(citations: Sequence[Citation], place: int) -> str:
    if not citations:
        return ""
    items = "\n".join(_source(citation, place) for citation in citations)
    return f'<ul class="sources">\n{items}\n</ul>'


def _source(citation: Citation, place: int) -> str:
    title = escape(source_line(citation.paper))
    link = safe_address(citation.paper.link)
    linked = f'<a href="{escape(link)}" rel="noopener noreferrer">{title}</a>' if link else title
    quote = escape(one_line(plain_text(citation.quote)))
    return f'<li id="{_anchor(place, citation.number)}">[{citation.number}] {linked} <q>{quote}</q></li>'


def _anchor(place: int, number: int) -> str:
    return f"answer-{place}-source-{number}"


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable(list(_RULES_OFF))
    reader.add_render_rule("text", _text_with_markers)
    reader.add_render_rule("table_open", _table_open)
    reader.add_render_rule("table_close", _table_close)
    return reader


def _text_with_markers(
    _renderer: RendererHTML, tokens: Sequence[Token], place: int, _options: Any, env: dict[str, Any]
) -> str:
    def link(found: re.Match[str]) -> str:
        number = int(found[1])
        if number not in env["known"]:
            return found[0]
        return f'<a class="marker" href="#{_anchor(env["place"], number)}">{found[0]}</a>'

    return _MARKER.sub(link, escape(tokens[place].content))


def _table_open(*_: object) -> str:
    return '<div class="table"><table>\n'


def _table_close(*_: object) -> str:
    return "</table></div>\n"
