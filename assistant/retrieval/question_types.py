"""What kind of thing a question asks for, by general words of the lexicon `en.asked`; a question may be of several."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ingest.lexicon import lexicon

# In the order of the rows of the learned weights (`selection.json`).
QUESTION_TYPES = ("number", "yes_no", "reason", "conclusion", "aim", "method", "data")


@lru_cache(maxsize=2048)
def types_of(question: str) -> tuple[str, ...]:
    """The types that a question is of, in the order of QUESTION_TYPES; yes or no is asked by its first word alone."""
    words = lexicon("en.asked")
    found = (words.pattern(name).search(question) for name in QUESTION_TYPES)
    named = zip(QUESTION_TYPES, found, strict=True)
    return tuple(name for name, at in named if at and (name != "yes_no" or not question[: at.start()].strip()))


def type_vector(question: str) -> NDArray[np.float32]:
    """1 for each type that a question is of, of shape (len(QUESTION_TYPES),)."""
    held = types_of(question)
    return np.array([name in held for name in QUESTION_TYPES], dtype=np.float32)
