"""Putting papers in and taking them out, over a real index."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_assistant import bundled_papers
from registries import serving_works
from zotero_server import FakeZotero, serving

from assistant.answering import Assistant
from assistant.settings import load_settings
from assistant.ui.library.changes import locations_in, put_in, records_of, take_out, undone
from assistant.ui.library.tab import in_words
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.errors import SourceError
from ingest.index.paper_index import PaperIndex
from ingest.pipeline import ingest_papers
from ingest.sources import Found

PAPERS = bundled_papers()[:3]
BIBTEX = "@article{x, title={A New Paper}, author={Doe, Jane}, year={2026}, abstract={It introduces NEWT, a toolkit.}}"


@pytest.fixture
def assistant(tmp_path: Path, embedder: SentenceTransformerEmbedder) -> Iterator[Assistant]:
    records = (Found(paper, "test", line) for line, paper in enumerate(PAPERS, 1))
    ingest_papers(records, tmp_path / "index", embedder)
    index = PaperIndex.open(tmp_path / "index", embedder)
    yield Assistant(index, load_settings(index=tmp_path / "index", llm="extractive"))
    index.close()


def test_pasted_bibtex_is_there_at_once_and_gone_when_undone(assistant: Assistant) -> None:
    told: list[tuple[int, int]] = []
    done = put_in(assistant, records_of([], BIBTEX), lambda *progress: told.append(progress))
    assert list(in_words(done.report)) == ["1 added"] and told[-1] == (1, 1)
    assert "A New Paper" in [paper.title for paper in assistant.papers()]
    assert assistant.search("NEWT toolkit")[0].paper.title == "A New Paper"
    assert list(in_words(undone(assistant, done.undo).report)) == ["1 removed"]
    assert assistant.papers() == PAPERS


def test_an_updated_paper_is_put_back_as_it_was(assistant: Assistant, tmp_path: Path) -> None:
    changed = {"id": PAPERS[0].id, "title": PAPERS[0].title, "abstract": "Other words.", "arxiv_id": PAPERS[0].arxiv_id}
    file = tmp_path / "changed.jsonl"
    file.write_text(json.dumps(changed) + "\n", encoding="utf-8")
    done = put_in(assistant, records_of([("changed.jsonl", file)], ""))
    assert done.report.updated == (PAPERS[0].id,)
    undone(assistant, done.undo)
    assert assistant.paper(PAPERS[0].id) == PAPERS[0]


def test_a_removed_paper_comes_back(assistant: Assistant) -> None:
    done = take_out(assistant, [PAPERS[1].id])
    assert len(assistant.papers()) == 2
    undone(assistant, done.undo)
    assert {paper.id for paper in assistant.papers()} == {paper.id for paper in PAPERS}


def test_a_refusal_names_the_file_as_its_reader_knows_it(assistant: Assistant, tmp_path: Path) -> None:
    file = tmp_path / "upload-x8f3"
    file.write_text('{"title": "No abstract"}\n{"title": "T", "abstract": "It is fine."}\n', encoding="utf-8")
    report = put_in(assistant, records_of([("mine.jsonl", file)], "")).report
    assert len(report.added) == 1
    assert [(refusal.source, refusal.line) for refusal in report.refused] == [("mine.jsonl", 1)]


def test_what_cannot_be_read_at_all_is_one_clear_line(assistant: Assistant, tmp_path: Path) -> None:
    file = tmp_path / "empty.bib"
    file.write_text("", encoding="utf-8")
    with pytest.raises(SourceError, match=r"^[^\n]+$"):
        put_in(assistant, records_of([("empty.bib", file)], ""))
    assert assistant.papers() == PAPERS


def test_nothing_that_happened_is_said_so(assistant: Assistant) -> None:
    assert list(in_words(put_in(assistant, ()).report)) == ["Nothing changed"]


@pytest.mark.parametrize(
    ("pasted", "locations"),
    [
        ("2305.15719, 2311.08355", ("arxiv:2305.15719,2311.08355",)),
        ("DOI: 10.1000/bees\nzotero:tag:to read", ("doi:10.1000/bees", "zotero:tag:to read")),
        ("10.1000/bees https://doi.org/10.1000/wasps\n2305.15719", None),
        ("openalex:query:how bees dance", ("openalex:query:how bees dance",)),
        ("/etc/passwd", ("arxiv:/etc/passwd",)),
    ],
)
def test_a_pasted_line_asks_a_service_or_is_ids(pasted: str, locations: tuple[str, ...] | None) -> None:
    both = ("arxiv:2305.15719", "doi:10.1000/bees,https://doi.org/10.1000/wasps")
    assert locations_in(pasted) == (locations or both)


def test_works_are_fetched_by_doi_and_from_openalex(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving_works(monkeypatch):
        report = put_in(assistant, records_of([], "doi:10.1000/bees,10.1000/none\nopenalex:W12345")).report
        with pytest.raises(SourceError, match=r"^Crossref answers with HTTP 500; try again in a few minutes$"):
            put_in(assistant, records_of([], "doi:10.1000/broken"))
    assert {paper.title for paper in assistant.papers()} >= {"Bees & wasps", "Wasps"}
    assert [refusal.reason for refusal in report.refused] == ["Crossref has no work 10.1000/none"]


def test_zotero_is_asked_from_the_page(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(FakeZotero()) as zotero:
        monkeypatch.setenv("FOOTNOTE_ZOTERO_URL", zotero.address)
        zotero.put("AAAA1111", title="Bees of Zotero", abstractNote="They dance at noon.", date="2020")
        assert len(put_in(assistant, records_of([], "zotero:")).report.added) == 1
        with pytest.raises(SourceError, match=r"^Zotero has no collection “Wasps”; there are: [^\n]*$"):
            put_in(assistant, records_of([], "zotero:collection:Wasps"))
    with pytest.raises(SourceError, match=r"^Zotero cannot be reached at [^\n]+$"):
        put_in(assistant, records_of([], "zotero:"))


def test_a_page_that_others_see_reads_no_zotero_of_the_server(assistant: Assistant) -> None:
    with pytest.raises(SourceError, match=r"^the Zotero of the server is not read from a page [^\n]*$"):
        put_in(assistant, records_of([], "Zotero:", own_machine=False))
