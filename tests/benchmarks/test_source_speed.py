"""How long 1,000 records of each format take, read and brought into an index, and what memory a file of 200 MB needs.

Printed, not judged: `python -m pytest tests/benchmarks/test_source_speed.py -m benchmark -s`.
"""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

import pytest

from assistant.export.references import papers_to_bibtex, papers_to_csl, papers_to_ris
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.index.records import paper_to_json
from ingest.papers import Paper
from ingest.pipeline import ingest_papers
from ingest.sources import find_papers

RECORDS = 1_000
LARGE = 200_000_000
# Run by itself, so that what it reports is the reading's alone. (What getrusage tells of a child begins with its parent.)
_READER = """
import re, sys
from pathlib import Path
from ingest.sources import find_papers
count = sum(1 for _ in find_papers(sys.argv[1]))
print(count, int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def papers() -> list[Paper]:
    """Papers of invented words, each with five authors of its own."""
    draw = Random(1)
    vocabulary = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(2, 11))) for _ in range(3_000)]

    def text(length: int) -> str:
        return " ".join(draw.choices(vocabulary, k=length))

    def name() -> str:
        return f"{draw.choice(vocabulary).title()} B. {draw.choice(vocabulary).title()}"

    return [
        Paper(
            id=f"10.1000/{n}",
            title=text(9).capitalize(),
            abstract=f"{text(95).capitalize()}. {text(95).capitalize()}.",
            authors=tuple(name() for _ in range(5)),
            year=2020,
            doi=f"10.1000/{n}",
            venue="Journal of Bees",
            kind="article",
        )
        for n in range(RECORDS)
    ]


def as_pubmed(some: list[Paper]) -> str:
    def author(name: str) -> str:
        given, _, family = name.rpartition(" ")
        return f"<Author><LastName>{family}</LastName><ForeName>{given}</ForeName></Author>"

    articles = (
        f"<PubmedArticle><MedlineCitation><Article><ArticleTitle>{escape(paper.title)}</ArticleTitle><Abstract>"
        f"<AbstractText>{escape(paper.abstract)}</AbstractText></Abstract><AuthorList>"
        f"{''.join(map(author, paper.authors))}</AuthorList></Article></MedlineCitation><PubmedData><ArticleIdList>"
        f'<ArticleId IdType="doi">{paper.doi}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>\n'
        for paper in some
    )
    return f"<PubmedArticleSet>{''.join(articles)}</PubmedArticleSet>"


def as_endnote(some: list[Paper]) -> str:
    records = (
        f'<record><ref-type name="Journal Article">17</ref-type><contributors><authors>'
        f"{''.join(f'<author>{name}</author>' for name in paper.authors)}</authors></contributors><titles><title>"
        f"{escape(paper.title)}</title></titles><dates><year>{paper.year}</year></dates><electronic-resource-num>"
        f"{paper.doi}</electronic-resource-num><abstract>{escape(paper.abstract)}</abstract></record>\n"
        for paper in some
    )
    return f"<xml><records>{''.join(records)}</records></xml>"


def as_nbib(some: list[Paper]) -> str:
    def record(number: int, paper: Paper) -> str:
        names = "".join(f"FAU - {n.rpartition(' ')[2]}, {n.rpartition(' ')[0]}\n" for n in paper.authors)
        head = f"PMID- {number + 1}\nTI  - {paper.title}\nAB  - {paper.abstract}\n"
        return f"{head}{names}DP  - {paper.year}\nLID - {paper.doi} [doi]\n"

    return "\n".join(record(number, paper) for number, paper in enumerate(some))


def as_wos(some: list[Paper]) -> str:
    next_name = "\n   "
    records = (
        f"PT J\nAF {next_name.join(paper.authors)}\nTI {paper.title}\nSO {paper.venue}\nAB {paper.abstract}\n"
        f"PY {paper.year}\nDI {paper.doi}\nER\n\n"
        for paper in some
    )
    return f"FN Clarivate\nVR 1.0\n{''.join(records)}EF\n"


def as_csv(some: list[Paper]) -> str:
    file = io.StringIO()
    rows = ((p.title, p.abstract, "; ".join(p.authors), p.year, p.doi, p.venue) for p in some)
    csv.writer(file, lineterminator="\n").writerows([("title", "abstract", "authors", "year", "doi", "journal"), *rows])
    return file.getvalue()


def as_jsonl(some: list[Paper]) -> str:
    return "".join(f"{paper_to_json(paper)}\n" for paper in some)


WRITERS: dict[str, Callable[[list[Paper]], str]] = {
    "JSON Lines": as_jsonl,
    "CSV": as_csv,
    "CSL-JSON": papers_to_csl,
    "RIS": papers_to_ris,
    "Web of Science": as_wos,
    "PubMed (.nbib)": as_nbib,
    "PubMed XML": as_pubmed,
    "EndNote XML": as_endnote,
    "BibTeX": papers_to_bibtex,
}
# What a file of one document begins and ends with: the rest may be repeated between.
ENDS = {
    "CSL-JSON": ("[", "]"),
    "CSV": ("title,abstract,authors,year,doi,journal\n", ""),
    "PubMed XML": ("<PubmedArticleSet>", "</PubmedArticleSet>"),
    "EndNote XML": ("<xml><records>", "</records></xml>"),
    "Web of Science": ("FN Clarivate\nVR 1.0\n", "EF\n"),
}


@pytest.mark.benchmark
def test_reading_and_bringing_in(tmp_path: Path, embedder: SentenceTransformerEmbedder) -> None:
    some, base = papers(), 0.0
    embedder.embed_texts(["warm"], [[(0, 4)]])
    for name, write in WRITERS.items():
        path = tmp_path / "papers.txt"
        path.write_text(write(some))
        started = time.perf_counter()
        assert len(list(find_papers(str(path)))) == RECORDS
        reading = time.perf_counter() - started
        started = time.perf_counter()
        assert ingest_papers(find_papers(str(path)), tmp_path / name, embedder).papers == RECORDS
        whole = time.perf_counter() - started
        base = base or whole
        print(
            f"\n{name:15} read {reading:5.2f} s, in the index {whole:6.1f} s: {whole / base:.2f} of JSON Lines", end=""
        )


@pytest.mark.benchmark
@pytest.mark.parametrize("name", WRITERS)
def test_memory(tmp_path: Path, name: str) -> None:
    text = WRITERS[name](papers())
    before, after = ENDS.get(name, ("", ""))
    body = text.strip().removeprefix(before.strip()).removesuffix(after.strip())
    between = "," if name == "CSL-JSON" else "\n"
    for times in (1, LARGE // len(text) + 1):
        path = tmp_path / "papers.txt"
        with path.open("w") as file:
            file.write(before)
            for number in range(times):
                file.write(between * bool(number) + body)
            file.write(after)
        size = path.stat().st_size / 1e6
        done = subprocess.run([sys.executable, "-c", _READER, str(path)], check=True, capture_output=True, text=True)
        count, megabytes = map(int, done.stdout.split())
        path.unlink()
        assert count == times * RECORDS
        print(f"\n{name:15} {size:4.0f} MB  {count:8,} records  at most {megabytes} MB of memory", end="")
