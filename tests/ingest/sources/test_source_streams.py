"""However long a file is, its first records are there before the rest of it is read."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from itertools import islice

import pytest

from ingest.sources import Found
from ingest.sources.bibtex import read_bibtex
from ingest.sources.csv import read_csv
from ingest.sources.jsonl import read_json_document, read_json_lines
from ingest.sources.opening import HEAD, Source
from ingest.sources.tagged import read_nbib, read_ris, read_wos
from ingest.sources.xml import read_xml

RECORDS = 2_000
ABSTRACT = "Bees dance at noon and sleep at night. " * 20
# A stream is read in pieces of at most 64 KB, and a window over JSON grows by another; the files here have 1.6 MB.
MOST_READ = 4 * HEAD


def _joined(record: Callable[[int], str], before: str = "", between: str = "\n", behind: str = "\n") -> str:
    return before + between.join(map(record, range(RECORDS))) + behind


def _json(number: int) -> str:
    return json.dumps({"title": f"Bees {number}", "abstract": ABSTRACT})


def _pubmed(number: int) -> str:
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{number + 1}</PMID><Article><ArticleTitle>Bees {number}</ArticleTitle>"
        f"<Abstract><AbstractText>{ABSTRACT}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>"
    )


FILES = {
    "JSON Lines": _joined(_json),
    "JSON": _joined(_json, "[", ", ", "]"),
    "JSON, wrapped": _joined(_json, '{"total": 2000, "papers": [', ", ", "]}"),
    "BibTeX": _joined(lambda n: f"@article{{bees{n}, title={{Bees {n}}}, abstract={{{ABSTRACT}}}}}"),
    "RIS": _joined(lambda n: f"TY  - JOUR\nTI  - Bees {n}\nAB  - {ABSTRACT}\nER  - \n"),
    "PubMed's tags": _joined(lambda n: f"PMID- {n + 1}\nTI  - Bees {n}\nAB  - {ABSTRACT}\n"),
    "Web of Science": _joined(lambda n: f"PT J\nTI Bees {n}\nAB {ABSTRACT}\nER\n", "FN Clarivate\nVR 1.0\n"),
    "CSV": _joined(lambda n: f'Bees {n},"{ABSTRACT}"', "Title,Abstract\n"),
    "PubMed's XML": _joined(_pubmed, "<PubmedArticleSet>", behind="</PubmedArticleSet>"),
    "EndNote's XML": _joined(
        lambda n: f"<record><titles><title>Bees {n}</title></titles><abstract>{ABSTRACT}</abstract></record>",
        "<xml><records>",
        behind="</records></xml>",
    ),
}


READERS = {
    "JSON Lines": read_json_lines,
    "JSON": read_json_document,
    "JSON, wrapped": read_json_document,
    "BibTeX": read_bibtex,
    "RIS": read_ris,
    "PubMed's tags": read_nbib,
    "Web of Science": read_wos,
    "CSV": read_csv,
    "PubMed's XML": read_xml,
    "EndNote's XML": read_xml,
}


@pytest.mark.parametrize("name", FILES)
def test_records_come_before_the_file_is_read(name: str) -> None:
    stream = io.BytesIO(FILES[name].encode())
    records = READERS[name](Source("papers", FILES[name][:HEAD], stream))
    assert all(isinstance(each, Found) for each in islice(records, 3))
    assert stream.tell() < MOST_READ < len(FILES[name])
