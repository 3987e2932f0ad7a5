"""The doctor: what is found, and the mend of what is not."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.backends.base import Brief, Piece
from assistant.backends.registry import Choice
from assistant.commands import checks as doctor
from assistant.commands.checks import Check, check_embedder, check_files, check_index, check_language_model, examine
from assistant.errors import BackendRefused
from assistant.settings import Settings
from ingest.errors import EmbeddingError, IndexMissing
from ingest.index.manifest import MANIFEST_NAME
from ingest.papers import Paper


class FakeLibrary:
    """An index with so many papers."""

    version = "7"

    def __init__(self, papers: int) -> None:
        self._papers = papers

    def papers(self) -> tuple[Paper, ...]:
        return (Paper("1", "A", "b"),) * self._papers


class Talker:
    """A backend that says these pieces, or fails."""

    name = "ollama"
    model = "talker"
    prompts = ()

    def __init__(self, pieces: Sequence[Piece | BackendRefused]) -> None:
        self._pieces = pieces

    def write(self, brief: Brief):  # type: ignore[no-untyped-def]
        for piece in self._pieces:
            if isinstance(piece, BackendRefused):
                raise piece
            yield piece


def settings(llm: str) -> Settings:
    return Settings(_env_file=None, llm=llm)  # type: ignore[call-arg]


def checked(talker: Talker, monkeypatch: pytest.MonkeyPatch) -> dict[str, Check]:
    monkeypatch.setattr(doctor, "choose", lambda settings: Choice(talker, "it was told to"))
    monkeypatch.setattr(doctor, "_reached", lambda spec, settings: iter(()))
    return {check.name: check for check in check_language_model(settings("auto"))}


def test_an_index_with_papers_is_well() -> None:
    assert check_index(FakeLibrary(41)) == Check("index", True, "41 papers, version 7")


@pytest.mark.parametrize("index", [FakeLibrary(0), IndexMissing("no index in ./index")])
def test_an_index_that_is_not_there_can_be_made(index: FakeLibrary | IndexMissing) -> None:
    check = check_index(index)
    assert not check.ok
    assert "python -m ingest" in check.mend


def test_an_embedding_model_that_is_not_there_is_told() -> None:
    check = check_embedder(EmbeddingError("all-MiniLM-L6-v2 is broken"))
    assert (check.ok, check.detail) == (False, "all-MiniLM-L6-v2 is broken")


def test_without_a_language_model_all_is_well() -> None:
    (check,) = check_language_model(settings("extractive"))
    assert check.ok
    assert check.mend == "to use one, set FOOTNOTE_LLM"


def test_a_backend_that_does_not_exist_is_told_with_its_mend() -> None:
    (check,) = check_language_model(settings("openai"))
    assert not check.ok
    assert check.mend == "write openai:MODEL"


def test_a_good_model_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["Nightjar ", "learns from 120 ", "hours ", "[1]."]
    checks = checked(Talker([Piece(), *(Piece(word) for word in words)]), monkeypatch)
    assert list(checks) == ["language model", "answers", "streams", "cites", "speed"]
    assert all(check.ok for check in checks.values())
    assert checks["language model"].detail == "ollama:talker, because it was told to"


@pytest.mark.parametrize(
    ("pieces", "name", "detail"),
    [
        ([Piece("It learns from 120 hours.")], "cites", "it wrote no marker such as [1]"),
        ([Piece("It holds 3,000 [2].")], "cites", "the wrong passage"),
        ([Piece("It "), Piece(cut="the model went round in circles")], "cites", "the model went round in circles"),
        ([Piece("All at once [1].")], "streams", "1 pieces"),
        ([BackendRefused("ollama:talker: no such model; pull it")], "answers", "ollama:talker: no such model; pull it"),
    ],
)
def test_what_a_model_does_badly_is_told(
    pieces: list[Piece], name: str, detail: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = checked(Talker(pieces), monkeypatch)[name]
    assert not check.ok
    assert detail in check.detail
    assert check.mend


def test_a_file_that_was_changed_is_told_with_the_mend(index_folder: Path, tmp_path: Path) -> None:
    assert check_files(index_folder).ok
    folder = tmp_path / "index"
    shutil.copytree(index_folder, folder)
    (folder / MANIFEST_NAME).write_text("{}")
    check = check_files(folder)
    assert not check.ok and check.detail == f"{folder / MANIFEST_NAME} was changed"
    assert check.mend == f"python -m ingest repair --index {folder}"


def test_everything_is_looked_at_in_order() -> None:
    checks = examine(settings("extractive"), FakeLibrary(3), EmbeddingError("broken"))
    assert [check.name for check in checks] == ["index", "files", "embedding model", "language model"]
