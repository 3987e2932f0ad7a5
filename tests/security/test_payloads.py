"""Nothing of the corpus of attacks runs, opens or is calculated by what reads an export, a terminal's line, or a reply of the API.

How the page stands it is `tests/browser/test_payloads.py`.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from typing import Any

import bibtexparser
import pytest
import rispy
from fake_assistant import FakeAssistant
from markdown_it import MarkdownIt
from payloads import PAYLOADS, hostile_answer, hostile_conversation, hostile_papers, raw_paper
from rich.console import Console
from serving import served

from assistant.commands.display import show_answer, show_details, show_source
from assistant.export.formats import COMPARISON_FORMATS, CONVERSATION_FORMATS
from assistant.export.saved import conversation_from_json
from assistant.ui.programs.tools import Tools, harmless_record

NUMBERED = tuple((number, payload) for number, (_, payload) in enumerate(PAYLOADS))
# Marks that turn the direction of what stands around them, and those that nobody sees.
TURNS = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
INVISIBLE = ("Cc", "Cs")


class Page(HTMLParser):
    """The tags, handlers and addresses of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]


def hidden_signs(text: str, allowed: str = "\n\t\r") -> list[str]:
    return [sign for sign in text if sign not in allowed and (unicodedata.category(sign) in INVISIBLE or sign in TURNS)]


def known_addresses(number: int, payload: str) -> set[str]:
    """The addresses of the paper's own record that may be links."""
    from assistant.export.escaping import safe_address

    return {safe_address(raw_paper(number, payload).link)}


def test_the_corpus_has_a_hundred_payloads_and_every_kind() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 100
    assert len({kind for kind, _ in PAYLOADS}) == 9


def test_a_record_comes_in_without_signs_that_hide_and_with_none_but_web_addresses() -> None:
    for found in hostile_papers():
        paper = found.paper
        for text in (paper.id, paper.title, paper.abstract, paper.venue or "", *paper.authors, *paper.keywords):
            assert hidden_signs(text, "") == [], paper.id
        for address in (paper.url, paper.code_url, paper.data_url, paper.demo_url, paper.project_url):
            assert address is None or re.match(r"https?://[^\s\"'<>]+$", address), address


@pytest.mark.parametrize("suffix", [".md", ".html"])
def test_a_conversation_taken_away_opens_nothing(suffix: str) -> None:
    for number, payload in NUMBERED:
        text = CONVERSATION_FORMATS[suffix](hostile_conversation(number, payload))
        assert hidden_signs(text) == [], payload
        page = text if suffix == ".html" else MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(text)
        read = Page(page)
        assert not read.tags & {"script", "img", "iframe", "svg", "object", "form", "input", "base"}, payload
        assert not any(name.startswith("on") for name in read.attributes), payload
        strange = {each for each in read.addresses if not each.startswith("#")} - known_addresses(number, payload)
        assert strange == set(), payload


def test_a_saved_conversation_comes_back_as_it_was() -> None:
    for number, payload in NUMBERED:
        conversation = hostile_conversation(number, payload)
        assert conversation_from_json(CONVERSATION_FORMATS[".json"](conversation)) == conversation


def test_references_hold_one_record_each() -> None:
    for number, payload in NUMBERED:
        conversation = hostile_conversation(number, payload)
        library = bibtexparser.parse_string(CONVERSATION_FORMATS[".bib"](conversation))
        assert (len(library.entries), library.failed_blocks, library.preambles) == (1, [], []), payload
        (record,) = rispy.loads(CONVERSATION_FORMATS[".ris"](conversation))
        assert record["type_of_reference"] in ("GEN", "UNPB", "JOUR"), payload
        (item,) = json.loads(CONVERSATION_FORMATS[".csl.json"](conversation))
        assert item["title"], payload
        for suffix in (".bib", ".ris", ".csl.json"):
            assert hidden_signs(CONVERSATION_FORMATS[suffix](conversation)) == [], payload


def test_no_reference_runs_a_command_of_latex() -> None:
    for number, payload in NUMBERED:
        conversation = hostile_conversation(number, payload)
        comparison = conversation.turns[0].answer.comparison
        assert comparison is not None
        for text in (CONVERSATION_FORMATS[".bib"](conversation), COMPARISON_FORMATS[".tex"](comparison)):
            assert not re.search(r"\\(?:input|write18|immediate|csname|include|openout|catcode)\b", text), payload


def test_no_cell_is_calculated() -> None:
    for number, payload in NUMBERED:
        comparison = hostile_answer(raw_paper(number, payload), payload).comparison
        assert comparison is not None
        for row in csv.reader(io.StringIO(COMPARISON_FORMATS[".csv"](comparison))):
            assert not [cell for cell in row if re.match(r"[\s]*[=+\-@＝＋－＠]", cell)], payload


def test_a_terminal_gets_text_and_none_of_its_orders() -> None:
    for number, payload in NUMBERED:
        answer = hostile_answer(raw_paper(number, payload), payload)
        out = io.StringIO()
        console = Console(file=out, force_terminal=True, color_system=None, width=100)
        show_answer(answer, console)
        show_details(answer, payload, console)
        show_source(answer.citations[0], console)
        plain = re.sub(r"\x1b\[\d+(?:;\d+)*m", "", out.getvalue())  # rich's own: bold, dim
        assert hidden_signs(plain) == [], payload


def strings(record: Any) -> Iterator[str]:
    """Every text of a record but ids, by which papers are asked for again."""
    if isinstance(record, str):
        yield record
    elif isinstance(record, list):
        for each in record:
            yield from strings(each)
    elif isinstance(record, dict):
        for key, each in record.items():
            if key not in ("id", "paper_id"):
                yield from strings(each)


def opened(record: Any) -> list[str]:
    """The texts of a record that show an image, run, open an address or hide signs when read as Markdown."""
    reader = MarkdownIt("gfm-like", {"linkify": False, "html": True})
    found = []
    for text in strings(record):
        page = Page(reader.render(text))
        if (
            page.tags & {"script", "img", "iframe", "svg", "object", "form", "base"}
            or page.addresses
            or hidden_signs(text)
        ):
            found.append(text)
    return found


def test_what_the_api_cites_opens_nothing() -> None:
    for number, payload in NUMBERED:
        answer = hostile_answer(raw_paper(number, payload), payload)
        assert opened(json.loads(json.dumps(harmless_record(answer)["citations"]))) == [], payload


def test_what_tools_tell_opens_nothing() -> None:
    papers = tuple(found.paper for found in hostile_papers())
    tools = Tools(FakeAssistant(papers=papers))  # type: ignore[arg-type]
    told = [tools.get_paper(paper.id) for paper in papers]
    told += [tools.list_papers(limit=200), *tools.search("attack", limit=50)]
    pairs = zip(papers, papers[1:], PAYLOADS, strict=False)
    told += [tools.compare([one.id, other.id], [payload]) for one, other, (_, payload) in pairs]
    assert [text for record in told for text in opened(record)] == []


@pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")
def test_what_an_mcp_client_hears_opens_nothing() -> None:
    papers = tuple(found.paper for found in hostile_papers())

    async def heard() -> list[Any]:
        from mcp import Client

        async with Client(f"{address}/mcp") as client:
            asked = [("list_papers", {"limit": 200}), *(("get_paper", {"paper_id": paper.id}) for paper in papers[::9])]
            replies = [await client.call_tool(name, values) for name, values in asked]
            return [json.loads(getattr(reply.content[0], "text", "")) for reply in replies]

    # In a thread of its own: asyncio.run would take this one's event loop away.
    with served(FakeAssistant(papers=papers)) as address, ThreadPoolExecutor(1) as threads:
        records = threads.submit(asyncio.run, heard()).result()
    assert len(records[0]["papers"]) == len(papers)
    assert [text for record in records for text in opened(record)] == []
