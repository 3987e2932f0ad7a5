"""Languages are told where they can be, and a name or number is taken for none."""

import pytest

from ingest.text.languages import is_english, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Welche Arbeiten befassen sich mit der Erkennung von Objekten?", "de"),
        ("Wie viele Patienten wurden in der Studie untersucht?", "de"),
        ("Quels articles étudient la détection d'objets ?", "fr"),
        ("¿Qué artículos tratan de la detección de objetos?", "es"),
        ("哪些论文研究目标检测？", "zh"),
        ("Which papers study object detection?", "en"),
        ("What is the learning rate that they used?", "en"),
    ],
)
def test_a_sentence_has_a_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["MeLoDy", "FSQ, HFDQ", "AUC 0.71", "", "42", "CiteWalk vs SortNet"])
def test_names_and_numbers_are_taken_for_english(text: str) -> None:
    assert is_english(text)
