"""Rarity: the fewer texts have a term, the more it tells."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text.rarity import idf, idf_of_few

COUNTS = st.integers(1, 10_000).flatmap(lambda texts: st.tuples(st.just(texts), st.integers(0, texts)))


@given(COUNTS)
def test_it_is_robertsons_and_never_negative(counts: tuple[int, int]) -> None:
    texts, holders = counts
    assert idf(texts, holders) == pytest.approx(math.log(1 + (texts - holders + 0.5) / (holders + 0.5)))
    assert idf(texts, holders) > 0
    assert idf_of_few(texts, holders) >= math.log(1 + texts / (texts + 1))


def test_many_terms_are_weighed_at_once() -> None:
    assert idf(10, np.array([1, 10])).tolist() == [idf(10, 1), idf(10, 10)]
