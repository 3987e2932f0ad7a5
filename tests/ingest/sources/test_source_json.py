from __future__ import annotations

import json
from itertools import islice

import pytest

from ingest.papers import Paper, Refusal
from ingest.sources import read_papers
from ingest.sources.jsonl import read_json_document, read_json_lines
from ingest.sources.opening import LONGEST_LINE, Line, Source

BEATS = {"id": "b1", "title": "Tracking Beats", "abstract": "We track beats."}
CHORDS = {"id": "c1", "title": "Naming Chords", "abstract": "We name chords."}
BEATS_PAPER = Paper("b1", "Tracking Beats", "We track beats.")
CHORDS_PAPER = Paper("c1", "Naming Chords", "We name chords.")


def lines(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def only(location: str) -> Paper:
    (paper,) = read_papers(location)
    assert isinstance(paper, Paper)
    return paper


def test_our_own_record_gives_every_field(source_file) -> None:
    record = {
        **{"id": "x", "title": "Beats", "abstract": "A digest.", "authors": ["Ada One", "Ben Two"], "year": 2023},
        **{"arxiv_id": "2311.08355", "doi": "10.1000/X", "url": "https://example.org/x", "digest": True},
        "code_or_demo_url": "https://example.org/code",
    }
    assert only(source_file("own.jsonl", lines(record))) == Paper(
        id="2311.08355",
        title="Beats",
        abstract="A digest.",
        authors=("Ada One", "Ben Two"),
        year=2023,
        arxiv_id="2311.08355",
        doi="10.1000/x",
        url="https://example.org/x",
        code_url="https://example.org/code",
        is_digest=True,
        kind="preprint",
        aliases=("x",),
    )


def test_the_snapshot_of_the_arxiv_gives_authors_in_order_and_the_year_of_the_first_version(source_file) -> None:
    record = {
        **{"id": "0704.0001", "title": "Diphoton\n  production", "abstract": "  A calculation\n is presented.\n"},
        **{
            "authors": "C. Bal\\'azs, E. L. Berger",
            "authors_parsed": [["Balázs", "C.", ""], ["Berger", "E. L.", "Jr"]],
        },
        **{"versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"}], "update_date": "2018-11-26"},
        **{"doi": "10.1103/PhysRevD.76.013009", "journal-ref": "Phys.Rev.D76:013009,2007"},
    }
    paper = only(source_file("snapshot.json", lines(record)))
    assert (paper.id, paper.year, paper.doi) == ("0704.0001", 2007, "10.1103/physrevd.76.013009")
    assert (paper.title, paper.abstract) == ("Diphoton production", "A calculation is presented.")
    assert paper.authors == ("C. Balázs", "E. L. Berger Jr")


def test_authors_in_one_text_are_told_apart(source_file) -> None:
    record = {**BEATS, "authors": "C. Bal\\'azs, E. L. Berger and P. M. Nadolsky"}
    assert only(source_file("a.jsonl", lines(record))).authors == ("C. Balázs", "E. L. Berger", "P. M. Nadolsky")


def test_the_api_of_hugging_faces_papers_is_understood_wrapped_and_flat(source_file) -> None:
    flat = {
        **{
            "id": "2311.08355",
            "title": "Mustango",
            "summary": "We propose it.",
            "publishedAt": "2023-11-14T17:53:39.000Z",
        },
        "authors": [{"_id": "65", "name": "Jan Melechovsky", "hidden": False}, {"_id": "66", "name": "Zixun Guo"}],
        "githubRepo": "https://github.com/AMAAI-Lab/mustango",
    }
    wrapped = {"paper": flat, "publishedAt": "2023-11-15", "title": "Mustango", "numComments": 3, "thumbnail": "t.png"}
    for record in (flat, wrapped):
        paper = only(source_file("daily.json", json.dumps([record], indent=2)))
        assert (paper.id, paper.abstract, paper.year) == ("2311.08355", "We propose it.", 2023)
        assert paper.authors == ("Jan Melechovsky", "Zixun Guo")
        assert paper.code_url == "https://github.com/AMAAI-Lab/mustango"


def test_a_record_of_a_benchmark_is_a_paper(source_file) -> None:
    record = {"_id": "4983", "title": "White matter", "text": "Alterations of it.", "metadata": {"url": ""}}
    assert only(source_file("corpus.jsonl", lines(record))) == Paper("4983", "White matter", "Alterations of it.")


def test_an_item_of_csl_json_is_a_paper(source_file) -> None:
    record = {
        **{"id": "lam2023", "type": "article", "title": "Beats", "abstract": "We track.", "number": "arXiv:2305.15719"},
        **{"author": [{"family": "Lam", "given": "Max"}], "issued": {"date-parts": [[2023, 5]]}},
        "DOI": "10.48550/arXiv.2305.15719",
    }
    paper = only(source_file("items.json", json.dumps([record])))
    assert (paper.id, paper.doi, paper.year, paper.authors) == ("2305.15719", None, 2023, ("Max Lam",))


def test_an_id_written_as_a_number_keeps_its_last_zero(source_file) -> None:
    assert only(source_file("n.jsonl", '{"id": 2311.08350, "title": "T", "abstract": "A"}')).id == "2311.08350"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"id": "1", "title": "Cut off', "a broken line of JSON: unterminated string"),
        (b'{"id": "1", "abstract": "No title."}', "no title"),
        (b'{"id": "1", "title": "Beats"}', "no abstract for “Beats”"),
        (b'["Beats", "We track beats."]', "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'{"title": "Caf\x81", "abstract": "A"}', "not UTF-8 (the byte 0x81)"),
        (b"[" * 100_000, "a broken line of JSON: brackets within brackets"),
        (b'{"title": "T", "abstract": "' + b"word " * 1_000_000 + b'"}', "an abstract of 4,999,999 characters"),
    ],
)
def test_a_bad_line_is_refused_with_its_number_and_the_rest_goes_in(source_file, line: bytes, reason: str) -> None:
    path = source_file("x.jsonl", lines(BEATS).encode() + b"\n" + line + b"\n" + lines(CHORDS).encode())
    beats, refusal, chords = read_papers(path)
    assert (beats, chords) == (BEATS_PAPER, CHORDS_PAPER)
    assert isinstance(refusal, Refusal)
    assert (refusal.source, refusal.line) == (path, 3)
    assert refusal.reason.startswith(reason)


def test_a_line_beyond_all_measure_is_refused_without_being_held() -> None:
    class OneEndlessLine(Source):
        def lines(self):
            yield Line(1, '{"title": "', is_whole=False)

    (refusal,) = read_json_lines(OneEndlessLine("s", "", None))
    assert refusal == Refusal("s", 1, "a line of more than 16,777,216 bytes")


def test_lines_are_read_only_as_they_are_wanted() -> None:
    class Endless(Source):
        def lines(self):
            number = 0
            while True:
                number += 1
                yield Line(number, json.dumps({**BEATS, "id": f"b{number}"}))

    assert [found.paper.id for found in islice(read_json_lines(Endless("s", "", None)), 3)] == ["b1", "b2", "b3"]


def test_a_document_is_read_only_as_it_is_wanted() -> None:
    class Endless(Source):
        def pieces(self):
            yield "["
            while True:
                yield json.dumps(BEATS) + ","

    assert len(list(islice(read_json_document(Endless("s", "", None)), 5_000))) == 5_000


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([BEATS, CHORDS]),
        json.dumps([BEATS, CHORDS], indent=1),
        f"[{json.dumps(BEATS)},\n{json.dumps(CHORDS)}\n]",
        json.dumps({"total": 2, "papers": [BEATS, CHORDS], "next": None}),
        json.dumps({"offset": 0, "data": [BEATS, CHORDS]}, indent=4),
        json.dumps(BEATS, indent=2) + "\n" + json.dumps(CHORDS, indent=2),
        lines(BEATS, CHORDS),
        "\n\n" + lines(BEATS, CHORDS).rstrip(),
        "\ufeff" + lines(BEATS, CHORDS).replace("\n", "\r\n"),
    ],
)
@pytest.mark.parametrize("name", ["papers.json", "papers.jsonl", "papers"])
def test_lists_wrapped_lists_spread_records_and_lines_are_told_apart_by_content(source_file, name, text) -> None:
    assert list(read_papers(source_file(name, text))) == [BEATS_PAPER, CHORDS_PAPER]


@pytest.mark.parametrize("indent", [None, 2])
def test_a_refused_record_of_a_document_has_the_line_it_begins_on(source_file, indent: int | None) -> None:
    path = source_file("papers.json", json.dumps([BEATS, {"id": "x"}, CHORDS], indent=indent))
    assert list(read_papers(path))[1] == Refusal(path, 7 if indent else 1, "no title")


def test_a_broken_record_of_a_document_does_not_take_the_next_with_it(source_file) -> None:
    text = json.dumps([BEATS, CHORDS, BEATS, CHORDS], indent=2).replace('"id": "c1",', '"id": "c1', 1)
    path = source_file("papers.json", text)
    beats, refusal, *rest = read_papers(path)
    assert isinstance(refusal, Refusal)
    assert (refusal.line, refusal.reason[:11]) == (7, "broken JSON")
    assert [beats, *rest] == [BEATS_PAPER, BEATS_PAPER, CHORDS_PAPER]


def test_a_record_of_many_megabytes_within_a_document_is_refused_alone(source_file) -> None:
    huge = {**BEATS, "abstract": "word " * 1_000_000}
    beats, refusal, chords = read_papers(source_file("papers.json", json.dumps([BEATS, huge, CHORDS])))
    assert (beats, chords) == (BEATS_PAPER, CHORDS_PAPER)
    assert isinstance(refusal, Refusal)


@pytest.mark.parametrize("size", [10, 1_000_000, LONGEST_LINE + 200_000])
def test_a_broken_record_of_any_size_is_passed_over_to_the_next_line(source_file, size: int) -> None:
    text = f'[{json.dumps(BEATS)},\n{{"title": "Never closed, {"x" * size}\n{json.dumps(CHORDS)}\n]'
    beats, refusal, chords = read_papers(source_file("papers.json", text))
    assert (beats, chords) == (BEATS_PAPER, CHORDS_PAPER)
    assert isinstance(refusal, Refusal)
    assert refusal.line == 2


def test_where_nothing_can_be_read_after_a_broken_record_the_refusal_says_so(source_file) -> None:
    *_, refusal = read_papers(source_file("papers.json", '[{"title": "T"}, {"title" "U"}, {"title": "V"}]'))
    assert isinstance(refusal, Refusal)
    assert refusal.reason.endswith("; nothing after it could be read")
