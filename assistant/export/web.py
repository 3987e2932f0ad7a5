"""A conversation as one HTML file: no script, no font, no picture, nothing that asks the network for anything."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from assistant.answers import Answer, Citation
from assistant.bylines import title_line
from assistant.conversation import Conversation, Turn
from assistant.export.escaping import safe_address
from assistant.export.markdown import notes_of, text_of, title_of
from assistant.markup import one_line, with_markers
from ingest.text.latex import plain_text

_PAGE = Path(__file__).with_name("conversation.html")
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
    return str(_reader().render(text_of(answer), {"place": place, "known": known}))


def _inline(markdown: str) -> str:
    return str(_reader().renderInline(markdown, {"place": 0, "known": set()}))


def _sources(citations: Sequence[Citation], place: int) -> str:
    if not citations:
        return ""
    items = "\n".join(_source(citation, place) for citation in citations)
    return f'<ul class="sources">\n{items}\n</ul>'


def _source(citation: Citation, place: int) -> str:
    title = escape(title_line(citation.paper))
    link = safe_address(citation.paper.link)
    linked = f'<a href="{escape(link)}" rel="noopener noreferrer">{title}</a>' if link else title
    quote = escape(one_line(plain_text(citation.quote)))
    return f'<li id="{_anchor(place, citation.number)}">[{citation.number}] {linked} <q>{quote}</q></li>'


def _anchor(place: int, number: int) -> str:
    return f"answer-{place}-source-{number}"


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable(list(_RULES_OFF))
    with_markers(reader).add_render_rule("marker", _marker)
    reader.add_render_rule("table_open", _table_open)
    reader.add_render_rule("table_close", _table_close)
    return reader


def _marker(_: RendererHTML, tokens: Sequence[Token], place: int, __: Any, env: dict[str, Any]) -> str:
    number = int(tokens[place].content)
    if number not in env["known"]:
        return f"[{number}]"
    return f'<a class="marker" href="#{_anchor(env["place"], number)}">[{number}]</a>'


def _table_open(*_: object) -> str:
    return '<div class="table"><table>\n'


def _table_close(*_: object) -> str:
    return "</table></div>\n"
