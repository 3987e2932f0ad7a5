"""How a paper is named in a line: by its first author and year, with its title, with its address."""

from __future__ import annotations

from assistant.markup import one_line
from ingest.identity import NAME_SUFFIX
from ingest.papers import Paper
from ingest.text.latex import plain_text


def surname(paper: Paper) -> str:
    """The first author's family name, with "et al." where there are more (a digest names the first alone)."""
    if not paper.first_author:
        return ""
    family, comma, _ = paper.first_author.partition(",")
    words = [word for word in family.split() if not NAME_SUFFIX.fullmatch(word)] or family.split()
    name = " ".join(words if comma else words[-1:])
    return f"{name} et al." if len(paper.authors) > 1 or paper.is_digest else name


def byline(paper: Paper) -> str:
    """First author and year, such as "Lam et al., 2023", as far as they are known."""
    return ", ".join(part for part in (surname(paper), str(paper.year or "")) if part)


def title_line(paper: Paper) -> str:
    """The title with the byline behind it in brackets, as plain text in one line."""
    origin = byline(paper)
    return one_line(f"{plain_text(paper.title)} ({origin})" if origin else plain_text(paper.title))


def source_line(paper: Paper) -> str:
    """The title line, and where the paper is to be read; a digest is called one."""
    return " ".join(part for part in (title_line(paper), paper.link or "", "digest" * paper.is_digest) if part)
