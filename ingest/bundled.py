"""The bundled papers: digests of 41 papers on music, to begin with."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from ingest.identifiers import shelf_of, title_key
from ingest.papers import Paper

BUNDLED_CORPUS = Path(__file__).parent / "corpus" / "music.jsonl"


def completed(paper: Paper) -> Paper:
    """A paper of a page that tells no authors, with id, authors, year and links if it is one of those bundled."""
    known: dict[str, Any] | None = _bundled_by_title().get(title_key(paper.title))
    if known is None or paper.authors or paper.arxiv_id:
        return paper
    return replace(
        paper,
        id=known["arxiv_id"],
        authors=tuple(known["authors"]),
        year=paper.year or known["year"],
        arxiv_id=known["arxiv_id"],
        kind=paper.kind or "preprint",
        **_links(paper, known),
    )


def _links(paper: Paper, known: dict[str, Any]) -> dict[str, Any]:
    """The links that a paper has none of, by field."""
    code = known.get("code_url")
    links = {f"{shelf_of(code)}_url": code} if code else {}
    if "project_url" in known:
        links["project_url"] = known["project_url"]
    return {field: link for field, link in links.items() if not getattr(paper, field)}


@cache
def _bundled_by_title() -> dict[str, dict[str, Any]]:
    lines = BUNDLED_CORPUS.read_text(encoding="utf-8").splitlines()
    return {title_key(record["title"]): record for record in map(json.loads, lines)}
