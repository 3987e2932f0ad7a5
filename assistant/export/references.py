"""Papers as references for other programs: BibTeX, RIS and CSL-JSON.

A digest is our own retelling, so its text never goes out as a paper's abstract. Its record names the first author
alone, which BibTeX can say ("and others") and the two other formats cannot.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TypedDict

from assistant.conversation import Conversation
from assistant.export.escaping import latex_text, safe_address
from assistant.markup import one_line
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
_KEEPS_ITS_CASE = re.compile(r"\S[A-Z]|\d")
_ARXIV_DOI = "10.48550/arXiv."


def cited_papers(conversation: Conversation) -> tuple[Paper, ...]:
    """The papers that the answers of a conversation cite, in order of first citation, each once by its id."""
    papers: dict[str, Paper] = {}
    for turn in conversation.turns:
        for citation in turn.answer.citations:
            papers.setdefault(citation.paper.id, citation.paper)
    return tuple(papers.values())


def citation_keys(papers: Sequence[Paper]) -> tuple[str, ...]:
    """A BibTeX key for each paper, such as `lam2023efficient`: ASCII, and unique among these papers.

    The second paper of the same key gets `lam2023efficient-2`, and so on.
    """
    met: Counter[str] = Counter()
    keys: list[str] = []
    for key in map(_plain_key, papers):
        met[key] += 1
        keys.append(key if met[key] == 1 else f"{key}-{met[key]}")
    return tuple(keys)


def papers_to_bibtex(papers: Sequence[Paper]) -> str:
    """A `.bib` file with one `@misc` entry a paper; everything in it is escaped for LaTeX."""
    return "\n".join(_bibtex_entry(key, paper) for key, paper in zip(citation_keys(papers), papers, strict=True))


def papers_to_ris(papers: Iterable[Paper]) -> str:
    """An `.ris` file: what EndNote, Mendeley and Zotero all read."""
    return "\n".join("".join(f"{tag}  - {value}\n" for tag, value in _ris_lines(paper)) for paper in papers)


def papers_to_csl(papers: Sequence[Paper]) -> str:
    """A CSL-JSON array, as pandoc and Zotero read it; ids are the BibTeX keys."""
    items = [_csl_item(key, paper) for key, paper in zip(citation_keys(papers), papers, strict=True)]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def _plain_key(paper: Paper) -> str:
    family = _ascii_word(_family_name(paper.first_author or ""))
    words = [_ascii_word(word) for word in re.split(r"[\s:/–—-]+", plain_text(paper.title))]
    telling = next((word for word in words if word and word not in _STOP_WORDS), "")
    return f"{family or 'anonymous'}{paper.year or ''}{telling}"


def _family_name(author: str) -> str:
    """The family name of "Max Lam" or "Lam, Max": what stands before the comma, else the last word."""
    before, comma, _ = author.partition(",")
    words = author.split()
    return before.strip() if comma else (words[-1] if words else "")


def _given_name(author: str) -> str:
    before, comma, after = author.partition(",")
    return after.strip() if comma else " ".join(before.split()[:-1])


def _ascii_word(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in folded if c.isascii() and c.isalnum())


def _doi(paper: Paper) -> str:
    return paper.doi or (f"{_ARXIV_DOI}{paper.arxiv_id}" if paper.arxiv_id else "")


def _abstract(paper: Paper) -> str:
    return "" if paper.is_digest else one_line(plain_text(paper.abstract))


def _bibtex_entry(key: str, paper: Paper) -> str:
    fields = "".join(f"  {name} = {{{value}}},\n" for name, value in _bibtex_fields(paper) if value)
    return f"@misc{{{key},\n{fields}}}\n"


def _bibtex_fields(paper: Paper) -> Iterator[tuple[str, str]]:
    yield "title", _protected(plain_text(paper.title))
    yield "author", _bibtex_authors(paper)
    yield "year", str(paper.year or "")
    yield "eprint", latex_text(paper.arxiv_id or "")
    yield "archiveprefix", "arXiv" if paper.arxiv_id else ""
    yield "doi", _verbatim(paper.doi or "")
    yield "url", _verbatim(safe_address(paper.link))
    yield "abstract", latex_text(_abstract(paper))


def _protected(title: str) -> str:
    """A title whose words with inner capitals or digits keep them: BibTeX styles put the rest in lower case."""
    return " ".join(map(_protected_word, one_line(title).split()))


def _protected_word(word: str) -> str:
    """The sign behind a word stays outside the braces: after a colon, styles leave the next word's capital alone."""
    core = word.rstrip(":,.;!?")
    if not _KEEPS_ITS_CASE.search(core):
        return latex_text(word)
    return f"{{{latex_text(core)}}}{latex_text(word[len(core) :])}"


def _bibtex_authors(paper: Paper) -> str:
    """Authors joined by "and"; a digest's record names the first one alone."""
    names = [_bibtex_name(author) for author in paper.authors if author.strip()]
    return " and ".join([*names, "others"] if paper.is_digest and len(names) == 1 else names)


def _bibtex_name(author: str) -> str:
    """One name; an "and" or a second comma in it would make it two, so such a name stands in braces as a whole."""
    whole = re.search(r"\band\b", author, re.I) or author.count(",") > 1
    return f"{{{latex_text(author)}}}" if whole else latex_text(author)


def _verbatim(text: str) -> str:
    """An address or DOI: read letter by letter by the styles, so nothing is escaped, but braces must balance."""
    return re.sub(r"[{}\\\s]", "", text)


def _ris_lines(paper: Paper) -> Iterator[tuple[str, str]]:
    optional = (
        ("PY", str(paper.year or "")),
        ("DO", one_line(_doi(paper))),
        ("UR", safe_address(paper.link)),
        ("L1", safe_address(f"https://arxiv.org/pdf/{paper.arxiv_id}" if paper.arxiv_id else "")),
        ("AB", _abstract(paper)),
    )
    yield "TY", "UNPB" if paper.arxiv_id else "GEN"
    yield "TI", one_line(plain_text(paper.title))
    yield from (("AU", one_line(_inverted(author))) for author in paper.authors)
    yield from ((tag, value) for tag, value in optional if value)
    yield "ER", ""


def _inverted(author: str) -> str:
    """A name as RIS wants it: "Lam, Max"."""
    given = _given_name(author)
    return f"{_family_name(author)}, {given}" if given else _family_name(author)


class _CslName(TypedDict, total=False):
    family: str
    given: str


def _csl_item(key: str, paper: Paper) -> dict[str, object]:
    item: dict[str, object] = {
        "id": key,
        "type": "article",
        "title": one_line(plain_text(paper.title)),
        "author": [_csl_name(one_line(author)) for author in paper.authors],
        "issued": {"date-parts": [[paper.year]]} if paper.year else None,
        "publisher": "arXiv" if paper.arxiv_id else None,
        "number": f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else None,
        "DOI": _doi(paper),
        "URL": safe_address(paper.link),
        "abstract": _abstract(paper),
    }
    return {name: value for name, value in item.items() if value}


def _csl_name(author: str) -> _CslName:
    name: _CslName = {"family": _family_name(author)}
    if given := _given_name(author):
        name["given"] = given
    return name
