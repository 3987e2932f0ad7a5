"""The arXiv's API against a real server on loopback that speaks Atom as the arXiv does, in good days and bad."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

import pytest

from ingest.errors import SourceError
from ingest.papers import Paper, Refusal
from ingest.sources import read_papers
from ingest.sources.arxiv import Service, read_arxiv

Answer = tuple[int, bytes]
Query = dict[str, str]


def entry(arxiv_id: str, title: str = "Beats", abstract: str = " We track\n beats. ", **changed: str) -> str:
    parts = {"published": "<published>2023-11-14T17:53:39Z</published>", **changed}
    return f"""<entry>
        <id>http://arxiv.org/abs/{arxiv_id}v2</id>
        <updated>2024-06-03T00:00:00Z</updated>{parts["published"]}
        <title>{escape(title)}</title><summary>{escape(abstract)}</summary>
        <author><name>Jan Melechovský</name></author><author><name>Zixun Guo</name></author>
        {parts.get("doi", "")}
      </entry>"""


def feed(*entries: str, total: int | None = None) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
      <feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"
            xmlns:arxiv="http://arxiv.org/schemas/atom">
        <opensearch:totalResults>{len(entries) if total is None else total}</opensearch:totalResults>
        {"".join(entries)}
      </feed>""".encode()


@dataclass
class FakeArxiv:
    """What the server will answer, and what it was asked."""

    service: Service
    answer: Callable[[Query], Answer] = lambda _: (200, feed())
    asked: list[Query] = field(default_factory=list)

    def answers(self, *entries: str) -> None:
        self.answer = lambda _: (200, feed(*entries))

    def fails(self, status: int, body: bytes = b"") -> None:
        self.answer = lambda _: (status, body)


@pytest.fixture
def fake() -> Iterator[FakeArxiv]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            arxiv.asked.append(query)
            status, body = arxiv.answer(query)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_port}/api/query"
    arxiv = FakeArxiv(Service(address, pause=0, patience=5, retries=1))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield arxiv
    server.shutdown()
    thread.join()
    server.server_close()


MUSTANGO = Paper(
    id="2311.08355",
    title="Mustango: Toward Controllable Text-to-Music Generation",
    abstract="We propose Mustango.",
    authors=("Jan Melechovský", "Zixun Guo"),
    year=2023,
    arxiv_id="2311.08355",
    doi="10.1000/x",
    url="http://arxiv.org/abs/2311.08355v2",
    kind="preprint",
    month=11,
)
MUSTANGO_ENTRY = entry(MUSTANGO.id, MUSTANGO.title, "We propose\nMustango.", doi="<arxiv:doi>10.1000/X</arxiv:doi>")


def papers(fake: FakeArxiv, wanted: str) -> list[Paper | Refusal]:
    return [item if isinstance(item, Refusal) else item.paper for item in read_arxiv(wanted, fake.service)]


def test_papers_are_asked_for_by_their_ids_and_come_with_every_field(fake: FakeArxiv) -> None:
    fake.answers(MUSTANGO_ENTRY, entry("2305.15719"))
    first, second = papers(fake, "2311.08355v1, https://arxiv.org/abs/2305.15719")
    assert first == MUSTANGO
    assert isinstance(second, Paper)
    assert second.id == "2305.15719"
    assert [query["id_list"] for query in fake.asked] == ["2311.08355,2305.15719"]


def test_what_is_no_id_and_what_the_arxiv_does_not_have_is_refused_by_its_place(fake: FakeArxiv) -> None:
    fake.answers(MUSTANGO_ENTRY)
    assert papers(fake, "mustango,2311.08355,2311.99999") == [
        Refusal("arxiv:mustango,2311.08355,2311.99999", 1, "“mustango” is no arXiv id; one looks like 2311.08355"),
        MUSTANGO,
        Refusal("arxiv:mustango,2311.08355,2311.99999", 3, "the arXiv has no paper 2311.99999"),
    ]


def test_many_ids_are_asked_for_in_several_requests(fake: FakeArxiv) -> None:
    fake.answer = lambda query: (200, feed(*map(entry, query["id_list"].split(","))))
    ids = [f"2311.{number:05}" for number in range(250)]
    assert [item.id for item in papers(fake, ",".join(ids)) if isinstance(item, Paper)] == ids
    assert len(fake.asked) == 3


def test_a_title_finds_the_paper_of_that_title_alone(fake: FakeArxiv) -> None:
    fake.answers(entry("2401.00001", "Mustango and Friends"), MUSTANGO_ENTRY)
    assert papers(fake, "title:mustango -- toward controllable text-to-music generation") == [MUSTANGO]
    assert fake.asked[0]["search_query"] == 'ti:"mustango toward controllable text to music generation"'


def test_a_title_that_is_not_there_is_refused_with_the_nearest(fake: FakeArxiv) -> None:
    fake.answers(entry("2401.00001", "Mustango and Friends"))
    reason = "the arXiv has no paper titled “Mustango”; the nearest is “Mustango and Friends” (arxiv:2401.00001)"
    assert papers(fake, "title:Mustango") == [Refusal("arxiv:title:Mustango", 1, reason)]


def test_a_query_goes_to_the_arxiv_as_it_is(fake: FakeArxiv) -> None:
    fake.answers(MUSTANGO_ENTRY, entry("2305.15719", abstract=""))
    found, refusal = papers(fake, "query:au:Guo AND ti:music")
    assert found == MUSTANGO
    assert refusal == Refusal("arxiv:query:au:Guo AND ti:music", 2, "no abstract for “Beats”")
    assert fake.asked[0]["search_query"] == "au:Guo AND ti:music"


@pytest.mark.parametrize("asked", [("arxiv:2311.08355", None), ("2311.08355", "arxiv")])
def test_the_address_can_be_set_for_the_command_line(fake: FakeArxiv, monkeypatch, asked) -> None:
    fake.answers(MUSTANGO_ENTRY)
    monkeypatch.setenv("FOOTNOTE_ARXIV_URL", fake.service.address)
    assert list(read_papers(*asked)) == [MUSTANGO]


def test_an_empty_feed_is_told_in_one_line(fake: FakeArxiv, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_ARXIV_URL", fake.service.address)
    with pytest.raises(SourceError, match="arxiv:query:nothing: there is no paper in it"):
        list(read_papers("arxiv:query:nothing"))


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_trouble_is_tried_again_before_it_is_told(fake: FakeArxiv, status: int) -> None:
    fake.fails(status)
    with pytest.raises(SourceError, match=f"the arXiv answers with HTTP {status}; try again"):
        papers(fake, "2311.08355")
    assert len(fake.asked) == 2


def test_a_trouble_that_passes_is_never_told(fake: FakeArxiv) -> None:
    fake.answer = lambda _: (200, feed(MUSTANGO_ENTRY)) if len(fake.asked) > 1 else (503, b"")
    assert papers(fake, "2311.08355") == [MUSTANGO]


ERROR_FEED = feed(
    """<entry><id>http://arxiv.org/api/errors#incorrect_id_format</id><title>Error</title>
    <summary>incorrect id format for 1234.12345</summary><updated>2024-06-03T00:00:00Z</updated></entry>"""
)


@pytest.mark.parametrize("status", [200, 400])
def test_an_error_that_comes_as_a_feed_is_told_at_once_in_the_arxivs_words(fake: FakeArxiv, status: int) -> None:
    fake.fails(status, ERROR_FEED)
    with pytest.raises(SourceError, match=r"the arXiv refused the request: incorrect id format for 1234.12345"):
        papers(fake, "1234.12345")
    assert len(fake.asked) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"Rate exceeded.",
        b"",
        b"<html><body>Please log in to the network</body></html>",
        feed(MUSTANGO_ENTRY)[:-100],
        feed(MUSTANGO_ENTRY).replace(b"</summary>", b""),
    ],
)
def test_an_answer_that_is_no_whole_feed_is_told_and_no_half_of_it_taken(fake: FakeArxiv, body: bytes) -> None:
    fake.fails(200, body)
    with pytest.raises(SourceError, match="something that is no whole feed"):
        papers(fake, "2311.08355")


def test_a_date_that_is_none_is_told(fake: FakeArxiv) -> None:
    fake.answers(entry("2311.08355", published="<published>yesterday</published>"))
    with pytest.raises(SourceError, match="a date that is none"):
        papers(fake, "2311.08355")


def test_a_list_that_breaks_off_between_pages_is_told(fake: FakeArxiv) -> None:
    fake.answer = lambda query: (200, feed(MUSTANGO_ENTRY, total=2) if query["start"] == "0" else feed(total=2))
    with pytest.raises(SourceError, match="broke off its list"):
        papers(fake, "query:all:music")


def test_a_server_that_says_nothing_is_given_up(fake: FakeArxiv) -> None:
    fake.answer = lambda _: (time.sleep(0.5), (200, feed()))[1]
    impatient = Service(fake.service.address, pause=0, patience=0.1, retries=0)
    with pytest.raises(SourceError, match="cannot be reached"):
        list(read_arxiv("2311.08355", impatient))


def test_no_server_at_all_is_told_with_its_address() -> None:
    nobody = Service("http://127.0.0.1:9/api/query", pause=0, retries=0)
    with pytest.raises(SourceError, match=r"cannot be reached at http://127.0.0.1:9/api/query; check the network"):
        list(read_arxiv("2311.08355", nobody))


@pytest.mark.parametrize("wanted", ["", " , ", "title:", "query: "])
def test_asking_for_nothing_is_told(wanted: str) -> None:
    with pytest.raises(SourceError, match="asks for nothing"):
        list(read_papers(f"arxiv:{wanted}"))
