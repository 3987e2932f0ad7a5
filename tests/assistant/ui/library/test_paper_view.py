"""One paper's own view."""

import pytest
from fake_assistant import FakeAssistant
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import AssistantError
from assistant.ui.chat.thread import Entry, Thread
from assistant.ui.library.paper_view import cited_in, paper_html, pieces_of
from ingest.extraction.profile import Facet

ASSISTANT = FakeAssistant()
THREAD = Thread((Entry("What is MeLoDy?", ASSISTANT.ask("What is MeLoDy?")),))


def test_it_tells_text_names_facets_citations_and_neighbours() -> None:
    html = paper_html(ASSISTANT, "2305.15719", THREAD)
    for words in (
        "Efficient Neural Music Generation",
        "MeLoDy",
        "What is MeLoDy?",
        "Near it",
        'data-action="ask_about"',
    ):
        assert words in html


def test_before_a_paper_is_opened_it_says_how() -> None:
    assert "Click a title" in paper_html(ASSISTANT, None, THREAD)


def test_a_paper_that_is_gone_is_one_clear_line() -> None:
    with pytest.raises(AssistantError):
        paper_html(ASSISTANT, "0000.00000", THREAD)


def test_citations_of_other_papers_are_left_out() -> None:
    assert len(cited_in(THREAD, "2305.15719")) == 2
    assert cited_in(THREAD, "2311.08355") == []


@given(st.text(max_size=30), st.lists(st.tuples(st.integers(-1, 30), st.integers(-1, 30)), max_size=4))
def test_the_pieces_joined_are_the_abstract(abstract: str, spans: list[tuple[int, int]]) -> None:
    facets = [Facet("input", str(n), abstract[start:end], start, end) for n, (start, end) in enumerate(spans)]
    assert "".join(piece.text for piece in pieces_of(abstract, facets)) == abstract
