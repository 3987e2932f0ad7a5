"""Parts as Markdown: papers are introduced by what is known of them, and their words do no harm."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.answers import (
    CELL_NOT_STATED,
    Answer,
    Heading,
    Lead,
    ListLine,
    Part,
    Prose,
    Quotation,
    RecordLine,
    Remark,
    Statement,
    Support,
    Table,
    TableRow,
)
from assistant.composition.numbering import finished, shown_in
from assistant.composition.rendering import markdown, reference
from assistant.markup import with_markers
from ingest.papers import Paper
from ingest.passages import Passage

ALTO = Paper("alto", "Alto: Songs for All", "Alto is new. It has 300 songs. It costs 12% less.", ("Ann Lee", "B"), 2020)
BASSO = Paper("basso", "Low Notes", "Basso is small.", ("Bo Ek",), 2021)
PAPERS = {paper.id: paper for paper in (ALTO, BASSO)}


def words(paper: Paper, text: str) -> Passage:
    """A stretch of a paper's abstract."""
    start = paper.abstract.index(text)
    return Passage(paper.id, start, start + len(text), text)


def answer(*parts: Part) -> Answer:
    """An answer of these parts."""
    return finished(Answer(""), parts, PAPERS.__getitem__)


@pytest.mark.parametrize(
    ("paper", "shown"),
    [
        (
            Paper("a", "On Music", "x", authors=("Ann Lee", "Bo Ek"), year=2020),
            "**Muse** — *On Music* (Lee et al., 2020)",
        ),
        (Paper("a", "Muse: On Music", "x", authors=("Lee, Ann",)), "**Muse: On Music** (Lee)"),
        (Paper("a", "On Music", "x"), "**Muse** — *On Music*"),
    ],
)
def test_a_paper_is_introduced_by_what_is_known_of_it(paper: Paper, shown: str) -> None:
    assert reference(paper, "Muse") == shown


def test_a_paper_is_named_once_and_its_words_are_one_block_with_the_value_set_off() -> None:
    said = answer(
        Lead(ALTO, "Alto"), Quotation(words(ALTO, "Alto is new.")), Quotation(words(ALTO, "It has 300 songs."), "300")
    )
    assert said.text == "**Alto: Songs for All** (Lee et al., 2020)\n\n> Alto is new. [1] It has **300** songs. [2]"


def test_an_ellipsis_stands_where_words_were_left_out() -> None:
    said = answer(Quotation(words(ALTO, "Alto is new.")), Quotation(words(ALTO, "It costs 12% less.")))
    assert said.text == "> Alto is new. [1] … It costs 12% less. [2]"


def test_words_of_two_papers_are_two_blocks() -> None:
    said = answer(Quotation(words(ALTO, "Alto is new.")), Quotation(words(BASSO, "Basso is small.")))
    assert said.text == "> Alto is new. [1]\n\n> Basso is small. [2]"


def test_a_value_of_digits_is_no_list_number() -> None:
    words_of = words(ALTO, "It costs 12% less.")
    assert answer(Quotation(words_of, "12% less.")).text == "> It costs **12% less.** [1]"
    paper = replace(ALTO, abstract="95.7% are saved.")
    said = finished(Answer(""), [Quotation(words(paper, paper.abstract), "95.7%")], lambda _: paper)
    assert said.text == "> **95.7%** are saved. [1]"


def test_a_value_within_another_word_is_not_set_off() -> None:
    assert "**" not in answer(Quotation(words(ALTO, "It has 300 songs."), "30")).text


def test_a_list_shows_words_or_titles_and_every_line_has_a_marker() -> None:
    said = answer(
        Remark("2 of 2 papers:"),
        ListLine(ALTO, "Alto", words(ALTO, "It has 300 songs."), "300 songs"),
        ListLine(BASSO, "Basso", words(BASSO, "Basso is small."), shows_words=False),
        ListLine(BASSO, "Basso"),
    )
    assert said.text == (
        "2 of 2 papers:\n\n- **Alto** (Lee et al., 2020) — **300 songs**\n  > It has 300 songs. [1]\n"
        "- **Basso** — *Low Notes* (Ek, 2021) [2]\n- **Basso** — *Low Notes* (Ek, 2021) [3]"
    )
    assert [citation.is_of_record for citation in said.citations] == [False, False, True]
    assert said.citations[-1].quote == "Low Notes"


def test_record_lines_lead_to_the_record() -> None:
    said = answer(Lead(BASSO, "Basso"), RecordLine(BASSO, "Authors", "Bo Ek"), RecordLine(BASSO, "Year", "2021"))
    assert said.text.endswith("\n\n- Authors: Bo Ek [1]\n- Year: 2021 [1]")
    assert [claim.support for claim in said.claims] == [Support.SUPPORTED] * 2


def test_a_remark_leads_to_the_records_of_its_papers() -> None:
    assert answer(Remark("Both are small.", (ALTO, BASSO))).text == "Both are small. [1][2]"


@pytest.mark.parametrize("turned", [False, True])
def test_a_table_is_a_comparison_whichever_way_it_lies(turned: bool) -> None:
    cells = ((Quotation(words(ALTO, "It has 300 songs."), "300 songs"), None), ("2020", "2021"))
    leads, aspects = (Lead(ALTO, "Alto"), Lead(BASSO, "Basso")), ("Data", "Year")
    rows = zip(leads, zip(*cells, strict=True), strict=True) if turned else zip(aspects, cells, strict=True)
    table = Table(aspects if turned else leads, tuple(TableRow(label, row) for label, row in rows))
    said = answer(table)
    assert said.comparison is not None
    assert (said.comparison.aspects, said.comparison.papers) == (aspects, (ALTO, BASSO))
    assert [cell.text for row in said.comparison.cells for cell in row] == ["It has 300 songs.", "", "2020", "2021"]
    assert "**300 songs** · It has 300 songs. [1]" in said.text
    assert f"*{CELL_NOT_STATED}*" in said.text


def test_a_place_that_is_cited_twice_has_one_number_everywhere() -> None:
    cell = Quotation(words(ALTO, "It has 300 songs."))
    said = answer(Table((Lead(ALTO, "Alto"),), (TableRow("Data", (cell,)), TableRow("Results", (cell,)))))
    assert said.text.count("[1]") == 2
    assert said.comparison is not None
    assert {cell.citation.number for row in said.comparison.cells for cell in row if cell.citation} == {1}


def test_words_that_a_part_makes_up_are_those_of_the_abstract() -> None:
    forged = replace(words(ALTO, "It has 300 songs."), text="It has 900 songs.")
    said = answer(Quotation(forged), ListLine(ALTO, "Alto", forged))
    assert "900" not in said.text
    assert said.citations[0].quote == "It has 300 songs."


def test_a_quotation_keeps_its_place_where_its_words_stand_twice() -> None:
    paper = Paper("twin", "Twin", "It is new. It has songs. It is new.", ("C",), 2022)
    second = Passage("twin", 25, 35, "It is new.")
    said = finished(Answer(""), (Quotation(second),), {"twin": paper}.__getitem__)
    assert [(citation.quote, citation.start, citation.end) for citation in said.citations] == [("It is new.", 25, 35)]


def test_a_models_statements_are_put_together_again_with_their_markers() -> None:
    said = answer(
        Prose((Statement("", "It has **300** songs.", (words(ALTO, "It has 300 songs."),)), Statement("\n- ", "So.")))
    )
    assert said.text == "It has **300** songs. [1]\n- So."


def test_without_citations_there_are_no_markers() -> None:
    parts = (Lead(ALTO, "Alto"), Quotation(words(ALTO, "Alto is new.")), RecordLine(ALTO, "Year", "2020"))
    assert "[" not in markdown(parts)


def test_words_behind_a_marker_alone_are_not_shown() -> None:
    passage = words(ALTO, "Alto is new.")
    assert shown_in([ListLine(ALTO, "Alto", passage)])
    assert not shown_in([ListLine(ALTO, "Alto", passage, shows_words=False), Prose((Statement("", "x", (passage,)),))])


HOSTILE = st.text(alphabet="ab *_`[]()<>|\\#~$!&1.-+=\n", min_size=1, max_size=40)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_text_of_a_paper_formats_links_or_makes_a_marker(title: str, abstract: str, own: str) -> None:
    paper = Paper("p", title, f"a {abstract} z")
    whole = Passage("p", 0, len(paper.abstract), paper.abstract)
    table = Table((Lead(paper, title),), (TableRow(own, (Quotation(whole),)), TableRow(own, (own,))))
    parts = (
        Heading(own),
        Lead(paper, title),
        Quotation(whole),
        Remark(own),
        RecordLine(paper, own, own),
        ListLine(paper, title, whole),
        table,
    )
    said = finished(Answer(""), parts, lambda _: paper)
    tokens = with_markers(MarkdownIt("commonmark").enable("table")).parse(said.text)
    kinds = {child.type for token in tokens for child in token.children or ()}
    assert kinds <= {"text", "text_special", "marker", "strong_open", "strong_close", "em_open", "em_close"}
    assert {int(n) for n in re.findall(r"(?<!\\)\[(\d+)\]", said.text)} == {c.number for c in said.citations}
    assert sum(token.type == "table_open" for token in tokens) == 1
