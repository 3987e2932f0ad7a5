"""Libraries that are named, not copied: a file lists the ids of papers which stand in corpora elsewhere.

The file is TOML. `corpora` is the folder of the corpora, as seen from the file; each table beside it is a field of
science with `corpus`, a file of that folder (JSON Lines, also gzipped), and the ids in it: `asked` are the papers that
questions are about, `beside` others of the field that stand among them. Two shapes of records are known: those
with a title and an abstract, and those of PubMedQA, whose title is a question and whose abstract is cut into parts.
"""

from __future__ import annotations

import gzip
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import EvaluationError

# The part of an abstract that PubMedQA keeps apart, because it answers the question.
CONCLUSION = "CONCLUSION"


@dataclass(frozen=True, slots=True)
class PaperList:
    """The papers of one field: the corpus they stand in, those that are asked about, and those beside them."""

    field: str
    corpus: Path
    asked: tuple[str, ...]
    beside: tuple[str, ...]

    @property
    def ids(self) -> frozenset[str]:
        """All papers of the field."""
        return frozenset((*self.asked, *self.beside))


def read_paper_lists(path: Path) -> tuple[PaperList, ...]:
    """The lists of a file; EvaluationError says what is wrong with it."""
    try:
        with path.open("rb") as file:
            content = tomllib.load(file)
    except OSError as error:
        raise EvaluationError(f"{path} cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise EvaluationError(f"{path} is not TOML: {error}") from error
    corpora = content.pop("corpora", ".")
    if not isinstance(corpora, str) or not content:
        raise EvaluationError(f"{path} must have “corpora”, a folder, and a table for each field")
    return tuple(_paper_list(path, path.parent / corpora, field, table) for field, table in content.items())


def _paper_list(path: Path, corpora: Path, field: str, table: object) -> PaperList:
    match table:
        case {"corpus": str(corpus), "asked": list(asked), "beside": list(beside)}:
            return PaperList(field, corpora / corpus, tuple(map(str, asked)), tuple(map(str, beside)))
    raise EvaluationError(f"{path}: [{field}] must have “corpus”, “asked” and “beside”")


def records_of(lists: tuple[PaperList, ...]) -> Iterator[dict[str, Any]]:
    """The records of all listed papers, as `python -m ingest` reads them, in the order of their corpora.

    Each corpus is read once. EvaluationError names a corpus that cannot be read, and papers that are not in it.
    """
    for corpus in dict.fromkeys(paper_list.corpus for paper_list in lists):
        wanted = frozenset[str]().union(*(paper_list.ids for paper_list in lists if paper_list.corpus == corpus))
        found = [record for record in _records(corpus) if str(record.get("id")) in wanted]
        missing = sorted(wanted - {str(record["id"]) for record in found})
        if missing:
            raise EvaluationError(f"{corpus} has no paper {', '.join(missing)}")
        yield from map(_readable, found)


def write_library(lists_file: Path, papers: Path) -> int:
    """Write the papers that a file lists as JSON Lines, for `python -m ingest`; how many there are."""
    records = list(records_of(read_paper_lists(lists_file)))
    try:
        papers.parent.mkdir(parents=True, exist_ok=True)
        papers.write_text("".join(f"{json.dumps(r, ensure_ascii=False)}\n" for r in records), encoding="utf-8")
    except OSError as error:
        raise EvaluationError(f"{papers} cannot be written: {error.strerror or error}") from error
    return len(records)


def _records(corpus: Path) -> Iterator[dict[str, Any]]:
    opened = gzip.open if corpus.suffix == ".gz" else open
    try:
        with opened(corpus, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)
    except (OSError, ValueError) as error:
        raise EvaluationError(f"{corpus} cannot be read: {error}") from error


def _readable(record: dict[str, Any]) -> dict[str, Any]:
    """The record with a title and an abstract; the parts of an abstract keep the headings that journals give them."""
    if "contexts" not in record:
        return record
    parts = [*zip(record["labels"], record["contexts"], strict=True), (CONCLUSION, record["long_answer"])]
    kept: Mapping[str, Any] = {name: record.get(name) for name in ("id", "year", "url")}
    return {**kept, "title": record["question"], "abstract": " ".join(f"{label}: {text}" for label, text in parts)}
