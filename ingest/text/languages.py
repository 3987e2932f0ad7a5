"""Which language a text is in, by py3langid (Barbaresi; after Lui and Baldwin 2012, "langid.py")."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# The probability from which a language is believed: of sixteen short sentences in five languages all true guesses lay
# above it, and all those about fragments of names below.
SURE = 0.7


@lru_cache(maxsize=4096)
def language_of(text: str) -> str | None:
    """The language of a text by its ISO 639-1 code; None where that is not sure, as for a name or a number."""
    language, probability = _identifier().classify(text)
    return str(language) if probability >= SURE or _is_of_another_script(text) else None


def is_english(text: str) -> bool:
    """Whether a text is not surely in another language than English."""
    return language_of(text) in (None, "en")


def _is_of_another_script(text: str) -> bool:
    """Whether most letters are not Latin: which language it is may be unsure, that it is not English is not."""
    letters = [character for character in text if character.isalpha()]
    return sum(character > "\u024f" for character in letters) > len(letters) / 2


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
