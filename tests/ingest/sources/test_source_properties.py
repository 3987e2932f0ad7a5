"""What holds for every source: papers survive being written and read, and no bytes whatever break a reader."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from bibtexparser import write_string
from bibtexparser.library import Library
from bibtexparser.middlewares.names import parse_single_name_into_parts
from bibtexparser.model import Entry, Field
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pylatexenc.latexencode import unicode_to_latex

from ingest.errors import RecordError, SourceError
from ingest.papers import Fields, Paper, Refusal, paper_from
from ingest.sources import FORMATS, bibtex, read_papers

FILE_FORMATS = [name for name in FORMATS if name != "arxiv"]
# The temporary folder is shared by all examples of a test; each writes its one file anew.
ONE_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)


# Dollars, backslashes and carets may be LaTeX, which is made plain on reading: read again, it is other text.
words = st.text(st.characters(codec="utf-8", exclude_characters="$\\^"), min_size=1, max_size=60)
# What BibTeX can carry: signs that LaTeX reads as other signs (--, ``, '', ~) come back changed, as they should.
latex_words = st.text(st.sampled_from("abcXYZ éüßøñőçŁ 012 .,;:!?()[]/+*=<>&%#_@’"), min_size=1, max_size=60)


def papers_of(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Paper]:
    """Papers as `paper_from` makes them, of any content that it accepts."""
    names = st.sampled_from(["Ada One", "Ben van der Two", "Müller", "Łukasz Kaiser"])
    fields = st.builds(
        Fields,
        title=texts,
        abstract=texts,
        id=st.sampled_from(["", "x1", "ismir-12"]),
        authors=st.lists(names, max_size=3).map(tuple),
        year=st.sampled_from(["", "1999", "2024"]),
        arxiv_id=st.sampled_from(["", "2311.08355", "hep-th/9901001"]),
        doi=st.sampled_from(["", "10.1000/x(1)y"]),
        url=st.sampled_from(["", "https://example.org/a_b?c=d%20e"]),
        code_url=st.sampled_from(["", "https://example.org/~me/code"]),
    )
    return fields.flatmap(_paper_or_none).filter(lambda paper: paper is not None)


def _paper_or_none(fields: Fields) -> st.SearchStrategy[Paper | None]:
    try:
        return st.just(paper_from(fields))
    except RecordError:
        return st.none()


def without_aliases(papers: Iterable[Paper | Refusal]) -> list[Paper | Refusal]:
    """What formats differ in: a BibTeX file gives each paper a key, a table with an id gives none.

    Whether a paper was withdrawn is read from its title as well, which may be any words here.
    """
    return [
        replace(each, aliases=(), citation_key=None, kind="", reference=(), status="")
        if isinstance(each, Paper)
        else each
        for each in papers
    ]


def as_json_lines(papers: list[Paper]) -> str:
    return "".join(json.dumps(asdict(paper), ensure_ascii=False) + "\n" for paper in papers)


def as_json(papers: list[Paper]) -> str:
    return json.dumps([asdict(paper) for paper in papers], indent=2)


def as_csv(papers: list[Paper], delimiter: str = ",") -> str:
    table = io.StringIO()
    writer = csv.DictWriter(table, list(asdict(papers[0])), delimiter=delimiter)
    writer.writeheader()
    for paper in papers:
        cells = {name: value for name, value in asdict(paper).items() if not isinstance(value, tuple)}
        writer.writerow(cells | {"authors": "".join(f"{name};" for name in paper.authors)})
    return table.getvalue()


def as_tsv(papers: list[Paper]) -> str:
    return as_csv(papers, "\t")


def as_bibtex(papers: list[Paper]) -> str:
    return write_string(
        Library([_entry(number, paper) for number, paper in enumerate(papers)], fail_on_duplicate_key=False)
    )


def _entry(number: int, paper: Paper) -> Entry:
    values = {
        "title": unicode_to_latex(paper.title),
        "abstract": unicode_to_latex(paper.abstract),
        "author": " and ".join(map(unicode_to_latex, paper.authors)),
        "year": str(paper.year or ""),
        "eprint": paper.arxiv_id or "",
        "doi": paper.doi or "",
        "url": paper.url or "",
        "code": paper.code_url or "",
        "id": paper.id,
    }
    return Entry("misc", f"key{number}", [Field(name, value) for name, value in values.items() if value])


def write(folder: Path, content: bytes) -> str:
    path = folder / "source"
    path.write_bytes(content)
    return str(path)


@pytest.mark.parametrize("as_text", [as_json_lines, as_json, as_csv, as_tsv])
@ONE_FOLDER
@given(papers=st.lists(papers_of(words), min_size=1, max_size=4))
def test_papers_survive_being_written_and_read(tmp_path, as_text: Callable[[list[Paper]], str], papers) -> None:
    assert without_aliases(read_papers(write(tmp_path, as_text(papers).encode()))) == without_aliases(papers)


@ONE_FOLDER
@given(papers=st.lists(papers_of(latex_words), min_size=1, max_size=4))
def test_papers_survive_being_written_and_read_as_bibtex(tmp_path, papers) -> None:
    assert without_aliases(read_papers(write(tmp_path, as_bibtex(papers).encode()))) == without_aliases(papers)


@ONE_FOLDER
@given(papers=st.lists(papers_of(words), min_size=1, max_size=4))
def test_packing_changes_nothing(tmp_path, papers) -> None:
    text = as_json_lines(papers).encode()
    assert list(read_papers(write(tmp_path, gzip.compress(text)))) == list(read_papers(write(tmp_path, text)))


# Bytes without a pattern rarely come past the door, so most of these are made of what the formats are made of.
json_pieces = [b'{"title": "T", ', b'"abstract": "A"}', b"[", b"]", b"{", b"}", b",", b'"', b"null", b"1e999999"]
table_pieces = [b"title,abstract\n", b"title\tabstract\n", b"\t", b"\n", b"\r\n", b"\n\n"]
bibtex_pieces = [b"@article{a,", b"@string{s = ", b"title = {T},", b"abstract = {A} # s", b"\\", b"$", b"\\href{", b"%"]
page_pieces = [b"Sep 23\n\n", b"A Title of Several Words", b"words " * 60, b"Ada One, Ben Two", b"."]
odd_pieces = [b"\xe9", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\\ud800", b"\x1f\x8b", b"\x00", b"9" * 5_000, b"[" * 2_000]
pieces = st.sampled_from([*json_pieces, *table_pieces, *bibtex_pieces, *page_pieces, *odd_pieces])
contents = st.one_of(st.binary(), st.lists(pieces, max_size=30).map(b"".join))


@pytest.mark.parametrize("name", [None, *FILE_FORMATS])
@ONE_FOLDER
@given(content=contents, is_packed=st.booleans())
def test_no_bytes_whatever_break_a_reader(tmp_path, name: str | None, content: bytes, is_packed: bool) -> None:
    path = write(tmp_path, gzip.compress(content) if is_packed else content)
    try:
        items = list(read_papers(path, name))
    except SourceError as error:
        assert len(str(error).splitlines()) == 1
        return
    for item in items:
        assert isinstance(item, Paper | Refusal)
        repr(item).encode("utf-8")
        assert isinstance(item, Paper) or (item.line >= 1 and len(item.reason.splitlines()) == 1)


def test_a_stray_line_breaks_one_record_of_pubmed_and_no_other(tmp_path) -> None:
    content = (
        b"PMID- 1\nTI  - One\nAB  - It says one thing.\n\n"
        b"PMID- 2\nTI  - Two\n  \xe2\x80\xa8 stray\nAB  - It says two.\n stray\n\n"
    )
    path = write(tmp_path, content)
    assert any(isinstance(item, Paper) for item in read_papers(path, "nbib"))


latex_pieces = st.lists(
    st.sampled_from(["{", "}", "{A}", "b", "é", " ", "\n", "-", "--", "---", r"\%", r"\&", r"\_", r"\#", r"\$"])
    | st.sampled_from(["%", "&", "'", "!", "?", ".", "[", "]", "<", ">", '"', "*", "|", "@", "/", "=", "http://"]),
    max_size=12,
).map("".join)


@given(latex_pieces)
@settings(deadline=None, max_examples=200)
def test_the_short_way_of_reading_latex_gives_what_the_parser_gives(latex: str) -> None:
    if bibtex._LATEX.search(latex) and (simple := bibtex._simply_decoded(latex)) is not None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bibtex, "_simply_decoded", lambda _: None)
            assert bibtex.decoded(latex) == simple


name_words = st.sampled_from("Lee Ann B. O'Neil Jean-Luc van de Æsa éa Éa Jr. J.-P. III 李 1st , A_b {WHO}".split())


@given(st.lists(name_words, min_size=1, max_size=6).map(lambda words: " ".join(words).replace(" ,", ",")))
@settings(deadline=None, max_examples=200)
def test_the_short_way_of_reading_names_gives_what_the_parser_gives(name: str) -> None:
    if bibtex._plain_parts(name):
        parsed = parse_single_name_into_parts(name, strict=False)
        assert bibtex._first_name_first(name) == parsed.merge_first_name_first
        assert bibtex._sorted_name(name) == ", ".join(filter(None, (" ".join(parsed.last), " ".join(parsed.first))))
