"""Whether a configured language model can be reached, found out with as little as possible.

Only addresses that the operator set, and those of backends that the operator named, are ever contacted; what is
sent is a request for the list of models, or a bare request for the address, never a question.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import httpx

from assistant.backends.connections import KEY_VARIABLES, OLLAMA, OPENAI, home_kind, route_to
from assistant.backends.servers import is_near, served_models
from assistant.backends.specs import AUTO, EXTRACTIVE, Spec, choices, parse_spec
from assistant.backends.troubles import plain_address
from assistant.settings import Settings

SECONDS = 3.0
"""A server that does not answer a question for its models within this is not worth waiting for at start-up."""

LARGEST_SERVER = 20
"""A list of more models than this is a catalogue, whose first entry means nothing and may cost money."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A backend that `auto` may take (`spec`), or None and why not."""

    spec: Spec | None
    reason: str


@dataclass(frozen=True, slots=True)
class Reach:
    """Whether a backend's server answers and has the model, in one line each; in-process models answer always."""

    answers: bool
    says: str
    has_model: bool = True
    models: tuple[str, ...] = ()


def candidates(settings: Settings) -> Iterator[Candidate]:
    """What `auto` considers, in its order: the server at the set address, then the operator's choices."""
    if settings.llm_base_url:
        yield _at_address(settings)
    for choice in choices(settings):
        spec = parse_spec(choice)
        if spec.kind not in (AUTO, EXTRACTIVE):
            yield _as_candidate(spec, settings)


def _at_address(settings: Settings) -> Candidate:
    kind = home_kind(settings)
    route = route_to(kind, settings)
    where = plain_address(route.address)
    try:
        models = [name for name in served_models(route.address, route.key) if "embed" not in name.lower()]
    except httpx.HTTPError as error:
        return Candidate(None, f"the server at {where} cannot be asked for its models ({type(error).__name__})")
    if not models or len(models) > LARGEST_SERVER:
        return Candidate(None, f"the server at {where} lists {len(models)} models; set FOOTNOTE_LLM={kind}:MODEL")
    return Candidate(Spec(kind, models[0]), f"FOOTNOTE_LLM_BASE_URL is set and the server there has {models[0]}")


def _as_candidate(spec: Spec, settings: Settings) -> Candidate:
    reach = reach_of(spec, settings)
    if reach.answers and reach.has_model:
        return Candidate(spec, f"{spec} is among FOOTNOTE_LLM_CHOICES and {reach.says}")
    return Candidate(None, f"{spec}: {reach.says}")


def reach_of(spec: Spec, settings: Settings) -> Reach:
    """Whether the server behind a spec answers and has the model, where it tells."""
    route = route_to(spec.kind, settings)
    if spec.kind in KEY_VARIABLES and not route.key and not route.chosen:
        return Reach(answers=False, says=f"there is no {KEY_VARIABLES[spec.kind][0]}", has_model=False)
    if not route.address:
        return Reach(answers=True, says="it runs in this process")
    where = plain_address(route.address)
    try:
        models = _models(spec, route.address, route.key, chosen=route.chosen)
    except httpx.HTTPStatusError as error:
        return Reach(answers=True, says=f"{where} answers with status {error.response.status_code}")
    except httpx.HTTPError as error:
        return Reach(answers=False, says=f"nothing usable answers at {where} ({type(error).__name__})", has_model=False)
    if models and spec.model not in models and f"{spec.model}:latest" not in models:
        return Reach(answers=True, says=f"{where} has no {spec.model}", has_model=False, models=models)
    return Reach(answers=True, says=f"{where} answers", models=models)


def _models(spec: Spec, address: str, key: str, *, chosen: bool) -> tuple[str, ...]:
    """The models that a server lists, or nothing where it keeps that to itself; raises httpx.HTTPError."""
    if spec.kind == OPENAI and chosen:
        return tuple(served_models(address, key, SECONDS))
    answer = httpx.get(
        f"{address}/api/tags" if spec.kind == OLLAMA else address, timeout=SECONDS, trust_env=not is_near(address)
    )
    if spec.kind != OLLAMA:
        return ()
    try:
        return tuple(str(model["name"]) for model in answer.raise_for_status().json()["models"])
    except (ValueError, KeyError, TypeError) as error:
        raise httpx.DecodingError("not a list of models") from error
