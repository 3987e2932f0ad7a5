"""What a turn points at: the papers in view, or one that it describes itself."""

from __future__ import annotations

import pytest

from assistant.query.coreference import describes_anew


@pytest.mark.parametrize(
    ("turn", "is_new"),
    [
        ("And the coffee paper, who counted the birds?", True),
        ("What about the hip fracture trial?", True),
        ("and in the paper, what explains it?", False),
        ("And the same paper, who wrote it?", False),
        ("And the second study?", False),
        ("And the paper above?", False),
        ("Who wrote it?", False),
    ],
)
def test_a_turn_may_describe_a_paper_of_its_own(turn: str, is_new: bool) -> None:
    assert describes_anew(turn) is is_new
