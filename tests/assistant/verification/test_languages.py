"""Claims in another language than their source: numbers and names are held against it, words are not."""

from __future__ import annotations

import pytest

from assistant.answers import Hit, Support
from assistant.verification.claims import ClaimVerifier
from assistant.verification.languages import CHECKED, is_foreign
from ingest.papers import Paper
from ingest.passages import Passage

ABSTRACT = (
    "We present CiteWalk, which ranks citations by random walks. On CiteBench, with 12,400 labelled citations, it "
    "reaches an nDCG of 0.71, against 0.63 for PageRank. It saves 95.7% of the time."
)
PAPER = Paper(id="1", title="CiteWalk: Ranking Citations", abstract=ABSTRACT, year=2021)
EVIDENCE = (Hit(Passage("1", 0, len(ABSTRACT), ABSTRACT), PAPER, 1.0),)


def verdict(claim: str, numbers: tuple[int, ...] = (1,)):  # type: ignore[no-untyped-def]
    return ClaimVerifier().verdict(claim, (), numbers, EVIDENCE)


@pytest.mark.parametrize(
    "claim",
    [
        "CiteWalk spart 95,7 % der Zeit und ordnet Zitate durch zufällige Wege.",
        "Auf CiteBench mit seinen 12.400 beschrifteten Zitaten erreicht das Verfahren einen nDCG von 0,71.",
        "Sur CiteBench, la méthode atteint un nDCG de 0,71, contre 0,63 pour PageRank.",
        "该方法节省了95.7%的时间。",
    ],
)
def test_a_translation_with_its_numbers_and_names_is_partly_supported(claim: str) -> None:
    assert (verdict(claim).support, verdict(claim).reason) == (Support.PARTLY, CHECKED)


@pytest.mark.parametrize(
    ("claim", "fault"),
    [
        ("CiteWalk spart 12,3 % der Zeit und ordnet Zitate durch zufällige Wege.", "12.3 %"),
        ("Auf dem Datensatz ImageNet erreicht das Verfahren einen hohen Wert von 0,71.", "ImageNet"),
    ],
)
def test_a_number_or_name_that_is_not_there_is_a_fault(claim: str, fault: str) -> None:
    assert verdict(claim).support is Support.UNSUPPORTED and fault in verdict(claim).reason


def test_a_foreign_claim_without_a_marker_is_unsupported() -> None:
    assert verdict("Das Verfahren ordnet Zitate durch zufällige Wege im Netz.", ()).support is Support.UNSUPPORTED


@pytest.mark.parametrize(
    "claim", ["CiteWalk ranks citations by walks.", "AUC 0.71 on CiteBench", "FSQ, HFDQ", "80 hours"]
)
def test_english_and_fragments_are_not_taken_for_another_language(claim: str) -> None:
    assert not is_foreign(claim, ABSTRACT)
