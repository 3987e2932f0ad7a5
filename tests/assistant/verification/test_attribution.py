"""Drafts become cited text: markers, numbers, exact quotes, and nothing else changed."""

from __future__ import annotations

import re
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answers import CELL_NOT_STATED, Answer, Hit, Support
from assistant.composition.numbering import finished
from assistant.markup import escaped
from assistant.verification.attribution import attributed
from assistant.verification.claims import ClaimVerifier
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


def resolve(draft: str, strict: bool = False, evidence: tuple[Hit, ...] = EVIDENCE) -> Answer:
    """A draft over the two papers, verified and numbered."""
    papers = {hit.paper.id: hit.paper for hit in evidence}
    prose = attributed(draft, evidence, ClaimVerifier(), strict)
    return finished(Answer(""), [prose], papers.__getitem__)


def quoted(words: str) -> str:
    """Words as a model quotes them."""
    return f"“{escaped(words)}”"


def bare(text: str) -> str:
    """A text without markers and white space."""
    return re.sub(r"\s", "", re.sub(r"(?<!\\)\[\d{1,3}\]", "", text))


def check(resolved: Answer, evidence: tuple[Hit, ...] = EVIDENCE) -> None:
    """What must hold of all that is resolved."""
    read = [int(n) for n in re.findall(r"(?<!\\)\[(\d{1,3})\]", resolved.text)]
    assert list(dict.fromkeys(read)) == [c.number for c in resolved.citations] == list(range(1, len(set(read)) + 1))
    assert {n for claim in resolved.claims for n in claim.numbers} <= set(read)
    for citation in resolved.citations:
        assert citation.quote == citation.paper.abstract[citation.start : citation.end] != ""


def test_every_sentence_of_a_hostile_abstract_is_quoted_exactly() -> None:
    draft = " ".join(f"{quoted(sentence)} [1]" for sentence in sentences(ALTO))
    resolved = resolve(draft)
    check(resolved)
    assert [c.quote for c in resolved.citations] == sentences(ALTO)
    assert {claim.support for claim in resolved.claims} == {Support.SUPPORTED}
    assert bare(resolved.text) == bare(draft)


def test_list_items_keep_their_shape() -> None:
    draft = "Two of them:\n\n- **Alto** has 300,000 songs [1]\n- **Basso** uses diffusion on audio [2]"
    resolved = resolve(draft)
    check(resolved)
    assert resolved.text == draft


def test_unknown_numbers_vanish_and_the_rest_is_numbered_anew() -> None:
    resolved = resolve("Basso uses diffusion on audio [2]. Is there anything else [7]? Alto beats MusicGen by far [1].")
    check(resolved)
    assert resolved.text == "Basso uses diffusion on audio. [1] Is there anything else? Alto beats MusicGen by far. [2]"


def test_a_table_keeps_its_shape() -> None:
    quote = quoted(sentences(ALTO)[1])
    draft = f"|  | **A** (2023) | B |\n|---|---|---|\n| Data | {quote} [1] | *{CELL_NOT_STATED}* |"
    resolved = resolve(draft)
    check(resolved)
    assert resolved.text == draft


def test_strict_blanks_cells_drops_items_and_keeps_the_rest() -> None:
    draft = (
        "In short:\n\n- Alto is a dataset of 300k songs [1]\n- Alto holds 500 recipes [1]\n\n"
        "| | Alto |\n|---|---|\n| Data | 300,000 songs [1] |\n| Cost | 500 dollars [1] |\n\nPasta cooks in water."
    )
    resolved = resolve(draft, strict=True)
    check(resolved)
    assert resolved.text == (
        "In short:\n\n- Alto is a dataset of 300k songs [1]\n\n"
        f"| | Alto |\n|---|---|\n| Data | 300,000 songs [1] |\n| Cost | *{CELL_NOT_STATED}* |"
    )


def test_a_wrong_marker_is_moved_and_a_missing_one_added() -> None:
    resolved = resolve("Basso uses diffusion on 80 hours of audio [1]. Alto beats MusicGen by far.")
    check(resolved)
    assert [c.quote for c in resolved.citations] == [sentences(BASSO)[1], sentences(ALTO)[-1]]


def test_two_claims_of_one_sentence_have_their_own_markers() -> None:
    draft = "Alto is a dataset of 300,000 songs [1], while Basso uses diffusion on audio [2]."
    resolved = resolve(draft)
    check(resolved)
    assert resolved.text == "Alto is a dataset of 300,000 songs [1], while Basso uses diffusion on audio. [2]"


def test_large_tables_are_quick() -> None:
    cell = f" {quoted(sentences(BASSO)[1])} [2] "
    draft = "\n".join(["| a" * 6 + "|", "|---" * 6 + "|"] + ["|" + "|".join(["row", *[cell] * 5]) + "|"] * 120)
    began = time.process_time()
    assert len(resolve(draft).citations) == 1
    assert time.process_time() - began < TABLE_SECONDS


PIECES = st.sampled_from(
    [" ", " ", "\n", "\n- ", "| ", " |", "[1]", "[2]", " [1][2]", "[9]", "“", "”", '"', "Alto", "300k songs", "(", ").",
     ". ", "# ", "*b*", "We introduce Alto", "\\[1\\]", "It beats MusicGen by far.", "uses diffusion", "97%", "|---|",
     "?", ":"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join), st.booleans())
def test_whatever_is_drafted_is_numbered_in_order_and_else_unchanged(draft: str, strict: bool) -> None:
    resolved = resolve(draft, strict)
    check(resolved)
    if not strict:
        assert bare(resolved.text) == bare(draft)


def test_a_verdict_is_known_of_a_sentence_with_markdown_in_it() -> None:
    (claim,) = resolve("The a\\_b net **wins** 12 times [1].").claims
    assert claim.support is Support.UNSUPPORTED


def test_a_paper_named_by_its_title_behind_its_marker_is_no_claim() -> None:
    named = attributed("- Basso is a [2]\n- Basso is a [1]", EVIDENCE, ClaimVerifier())
    assert named.statements[0].support is Support.SUPPORTED
    assert [passage.paper_id for passage in named.statements[0].passages] == ["p1"]
