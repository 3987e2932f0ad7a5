"""Papers as choices of a dropdown: found by the words of their titles, never all of them at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from assistant.ui.base import texts
from ingest.papers import Paper
from ingest.text.latex import plain_text
from ingest.text.tidy import shortened

# A longer list than this is not read, and slows the page down.
MOST_CHOICES = 60
LONGEST_LABEL = 90

Choice = tuple[str, str]  # what is shown, the paper's id


def choices(papers: Sequence[Paper], query: str = "", keep: Collection[str] = ()) -> list[Choice]:
    """The papers to keep, then those whose title, first author or id has every word of the query."""
    words = query.casefold().split()
    kept = [paper for paper in papers if paper.id in keep]
    found = (paper for paper in papers if paper.id not in keep and has_words(paper, words))
    return [(label(paper), paper.id) for paper in [*kept, *_first(found, MOST_CHOICES)]]


def has_words(paper: Paper, words: Sequence[str]) -> bool:
    """Whether every word (in lower case) begins or stands within the paper's title, first author or id."""
    text = f"{plain_text(paper.title)} {paper.title} {paper.first_author or ''} {paper.id}".casefold()
    return all(word in text for word in words)


def label(paper: Paper) -> str:
    """A paper in one short line: its title and year."""
    title = shortened(plain_text(paper.title), LONGEST_LABEL)
    return texts.TITLE_AND_YEAR.format(title, paper.year) if paper.year else title


def _first(papers: Iterable[Paper], count: int) -> list[Paper]:
    return [paper for paper, _ in zip(papers, range(count), strict=False)]
