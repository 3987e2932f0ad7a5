from __future__ import annotations

import bz2
import gzip
import io
import lzma
import subprocess
import sys
import time
from pathlib import Path
from subprocess import PIPE

import pytest

from ingest.errors import SourceError
from ingest.papers import Paper
from ingest.sources import FORMATS, find_papers, read_papers
from ingest.sources.found import Found
from ingest.sources.opening import HEAD, LONGEST_LINE, Source

BEATS = Paper("b1", "Beats", "We track.")
LINE = b'{"id": "b1", "title": "Beats", "abstract": "We track."}\n'


def trouble(location: str, name: str | None = None) -> str:
    """The one line that a source as a whole is turned away with."""
    with pytest.raises(SourceError) as caught:
        list(read_papers(location, name))
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_paper_comes_with_the_place_it_was_found_at(source_file) -> None:
    path = source_file("x.jsonl", b"\n" + LINE)
    assert list(find_papers(path)) == [Found(BEATS, path, 2)]


@pytest.mark.parametrize("name", ["x.jsonl.gz", "x.jsonl", "x"])
def test_a_gzip_is_known_by_its_content(source_file, name: str) -> None:
    assert list(read_papers(source_file(name, gzip.compress(LINE)))) == [BEATS]


def test_a_gzip_of_several_members_is_one_source(source_file) -> None:
    assert list(read_papers(source_file("x.gz", gzip.compress(LINE) * 3))) == [BEATS] * 3


def test_a_gzip_is_read_as_it_streams(source_file) -> None:
    path = source_file("x.gz", gzip.compress(LINE * 10_000)[:-10])  # cut off: its end cannot have been read
    items = read_papers(path)
    assert next(items) == BEATS
    with pytest.raises(SourceError, match=r"x\.gz is a damaged gzip file .* fetch it again"):
        list(items)


def test_a_gzip_with_rubbish_in_it_is_damaged(source_file) -> None:
    packed = bytearray(gzip.compress(LINE))
    packed[-6] ^= 1  # a bit of its checksum
    assert "damaged gzip" in trouble(source_file("x.gz", bytes(packed)))


def test_standard_input_is_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(LINE))))
    assert list(find_papers("-")) == [Found(BEATS, "standard input", 1)]


def test_a_pipe_that_begins_slowly_is_recognised_all_the_same() -> None:
    program = "import ingest.sources as s; print(len(list(s.read_papers('-'))))"
    root = Path(__file__).parents[3]
    with subprocess.Popen([sys.executable, "-c", program], stdin=PIPE, stdout=PIPE, cwd=root) as reader:
        assert reader.stdin is not None
        reader.stdin.write(LINE[:5])
        reader.stdin.flush()
        time.sleep(0.3)
        said, _ = reader.communicate(LINE[5:])
    assert said == b"1\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n\n", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b"%PDF-1.7\n1 0 obj", "is a PDF"),
        (b"PK\x03\x04" + bytes(30), "is a zip archive or an office document"),
        (bz2.compress(LINE), "is compressed with bzip2"),
        (lzma.compress(LINE), "is compressed with xz"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is binary data"),
        (gzip.compress(bytes(range(256)), mtime=0), "is binary data"),
        (b"<!DOCTYPE html>\n<html><body>Daily Papers</body></html>", "is an HTML page; save it as plain text"),
        (b"Just some words.\n", "no format recognised"),
        (b"[]", "there is no paper in it"),
        (b"title,abstract\n", "there is no paper in it"),
    ],
)
def test_a_file_that_holds_no_papers_is_named_with_what_it_is(source_file, content: bytes, said: str) -> None:
    path = source_file("x", content)
    assert said in trouble(path)
    assert path in trouble(path)


def test_a_wrong_path_is_named(tmp_path: Path) -> None:
    assert (
        trouble(str(tmp_path / "missing.jsonl")) == f"{tmp_path}/missing.jsonl: there is no such file; check the path"
    )
    assert "there is no such file" in trouble("a\0b")
    assert "cannot be read" in trouble("x" * 5_000)


def test_a_path_that_is_not_utf8_is_named_in_a_message_that_can_be_printed(tmp_path: Path) -> None:
    assert "caf?.jsonl: there is no such file" in trouble(str(tmp_path / "caf\udce9.jsonl"))


def test_a_folder_is_named_with_the_mend(tmp_path: Path) -> None:
    assert trouble(str(tmp_path)) == f"{tmp_path} is a folder; name the files in it, such as {tmp_path}/*.jsonl"


def test_a_file_that_may_not_be_read_is_named(source_file, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, _: str) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    path = source_file("x.jsonl", LINE)
    monkeypatch.setattr(Path, "open", refuse)  # the mode of a file does not keep root from reading it
    assert trouble(path) == f"{path} may not be read; give yourself the right to (chmod u+r)"


def test_a_web_address_is_told_from_a_path() -> None:
    assert "is a web address; fetch the file first" in trouble("https://example.org/papers.jsonl")


def test_an_unknown_format_is_told_with_those_there_are(source_file) -> None:
    path = source_file("x.jsonl", LINE)
    assert trouble(path, "word") == f"there is no format “word”; the formats are {', '.join(FORMATS)}"


def test_content_tells_the_format_whatever_the_suffix(source_file) -> None:
    assert list(read_papers(source_file("x.csv", LINE))) == [BEATS]
    assert list(read_papers(source_file("x.bib", b"id,title,abstract\nb1,Beats,We track.\n"))) == [BEATS]
    (paper,) = read_papers(source_file("x.txt", b"@a{b1, title={Beats}, abstract={We track.}}"))
    assert isinstance(paper, Paper)
    assert (paper.title, paper.citation_key) == ("Beats", "b1")


def test_the_suffix_decides_where_the_content_does_not_tell(source_file) -> None:
    assert "no line with a date" in trouble(source_file("x.txt", "Daily Papers\n\nA Title\n\nAn abstract."))
    assert "no row names" in trouble(source_file("x.csv.gz", gzip.compress(b"a,b\n1,2\n")))


def test_a_named_format_overrides_both(source_file) -> None:
    assert "no line with a date" in trouble(source_file("x.jsonl", LINE), "page")


def test_a_line_beyond_all_measure_is_passed_over_in_pieces() -> None:
    stream = io.BytesIO(b"first\n" + b"x" * (LONGEST_LINE + 3 * HEAD) + b"\nlast")
    first, long, last = Source("s", "", stream).lines()
    assert (first.text, last.text, last.number) == ("first", "last", 3)
    assert (len(long.text), long.is_whole) == (LONGEST_LINE, False)
