from __future__ import annotations

import pytest

from ingest.kinds import KINDS, kind_of


@pytest.mark.parametrize(
    ("types", "kind"),
    [
        (("journalArticle",), "article"),
        (("article-journal",), "article"),
        (("JOUR",), "article"),
        (("Journal Article", "Randomized Controlled Trial", "Review"), "review"),
        (("proceedings-article",), "conference"),
        (("posted-content",), "preprint"),
        (("phdthesis",), "thesis"),
        (("no such type",), ""),
        ((), ""),
    ],
)
def test_types_of_exports_are_kinds(types: tuple[str, ...], kind: str) -> None:
    assert kind_of(*types) == kind


def test_every_kind_is_called_by_its_own_name() -> None:
    assert [kind_of(kind) for kind in KINDS] == list(KINDS)
