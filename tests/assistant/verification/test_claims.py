"""Sentences held against the words that they cite."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from assistant.answers import Hit, Support
from assistant.verification.claims import ClaimVerifier
from assistant.verification.nli import Relation
from assistant.verification.quotes import passages_marked
from assistant.verification.verdicts import Place, Verdict
from ingest.embedding.base import Vector
from ingest.papers import Paper
from ingest.passages import Level, Passage

ABSTRACT = "We introduce Alto, a dataset of 300,000 songs. It is free. Models trained on Alto beat MusicGen."


def hit(abstract: str = ABSTRACT, start: int = 0, end: int | None = None, paper_id: str = "alto") -> Hit:
    """Evidence: a stretch of an abstract, the whole of it if no end is given."""
    stop = len(abstract) if end is None else end
    passage = Passage(paper_id, start, stop, abstract[start:stop], Level.SENTENCE)
    return Hit(passage, Paper(paper_id, "Alto: Songs for All", abstract), 1.0)


OTHER = hit("Basso learns bass lines by diffusion. It is small.", paper_id="basso")


def test_exact_words_are_supported_where_they_stand() -> None:
    found = ClaimVerifier().verdict("“It is free.”", ("It is free.",), (1,), (hit(),))
    assert found.support is Support.SUPPORTED
    assert found.places == (Place(0, 47, 58),)


def test_a_marker_on_a_remark_cites_the_passage_that_it_means() -> None:
    assert passages_marked((2,), (hit(), hit(start=47, end=58))) == (Place(1, 47, 58),)


def test_a_number_that_means_nothing_is_passed_over() -> None:
    assert passages_marked((7, 0), (hit(),)) == ()


def verdict(claim: str, numbers: tuple[int, ...] = (1,), quotes: tuple[str, ...] = ()) -> Verdict:
    """What the verifier of a model's words says, by words alone."""
    return ClaimVerifier().verdict(claim, quotes, numbers, (hit(), OTHER))


@pytest.mark.parametrize(
    "claim",
    [
        "Alto is a dataset of 300k songs.",
        "The authors introduce Alto, which has 300,000 songs.",
        "Models that were trained on Alto beat MusicGen.",
        "Alto is free.",
    ],
)
def test_what_the_words_bear_out_is_supported(claim: str) -> None:
    assert verdict(claim).support is Support.SUPPORTED


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("Alto is a dataset of 400k songs.", "the number 400k is not in the cited words"),
        ("Models trained on Alto beat AudioLDM.", "AudioLDM is not named there"),
        ("MusicGen is a dataset of 300,000 songs.", "MusicGen stands where the cited words have Alto"),
        ("Pasta is cooked in salted water.", "no abstract cited here says that"),
    ],
)
def test_what_they_do_not_is_unsupported_with_a_reason(claim: str, reason: str) -> None:
    found = verdict(claim)
    assert (found.support, found.reason) == (Support.UNSUPPORTED, reason)


def test_numbers_that_changed_places_are_caught() -> None:
    evidence = (hit("The set has 16.7 hours of motion, covering 7 dance styles and 16 music genres."),)
    found = ClaimVerifier().verdict("The set covers 16 dance styles and 7 music genres.", (), (1,), evidence)
    assert found.reason.startswith("16 stands where the cited words have 7")


def test_a_marker_moves_to_the_paper_that_says_it() -> None:
    found = verdict("Basso learns bass lines by diffusion.", (1,))
    assert found.support is Support.SUPPORTED
    assert [place.evidence for place in found.places] == [1]


def test_quotes_must_be_exact() -> None:
    assert verdict("It says “It is free.”", quotes=("It is free.",)).support is Support.SUPPORTED
    found = verdict("It says “It is not free.”", quotes=("It is not free.",))
    assert (found.support, found.reason) == (Support.UNSUPPORTED, "“It is not free.” is not in the words of any paper")


@pytest.mark.parametrize(
    "text",
    [
        "Here is what they say:",
        "Which one?",
        "The abstract does not state this.",
        "In short",
        "Not stated in the abstract.",
    ],
)
def test_what_claims_nothing(text: str) -> None:
    assert verdict(text, ()).support is Support.NO_CLAIM


def test_a_claim_takes_at_most_one_pass_and_sentences_are_kept() -> None:
    asked: list[str] = []

    def encode(texts: Sequence[str]) -> Sequence[Vector]:
        asked.extend(texts)
        return [np.ones(1, dtype=np.float32) for _ in texts]

    verifier = ClaimVerifier(encode)
    claim = "Systems learning from Alto are said to surpass MusicGen."
    for _ in range(2):
        verifier.verdict(claim, (), (1,), (hit(),))
    assert claim in asked
    assert len(asked) == len(set(asked))


class Fixed:
    """Entailment that always says the same."""

    def __init__(self, says: Relation) -> None:
        self.says = says

    def relation(self, words: str, claim: str) -> Relation:
        """What it always says."""
        return self.says


def test_entailment_turns_a_verdict() -> None:
    denied = ClaimVerifier(entailment=Fixed(Relation.CONTRADICTS)).verdict("Alto is free.", (), (1,), (hit(),))
    assert (denied.support, denied.reason) == (Support.UNSUPPORTED, "the cited words say the contrary")
    lifted = ClaimVerifier(entailment=Fixed(Relation.ENTAILS)).verdict("Nobody pays for Alto.", (), (1,), (hit(),))
    assert lifted.support is Support.SUPPORTED


def test_the_degree_puts_what_is_said_before_what_is_not() -> None:
    said = "MeLoDy cuts the forward passes of MusicLM."
    evidence = (hit("MeLoDy is a diffusion model. It cuts 95.7% of the forward passes of MusicLM."),)
    degrees = [ClaimVerifier().degree(text, (1,), evidence) for text in (said, "Whales sing at night in the Arctic.")]
    assert 0 < degrees[1] < degrees[0] < 1
