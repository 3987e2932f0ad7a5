"""Identity: whether two records are of one paper, and what the one record made of both says.

A paper is known by its arXiv id, DOI, PubMed id or OpenAlex id; without one of these in common, by its title together
with its authors and year. A citation key, the number of a row or a title alone say nothing of a paper.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from enum import StrEnum

from ingest.identifiers import arxiv_id_in, doi_in, openalex_id_in, slug, title_key
from ingest.papers import Paper

# Registrants of preprint servers: bioRxiv and medRxiv (10.1101 and 10.64898), Research Square, SSRN, PsyArXiv, OSF,
# ChemRxiv, Preprints.org, SciELO, TechRxiv, Authorea, EarthArXiv, engrXiv, SocArXiv.
_PREPRINT_DOI = re.compile(
    r"10\.(?:1101|64898|21203|2139|31234|31219|26434|20944|1590/scielopreprints|36227|22541|31223|31224|31235)(?:/|$)"
)
# A journal's version seldom appears later than this many years after the preprint.
_YEARS_TO_PRINT = 3
# An abstract may be cut off; a beginning of this many letters and digits belongs to no other abstract.
_LEAST_BEGINNING = 80
_MARK = re.compile(r"^\W*(?:retracted(?: article)?|withdrawn(?: article)?)\W+", re.IGNORECASE)
NAME_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|2nd|3rd|4th)\.?", re.IGNORECASE)
"""What stands behind a family name and is none: John Smith Jr."""
_INITIALS = re.compile(r"[A-Z]{1,3}")


class Scheme(StrEnum):
    """The kinds of identifiers by which papers are known all over the world."""

    ARXIV = "arXiv id"
    DOI = "DOI"
    PREPRINT_DOI = "preprint's DOI"
    PUBMED = "PubMed id"
    OPENALEX = "OpenAlex id"


Identifiers = frozenset[tuple[Scheme, str]]


def identifiers_of(paper: Paper) -> Identifiers:
    """All identifiers of a paper; those of an earlier version stand among its aliases."""
    return frozenset(_identifiers(paper))


def _identifiers(paper: Paper) -> Iterator[tuple[Scheme, str]]:
    if paper.pmid:
        yield Scheme.PUBMED, paper.pmid
    if paper.openalex_id:
        yield Scheme.OPENALEX, paper.openalex_id
    if paper.arxiv_id:
        yield Scheme.ARXIV, paper.arxiv_id
    for doi in filter(None, (paper.doi, *map(doi_in, paper.aliases))):
        yield (Scheme.PREPRINT_DOI if _PREPRINT_DOI.match(doi) else Scheme.DOI), doi
    for alias in paper.aliases:
        if arxiv_id := arxiv_id_in(alias):
            yield Scheme.ARXIV, arxiv_id
        if openalex_id := openalex_id_in(alias):
            yield Scheme.OPENALEX, openalex_id


def work_key(paper: Paper) -> str:
    """The key under which records without a common identifier meet: the title, without a mark of retraction."""
    return title_key(_MARK.sub("", paper.title) or paper.title)


def sameness(one: Paper, other: Paper) -> str:
    """What makes two records one paper, in words (`same DOI`); empty if they are two papers, or may be."""
    ours, theirs = identifiers_of(one), identifiers_of(other)
    shared, are_at_odds = ours & theirs, _are_at_odds(ours, theirs)
    same_title = work_key(one) == work_key(other)
    if shared and (not are_at_odds or same_title or _authors_agree(one, other)):
        return f"same {min(shared)[0]}"
    if shared or are_at_odds or not same_title:
        return ""
    return _same_work(one, other)


def _are_at_odds(ours: Identifiers, theirs: Identifiers) -> bool:
    """Whether both have an identifier of one scheme, and none of that scheme in common."""
    schemes = {scheme for scheme, _ in ours} & {scheme for scheme, _ in theirs}
    return any(not any(scheme is each for each, _ in ours & theirs) for scheme in schemes)


def _same_work(one: Paper, other: Paper) -> str:
    """What makes two records of one title, without a common identifier, one paper."""
    if one.authors and other.authors and not _authors_agree(one, other):
        return ""
    if one.year and other.year and one.year != other.year:
        return "preprint and published version" if _is_version_of(one, other) else ""
    if one.authors and other.authors and one.year and other.year:
        return "same title, authors and year"
    if _same_abstract(one, other):
        return "same title and abstract"
    return "same title and own id" if _shares_own_id(one, other) else ""


def _is_version_of(one: Paper, other: Paper) -> bool:
    """Whether one is a preprint and the other its publication, a few years later at most."""
    if not (one.authors and other.authors and is_preprint(one) != is_preprint(other)):
        return False
    early, late = (one, other) if is_preprint(one) else (other, one)
    return 0 <= (late.year or 0) - (early.year or 0) <= _YEARS_TO_PRINT


def is_preprint(paper: Paper) -> bool:
    """Whether a record is of a preprint alone, without the journal's or conference's own DOI."""
    schemes = {scheme for scheme, _ in identifiers_of(paper)}
    return Scheme.DOI not in schemes and (
        paper.kind == "preprint" or not schemes.isdisjoint((Scheme.ARXIV, Scheme.PREPRINT_DOI))
    )


def _authors_agree(one: Paper, other: Paper) -> bool:
    """Whether the family names of the shorter list are all among those of the longer one."""
    ours, theirs = ({family_key(name) for name in paper.authors} for paper in (one, other))
    return bool(ours and theirs) and (ours <= theirs or theirs <= ours)


def family_key(name: str) -> str:
    """The family name, however the whole is written (`Lam, Max`, `Max Lam`, `Lam M`): its letters, folded."""
    family, comma, _ = name.partition(",")
    words = [word for word in family.split() if not NAME_SUFFIX.fullmatch(word)] or [name]
    if not comma and len(words) > 1 and _INITIALS.fullmatch(words[-1]):
        words.pop()
    return _folded(words[-1])


def _same_abstract(one: Paper, other: Paper) -> bool:
    short, long = sorted((_folded(one.abstract), _folded(other.abstract)), key=len)
    return short == long or (len(short) >= _LEAST_BEGINNING and long.startswith(short))


def _shares_own_id(one: Paper, other: Paper) -> bool:
    """Whether both carry the same id of a file's own use, other than the number of a row."""
    return any(not shared.isdigit() for shared in set(names_of_record(one)) & set(names_of_record(other)))


def _folded(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text).casefold() if c.isalnum())


def united(first: Paper, second: Paper) -> Paper:
    """One record of two of the same paper: what the first says holds, the second fills in what is missing.

    A digest gives way to the authors' own abstract. Both keep all their ids; the kind and venue are those of the
    published version, and a retraction told by either is told.
    """
    base, rest = (second, first) if first.is_digest and not second.is_digest else (first, second)
    is_early = is_preprint(base) and not is_preprint(rest)
    formal, other = (rest, base) if is_early else (base, rest)
    paper = replace(
        base,
        authors=base.authors if len(base.authors) >= len(rest.authors) or not base.is_digest else rest.authors,
        year=base.year or rest.year,
        month=base.month or (rest.month if rest.year == base.year or not base.year else None),
        doi=formal.doi or other.doi,
        venue=formal.venue or other.venue,
        kind=formal.kind or other.kind,
        status=base.status or rest.status,
        reference=_references(formal, other),
        **{name: getattr(base, name) or getattr(rest, name) for name in _FILLED},
    )
    paper = replace(paper, authors=paper.authors or rest.authors)
    paper = replace(paper, id=paper.arxiv_id or paper.doi or first.id)
    return replace(paper, aliases=_aliases(paper, first, second))


_FILLED = (
    "arxiv_id url code_url pmid openalex_id categories keywords language citation_key data_url demo_url project_url"
).split()


def _references(formal: Paper, other: Paper) -> tuple[tuple[str, str], ...]:
    return tuple(sorted({**dict(other.reference), **dict(formal.reference)}.items()))


def _aliases(paper: Paper, first: Paper, second: Paper) -> tuple[str, ...]:
    names = {first.citation_key, second.citation_key, first.doi, second.doi}
    return aliases_under(paper, names | set(names_of_record(first)) | set(names_of_record(second)))


def names_of_record(paper: Paper) -> tuple[str, ...]:
    """The id and the aliases of a paper; without an id that is its title respelled, and says nothing more."""
    is_slug = paper.id == slug(paper.title)
    return paper.aliases if is_slug else (paper.id, *paper.aliases)


def aliases_under(paper: Paper, names: Iterable[str | None]) -> tuple[str, ...]:
    """Those of the names that do not stand in fields of the paper's own."""
    own = {None, "", paper.id, paper.doi, paper.arxiv_id}
    return tuple(sorted({name for name in names if name and name not in own}))
