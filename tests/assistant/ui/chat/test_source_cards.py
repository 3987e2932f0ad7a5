"""Cards: the quoted words stand marked in their abstract, and no abstract can break out of its card."""

from dataclasses import replace

from fake_assistant import FakeAssistant

from assistant.answers import Answer
from assistant.ui.chat.source_cards import card_html, cards, panel_html, scores_of, stretches
from assistant.ui.chat.thread import Entry, Thread

ANSWER = FakeAssistant().ask("What is MeLoDy?")
CITATION = ANSWER.citations[1]


def test_a_quote_is_marked_within_the_whole_abstract() -> None:
    pieces = stretches([CITATION])
    assert "".join(piece.text for piece in pieces) == CITATION.paper.abstract
    assert [piece.text for piece in pieces if piece.numbers] == [CITATION.quote]
    assert f'<mark data-numbers="{CITATION.number}">{CITATION.quote}</mark>' in card_html([CITATION], group=0)


def test_a_paper_that_is_cited_often_has_one_card_with_a_tab_for_each_number() -> None:
    first, second = ANSWER.citations[:2]
    assert first.paper == second.paper
    shown = cards(ANSWER.citations, group=0)
    assert len(shown) == len({citation.paper.id for citation in ANSWER.citations})
    assert f'id="source-0-{first.number}"' in shown[0] and f'id="source-0-{second.number}"' in shown[0]
    assert shown[0].count("<mark") >= 2


def test_words_that_two_citations_share_carry_both_numbers() -> None:
    wider = replace(CITATION, number=9, start=CITATION.start, end=CITATION.end + 5)
    wider = replace(wider, quote=wider.paper.abstract[wider.start : wider.end])
    shared = [piece.numbers for piece in stretches([CITATION, wider]) if piece.numbers]
    assert shared == [(CITATION.number, 9), (9,)]


def test_a_quote_of_an_abstract_that_changed_stands_alone() -> None:
    changed = replace(CITATION, paper=replace(CITATION.paper, abstract="Another text."))
    assert [piece.text for piece in stretches([changed])] == [CITATION.quote]


def test_a_card_tells_author_year_link_and_that_it_is_a_digest() -> None:
    html = card_html([CITATION], group=3)
    assert 'id="source-3-2"' in html and "Lam et al., 2023" in html and ">digest<" in html
    assert 'href="https://arxiv.org/abs/2305.15719"' in html


def test_scores_are_shown_only_where_they_were_asked_for() -> None:
    thread = Thread((Entry("What is MeLoDy?", ANSWER),))
    assert 'class="badge score"' not in panel_html(thread.conversation)
    scores = {0: scores_of(FakeAssistant(), "MeLoDy")}  # type: ignore[arg-type]
    assert " · 1.00</span>" in panel_html(thread.conversation, scores=scores)


def test_a_citation_of_the_record_marks_nothing_in_the_abstract() -> None:
    record = replace(CITATION, quote=CITATION.paper.title, start=-1, end=-1)
    assert [piece.text for piece in stretches([record]) if not piece.numbers] == [CITATION.paper.abstract]
    assert "<mark" not in card_html([record], group=0)


def test_a_hostile_abstract_stays_text() -> None:
    quote = "<img src=http://leak.example onerror=alert(1)></article>"
    paper = replace(CITATION.paper, title="<script>x</script>", abstract=quote)
    html = card_html([replace(CITATION, paper=paper, quote=quote, start=0, end=len(quote))], group=0)
    assert "<img" not in html and "<script" not in html and html.count("</article>") == 1


def test_the_panel_shows_the_last_turn_first() -> None:
    thread = Thread((Entry("a", ANSWER), Entry("b", Answer("Nothing."))))
    html = panel_html(thread.conversation)
    assert '<section class="turn-sources" data-turn="0" hidden>' in html
    assert '<section class="turn-sources" data-turn="1">' in html and "quotes no paper" in html
