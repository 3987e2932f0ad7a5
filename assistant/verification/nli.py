"""Entailment: a cross-encoder for natural language inference, where an operator names one."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Protocol

import numpy as np

from assistant.errors import AssistantError

# Below this probability a label is not believed.
BELIEVED = 0.6


class Relation(StrEnum):
    """What the cited words do to a claim."""

    ENTAILS = "entailment"
    NEUTRAL = "neutral"
    CONTRADICTS = "contradiction"


class Entailment(Protocol):
    """Says how a claim follows from words."""

    def relation(self, words: str, claim: str) -> Relation:
        """Whether the words entail the claim, contradict it, or neither."""
        ...


class CrossEncoderEntailment:
    """A sentence-transformers cross-encoder (id or folder) whose labels are entailment, neutral and contradiction.

    Raises AssistantError in one line when it cannot be loaded or its labels are others.
    """

    def __init__(self, model: str) -> None:
        from sentence_transformers import CrossEncoder

        try:
            self._encoder = CrossEncoder(model, local_files_only=Path(model).is_dir())
        except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise AssistantError(f"cannot load the entailment model {model!r}: {reason}") from error
        labels = getattr(self._encoder.config, "id2label", None) or {}
        self._relations = [_relation(str(labels.get(place, ""))) for place in range(len(labels))]
        if not {Relation.ENTAILS, Relation.CONTRADICTS} <= set(self._relations):
            named = ", ".join(map(str, labels.values())) or "none"
            raise AssistantError(
                f"the entailment model {model!r} has the labels {named}: it needs entailment and contradiction"
            )

    def relation(self, words: str, claim: str) -> Relation:
        """The likeliest relation, or NEUTRAL where the model is not sure."""
        scores = np.asarray(self._encoder.predict([(words, claim)], apply_softmax=True, show_progress_bar=False))[0]
        best = int(scores.argmax())
        return self._relations[best] if scores[best] >= BELIEVED else Relation.NEUTRAL


def _relation(label: str) -> Relation:
    lowered = label.lower()
    if lowered.startswith("contradict"):
        return Relation.CONTRADICTS
    return Relation.ENTAILS if lowered.startswith("entail") else Relation.NEUTRAL
