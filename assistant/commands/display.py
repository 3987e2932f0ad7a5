"""An answer on a terminal: its Markdown while it grows, then the papers that it quotes, and what is to be told of it.

Where standard output is no terminal the answer comes as the Markdown that it is, for files and other programs.
Nothing that a paper or a model wrote can reach the terminal as a control sequence.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, cast

from rich.console import Console
from rich.live import Live
from rich.markdown import Markdown
from rich.text import Text

from assistant.answers import Answer, Citation, Claim, Support
from assistant.bylines import source_line
from assistant.composition.numbering import shown_in, source_of
from assistant.markup import visible

if TYPE_CHECKING:
    from collections.abc import Generator

REDRAWS_A_SECOND = 8
WORKING = "Reading the papers…"
STOPPED = "(stopped before the end)"

_VERDICTS = {Support.PARTLY: "only partly carried by its quote", Support.UNSUPPORTED: "not carried by its quote"}


def show_growing(answers: Iterator[Answer], console: Console) -> Answer:
    """Show an answer while it is written, then whole; Ctrl-C ends it at what is there, with `complete` False.

    Closing `answers`, as is done here in any case, stops the work at a language model's server too.
    """
    last: Answer | None = None
    with closing(cast("Generator[Answer]", answers)) as growing:
        try:
            with Live(WORKING, console=console, transient=True, refresh_per_second=REDRAWS_A_SECOND) as live:
                for last in growing:
                    if console.is_terminal and last.text:
                        live.update(_markdown(last.text))
        except KeyboardInterrupt:
            if last is None or not last.text:
                raise
    answer = last or Answer("")
    show_answer(answer, console)
    return answer


def show_answer(answer: Answer, console: Console) -> None:
    """An answer and its sources."""
    if console.is_terminal:
        console.print(_markdown(answer.text))
    else:
        _plain(console, visible(answer.text))
    if not answer.complete:
        console.print(STOPPED, style="dim")
    if answer.citations:
        console.print()
    for line in _source_lines(answer):
        _plain(console, line)
    for claim in answer.claims:
        if claim.support in _VERDICTS:
            _plain(console, _doubt(claim), "yellow")


def show_details(answer: Answer, question: str, console: Console) -> None:
    """One line on how an answer came about, and one for each trouble that was met."""
    details = answer.details
    parts = [f"searched for “{details.searched_for}”" if details.searched_for not in ("", question) else ""]
    parts.append(" ".join(part for part in (details.backend, details.model) if part))
    parts.append(f"{details.seconds:.1f} s" if details.seconds else "")
    _plain(console, " · ".join(part for part in parts if part), "dim")
    for notice in filter(None, (details.notice, details.dropped)):
        _plain(console, notice, "yellow")


def show_source(citation: Citation, console: Console) -> None:
    """A citation with its whole abstract, the quoted words in it set off; nothing is set off for a record."""
    paper = citation.paper
    _plain(console, f"[{citation.number}] {source_line(paper)}", "bold")
    abstract = Text(visible(paper.abstract))
    if not citation.is_of_record:
        start = len(visible(paper.abstract[: citation.start]))
        abstract.stylize("reverse", start, start + len(visible(citation.quote)))
    console.print(abstract if console.is_terminal else f"“{visible(citation.quote)}”", markup=False, soft_wrap=True)
    console.print()


def _markdown(text: str) -> Markdown:
    """Markdown whose links show where they lead, instead of hiding it behind their words."""
    return Markdown(visible(text), hyperlinks=False)


def _source_lines(answer: Answer) -> Iterator[str]:
    """Each cited paper once, with all of its numbers; a quote stands there unless the answer shows these very words."""
    shown = shown_in(answer.parts)
    for paper in dict.fromkeys(citation.paper for citation in answer.citations):
        own = [citation for citation in answer.citations if citation.paper == paper]
        yield "".join(f"[{citation.number}]" for citation in own) + f" {source_line(paper)}"
        yield from (f"    [{c.number}] “{c.quote}”" for c in own if not c.is_of_record and source_of(c) not in shown)


def _doubt(claim: Claim) -> str:
    reason = f" ({claim.reason})" if claim.reason else ""
    return f"? {_VERDICTS[claim.support]}: {claim.text}{reason}"


def _plain(console: Console, line: str, style: str = "") -> None:
    """A line as it is: neither markup nor wrapping; a terminal wraps by itself, and a file should not be."""
    console.print(visible(line), markup=False, soft_wrap=True, style=style)
