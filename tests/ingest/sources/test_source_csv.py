from __future__ import annotations

import pytest

from ingest.errors import SourceError
from ingest.papers import Paper, Refusal
from ingest.sources import read_papers

BEATS = Paper("b1", "Tracking Beats", "We track beats, all of them.", ("Ada One", "Ben Two"), 2023)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("name", ["papers.csv", "papers.tsv.txt", "papers"])
def test_the_delimiter_is_found_by_the_names_of_the_columns(source_file, name: str, delimiter: str) -> None:
    header = delimiter.join(["ID", "Title", "ABSTRACT", "Authors", "Publication Year"])
    row = delimiter.join(["b1", "Tracking Beats", '"We track beats, all of them."', '"Ada One; Ben Two"', "2023"])
    assert list(read_papers(source_file(name, f"{header}\n{row}\n"))) == [BEATS]


def test_the_names_that_reference_managers_give_to_columns_are_known(source_file) -> None:
    text = (
        "\ufeffKey,Item Type,Publication Year,Author,Title,Abstract Note,DOI,Url\r\n"
        '4XYZ,preprint,2023,"Liu, Haohe; Yuan, Yi",Beats,"We\r\ntrack beats.",10.1000/X,https://example.org/b\r\n'
    )
    (paper,) = read_papers(source_file("zotero.csv", text))
    assert paper == Paper(
        id="10.1000/x",
        title="Beats",
        abstract="We track beats.",
        authors=("Haohe Liu", "Yi Yuan"),
        year=2023,
        doi="10.1000/x",
        url="https://example.org/b",
        aliases=("4XYZ",),
        kind="preprint",
        citation_key="4XYZ",
        reference=(("entrytype", "preprint"),),
    )


def test_one_author_written_last_name_first_is_one_author(source_file) -> None:
    (paper,) = read_papers(source_file("a.csv", 'title,abstract,authors\nBeats,We track.,"Liu, Haohe"\n'))
    assert isinstance(paper, Paper)
    assert paper.authors == ("Haohe Liu",)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"x,,An abstract.", "no title"),
        (b"x,A title,", "no abstract for “A title”"),
        (b"x,A title", "no abstract for “A title”"),
        (b"x,A title, which has a comma,An abstract.", "4 cells under 3 columns; is a delimiter not quoted?"),
        (b"x,Caf\x81,An abstract.", "not UTF-8 (the byte 0x81); save the file as UTF-8"),
        (b'x,"All of Me": a title,An abstract.', "a broken row (',' expected after '\"'); is a quote left open"),
        (b"x,A title," + b"word " * 1_000_000, "a broken row (field larger than field limit (131072))"),
        (b"x,A title," + b"word " * 25_000, "an abstract of 124,999 characters (at most 20,000)"),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_the_rest_goes_in(source_file, row: bytes, reason: str) -> None:
    path = source_file("x.csv", b'id,title,abstract\nb1,Beats,"We\ntrack."\n\n' + row + b"\nc1,Chords,We name.\n")
    beats, refusal, chords = read_papers(path)
    assert beats == Paper("b1", "Beats", "We track.")
    assert isinstance(refusal, Refusal)
    assert (refusal.source, refusal.line) == (path, 5)
    assert refusal.reason.startswith(reason)
    assert chords == Paper("c1", "Chords", "We name.")


def test_a_quote_left_open_does_not_draw_the_other_rows_into_an_abstract(source_file) -> None:
    path = source_file("x.csv", 'id,title,abstract\nb1,Beats,"We track.\nc1,Chords,We name.\n')
    (refusal,) = read_papers(path)
    assert isinstance(refusal, Refusal)
    assert refusal.line == 2


def test_a_table_without_the_columns_says_which_it_has(source_file) -> None:
    with pytest.raises(SourceError, match=r"the first row reads: id, name, year$"):
        list(read_papers(source_file("x.csv", "id,name,year\n1,Beats,2023\n")))


def test_tabs_can_be_asked_for(source_file) -> None:
    path = source_file("x", "title\tabstract\nBeats\tWe track.\n")
    assert list(read_papers(path, "tsv")) == [Paper("beats", "Beats", "We track.")]
