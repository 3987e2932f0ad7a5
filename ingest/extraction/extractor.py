"""What is learned about a paper from its own words at ingest, and the version of what learns it."""

from __future__ import annotations

from functools import cache

from ingest.extraction.facets import FACET_SCHEME, facets_of
from ingest.extraction.names import NAME_SCHEME, names_of
from ingest.extraction.profile import Profile
from ingest.lexicon import lexicons_hash
from ingest.papers import Paper
from ingest.text.orders import ORDER_SCHEME, order_spans


def profile_of(paper: Paper) -> Profile:
    """The names and facets of a paper, and its sentences that give orders."""
    names = names_of(paper)
    return Profile(names, facets_of(paper, names), order_spans(paper.abstract))


@cache
def extraction_version() -> str:
    """A label of the rules and word lists that make profiles; profiles under another label are outdated."""
    return f"{NAME_SCHEME}.{FACET_SCHEME}.{ORDER_SCHEME}.{lexicons_hash()[:12]}"
