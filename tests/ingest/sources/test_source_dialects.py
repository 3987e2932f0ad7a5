"""Contract of every format: one article, as different programs really write it, is the same article."""

from __future__ import annotations

import json
from collections.abc import Callable
from xml.sax.saxutils import escape

import pytest
from conftest import SourceFile
from dialect_samples import ABSTRACT, AUTHORS, DOI, FILES, TITLE, quoted
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.papers import Paper
from ingest.sources import read_papers


@pytest.mark.parametrize(("kind", "who", "text"), FILES, ids=lambda value: str(value)[:24])
def test_one_article_is_the_same_whoever_writes_it(source_file: SourceFile, kind: str, who: str, text: str) -> None:
    (paper,) = read_papers(source_file("papers.txt", text))
    assert isinstance(paper, Paper), paper
    authors = (
        tuple(f"{name[0]}.{name[name.index(' ') :]}" for name in AUTHORS)
        if who == "ieee" and kind == "ris"
        else AUTHORS
    )
    assert paper.title.rstrip(".").lower() == TITLE.lower()
    assert paper.abstract.replace("'", "’") == ABSTRACT
    assert paper.authors == authors
    assert (paper.year, paper.doi, str(paper.venue).lower()) == (2020, DOI, "journal of sleep")
    assert dict(paper.reference).get("volume") == "12"


def as_ris(title: str, abstract: str) -> str:
    return f"TY  - JOUR\nTI  - {title}\nAB  - {abstract}\nER  -\n\n"


def as_nbib(title: str, abstract: str) -> str:
    return f"PMID- 33\nTI  - {title}\nAB  - {abstract}\n\n"


def as_wos(title: str, abstract: str) -> str:
    return f"FN Clarivate\nVR 1.0\nPT J\nTI {title}\nAB {abstract}\nER\n\nEF\n"


def as_pubmed(title: str, abstract: str) -> str:
    inner = f"<ArticleTitle>{escape(title)}</ArticleTitle><Abstract><AbstractText>{escape(abstract)}</AbstractText>"
    article = f"<Article>{inner}</Abstract></Article>"
    return f"<PubmedArticleSet><PubmedArticle><MedlineCitation>{article}</MedlineCitation></PubmedArticle></PubmedArticleSet>"


def as_endnote(title: str, abstract: str) -> str:
    titles = f"<titles><title><style>{escape(title)}</style></title></titles>"
    return (
        f"<xml><records><record>{titles}<abstract><style>{escape(abstract)}</style></abstract></record></records></xml>"
    )


def as_csl(title: str, abstract: str) -> str:
    return json.dumps([{"id": "k1", "type": "article-journal", "title": title, "abstract": abstract}])


def as_crossref(title: str, abstract: str) -> str:
    work = {"title": [escape(title)], "abstract": f"<jats:p>{escape(abstract)}</jats:p>"}
    return json.dumps({"status": "ok", "message": {"items": [work]}})


def as_excel(title: str, abstract: str) -> str:
    return "\ufeffsep=;\r\nTitle;Abstract\r\n" + quoted(title, abstract).replace('","', '";"') + "\r\n"


WRITERS = (as_ris, as_nbib, as_wos, as_pubmed, as_endnote, as_csl, as_crossref, as_excel)
# No letter that could make a tag or an entity of what is text.
signs = st.text("xyzXYZ 0159<>&%\"';,|=≥β–:()[]/.+*#@ü", min_size=1, max_size=60)
words = signs.map(lambda text: " ".join(f"Xyz {text} zyx".split()))


@pytest.mark.parametrize("write", WRITERS, ids=lambda write: write.__name__)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words, words)
def test_no_sign_is_lost(source_file: SourceFile, write: Callable[[str, str], str], title: str, abstract: str) -> None:
    (paper,) = read_papers(source_file("papers.txt", write(title, abstract)))
    assert isinstance(paper, Paper), paper
    assert (paper.title, paper.abstract) == (title, abstract)
