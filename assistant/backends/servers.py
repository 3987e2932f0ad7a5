"""What a server that speaks OpenAI's protocol tells of itself: the models that it serves, and their windows."""

from __future__ import annotations

from typing import Any

import httpx

_WINDOW_FIELDS = ("max_model_len", "context_length", "context_window", "max_context_length", "n_ctx")
_ASKING_SECONDS = 3.0


def served_models(address: str, key: str, seconds: float = _ASKING_SECONDS) -> dict[str, int]:
    """The models that a server lists, each with its window in tokens (0 where it does not tell).

    Raises httpx.HTTPError when nothing usable answers; a server without such a list gives an empty one.
    """
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    answer = httpx.get(
        f"{address.rstrip('/')}/models", headers=headers, timeout=seconds, trust_env=not is_near(address)
    )
    if answer.status_code == httpx.codes.NOT_FOUND:
        return {}
    answer.raise_for_status()
    try:
        listed = answer.json()["data"]
        return {str(model["id"]): _window_of(model) for model in listed}
    except (ValueError, KeyError, TypeError) as error:
        raise httpx.DecodingError("not a list of models") from error


def _window_of(model: dict[str, Any]) -> int:
    told = {**(model.get("meta") or {}), **model}  # where llama.cpp tells it
    return next((told[field] for field in _WINDOW_FIELDS if isinstance(told.get(field), int)), 0)


def is_near(address: str) -> bool:
    """Whether an address is this very machine: then no proxy of the environment stands between."""
    host = httpx.URL(address).host if "//" in address else address.partition(":")[0]
    return host in ("localhost", "::1", "0.0.0.0") or host.startswith("127.")
