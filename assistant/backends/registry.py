"""Which backend answers: opened by its spec, chosen by the operator, and never anything that was not chosen.

Every kind, ours like anybody else's, is opened by a function `(model, settings) -> Backend`. Another package adds
a kind by naming such a function in its entry-point group `footnote.backends`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.backends.base import Backend
from assistant.backends.specs import AUTO, EXTRACTIVE, Spec, choices, parse_spec
from assistant.errors import BackendError, BackendMissing, BackendRefused, BackendUnknown
from assistant.settings import Settings

if TYPE_CHECKING:  # heavy: LangChain comes with it
    from assistant.backends.chat_model import ChatModelBackend

ENTRY_POINTS = "footnote.backends"

FIELDS = ("name", "model", "prompts", "understanding", "write")
"""What every backend has, see `base.Backend`: another package's may have been made for an earlier version."""

TOO_WEAK = frozenset({"local"})
"""Kinds that are never asked what a question means: the bundled model gives the right shape, and anything in it."""

Opener = Callable[[str, Settings], Backend]
"""Makes a backend for a model's name under these settings; it connects at its first use, not before."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What `auto` came to, and why this one, in words that follow “because”."""

    backend: Backend
    reason: str


@dataclass(frozen=True, slots=True)
class _Needs:
    """What must be there before a kind of chat model can be opened."""

    package: str  # to import
    install: str  # what pip is told
    names: str  # what stands behind the colon of its spec


_CHAT_MODELS = {
    "openai": _Needs("langchain_openai", "footnote[openai]", "MODEL"),
    "anthropic": _Needs("langchain_anthropic", "footnote[anthropic]", "MODEL"),
    "google_genai": _Needs("langchain_google_genai", "footnote[google]", "MODEL"),
    "ollama": _Needs("langchain_ollama", "footnote[ollama]", "MODEL"),
    "huggingface": _Needs("transformers", "transformers", "FOLDER"),
    "llamacpp": _Needs("llama_cpp", "footnote[local]", "FILE.gguf"),
    "local": _Needs("llama_cpp", "footnote[local]", ""),
}


def open_backend(spec: str, settings: Settings) -> Backend:
    """The backend that a spec names, if these settings allow it.

    Raises BackendUnknown, BackendMissing or BackendRefused with one line that names the mend. Nothing is sent
    anywhere yet, except by `auto`, which asks whether what was configured can be reached.
    """
    if spec.strip() not in choices(settings):
        raise BackendUnknown(f"“{spec}” is not allowed here; choose one of: {', '.join(choices(settings))}")
    parsed = parse_spec(spec)
    return choose(settings).backend if parsed.kind == AUTO else opened(parsed, settings)


def opened(spec: Spec, settings: Settings) -> Backend:
    """The backend of a spec that is known to be allowed; BackendRefused if it lacks what every backend has."""
    backend = _opener_of(spec.kind)(spec.model, settings)
    lacks = [field for field in FIELDS if not hasattr(backend, field)]
    if lacks:
        raise BackendRefused(f"{spec}: its package does not fit this version: the backend has no {', '.join(lacks)}")
    return backend


def choose(settings: Settings) -> Choice:
    """What `auto` means now: the first backend that the operator set up and that can be reached, or quotes.

    It considers the operator's own settings alone: the server of FOOTNOTE_LLM_BASE_URL, then FOOTNOTE_LLM_CHOICES in
    their order. A provider's key that happens to be in the environment chooses nothing: it was put there for some
    other program, names no model, and using it costs money.
    """
    from assistant.backends.reaching import candidates

    misses = []
    for candidate in candidates(settings):
        try:
            if candidate.spec is not None:
                return Choice(opened(candidate.spec, settings), candidate.reason)
            misses.append(candidate.reason)
        except BackendError as error:
            misses.append(str(error))
    return Choice(_open_extractive("", settings), "; ".join(misses) or "no language model is set up")


def _opener_of(kind: str) -> Opener:
    """The function that opens this kind: ours, a third party's, or one for LangChain's further providers."""
    if kind == EXTRACTIVE:
        return _open_extractive
    if kind in _CHAT_MODELS:
        return partial(_open_chat_model, kind)
    for point in entry_points(group=ENTRY_POINTS, name=kind):
        try:
            opener: Opener = point.load()
        except (ImportError, AttributeError) as error:
            raise BackendMissing(f"{kind}: the package that brings it cannot be loaded: {error}") from error
        return opener
    return partial(_open_other, kind)


def _open_extractive(_model: str, _settings: Settings) -> Backend:
    from assistant.backends.extractive import ExtractiveBackend

    return ExtractiveBackend()


def _open_chat_model(kind: str, model: str, settings: Settings) -> Backend:
    needs = _CHAT_MODELS[kind]
    if needs.names and not model:
        raise BackendUnknown(f"“{kind}” says no model; write {kind}:{needs.names}")
    if find_spec(needs.package) is None:
        raise BackendMissing(f'{Spec(kind, model)}: not installed; run: pip install "{needs.install}"')
    _check_files(kind, model)
    return _chat_model(Spec(kind, model), settings)


def _check_files(kind: str, model: str) -> None:
    """Whether what a spec names is there and looks like a model; a server's models are its own affair."""
    path = Path(model).expanduser()
    if kind == "local":
        from assistant.backends.llama import bundled_model

        bundled_model()
    elif kind == "llamacpp" and not _is_gguf(path):
        raise BackendRefused(f"llamacpp:{model}: no GGUF file there; give the path of one")
    elif kind == "huggingface" and not ((path / "config.json").is_file() or any(path.glob("*.gguf"))):
        raise BackendRefused(f"huggingface:{model}: no model folder there; give one that holds a config.json")


def _is_gguf(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == b"GGUF"
    except OSError:
        return False


def _chat_model(spec: Spec, settings: Settings) -> ChatModelBackend:
    """A backend over LangChain, with all that its words to us and its costs need to know."""
    from assistant.backends.chat_model import ChatModelBackend
    from assistant.backends.connections import KEY_VARIABLES, connect, route_to
    from assistant.backends.costs import Meter
    from assistant.backends.troubles import Translator, WrongKey

    route = route_to(spec.kind, settings)
    variable = "FOOTNOTE_LLM_API_KEY" if route.chosen else KEY_VARIABLES.get(spec.kind, ("",))[0]
    if variable and not route.key and not route.chosen:
        raise WrongKey(f"{spec}: there is no key; set {variable}")
    translate = Translator(str(spec), route.address, variable, (route.key,), settings.llm_timeout)
    meter = Meter(spec.kind, spec.model, priced=not route.chosen)
    making = partial(connect, spec.kind, spec.model, settings)
    understands = spec.kind not in TOO_WEAK
    return ChatModelBackend(spec.kind, spec.model or spec.kind, making, translate, meter, understands=understands)


def _open_other(kind: str, model: str, settings: Settings) -> Backend:
    """A provider of which only LangChain knows: connected at once, so that an unknown name is told at once."""
    if not model:
        raise BackendUnknown(f"“{kind}” names no backend; write one such as extractive, ollama:MODEL or openai:MODEL")
    backend = _chat_model(Spec(kind, model), settings)
    backend.connect()
    return backend
