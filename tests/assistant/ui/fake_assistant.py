"""An assistant with hand-made answers over the bundled papers: quick, and the same each time."""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace

import ingest
from assistant.answers import (
    Absence,
    Answer,
    Cell,
    Citation,
    Claim,
    Comparison,
    Details,
    Hit,
    Intent,
    Prose,
    Statement,
    Support,
)
from assistant.composition.rendering import markdown
from assistant.conversation import Conversation
from assistant.errors import AssistantError
from assistant.filters import Filters
from assistant.settings import Settings
from ingest.extraction.facets import facets_of
from ingest.extraction.names import names_of
from ingest.extraction.profile import Facet
from ingest.extraction.roles import Role
from ingest.papers import Fields, Paper, paper_from
from ingest.passages import Level, Passage

CORPUS = Path(ingest.__file__).parent / "corpus" / "music.jsonl"
ASPECTS = ("aim", "method", "data", "results", "availability")

TABLE = """| aspect | MusicLDM | Mustango |
|--|--|--|
| task | text to music [1] | text to music [2] |
| data | not stated in the abstract | MusicBench [12] |"""


def bundled_papers() -> tuple[Paper, ...]:
    """The papers that come with the program, read without the ingest pipeline."""
    return tuple(map(_paper, CORPUS.read_text(encoding="utf-8").splitlines()))


def _paper(line: str) -> Paper:
    record = json.loads(line)
    return paper_from(
        Fields(
            title=record["title"],
            abstract=record["abstract"],
            id=record["id"],
            authors=tuple(record["authors"]),
            year=str(record["year"]),
            arxiv_id=record["arxiv_id"],
            code_url=record.get("code_url") or "",
            is_digest=record["digest"],
        )
    )


def citation(paper: Paper, words: str, number: int) -> Citation:
    """The first sentence of a paper that contains `words`, as citation `number`."""
    found = re.search(rf"[^.]*(?:\.\d[^.]*)*{re.escape(words)}.*?\.(?=\s|$)", paper.abstract)
    assert found, words
    quote = found[0].strip()
    start = paper.abstract.index(quote)
    return Citation(number, paper, quote, start, start + len(quote))


class FakeAssistant:
    """Answers three questions well and abstains from the rest; `pause` seconds lie between two snapshots."""

    def __init__(self, papers: tuple[Paper, ...] | None = None, pause: float = 0.0) -> None:
        self.settings = Settings(_env_file=None)  # type: ignore[call-arg]
        self.index = SimpleNamespace(folder=Path(tempfile.mkdtemp()))
        self._papers = bundled_papers() if papers is None else papers
        self.pause = pause
        self.closed = 0

    def papers(self) -> tuple[Paper, ...]:
        return self._papers

    def paper(self, paper_id: str) -> Paper:
        if paper_id not in self._by_id:
            raise AssistantError(f"no paper here has the id {paper_id!r}")
        return self._by_id[paper_id]

    def facets(self, paper_id: str) -> tuple[Facet, ...]:
        return facets_of(self.paper(paper_id))

    def names(self, paper_id: str) -> tuple[str, ...]:
        return tuple(name.text for name in names_of(self.paper(paper_id)) if name.introduced)

    def neighbours(self, paper_id: str, limit: int = 5) -> tuple[Paper, ...]:
        return tuple(paper for paper in self._papers if paper.id != paper_id)[:limit]

    @cached_property
    def _by_id(self) -> dict[str, Paper]:
        return {paper.id: paper for paper in self._papers}

    def ask(self, question: str, *rest: object, **named: object) -> Answer:
        return self._answer(question)

    def stream(
        self,
        question: str,
        conversation: Conversation | None = None,
        filters: Filters | None = None,
        llm: str | None = None,
    ) -> Iterator[Answer]:
        whole = self._answer(question)
        words = whole.text.split(" ")
        try:
            for count in range(1, len(words)):
                time.sleep(self.pause)
                text = " ".join(words[:count])
                yield replace(
                    whole, text=text, citations=_used(text, whole.citations), claims=(), parts=(), complete=False
                )
            yield whole
        finally:
            self.closed += 1

    def paper_or_none(self, paper_id: str) -> Paper | None:
        return next((paper for paper in self._papers if paper.id == paper_id), None)

    def roles(self, paper_id: str) -> tuple[tuple[Role, str], ...]:
        return ((Role.AIM, self.paper(paper_id).abstract.split(". ")[0]),)

    def openings(self) -> tuple[str, ...]:
        """Two questions to begin with."""
        return ("What is MeLoDy and how much faster is it than MusicLM?", "Compare MusicLDM and Mustango")

    def suggestions(self, answer: Answer) -> tuple[str, ...]:
        return ("What does MeLoDy inherit from MusicLM?", "Compare MusicLDM and Mustango")

    def search(self, question: str, filters: Filters | None = None, limit: int = 10) -> tuple[Hit, ...]:
        return tuple(
            Hit(Passage(paper.id, 0, len(paper.abstract), paper.abstract), paper, 1.0) for paper in self._papers[:limit]
        )

    def tabulate(self, paper_ids: Sequence[str], columns: Sequence[str]) -> Comparison:
        papers = tuple(map(self.paper, paper_ids))
        cells = tuple(
            tuple(self._cell(paper, row, column) for column, paper in enumerate(papers)) for row in range(len(columns))
        )
        return Comparison(tuple(columns), papers, cells)

    def compare(self, paper_ids: Sequence[str], aspects: Sequence[str] = ()) -> Answer:
        papers = tuple(map(self.paper, paper_ids))
        rows = tuple(aspects) or ASPECTS
        cells = tuple(
            tuple(self._cell(paper, row, column) for column, paper in enumerate(papers)) for row in range(len(rows))
        )
        citations = tuple(cell.citation for row in cells for cell in row if cell.citation)
        return Answer(
            "See the table.",
            citations=citations,
            papers=papers,
            comparison=Comparison(rows, papers, cells),
            details=Details(Intent.COMPARISON, "comparison", "extractive", seconds=0.2, corpus=len(self._papers)),
        )

    def _cell(self, paper: Paper, row: int, column: int) -> Cell:
        sentences = re.findall(r"[^.]+(?:\.\d[^.]*)*\.", paper.abstract)
        if (row + column) % 4 == 3:
            return Cell()
        quote = sentences[row % len(sentences)].strip()
        start = paper.abstract.index(quote)
        return Cell(quote, Citation(row * 10 + column + 1, paper, quote, start, start + len(quote)))

    def _answer(self, question: str) -> Answer:
        details = Details(Intent.FACT, question.rstrip("?"), "extractive", index_version="made by hand", seconds=0.3)
        if "compare" in question.lower():
            return replace(self.compare(("2308.01546", "2311.08355")), text=TABLE)
        if "melody" in question.lower():
            return self._melody(details)
        return Answer(
            "No paper here says anything about that.", abstained=True, absence=Absence.NO_PAPER_ABOUT, details=details
        )

    def _melody(self, details: Details) -> Answer:
        paper = self.paper("2305.15719")
        first, second = citation(paper, "introduce MeLoDy", 1), citation(paper, "95.7%", 2)
        third = citation(self.paper("2308.01546"), "introduce MusicLDM", 3)
        citations = (first, second, third)
        said = (
            "MeLoDy is an LM-guided diffusion model which generates music audio of state-of-the-art quality.",
            "Compared with MusicLM, it **saves 95.7%** of the forward passes for 10s of music and 99.6% for 30s.",
            "MusicLDM is a different model for the same task.",
        )
        verdicts = (Support.SUPPORTED, Support.SUPPORTED, Support.PARTLY)
        statements = tuple(map(_statement, said, citations, verdicts))
        parts = (Prose(statements),)
        claims = tuple(Claim(one.text, (n,), one.support) for n, one in enumerate(statements, 1))
        text = markdown(parts, citations)
        return Answer(text, citations, claims=claims, papers=(paper,), details=details, parts=parts)


def _statement(text: str, carrier: Citation, support: Support) -> Statement:
    passage = Passage(carrier.paper.id, carrier.start, carrier.end, carrier.quote, Level.SENTENCE)
    return Statement(" " * (carrier.number > 1), text, (passage,), support)


def _used(text: str, citations: tuple[Citation, ...]) -> tuple[Citation, ...]:
    return tuple(citation for citation in citations if f"[{citation.number}]" in text)
