"""A retrieval benchmark: papers, queries, and which paper is relevant to which query.

It is read from a folder in the layout of BEIR: `corpus.jsonl` ({"_id", "title", "text"} a line), `queries.jsonl`
({"_id", "text"}) and `qrels.tsv` (or `qrels/test.tsv`) with the columns query-id, corpus-id and score.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import EvaluationError
from assistant.evaluation.jsonl import Record, records, text_lines
from ingest.papers import Paper

CORPUS = "corpus.jsonl"
QUERIES = "queries.jsonl"
JUDGMENTS = ("qrels.tsv", "qrels/test.tsv")
JUDGMENT_HEADER = ("query-id", "corpus-id", "score")


@dataclass(frozen=True, slots=True)
class Query:
    """One thing that is searched for."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Papers to search, the queries that somebody judged, and the judgments.

    `judgments[query id][paper id]` is how relevant the paper is: 0 not at all, higher is more.
    """

    name: str
    papers: tuple[Paper, ...]
    queries: tuple[Query, ...]
    judgments: Mapping[str, Mapping[str, int]]


def read_benchmark(folder: Path) -> Benchmark:
    """Read a folder in BEIR's layout; EvaluationError says in one line what is missing or broken."""
    if not folder.is_dir():
        raise EvaluationError(f"{folder} is no folder; give one with {CORPUS}, {QUERIES} and {JUDGMENTS[0]}")
    papers = tuple(_paper(record) for record in records(folder / CORPUS))
    queries = tuple(Query(record.text("_id"), record.text("text")) for record in records(folder / QUERIES))
    judgments = _read_judgments(_judgment_file(folder))
    _check(folder, papers, queries, judgments)
    judged = tuple(query for query in queries if query.id in judgments)
    return Benchmark(folder.resolve().name, papers, judged, judgments)


def _paper(record: Record) -> Paper:
    return Paper(id=record.text("_id"), title=record.text("title", ""), abstract=record.text("text"))


def _judgment_file(folder: Path) -> Path:
    found = next((folder / name for name in JUDGMENTS if (folder / name).is_file()), None)
    if found is None:
        raise EvaluationError(f"{folder} has no {' or '.join(JUDGMENTS)}")
    return found


def _read_judgments(path: Path) -> dict[str, dict[str, int]]:
    judgments: dict[str, dict[str, int]] = {}
    for query, paper, score in _judgment_rows(path):
        judgments.setdefault(query, {})[paper] = score
    return judgments


def _judgment_rows(path: Path) -> Iterator[tuple[str, str, int]]:
    lines = text_lines(path)
    if tuple(next(lines, (0, ""))[1].split("\t")) != JUDGMENT_HEADER:
        raise EvaluationError(f"{path} must begin with the tab-separated line: {' '.join(JUDGMENT_HEADER)}")
    for number, line in lines:
        columns = line.split("\t")
        if len(columns) != len(JUDGMENT_HEADER) or not columns[2].strip().lstrip("-").isdigit():
            raise EvaluationError(f"{path}, line {number}: not a query id, a corpus id and a whole number between tabs")
        yield columns[0], columns[1], int(columns[2])


def _check(
    folder: Path, papers: tuple[Paper, ...], queries: tuple[Query, ...], judgments: Mapping[str, Mapping[str, int]]
) -> None:
    """What would make the figures wrong without anybody noticing: parts that do not belong together."""
    for what, ids in (("papers", [paper.id for paper in papers]), ("queries", [query.id for query in queries])):
        if not ids:
            raise EvaluationError(f"{folder} has no {what}")
        if repeated := _first_repeated(ids):
            raise EvaluationError(f"{folder}: two {what} have the id “{repeated}”")
    known = {query.id for query in queries}
    if stranger := next((query for query in judgments if query not in known), None):
        raise EvaluationError(f"{folder}: a judgment names the query “{stranger}”, which {QUERIES} does not have")
    if not {paper.id for paper in papers} & {paper for judged in judgments.values() for paper in judged}:
        raise EvaluationError(f"{folder}: no paper of {CORPUS} is judged; do the files belong together?")


def _first_repeated(ids: Iterable[str]) -> str | None:
    met: set[str] = set()
    for identifier in ids:
        if identifier in met:
            return identifier
        met.add(identifier)
    return None
