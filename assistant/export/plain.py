"""The parts of a reference as plain text, for formats that know no LaTeX."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.markup import one_line
from ingest.papers import Paper
from ingest.text.latex import plain_text

_ARXIV_DOI = "10.48550/arXiv."


def doi_of(paper: Paper) -> str:
    """The DOI, or the one that the arXiv registers for each of its papers."""
    return paper.doi or (f"{_ARXIV_DOI}{paper.arxiv_id}" if paper.arxiv_id else "")


def plain_abstract(paper: Paper) -> str:
    """The abstract on one line; none of a digest, whose words are not the authors'."""
    return "" if paper.is_digest else one_line(plain_text(paper.abstract))


def plain_reference(paper: Paper) -> dict[str, str]:
    """What a bibliography prints besides; of an entry that came as BibTeX, its LaTeX made plain."""
    kept = dict(paper.reference)
    if "title" not in kept:
        return {name: one_line(value) for name, value in kept.items()}
    from ingest.sources.bibtex import decoded

    return {name: one_line(decoded(value).replace("{", "").replace("}", "")) for name, value in kept.items()}


def plain_venue(paper: Paper, kept: Mapping[str, str]) -> str:
    """The journal, book or school."""
    return one_line(paper.venue or kept.get("school") or kept.get("institution") or "")
