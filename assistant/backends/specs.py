"""What names a backend: `KIND` or `KIND:MODEL`, as in `extractive` or `ollama:qwen3:8b`."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.errors import BackendUnknown
from assistant.settings import Settings

EXTRACTIVE = "extractive"
AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Spec:
    """A kind of backend and, for most kinds, the model, file or folder."""

    kind: str
    model: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.model}" if self.model else self.kind


def parse_spec(text: str) -> Spec:
    """The spec that a user wrote; BackendUnknown if it names no kind."""
    kind, _, model = text.strip().partition(":")
    if not kind.strip():
        raise BackendUnknown(f"“{text}” names no backend; write one such as extractive or ollama:MODEL")
    return Spec(kind.strip().lower(), model.strip())


def choices(settings: Settings) -> tuple[str, ...]:
    """What may answer under these settings: the configured backend first, then the operator's further choices."""
    further = (choice.strip() for choice in settings.llm_choices.split(","))
    return tuple(dict.fromkeys((settings.llm.strip(), *filter(None, further))))
