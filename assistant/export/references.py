"""Papers as references for other programs: BibTeX, RIS and CSL-JSON.

A digest is our own retelling, so its text never goes out as a paper's abstract. Its record names the first author
alone, which BibTeX can say ("and others") and the two other formats cannot.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from assistant.conversation import Conversation
from assistant.export.bibtex import bibtex_entry
from assistant.export.csl import csl_item
from assistant.export.people import person_named
from assistant.export.ris import ris_record
from ingest.papers import Paper
from ingest.text.latex import plain_text

# Words that say nothing about a paper when its title begins with them.
_STOP_WORDS = {
    "a",
    "an",
    "the",
    "on",
    "of",
    "from",
    "for",
    "in",
    "to",
    "into",
    "by",
    "with",
    "and",
    "towards",
    "is",
    "are",
}
# A key of the source's own that BibTeX, LaTeX and pandoc all take.
_KEY = re.compile(r"[^\s{}()\[\],=\"#%\\~@&$^]+")


def cited_papers(conversation: Conversation) -> tuple[Paper, ...]:
    """The papers that the answers of a conversation cite, in order of first citation, each once by its id."""
    papers: dict[str, Paper] = {}
    for turn in conversation.turns:
        for citation in turn.answer.citations:
            papers.setdefault(citation.paper.id, citation.paper)
    return tuple(papers.values())


def citation_keys(papers: Sequence[Paper]) -> tuple[str, ...]:
    """A key for each paper, unique among these: the source's own, or one such as `lam2023efficient`.

    The second paper of the same key gets `lam2023efficient-2`, and so on.
    """
    wanted = [_own_key(paper) or _plain_key(paper) for paper in papers]
    taken = {key.lower() for key in wanted}
    met: set[str] = set()
    keys: list[str] = []
    for key in wanted:
        keys.append(key if key.lower() not in met else next(k for k in _numbered(key) if k.lower() not in taken))
        met.add(key.lower())
        taken.add(keys[-1].lower())
    return tuple(keys)


def papers_to_bibtex(papers: Sequence[Paper]) -> str:
    """A `.bib` file with one entry a paper; what did not come as BibTeX is escaped for LaTeX."""
    return "\n".join(bibtex_entry(key, paper) for key, paper in zip(citation_keys(papers), papers, strict=True))


def papers_to_ris(papers: Iterable[Paper]) -> str:
    """An `.ris` file: what EndNote, Mendeley and Zotero all read."""
    papers = tuple(papers)
    return "\n".join(ris_record(key, paper) for key, paper in zip(citation_keys(papers), papers, strict=True))


def papers_to_csl(papers: Sequence[Paper]) -> str:
    """A CSL-JSON array, as pandoc and Zotero read it; ids are the BibTeX keys."""
    items = [csl_item(key, paper) for key, paper in zip(citation_keys(papers), papers, strict=True)]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def _own_key(paper: Paper) -> str:
    key = paper.citation_key or ""
    return key if _KEY.fullmatch(key) else ""


def _numbered(key: str) -> Iterator[str]:
    return (f"{key}-{number}" for number in count(2))


def _plain_key(paper: Paper) -> str:
    author = paper.first_author or ""
    family = _ascii_word(person_named(author).family.split()[-1] if author.strip() else "")
    words = [_ascii_word(word) for word in re.split(r"[\s:/–—-]+", plain_text(paper.title))]
    telling = next((word for word in words if word and word not in _STOP_WORDS), "")
    return f"{family or 'anonymous'}{paper.year or ''}{telling}"


def _ascii_word(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in folded if c.isascii() and c.isalnum())
