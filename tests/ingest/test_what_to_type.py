"""Every line of the README's table “what you have, what to type” is tried, against files as programs write them."""

from __future__ import annotations

import gzip
import json
import re
import shlex
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from counting_embedder import CountingEmbedder
from dialect_samples import FILES
from typer.testing import CliRunner
from zotero_server import FakeZotero, serving

from ingest import __main__ as main
from ingest import watching

README = Path(__file__).parents[2] / "README.md"
LINES = re.findall(r"^\| (.+?) \| `python -m ingest (.+?)` \|$", README.read_text(encoding="utf-8"), re.MULTILINE)
NAMED = {
    "library.bib": ("bibtex", "zotero"),
    "export.ris": ("ris", "endnote"),
    "endnote.xml": ("xml", "endnote"),
    "pubmed.nbib": ("tagged", "nbib"),
    "savedrecs.txt": ("tagged", "wos"),
    "scopus.csv": ("table", "scopus"),
    "works.json": ("json", "openalex"),
}
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">
<opensearch:totalResults>1</opensearch:totalResults><entry><id>http://arxiv.org/abs/2305.15719v1</id>
<published>2023-05-25T00:00:00Z</published><updated>2023-05-25T00:00:00Z</updated><title>Bees</title>
<summary>Bees dance.</summary><author><name>Ann Lee</name></author></entry></feed>"""
WORK = {"title": ["Wasps"], "abstract": "Wasps sleep.", "DOI": "10.1038/nature14539"}


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The arXiv, Crossref, OpenAlex and Zotero, all on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            work = {"message": WORK} if "10.1038" in self.path else WORK | {"id": "https://openalex.org/W2741809807"}
            self.send_response(200)
            self.end_headers()
            self.wfile.write(ATOM.encode() if "/api/query" in self.path else json.dumps(work).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("FOOTNOTE_ARXIV_URL", f"{address}/api/query")
    monkeypatch.setenv("FOOTNOTE_CROSSREF_URL", address)
    monkeypatch.setenv("FOOTNOTE_OPENALEX_URL", address)
    with serving(FakeZotero(collections={"COLL2345": "Bees"})) as zotero:
        monkeypatch.setenv("FOOTNOTE_ZOTERO_URL", zotero.address)
        zotero.put("ABCD2345", title="Moths", abstractNote="Moths fly.", collections=["COLL2345"])
        yield
    server.shutdown()
    server.server_close()
    thread.join()


def test_every_line_of_the_table_does_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, outside: None
) -> None:
    assert len(LINES) >= 15
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(main, "_embedder", CountingEmbedder)
    monkeypatch.setattr(watching, "watch", lambda *_, **__: iter([{(1, "library.bib")}]))  # one change, then the end
    for name, (kind, who) in NAMED.items():
        text = next(text for a_kind, a_who, text in FILES if (a_kind, a_who) == (kind, who))
        Path(name).write_text(text, encoding="utf-8")
    record = {"title": "Ants", "abstract": "Ants walk."}
    Path("papers.jsonl.gz").write_bytes(gzip.compress(json.dumps(record).encode()))
    for number, (what, command) in enumerate(LINES):
        index = "all" if command == "sync" else f"index{number}"
        if command == "sync":
            CliRunner().invoke(main.cli, ["library.bib", "zotero:", "--index", index])
        result = CliRunner().invoke(main.cli, [*shlex.split(command), "--index", index])
        assert result.exit_code == 0, (what, command, result.output)
        held = json.loads(CliRunner().invoke(main.cli, ["list", "--json", "--index", index]).stdout)
        assert held, (what, command)
