"""A conversation as Markdown, as a page, and as JSON that it can be reopened from."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest
from export_samples import CONVERSATION, MELODY, conversations
from hypothesis import given, settings

from assistant.answers import (
    Answer,
    Focus,
    Heading,
    Lead,
    ListLine,
    Prose,
    Quotation,
    RecordLine,
    Remark,
    Statement,
    Support,
    Table,
    TableRow,
)
from assistant.composition.numbering import finished
from assistant.conversation import Conversation
from assistant.errors import AssistantError
from assistant.export.formats import CONVERSATION_FORMATS
from assistant.export.markdown import conversation_to_markdown, title_of
from assistant.export.saved import conversation_from_json, conversation_to_json
from assistant.export.web import conversation_to_html
from assistant.query.plan import Author, Operation, QueryPlan
from ingest.passages import Level, Passage

EVIL = (
    "See <img src=http://evil.example/1> ![x](http://evil.example/2) <script>fetch('http://evil.example/3')</script> "
    "[go](javascript:alert(1)) [x][ref] <http://evil.example/4> [1]\n\n[ref]: http://evil.example/5\n"
)


class Elements(HTMLParser):
    """Every element of a page with its attributes, and all of its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def test_markdown_has_questions_answers_and_quotes() -> None:
    text = conversation_to_markdown(CONVERSATION)
    assert "## What is \\<b\\>MeLoDy\\</b\\> & how \\*fast\\*?" in text
    assert "It saves **95.7%** [1], says `the paper`." in text
    assert "- [1] Efficient Neural Music Generation (Lam et al., 2023) <https://arxiv.org/abs/2305.15719>" in text
    assert "*Searched for: MeLoDy speed*" in text


def test_markdown_of_an_answer_loads_no_picture_and_runs_no_markup() -> None:
    text = conversation_to_markdown(Conversation().with_turn("q", Answer(EVIL)))
    assert "<img" not in text and "<script" not in text and "!\\[" not in text
    assert "http:" not in text


def test_a_long_first_question_is_cut_for_the_title() -> None:
    assert len(title_of(Conversation().with_turn("why " * 99, Answer("")))) <= 80


def test_the_page_links_markers_to_their_quotes() -> None:
    page = Elements(conversation_to_html(CONVERSATION))
    markers = [link["href"] for link in page.all("a") if link.get("class") == "marker"]
    ids = [f"#{item['id']}" for item in page.all("li")]
    assert markers == ids == ["#answer-1-source-1", "#answer-2-source-2"]
    assert "What is <b>MeLoDy</b> & how *fast*?" in page.text


def test_the_page_asks_the_network_for_nothing() -> None:
    page = Elements(conversation_to_html(Conversation().with_turn(EVIL, Answer(EVIL))))
    allowed = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "section", "p", "a", "ul", "li", "q"}
    assert {tag for tag, _ in page.found} <= allowed
    assert not page.all("a")
    assert any("default-src 'none'" in (meta.get("content") or "") for meta in page.all("meta"))


@settings(max_examples=50)
@given(conversations)
def test_no_conversation_brings_an_element_or_attribute_of_its_own(conversation: Conversation) -> None:
    page = Elements(conversation_to_html(conversation))
    for tag, attributes in page.found:
        assert tag not in ("script", "img", "iframe", "link", "object", "form")
        assert not any(name.startswith("on") or name in ("src", "style") for name in attributes)
        assert (attributes.get("href") or "#").startswith(("#answer-", "#", "https://"))


@settings(max_examples=50)
@given(conversations)
def test_json_reads_back_as_the_same_conversation(conversation: Conversation) -> None:
    assert conversation_from_json(conversation_to_json(conversation)) == conversation


def test_every_kind_of_part_and_the_focus_read_back() -> None:
    words = Passage(MELODY.id, 0, 41, MELODY.abstract[:41], Level.SENTENCE)
    cell = Quotation(words, "95.7%")
    parts = (
        Heading("2023"),
        Lead(MELODY, "MeLoDy"),
        cell,
        Remark("Both.", (MELODY,)),
        RecordLine(MELODY, "Year", "2023"),
        ListLine(MELODY, "MeLoDy", words, "95.7%", shows_words=False),
        ListLine(MELODY, "MeLoDy"),
        Table(
            (Lead(MELODY, "MeLoDy"),), (TableRow("Data", (cell,)), TableRow("Year", ("2023",)), TableRow("x", (None,)))
        ),
        Prose((Statement("", "It *saves* much.", (words,), Support.PARTLY, "a part"),)),
    )
    plan = QueryPlan(Operation.LIST, Author("Max Lam"))
    focus = Focus("Which are by Max Lam?", (MELODY,), ("MeLoDy",), plan, unknown="x")
    answer = finished(Answer("", papers=(MELODY,), focus=focus), parts, lambda _: MELODY)
    conversation = Conversation().with_turn("And by him?", answer)
    assert conversation_from_json(conversation_to_json(conversation)) == conversation


def test_what_was_saved_before_there_were_parts_and_a_focus_is_read() -> None:
    saved = json.loads(conversation_to_json(CONVERSATION))
    for turn in saved["turns"]:
        del turn["answer"]["parts"], turn["answer"]["focus"]
    assert conversation_from_json(json.dumps(saved)) == CONVERSATION


def test_a_part_without_its_citation_is_refused_in_one_line() -> None:
    saved = json.loads(conversation_to_json(CONVERSATION))
    saved["turns"][0]["answer"]["parts"] = [{"kind": "quotation", "citation": 7}]
    with pytest.raises(AssistantError, match="cites what it does not hold"):
        conversation_from_json(json.dumps(saved))


def test_json_has_the_documented_shape_and_holds_each_paper_once() -> None:
    saved = json.loads(conversation_to_json(CONVERSATION))
    assert (saved["format"], saved["version"]) == ("footnote-conversation", 1)
    assert [paper["id"] for paper in saved["papers"]] == ["2305.15719", "2311.11255"]
    citation = saved["turns"][0]["answer"]["citations"][0]
    assert citation == {"number": 1, "paper": 0, "quote": MELODY.abstract[:41], "start": 0, "end": 41}


def test_json_of_a_later_version_with_more_fields_is_read_as_far_as_it_is_known() -> None:
    saved = json.loads(conversation_to_json(CONVERSATION))
    saved["turns"][0]["answer"]["mood"] = "cheerful"
    assert conversation_from_json(json.dumps(saved)) == CONVERSATION


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no saved conversation"),
        ("[]", "no saved conversation"),
        ('{"format": "x", "version": 1}', "This is a x"),
        ('{"format": "footnote-conversation", "version": 2}', "up to version 1"),
        ('{"format": "footnote-conversation", "version": 1, "turns": [{"question": "q"}]}', "turns.0.answer"),
        (conversation_to_json(CONVERSATION).replace('"paper": 1', '"paper": -1'), "does not hold"),
        (conversation_to_json(CONVERSATION).replace('"paper": 1', '"paper": 7'), "does not hold"),
    ],
)
def test_what_is_no_saved_conversation_is_refused_in_one_line(text: str, words: str) -> None:
    with pytest.raises(AssistantError, match=words) as caught:
        conversation_from_json(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("suffix", CONVERSATION_FORMATS)
def test_every_format_takes_every_conversation(suffix: str) -> None:
    assert CONVERSATION_FORMATS[suffix](CONVERSATION)
    assert isinstance(CONVERSATION_FORMATS[suffix](Conversation()), str)
