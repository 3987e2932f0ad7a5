"""Zotero's local API against a server on loopback that speaks its wire format, in good days and bad."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from counting_embedder import CountingEmbedder
from zotero_server import FakeZotero, serving

from ingest.errors import SourceError
from ingest.index.paper_index import papers_held
from ingest.origins import Ledger, delivered, read_origins, records_of
from ingest.papers import Paper
from ingest.pipeline import IngestReport, ingest_papers
from ingest.sources import read_papers

MANY = 2_000


@pytest.fixture
def zotero(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeZotero]:
    with serving(FakeZotero()) as fake:
        monkeypatch.setenv("FOOTNOTE_ZOTERO_URL", fake.address)
        yield fake


def bees(number: int, **changes: object) -> dict[str, object]:
    return {
        "title": f"Bees of hive number {number}",
        "abstractNote": f"Hive {number} dances at noon.",
        "creators": [{"creatorType": "author", "firstName": "Jan", "lastName": "van den Berg"}],
        "date": "2020-03-14",
        "publicationTitle": "Journal of Bees",
        "DOI": f"10.1000/bees.{number}",
    } | changes


def synced(folder: Path, embedder: CountingEmbedder, location: str = "zotero:") -> IngestReport:
    deliveries = [delivered(location, None, read_origins(folder))]
    ledger = Ledger(folder, deliveries, removes=True)
    return ingest_papers(list(records_of(deliveries)), folder, embedder, ledger=ledger)


def test_an_item_is_a_paper_with_its_whole_record(zotero: FakeZotero) -> None:
    zotero.collections["COLL2345"] = "Bees"
    creators = [
        {"creatorType": "author", "name": "World Health Organization"},
        {"creatorType": "editor", "firstName": "Jane", "lastName": "Roe"},
    ]
    zotero.put("ABCD2345", **bees(1, creators=creators, tags=[{"tag": "dance"}], collections=["COLL2345"], volume="7"))
    zotero.put("NOTE2345", itemType="note", note="<p>mine</p>")
    (paper,) = read_papers("zotero:")
    assert isinstance(paper, Paper)
    assert (paper.title, paper.year, paper.month, paper.venue) == ("Bees of hive number 1", 2020, 3, "Journal of Bees")
    assert (paper.authors, paper.keywords, paper.categories) == (("World Health Organization",), ("dance",), ("Bees",))
    assert dict(paper.reference)["editors"] == "Roe, Jane"
    assert paper.citation_key is None
    assert paper.in_zotero == "zotero://select/library/items/ABCD2345"


def test_a_collection_or_tag_narrows_and_what_leaves_it_goes(zotero: FakeZotero, tmp_path: Path) -> None:
    zotero.collections["COLL2345"] = "Bees"
    for number in range(3):
        zotero.put(f"ITEM000{number}", **bees(number, collections=["COLL2345"] if number else [], tags=[{"tag": "x"}]))
    assert len(list(read_papers("zotero:tag:x"))) == 3
    embedder = CountingEmbedder()
    assert len(synced(tmp_path, embedder, "zotero:collection:bees").added) == 2
    zotero.put("ITEM0001", **bees(1))
    assert len(synced(tmp_path, embedder, "zotero:collection:bees").removed) == 1
    with pytest.raises(SourceError, match="no collection “Wasps”; there are: Bees"):
        list(read_papers("zotero:collection:Wasps"))


@pytest.mark.parametrize("tells_deleted", [True, False])
def test_a_sync_costs_what_changed_and_what_is_trashed_goes(zotero: FakeZotero, tmp_path: Path, tells_deleted) -> None:
    zotero.tells_deleted = tells_deleted
    many = MANY if tells_deleted else 50
    for number in range(many):
        zotero.put(f"K{number:07}", **bees(number))
    embedder = CountingEmbedder()
    assert len(synced(tmp_path, embedder).added) == many
    zotero.put("K0000003", **bees(3, abstractNote="Hive 3 sleeps at noon."))
    zotero.throw_away("K0000005")
    zotero.delete("K0000007")
    embedder.embedded.clear()
    zotero.asked.clear()
    report = synced(tmp_path, embedder)
    assert (len(report.updated), len(embedder.embedded)) == (1, 1)
    assert sorted(report.removed) == ["10.1000/bees.5", "10.1000/bees.7"]
    assert (report.papers, report.refused) == (many - 2, ())
    assert len(zotero.asked) < 6
    assert synced(tmp_path, embedder).removed == ()


def test_a_server_that_dies_half_way_loses_nothing(zotero: FakeZotero, tmp_path: Path) -> None:
    for number in range(350):
        zotero.put(f"K{number:07}", **bees(number))
    embedder = CountingEmbedder()
    zotero.dies_after = 3  # the collections and two pages
    report = synced(tmp_path, embedder)
    assert (len(report.added), len(report.refused)) == (200, 1)
    zotero.dies_after = None
    assert len(synced(tmp_path, embedder).added) == 150
    zotero.throw_away("K0000001")
    zotero.put("K0000400", **bees(400))
    zotero.dies_after = len(zotero.asked) + 1
    report = synced(tmp_path, embedder)
    assert (report.added, report.removed) == ((), ())
    zotero.dies_after = None
    report = synced(tmp_path, embedder)
    assert (report.added, report.removed) == (("10.1000/bees.400",), ("10.1000/bees.1",))
    assert len(papers_held(tmp_path)) == 350


def test_a_paper_that_another_source_gives_as_well_stays(zotero: FakeZotero, tmp_path: Path) -> None:
    zotero.put("AAAA2345", **bees(1))
    file = tmp_path / "bees.bib"
    file.write_text(
        "@article{k, title={Bees of hive number 1}, doi={10.1000/bees.1}, abstract={Hive 1 dances at noon.}}"
    )
    folder, embedder = tmp_path / "index", CountingEmbedder()
    synced(folder, embedder)
    synced(folder, embedder, str(file))
    zotero.delete("AAAA2345")
    assert synced(folder, embedder).removed == ()
    file.write_text("@article{k, title={Wasps}, abstract={Wasps sleep at night.}}")
    assert synced(folder, embedder, str(file)).removed == ("10.1000/bees.1",)


@pytest.mark.parametrize(("status", "told"), [(403, "let other applications talk to it"), (500, "HTTP 500")])
def test_an_error_is_one_line(zotero: FakeZotero, status: int, told: str) -> None:
    zotero.status = status
    with pytest.raises(SourceError, match=told):
        list(read_papers("zotero:"))


def test_no_zotero_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_ZOTERO_URL", "http://127.0.0.1:9")
    with pytest.raises(SourceError, match=r"cannot be reached at http://127\.0\.0\.1:9 .*; start it"):
        list(read_papers("zotero:"))


def test_an_unknown_scope_is_told() -> None:
    with pytest.raises(SourceError, match="is not understood"):
        list(read_papers("zotero:bees"))


@pytest.mark.parametrize(
    "said", [b"7", b"{}", b"[1]", b'[{"key": "A"}]', b'[{"key": "A", "data": 3}]', b'{"items": [1]}', b"not JSON"]
)
def test_what_is_no_list_of_items_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Total-Results", "many")
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Other) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("FOOTNOTE_ZOTERO_URL", f"http://127.0.0.1:{server.server_port}")
        with pytest.raises(SourceError, match=r"Zotero answers with something that is no .*") as told:
            list(read_papers("zotero:"))
        server.shutdown()
    assert "\n" not in str(told.value)
