"""Nothing of the corpus of attacks runs, opens or is calculated by what reads an export, a terminal's line, or a reply of the API.

How the page stands it is `tests/browser/test_payloads.py`.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from html.parser import HTMLParser

import bibtexparser
import pytest
import rispy
from markdown_it import MarkdownIt
from payloads import LEAK_HOST, PAYLOADS, hostile_answer, hostile_conversation, hostile_papers, raw_paper
from rich.console import Console

from assistant.commands.display import show_answer, show_details, show_source
from assistant.export.formats import COMPARISON_FORMATS, CONVERSATION_FORMATS
from assistant.export.records import answer_record
from assistant.export.saved import conversation_from_json

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


def test_a_reply_of_the_api_is_json_whose_markdown_opens_nothing() -> None:
    for number, payload in NUMBERED:
        record = json.loads(json.dumps(answer_record(hostile_answer(raw_paper(number, payload), payload))))
        assert LEAK_HOST not in record["text"] or payload in record["text"]
