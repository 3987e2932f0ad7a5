"""Drafts become cited text: markers, numbers, exact quotes, and nothing else changed."""

from __future__ import annotations

import re
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answers import Hit, Support
from assistant.composition import phrases
from assistant.verification.attribution import Resolved, Resolver
from assistant.verification.claims import ClaimVerifier
from assistant.verification.verdicts import QuoteVerifier, Verifies
from ingest.papers import Paper
from ingest.passages import Passage, sentence_spans

ALTO = (
    "We introduce Alto, a dataset of 300,000 songs. We say “hello” to *all* [1] | and more_or_less. "
    "Alto is trained with 97% less data. It beats MusicGen by far."
)
BASSO = "Basso is a bass model. It uses diffusion on 80 hours of audio."
TABLE_SECONDS = 3.0


def evidence_of(*abstracts: str) -> tuple[Hit, ...]:
    """Whole abstracts as evidence, their titles the first words."""
    return tuple(
        Hit(Passage(f"p{i}", 0, len(a), a), Paper(f"p{i}", " ".join(a.split()[:3]), a), 1.0)
        for i, a in enumerate(abstracts)
    )


EVIDENCE = evidence_of(ALTO, BASSO)


def sentences(abstract: str) -> list[str]:
    """The sentences of an abstract."""
    return [abstract[a:b] for a, b in sentence_spans(abstract)]


def resolve(draft: str, verifier: Verifies | None = None, strict: bool = False) -> Resolved:
    """A draft over the two papers."""
    return Resolver(EVIDENCE, verifier or QuoteVerifier()).resolve(draft, strict)


def bare(text: str) -> str:
    """A text without markers and white space."""
    return re.sub(r"\s", "", re.sub(r"(?<!\\)\[\d{1,3}\]", "", text))


def check(resolved: Resolved, evidence: tuple[Hit, ...] = EVIDENCE) -> None:
    """What must hold of all that is resolved."""
    read = [int(n) for n in re.findall(r"(?<!\\)\[(\d{1,3})\]", resolved.text)]
    assert list(dict.fromkeys(read)) == [c.number for c in resolved.citations] == list(range(1, len(set(read)) + 1))
    assert {n for claim in resolved.claims for n in claim.numbers} <= set(read)
    for citation in resolved.citations:
        assert citation.quote == citation.paper.abstract[citation.start : citation.end] != ""


def test_every_sentence_of_a_hostile_abstract_is_quoted_exactly() -> None:
    draft = " ".join(f"{phrases.quoted(sentence)} [1]" for sentence in sentences(ALTO))
    resolved = resolve(draft)
    check(resolved)
    assert [c.quote for c in resolved.citations] == sentences(ALTO)
    assert {claim.support for claim in resolved.claims} == {Support.SUPPORTED}
    assert bare(resolved.text) == bare(draft)


def test_list_lines_keep_their_markers() -> None:
    resolved = resolve("**2 of 2 papers**:\n\n- **Alto** (Le, 2023) — *Songs* [1]\n- **Basso** — *Low* [2]")
    check(resolved)
    assert resolved.text.endswith("- **Alto** (Le, 2023) — *Songs* [1]\n- **Basso** — *Low* [2]")


def test_unknown_numbers_vanish_and_the_rest_is_numbered_anew() -> None:
    resolved = resolve("A first remark [2]. Another remark [7]. The third remark [1].")
    check(resolved)
    assert resolved.text == "A first remark. [1] Another remark. The third remark. [2]"


def test_a_table_keeps_its_shape() -> None:
    quote = phrases.quoted(sentences(ALTO)[1])
    draft = f"|  | **A** (2023) | B |\n|---|---|---|\n| Data | {quote} [1] | *{phrases.CELL_NOT_STATED}* |"
    resolved = resolve(draft)
    check(resolved)
    assert resolved.text == draft


def test_strict_blanks_cells_drops_items_and_keeps_the_rest() -> None:
    draft = (
        "In short:\n\n- Alto is a dataset of 300k songs [1]\n- Alto holds 500 recipes [1]\n\n"
        "| | Alto |\n|---|---|\n| Data | 300,000 songs [1] |\n| Cost | 500 dollars [1] |\n\nPasta cooks in water."
    )
    resolved = resolve(draft, ClaimVerifier(), strict=True)
    check(resolved)
    assert resolved.text == (
        "In short:\n\n- Alto is a dataset of 300k songs [1]\n\n"
        f"| | Alto |\n|---|---|\n| Data | 300,000 songs [1] |\n| Cost | *{phrases.CELL_NOT_STATED}* |"
    )


def test_a_wrong_marker_is_moved_and_a_missing_one_added() -> None:
    resolved = resolve("Basso uses diffusion on 80 hours of audio [1]. Alto beats MusicGen by far.", ClaimVerifier())
    check(resolved)
    assert [c.quote for c in resolved.citations] == [sentences(BASSO)[1], sentences(ALTO)[-1]]


def test_two_claims_of_one_sentence_have_their_own_markers() -> None:
    draft = "Alto is a dataset of 300,000 songs [1], while Basso uses diffusion on audio [2]."
    resolved = resolve(draft, ClaimVerifier())
    check(resolved)
    assert resolved.text == "Alto is a dataset of 300,000 songs [1], while Basso uses diffusion on audio. [2]"


def test_large_tables_are_quick() -> None:
    cell = f" {phrases.quoted(sentences(BASSO)[1])} [2] "
    draft = "\n".join(["| a" * 6 + "|", "|---" * 6 + "|"] + ["|" + "|".join(["row", *[cell] * 5]) + "|"] * 120)
    for verifier in (QuoteVerifier(), ClaimVerifier()):
        began = time.process_time()
        assert len(resolve(draft, verifier).citations) == 1
        assert time.process_time() - began < TABLE_SECONDS


PIECES = st.sampled_from(
    [" ", " ", "\n", "\n- ", "| ", " |", "[1]", "[2]", " [1][2]", "[9]", "“", "”", '"', "Alto", "300k songs", "(", ").",
     ". ", "# ", "*b*", "We introduce Alto", "\\[1\\]", "It beats MusicGen by far.", "uses diffusion", "97%", "|---|",
     "?", ":"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join), st.booleans(), st.booleans())
def test_whatever_is_drafted_is_numbered_in_order_and_else_unchanged(draft: str, claims: bool, strict: bool) -> None:
    resolved = resolve(draft, ClaimVerifier() if claims else QuoteVerifier(), strict)
    check(resolved)
    if not strict:
        assert bare(resolved.text) == bare(draft)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=9),
        min_size=4,
        max_size=12,
    )
)
def test_any_sentence_that_is_quoted_is_found(words: list[str]) -> None:
    abstract = "First comes this. " + " ".join(words)
    evidence = evidence_of(abstract)
    quote = abstract[18:].strip()
    resolved = Resolver(evidence, QuoteVerifier()).resolve(f"{phrases.quoted(quote)} [1]")
    check(resolved, evidence)
    assert [c.quote for c in resolved.citations] == [quote]
