"""Precision: what was asked for, or what the device has instructions for."""

from __future__ import annotations

import pytest
import torch

from ingest.embedding.precision import PRECISIONS, precision_for
from ingest.errors import EmbeddingError

CPU = torch.device("cpu")


@pytest.mark.parametrize("asked", PRECISIONS)
def test_what_is_asked_for_is_taken(asked: str) -> None:
    assert precision_for(asked, CPU) == asked


@pytest.mark.parametrize(
    ("has", "expected"),
    [({"amx_bf16": True}, "bfloat16"), ({"avx512_bf16": True}, "bfloat16"), ({"avx512_f": True}, "float32")],
)
def test_bfloat16_is_for_processors_with_instructions_for_it(
    has: dict[str, bool], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: has)
    assert precision_for("auto", CPU) == precision_for("", CPU) == expected


def test_a_graphics_processor_takes_half_precision() -> None:
    assert precision_for("auto", torch.device("cuda")) == "float16"


def test_other_words_are_refused_with_those_that_do() -> None:
    with pytest.raises(EmbeddingError, match=r"'half'.*auto, float32, bfloat16, float16"):
        precision_for("half", CPU)
