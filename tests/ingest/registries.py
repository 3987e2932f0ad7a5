"""Crossref and OpenAlex on loopback, as far as the sources ask them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

import pytest

WORKS = {
    "/works/10.1000/bees": {
        "status": "ok",
        "message": {
            "DOI": "10.1000/bees",
            "type": "journal-article",
            "title": ["Bees &amp; wasps"],
            "abstract": "<jats:p>Bees dance (p &lt; 0.05).</jats:p>",
            "author": [{"given": "Ann", "family": "Lee"}],
            "container-title": ["Journal of Bees"],
            "issued": {"date-parts": [[2020, 3]]},
            "volume": "7",
        },
    },
    "/works/W12345": {
        "id": "https://openalex.org/W12345",
        "display_name": "Wasps",
        "publication_year": 2019,
        "abstract_inverted_index": {"Wasps": [0], "sleep.": [1]},
        "authorships": [{"author": {"display_name": "Ann Lee"}}],
    },
}
WORKS["/works"] = {"results": [WORKS["/works/W12345"]]}


@contextmanager
def serving_works(patch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What the registries were asked; a path that they do not know is none of theirs."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path)
            asked.append(path)
            self.send_response(500 if "broken" in path else 200 if path in WORKS else 404)
            self.end_headers()
            self.wfile.write(json.dumps(WORKS.get(path, "no")).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    for name in ("CROSSREF", "OPENALEX"):
        patch.setenv(f"FOOTNOTE_{name}_URL", f"http://127.0.0.1:{server.server_port}")
    yield asked
    server.shutdown()
    server.server_close()
    thread.join()
