"""How far a model is trusted: three small tasks, asked once, kept beside the index."""

from __future__ import annotations

from pathlib import Path

import pytest
from scripted import Scripted

from assistant.backends.extractive import ExtractiveBackend
from assistant.generation.strength import FILE, Strength, Strengths, probed
from assistant.prompts import CANNOT_ANSWER


def returned(work: object) -> object:
    while True:
        try:
            next(work)  # type: ignore[call-overload]
        except StopIteration as end:
            return end.value


def model(refusal: str, fact: str = "", repeated: str | None = None) -> Scripted:
    def probe(values: dict[str, str]) -> str:
        return refusal if "bridge" in values["question"] else fact

    rewrite = (lambda values: values["question"]) if repeated is None else repeated
    return Scripted(lambda brief: "", {"probe": probe, "rewrite": rewrite})


@pytest.mark.parametrize(
    ("asked", "strength"),
    [
        (model(CANNOT_ANSWER, "At 20 degrees they took 31 days [2].", "no"), Strength.CAPABLE),
        (model(f"{CANNOT_ANSWER} ", "I do not know."), Strength.CAPABLE),
        (model(CANNOT_ANSWER, "At 20 degrees they took 31 days [1].", "a tale"), Strength.SMALL),
        (model("The harbour company paid for the bridge [1].", "31 days [2]."), Strength.SMALL),
        (model("", "31 days [2]."), Strength.SMALL),
    ],
)
def test_a_model_is_what_its_tasks_show(asked: Scripted, strength: Strength) -> None:
    assert returned(probed(asked)) is strength


def test_a_model_that_cannot_be_asked_is_not_judged() -> None:
    assert returned(probed(Scripted(lambda brief: ""))) is None


def test_a_model_is_probed_once_and_never_again(tmp_path: Path) -> None:
    first, second = model(CANNOT_ANSWER), model("wrong")
    assert returned(Strengths(tmp_path).of(first)) is returned(Strengths(tmp_path).of(second)) is Strength.CAPABLE
    assert len(first.asked) == 3 and second.asked == []


def test_what_an_operator_says_is_not_probed(tmp_path: Path) -> None:
    asked = model(CANNOT_ANSWER)
    assert returned(Strengths(tmp_path, "small").of(asked)) is Strength.SMALL and asked.asked == []


def test_quoting_has_no_strength(tmp_path: Path) -> None:
    assert returned(Strengths(tmp_path).of(ExtractiveBackend())) is Strength.NONE


@pytest.mark.parametrize(
    "kept", ["", "[]", '{"scripted:scripted": 1}', '{"scripted:scripted": {"strength": "huge", "probe": "probe v1"}}']
)
def test_a_file_that_cannot_be_read_is_found_out_anew(tmp_path: Path, kept: str) -> None:
    (tmp_path / FILE).write_text(kept)
    assert returned(Strengths(tmp_path).of(model(CANNOT_ANSWER))) is Strength.CAPABLE


def test_a_folder_that_is_not_there_does_no_harm(tmp_path: Path) -> None:
    assert returned(Strengths(tmp_path / "none").of(model(CANNOT_ANSWER))) is Strength.CAPABLE
