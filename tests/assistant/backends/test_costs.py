"""Costs: tokens always, money where the price is known."""

from __future__ import annotations

import pytest

from assistant.backends.costs import Meter


@pytest.mark.parametrize(
    ("kind", "model"),
    [("openai", "gpt-4o-mini"), ("anthropic", "claude-sonnet-4-5"), ("google_genai", "gemini-2.5-flash")],
)
def test_a_known_price_is_told(kind: str, model: str) -> None:
    cheap, dear = (Meter(kind, model).usage(1000, out, 2.0).dollars for out in (10, 1000))
    assert cheap is not None
    assert dear is not None
    assert 0 < cheap < dear < 1


def test_what_is_not_on_the_list_costs_nothing_that_we_know() -> None:
    assert Meter("openai", "smollm2").usage(1000, 10, 2.0).dollars is None
    assert Meter("ollama", "gpt-4o-mini").usage(1000, 10, 2.0).dollars is None
    assert Meter("openai", "gpt-4o-mini", priced=False).usage(1000, 10, 2.0).dollars is None
    assert Meter("openai", "gpt-4o-mini").usage(None, None, 2.0).dollars is None
