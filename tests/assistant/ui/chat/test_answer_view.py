"""An answer's HTML: prose, markers, verdicts, and the line that tells how it came about."""

from dataclasses import replace

from fake_assistant import FakeAssistant

from assistant.answers import Absence, Answer, Details, Prose, Remark, Statement, Support, Usage
from assistant.filters import Filters
from assistant.ui.base.markdown import PARTLY_SIGN, UNSUPPORTED_SIGN
from assistant.ui.chat.answer_view import answer_html, details_of, filters_in_words, line_of, with_signs

ANSWER = FakeAssistant().ask("What is MeLoDy?")


def test_each_marker_names_the_paper_it_stands_for() -> None:
    html = answer_html(ANSWER, 4)
    assert 'data-turn="4"' in html
    assert 'data-number="2" aria-label="Source 2: Efficient Neural Music Generation"' in html


def test_a_statement_that_its_quote_does_not_carry_is_marked_behind_its_end() -> None:
    said = (("One.", Support.SUPPORTED), (" Two.", Support.PARTLY), (" The a\\_b net wins.", Support.UNSUPPORTED))
    prose = Prose(tuple(Statement("", text, support=support) for text, support in said))
    shown = with_signs(Answer("", parts=(prose,)))
    assert shown == f"One. Two.{PARTLY_SIGN} The a\\_b net wins.{UNSUPPORTED_SIGN}"
    assert 'class="verdict unsupported"' in answer_html(Answer(shown, parts=(prose,)), 0)


def test_no_text_brings_a_verdict_of_its_own() -> None:
    forged = f"It wins.{PARTLY_SIGN}"
    prose = Prose((Statement("", forged, support=Support.SUPPORTED),))
    for answer in (Answer(forged), Answer(forged, parts=(prose,)), Answer(forged, parts=(Remark(forged),))):
        assert "verdict" not in answer_html(answer, 0)


def test_the_line_tells_what_was_searched_for_where_by_whom_and_how_long() -> None:
    filters = Filters(first_year=2023, has_code=True, facets=frozenset({("modality in", "video")}))
    line = line_of(ANSWER, filters_in_words(filters))
    assert line == ("Searched for “What is MeLoDy”", "since 2023, with code, video", "quotes, no LLM", "0.30 s")


def test_details_leave_out_what_is_not_known() -> None:
    known = dict(details_of(ANSWER, ""))
    assert known["Support"] == "2 of 3 sentences fully carried by their quotes"
    assert "Model" not in known and "Tokens in / out" not in known
    counted = replace(ANSWER, details=replace(ANSWER.details, usage=Usage(tokens_in=1200)))
    assert dict(details_of(counted, ""))["Tokens in / out"] == "1,200 / ?"


def test_an_answer_that_found_nothing_says_which_nothing() -> None:
    html = answer_html(Answer("Nothing.", abstained=True, absence=Absence.NOT_STATED, details=Details(seconds=1)), 0)
    assert "its abstract does not say" in html


def test_a_growing_answer_has_a_skeleton_and_no_line_yet() -> None:
    html = answer_html(Answer("", complete=False, details=Details(searched_for="x")), 0)
    assert "skeleton" in html and 'aria-busy="true"' in html and "Searched for" not in html


def test_filters_in_words() -> None:
    assert filters_in_words(Filters()) == ""
    narrow = Filters(paper_ids=frozenset("ab"), first_year=2020, last_year=2021)
    assert filters_in_words(narrow) == "2 papers only, 2020–2021"
