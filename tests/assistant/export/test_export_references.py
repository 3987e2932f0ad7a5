"""References are read back by the libraries that people read them with."""

from __future__ import annotations

import json

import bibtexparser
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from export_samples import CONVERSATION, M2UGEN, MELODY, papers
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.export.references import (
    citation_keys,
    cited_papers,
    papers_to_bibtex,
    papers_to_csl,
    papers_to_ris,
)
from assistant.markup import one_line
from ingest.papers import Paper
from ingest.text.latex import plain_text


def bibtex_fields(text: str) -> list[dict[str, str]]:
    library = bibtexparser.parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert not library.failed_blocks
    return [{field.key: field.value for field in entry.fields} | {"key": entry.key} for entry in library.entries]


def test_bibtex_of_a_paper_is_what_a_researcher_would_write() -> None:
    (entry,) = bibtex_fields(papers_to_bibtex([MELODY]))
    assert entry == {
        "key": "lam2023efficient",
        "title": "Efficient Neural Music Generation",
        "author": "Max W. Y. Lam and Qiao Tian",
        "year": "2023",
        "eprint": "2305.15719",
        "archiveprefix": "arXiv",
        "url": "https://arxiv.org/abs/2305.15719",
        "abstract": MELODY.abstract,
    }


def test_a_digest_gives_no_abstract_and_says_that_there_are_more_authors() -> None:
    (entry,) = bibtex_fields(papers_to_bibtex([M2UGEN]))
    assert entry["author"] == "Liu and others"
    assert entry["title"] == "M²UGen: Music & Understanding, 100% {LLM}"
    assert "abstract" not in entry


def test_words_with_inner_capitals_keep_them_in_bibtex_styles() -> None:
    assert "title = {{MusicLDM}: Enhancing {Text-to-Music}}" in papers_to_bibtex(
        [Paper(id="x", title="MusicLDM: Enhancing Text-to-Music", abstract="a")]
    )


@settings(max_examples=50)
@given(st.lists(papers, max_size=4))
def test_bibtex_always_has_one_sound_entry_a_paper(some: list[Paper]) -> None:
    entries = bibtex_fields(papers_to_bibtex(some))
    assert [entry["key"] for entry in entries] == list(citation_keys(some))


@settings(max_examples=50)
@given(st.lists(papers, max_size=6))
def test_keys_are_unique_and_plain(some: list[Paper]) -> None:
    keys = citation_keys(some)
    assert len(set(keys)) == len(some)
    assert all(key.isascii() and key.replace("-", "").isalnum() for key in keys)


@settings(max_examples=50)
@given(st.lists(papers, max_size=4))
def test_ris_reads_back_with_every_field(some: list[Paper]) -> None:
    records = rispy.loads(papers_to_ris(some))
    assert [record["title"] for record in records] == [one_line(plain_text(paper.title)) for paper in some]
    assert [len(record.get("authors", [])) for record in records] == [len(paper.authors) for paper in some]
    assert [record.get("year") for record in records] == [str(p.year) if p.year else None for p in some]
    assert all(len(record.get("urls", ["one"])) == 1 for record in records)


def test_ris_inverts_names_and_gives_the_arxiv_doi() -> None:
    (record,) = rispy.loads(papers_to_ris([MELODY]))
    assert record["authors"] == ["Lam, Max W. Y.", "Tian, Qiao"]
    assert record["doi"] == "10.48550/arXiv.2305.15719"


@settings(max_examples=50)
@given(st.lists(papers, max_size=4))
def test_csl_json_has_the_keys_of_the_bibtex(some: list[Paper]) -> None:
    items = json.loads(papers_to_csl(some))
    assert [item["id"] for item in items] == list(citation_keys(some))
    assert [item.get("issued") for item in items] == [{"date-parts": [[p.year]]} if p.year else None for p in some]


def test_cited_papers_are_each_there_once_in_order_of_mention() -> None:
    again = CONVERSATION.with_turn("once more", CONVERSATION.turns[0].answer)
    assert cited_papers(again) == (MELODY, M2UGEN)
