"""How long 1,000 records of each format take to read, and how much memory a file of many needs: printed, not judged."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

import pytest

from assistant.export.references import papers_to_bibtex, papers_to_csl, papers_to_ris
from ingest.index.records import paper_to_json
from ingest.papers import Paper
from ingest.sources import find_papers

RECORDS = 1_000
LARGE = 200_000_000
# Run by itself, so that what it reports is the reading's alone.
_READER = """
import resource, sys
from ingest.sources import find_papers
count = sum(1 for _ in find_papers(sys.argv[1]))
print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def papers() -> list[Paper]:
    draw = Random(1)
    vocabulary = [f"word{number}" for number in range(3_000)]

    def text(length: int) -> str:
        return " ".join(draw.choice(vocabulary) for _ in range(length))

    authors = tuple(f"Ann B. Lee{number}" for number in range(5))
    return [
        Paper(f"10.1000/{n}", f"Title {n} {text(9)}", f"{text(190)}.", authors, 2020, doi=f"10.1000/{n}", venue="Bees")
        for n in range(RECORDS)
    ]


def as_pubmed(some: list[Paper]) -> str:
    articles = (
        f"<PubmedArticle><MedlineCitation><Article><ArticleTitle>{escape(paper.title)}</ArticleTitle><Abstract>"
        f"<AbstractText>{escape(paper.abstract)}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>\n"
        for paper in some
    )
    return f"<PubmedArticleSet>{''.join(articles)}</PubmedArticleSet>"


def as_jsonl(some: list[Paper]) -> str:
    return "".join(f"{paper_to_json(paper)}\n" for paper in some)


WRITERS: dict[str, Callable[[list[Paper]], str]] = {
    "JSON Lines": as_jsonl,
    "BibTeX": papers_to_bibtex,
    "RIS": papers_to_ris,
    "CSL-JSON": papers_to_csl,
    "PubMed XML": as_pubmed,
}


@pytest.mark.benchmark
@pytest.mark.parametrize("name", WRITERS)
def test_reading(tmp_path: Path, name: str) -> None:
    path = tmp_path / "papers.txt"
    text = WRITERS[name](papers())
    path.write_text(text)
    started = time.perf_counter()
    assert len(list(find_papers(str(path)))) == RECORDS
    print(f"\n{name}: {RECORDS:,} records in {time.perf_counter() - started:.2f} s")


@pytest.mark.benchmark
@pytest.mark.parametrize("name", ["JSON Lines", "RIS", "BibTeX"])
def test_memory(tmp_path: Path, name: str) -> None:
    text = WRITERS[name](papers())
    for size in (len(text), LARGE):
        path = tmp_path / "papers.txt"
        with path.open("w") as file:
            for _ in range(max(1, size // len(text))):
                file.write(text + "\n")
        done = subprocess.run([sys.executable, "-c", _READER, str(path)], check=True, capture_output=True, text=True)
        count, megabytes = done.stdout.split()
        print(f"\n{name}: {size / 1e6:.0f} MB, {int(count):,} records, at most {megabytes} MB of memory")
