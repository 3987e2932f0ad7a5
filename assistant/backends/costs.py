"""What a model's part of an answer cost: tokens, seconds, and money where a price is known.

Prices come from the package genai-prices, which carries them along; nothing is looked up while answering.
"""

from __future__ import annotations

from dataclasses import dataclass

import genai_prices

from assistant.answers import Usage

PRICED_AS = {"openai": "openai", "anthropic": "anthropic", "google_genai": "google", "mistralai": "mistral"}
"""Our kinds of backend by the names that the price list has for their providers; others have no known price."""


@dataclass(frozen=True, slots=True)
class Meter:
    """Counts what one backend costs. `priced` is False where the provider's own price list does not apply."""

    kind: str
    model: str
    priced: bool = True

    def usage(self, tokens_in: int | None, tokens_out: int | None, seconds: float) -> Usage:
        """Usage with its price in dollars, if provider and model are on the list."""
        return Usage(tokens_in, tokens_out, seconds, self._dollars(tokens_in, tokens_out))

    def _dollars(self, tokens_in: int | None, tokens_out: int | None) -> float | None:
        provider = PRICED_AS.get(self.kind) if self.priced else None
        if provider is None or tokens_in is None or tokens_out is None:
            return None
        usage = genai_prices.Usage(input_tokens=tokens_in, output_tokens=tokens_out)
        try:
            return float(genai_prices.calc_price(usage, model_ref=self.model, provider_id=provider).total_price)
        except LookupError:
            return None
