"""Parts as Markdown: what an answer's `text` is, and what the page and the terminal show in their own ways.

A paper is introduced once; its words follow as one quiet block, each sentence with its marker, an ellipsis where some
were left out between two. So it is in a list: the paper, the asked number or name in bold, and under it the words that
make it belong. No quotation marks: what stands in a block is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from assistant.answers import (
    CELL_NOT_STATED,
    Citation,
    Heading,
    Lead,
    ListLine,
    Part,
    Prose,
    Quotation,
    RecordLine,
    Remark,
    Statement,
    Support,
    Table,
    TableCell,
)
from assistant.bylines import byline
from assistant.composition.values import without_opening
from assistant.markup import escaped, within_line
from ingest.papers import Paper
from ingest.passages import Passage
from ingest.text.latex import plain_text

LEFT_OUT = "…"
RECORD = -1
"""The start and end of a citation that leads to a paper's record."""

SignOf = Callable[[Support], str]
"""What stands behind a statement with this verdict."""

Cleaned = Callable[[str], str]
"""A text of others without what a surface may not be shown, such as its own signs."""


def markdown(
    parts: Iterable[Part],
    citations: Sequence[Citation] = (),
    sign_of: SignOf = lambda _: "",
    cleaned: Cleaned = lambda text: text,
) -> str:
    """The parts as Markdown with the markers of these citations; without citations there are no markers.

    `sign_of` gives the sign that a surface sets behind a statement of a model that is not fully carried; `cleaned`
    is what it makes of each block before such signs are set.
    """
    return _Markdown(citations, sign_of, cleaned).of(parts)


class _Markdown:
    def __init__(self, citations: Sequence[Citation], sign_of: SignOf, cleaned: Cleaned) -> None:
        self._citations = {(c.paper.id, c.start, c.end): c for c in citations}
        self._abstracts = {c.paper.id: c.paper.abstract for c in citations}
        self._sign_of = sign_of
        self._cleaned = cleaned

    def of(self, parts: Iterable[Part]) -> str:
        blocks = (block for _, group in groupby(parts, _kind) for block in self._blocks(tuple(group)))
        return "\n\n".join(block for block in blocks if block)

    def _blocks(self, group: Sequence[Part]) -> Iterator[str]:
        """Parts of one kind in a row: quotations of one paper are one block, lines one list, others a block each."""
        match group[0]:
            case Quotation():
                yield self._cleaned("> " + self._quotations([part for part in group if isinstance(part, Quotation)]))
            case ListLine() | RecordLine():
                yield self._cleaned("\n".join(f"- {self._single(part)}" for part in group))
            case Prose():  # cleaned statement by statement, before the signs behind them
                yield from map(self._single, group)
            case _:
                yield from (self._cleaned(self._single(part)) for part in group)

    def _single(self, part: Part) -> str:  # noqa: PLR0911 - one for each kind
        match part:
            case Lead(paper, name):
                return reference(paper, name)
            case Heading(text):
                return f"### {escaped(text)}"
            case Remark(text, papers):
                return escaped(text) + self._marked(*((paper.id, RECORD, RECORD) for paper in papers))
            case RecordLine(paper, label, value):
                return f"{escaped(label)}: {escaped(value)}{self._marked((paper.id, RECORD, RECORD))}"
            case ListLine():
                return self._line(part)
            case Table():
                return self._table(part)
            case Prose(statements):
                return "".join(map(self._statement, statements))
            case Quotation(passage, value):
                return self._words(passage, value)

    def _statement(self, said: Statement) -> str:
        words = self._cleaned(f"{said.before}{said.text}")
        return words + self._sign_of(said.support) + self._marked(*map(_place, said.passages))

    def _quotations(self, quotations: Sequence[Quotation]) -> str:
        text = self._single(quotations[0])
        for one, other in pairwise(quotations):
            text += f" {self._between(one.passage, other.passage)}{self._single(other)}"
        return text

    def _between(self, one: Passage, other: Passage) -> str:
        """An ellipsis where words of the abstract were left out between two quotations, or they change their order."""
        between = self._abstracts.get(one.paper_id, "")[one.end : other.start]
        return f"{LEFT_OUT} " if between.strip() or other.start < one.end else ""

    def _line(self, line: ListLine) -> str:
        shown = line.passage if line.shows_words else None
        name = short_reference(line.paper, line.name) if shown else reference(line.paper, line.name)
        value = f" — **{within_line(line.value)}**" if line.value else ""
        source = _place(line.passage) if line.passage else (line.paper.id, RECORD, RECORD)
        words = f"\n  > {escaped(self._without_opening(shown, line.name))}" if shown else ""
        return name + value + words + self._marked(source)

    def _without_opening(self, passage: Passage, name: str) -> str:
        """The words of a line that has its paper's name already: without "The authors introduce NAME,"."""
        words = self._quote(passage)
        rest = without_opening(words)
        return words if rest == words else f"{LEFT_OUT} {rest.removeprefix(f'{name}, ')}"

    def _table(self, table: Table) -> str:
        lines = [["", *map(_head, table.heads)], ["---"] * (len(table.heads) + 1)]
        lines += [[_head(row.label), *map(self._cell, row.cells)] for row in table.rows]
        return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)

    def _cell(self, cell: TableCell) -> str:
        match cell:
            case None:
                return f"*{CELL_NOT_STATED}*"
            case Quotation(passage, value):
                return (f"**{within_line(value)}** · " if value else "") + self._words(passage)
            case text:
                return escaped(text)

    def _words(self, passage: Passage, value: str = "") -> str:
        """Exact words with their marker, and the value in them in bold."""
        words = self._quote(passage)
        found = re.search(rf"(?<!\w){re.escape(value)}(?!\w)", words) if value else None
        if found:
            before, after = words[: found.start()], words[found.end() :]
            before = escaped(before) + " " * before[-1:].isspace()
            after = " " * after[:1].isspace() + within_line(after)
            return f"{before}**{within_line(value)}**{after}{self._marked(_place(passage))}"
        return escaped(words) + self._marked(_place(passage))

    def _quote(self, passage: Passage) -> str:
        """The words as they stand in the abstract: a passage that claims others is not believed."""
        citation = self._citations.get(_place(passage))
        return citation.quote if citation else passage.text

    def _marked(self, *sources: tuple[str, int, int]) -> str:
        """The markers of these places with a blank before them; nothing for places without a citation."""
        found = [self._citations[source].number for source in dict.fromkeys(sources) if source in self._citations]
        return "".join([" " * bool(found), *(f"[{number}]" for number in dict.fromkeys(found))])


def reference(paper: Paper, name: str = "") -> str:
    """How a paper is introduced: its name, title, first author and year in Markdown, as far as they are known."""
    title = plain_text(paper.title)
    named = name and not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", title, re.IGNORECASE)
    shown = f"**{escaped(name)}** — *{escaped(title)}*" if named else f"**{escaped(title)}**"
    return _with_byline(shown, paper)


def short_reference(paper: Paper, name: str) -> str:
    """How a paper is introduced in a list or a table: its name, first author and year in Markdown."""
    return _with_byline(f"**{escaped(plain_text(name or paper.title))}**", paper)


def _with_byline(shown: str, paper: Paper) -> str:
    origin = byline(paper)
    return f"{shown} ({escaped(origin)})" if origin else shown


def _head(head: str | Lead) -> str:
    return short_reference(head.paper, head.name) if isinstance(head, Lead) else escaped(head)


def _kind(part: Part) -> tuple[type, str]:
    return type(part), part.passage.paper_id if isinstance(part, Quotation) else ""


def _place(passage: Passage) -> tuple[str, int, int]:
    return passage.paper_id, passage.start, passage.end
