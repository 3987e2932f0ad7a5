"""A conversation at a terminal: a line is a question, or a command if it begins with a slash.

    /compare MusicLDM, Mustango | data, results     two to five papers: by name, id or source number
    /sources 2                                      the abstract behind a marker, with the quoted words set off
    /papers diffusion                               the papers of the library, or those with these words
    /export notes.md                                take the conversation, or its last table, away
    /undo, /new, /help, /quit

The keyboard is not read here, so that a conversation can as well come from a pipe or a test.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assistant.answers import Answer, Citation
from assistant.commands.display import show_answer, show_details, show_growing, show_source
from assistant.conversation import Conversation
from assistant.errors import AssistantError
from assistant.export.formats import COMPARISON_FORMATS, CONVERSATION_FORMATS
from assistant.export.saved import conversation_from_json
from ingest.extraction.names import name_key
from ingest.identifiers import title_key
from ingest.papers import Paper
from ingest.text.latex import plain_text

if TYPE_CHECKING:
    from assistant.answering import Assistant

PAPERS_SHOWN = 50
"""More rows than this scroll off the screen; words narrow them down."""

_BETWEEN_PAPERS = re.compile(r"\s*,\s*|\s+(?:and|vs\.?|versus|with)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Command:
    """What a slash command does, and how the help describes it."""

    run: Callable[[str], None]
    takes: str
    does: str


class Dialogue:
    """One conversation with an assistant, shown on a console."""

    def __init__(self, assistant: Assistant, console: Console) -> None:
        self._assistant = assistant
        self._console = console
        self.conversation = Conversation()
        self.over = False
        self.commands: Mapping[str, Command] = {
            "/compare": Command(self._compare, "PAPERS [| ASPECTS]", "two to five papers side by side"),
            "/sources": Command(self._sources, "[NUMBER]", "the abstracts that the last answer quotes"),
            "/papers": Command(self._papers, "[WORDS]", "the papers of the library"),
            "/export": Command(
                self._export, "FILE", f"save as {' '.join(CONVERSATION_FORMATS)}; a table: .csv .tex .xlsx"
            ),
            "/open": Command(self._open, "FILE", "go on with a conversation that was saved as .json"),
            "/undo": Command(self._undo, "", "take the last question back"),
            "/new": Command(self._new, "", "begin anew"),
            "/help": Command(self._help, "", "this list"),
            "/quit": Command(self._quit, "", "leave (Ctrl-D does as well)"),
        }

    def take(self, line: str) -> None:
        """Answer a question or obey a command; AssistantError or IngestError with one line where it cannot be done."""
        word, _, rest = line.strip().partition(" ")
        if not word:
            return
        if not word.startswith("/"):
            self._answer(line.strip())
        elif word in self.commands:
            self.commands[word].run(rest.strip())
        else:
            raise AssistantError(f"there is no command {word}; /help lists them")

    # What the commands do

    def _answer(self, question: str) -> None:
        answer = show_growing(self._assistant.stream(question, self.conversation), self._console)
        show_details(answer, question, self._console)
        self._keep(question, replace(answer, complete=True))
        if suggestions := self._assistant.suggestions(answer):
            self._say(f"You could ask: {' · '.join(suggestions)}", "dim")

    def _compare(self, wanted: str) -> None:
        called, _, aspects = wanted.partition("|")
        papers = self._called(called) if called.strip() else self._last().papers
        labels = [label.strip() for label in aspects.split(",") if label.strip()]
        answer = self._assistant.compare([paper.id for paper in papers], labels)
        show_answer(answer, self._console)
        self._keep("Compare " + " and ".join(f"“{plain_text(paper.title)}”" for paper in papers), answer)

    def _sources(self, number: str) -> None:
        citations = self._last().citations
        if number and not any(str(citation.number) == number for citation in citations):
            raise AssistantError(f"the last answer has no source {number}; it has {len(citations)}")
        for citation in citations:
            if number in ("", str(citation.number)):
                show_source(citation, self._console)
        if not citations:
            self._say("The last answer quotes no paper.")

    def _papers(self, words: str) -> None:
        wanted = words.casefold().split()
        found = [paper for paper in self._assistant.papers() if all(word in _searched(paper) for word in wanted)]
        table = Table("id", "year", "title", box=None, header_style="bold")
        for paper in found[:PAPERS_SHOWN]:
            table.add_row(escape(paper.id), str(paper.year or ""), escape(plain_text(paper.title)))
        self._console.print(table)
        if len(found) > PAPERS_SHOWN:
            self._say(f"… and {len(found) - PAPERS_SHOWN:,} more; /papers WORDS narrows them down")

    def _export(self, name: str) -> None:
        if not name:
            raise AssistantError("name a file: /export notes.md")
        content = self._exported(name)
        path = Path(name).expanduser()
        try:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        except OSError as error:
            raise AssistantError(f"{name} cannot be written: {error.strerror or error}") from error
        self._say(f"Saved as {name}.")

    def _open(self, name: str) -> None:
        try:
            self.conversation = conversation_from_json(Path(name).expanduser().read_bytes())
        except OSError as error:
            raise AssistantError(f"{name or 'a file'} cannot be read: {error.strerror or error}") from error
        self._say(f"{len(self.conversation.turns)} questions so far.")

    def _undo(self, _: str) -> None:
        self.conversation = self.conversation.without_last()
        turns = self.conversation.turns
        self._say(f"Back at: {turns[-1].question}" if turns else "Nothing was asked yet.")

    def _new(self, _: str) -> None:
        self.conversation = Conversation()
        self._say("A new conversation.")

    def _help(self, _: str) -> None:
        self._say("Ask in your own words, or:")
        table = Table(box=None, show_header=False)
        for name, command in self.commands.items():
            table.add_row(name, escape(command.takes), escape(command.does))
        self._console.print(table)

    def _quit(self, _: str) -> None:
        self.over = True

    # What they need

    def _keep(self, question: str, answer: Answer) -> None:
        self.conversation = self.conversation.with_turn(question, answer)

    def _last(self) -> Answer:
        if not self.conversation.turns:
            raise AssistantError("nothing was asked yet")
        return self.conversation.turns[-1].answer

    def _exported(self, name: str) -> str | bytes:
        """The conversation, or the table of its last comparison, in the format that the file's name ends in."""
        last = self._last()
        for suffix, write_table in COMPARISON_FORMATS.items():
            if name.endswith(suffix) and suffix not in CONVERSATION_FORMATS:
                if last.comparison is None:
                    raise AssistantError(f"{suffix} holds a table, and the last answer is none; /compare makes one")
                return write_table(last.comparison)
        for suffix in sorted(CONVERSATION_FORMATS, key=len, reverse=True):
            if name.endswith(suffix):
                return CONVERSATION_FORMATS[suffix](self.conversation)
        known = ", ".join(dict.fromkeys([*CONVERSATION_FORMATS, *COMPARISON_FORMATS]))
        raise AssistantError(f"{name} does not end in a format that is known: {known}")

    def _called(self, text: str) -> Sequence[Paper]:
        """The papers that a list of names, ids, titles or source numbers means."""
        parts = [part for part in _BETWEEN_PAPERS.split(text.strip()) if part]
        if len(parts) == 1:
            parts = text.split()
        return [self._paper(part) for part in parts]

    def _paper(self, called: str) -> Paper:
        cited: Sequence[Citation] = self.conversation.turns[-1].answer.citations if self.conversation.turns else ()
        for citation in cited:
            if str(citation.number) == called.strip("[]"):
                return citation.paper
        for paper in self._assistant.papers():
            names = {name_key(name) for name in self._assistant.names(paper.id)}
            if called == paper.id or name_key(called) in names or title_key(called) == title_key(paper.title):
                return paper
        raise AssistantError(f"no paper here is called {called}; /papers lists them")

    def _say(self, line: str, style: str = "") -> None:
        self._console.print(line, markup=False, soft_wrap=True, style=style)


def _searched(paper: Paper) -> str:
    return f"{plain_text(paper.title)} {paper.title} {' '.join(paper.authors)} {paper.id} {paper.year}".casefold()
