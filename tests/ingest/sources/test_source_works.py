"""Crossref and OpenAlex on loopback, and that nothing is sent to anybody unless a source asks for it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from counting_embedder import CountingEmbedder
from registries import serving_works
from typer.testing import CliRunner

from ingest import __main__ as main
from ingest.errors import SourceError
from ingest.papers import Paper, Refusal
from ingest.sources import read_papers


@pytest.fixture
def registries(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    with serving_works(monkeypatch) as asked:
        yield asked


def test_dois_are_asked_of_crossref(registries: list[str]) -> None:
    paper, missing, wrong = read_papers("doi:https://doi.org/10.1000/BEES,10.1000/none,xyz")
    assert isinstance(paper, Paper)
    assert (paper.title, paper.abstract, paper.authors) == ("Bees & wasps", "Bees dance (p < 0.05).", ("Ann Lee",))
    assert (paper.venue, paper.year, paper.month, paper.kind) == ("Journal of Bees", 2020, 3, "article")
    assert missing == Refusal(
        "doi:https://doi.org/10.1000/BEES,10.1000/none,xyz", 2, "Crossref has no work 10.1000/none"
    )
    assert isinstance(wrong, Refusal)
    assert "is no DOI" in wrong.reason


@pytest.mark.parametrize(
    "location", ["openalex:W12345", "openalex:https://openalex.org/W12345", "openalex:query:wasps"]
)
def test_openalex_is_asked_by_ids_or_query(registries: list[str], location: str) -> None:
    (paper,) = read_papers(location)
    assert isinstance(paper, Paper)
    assert (paper.title, paper.abstract, paper.openalex_id) == ("Wasps", "Wasps sleep.", "W12345")


@pytest.mark.parametrize(
    ("location", "told"),
    [("doi:10.1000/broken", "HTTP 500"), ("doi:", "asks for nothing"), ("openalex: ,", "asks for nothing")],
)
def test_an_error_is_one_line(registries: list[str], location: str, told: str) -> None:
    with pytest.raises(SourceError, match=told):
        list(read_papers(location))


@pytest.mark.parametrize("location", ["doi:10.1000/bees", "openalex:W12345"])
def test_no_network_is_one_line(monkeypatch: pytest.MonkeyPatch, location: str) -> None:
    for name in ("CROSSREF", "OPENALEX"):
        monkeypatch.setenv(f"FOOTNOTE_{name}_URL", "http://127.0.0.1:9")
    with pytest.raises(SourceError, match=r"cannot be reached at .*; check the network"):
        list(read_papers(location))


def test_nothing_is_sent_unless_a_source_asks_for_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def trap(*_: object, **__: object) -> None:
        raise AssertionError("something was sent")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, trap)
    monkeypatch.setattr(socket, "getaddrinfo", trap)
    monkeypatch.setattr(main, "_embedder", CountingEmbedder)
    file = tmp_path / "bees.bib"
    file.write_text(
        "@article{k, title={Bees}, doi={10.1000/b}, url={https://example.org/x}, eprint={2001.00001}, abstract={Bees dance.}}"
    )
    index = ["--index", str(tmp_path / "index")]
    for command in (
        [str(file)],
        ["sync"],
        ["list"],
        ["add", str(file), "--prune"],
        ["remove", "2001.00001"],
        ["check"],
    ):
        result = CliRunner().invoke(main.cli, [*command, *index])
        assert not isinstance(result.exception, AssertionError), command
        assert result.exit_code == 0, result.output
