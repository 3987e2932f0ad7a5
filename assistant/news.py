"""What is new in a library: the papers that were added since a moment, each with its title and first sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from ingest.index.corpus import Corpus
from ingest.papers import Paper


@dataclass(frozen=True, slots=True)
class NewPaper:
    """A paper that was added; `added` in UTC, `sentence` the first of its abstract that gives no orders, or empty."""

    paper: Paper
    added: datetime
    sentence: str

    @property
    def title(self) -> str:
        """The title of the paper."""
        return self.paper.title


@dataclass(frozen=True, slots=True)
class News:
    """The papers that came since a moment, the last first; of `undated` papers it is not kept when they came."""

    papers: tuple[NewPaper, ...]
    undated: int


def news_since(moment: datetime, corpus: Corpus) -> News:
    """What was added at or after a moment; one without a time zone is in UTC."""
    since = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    dated = [(paper, corpus.arrivals.added(paper.id)) for paper in corpus.papers]
    came = [(paper, datetime.fromisoformat(added)) for paper, added in dated if added is not None]
    fresh = sorted((each for each in came if each[1] >= since), key=lambda each: each[1], reverse=True)
    papers = tuple(NewPaper(paper, added, _first_sentence(paper, corpus)) for paper, added in fresh)
    return News(papers, len(dated) - len(came))


def _first_sentence(paper: Paper, corpus: Corpus) -> str:
    return next((paper.abstract[start:end].strip() for start, end in corpus.findings(paper)), "")
