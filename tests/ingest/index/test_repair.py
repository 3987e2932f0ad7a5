"""Nothing is lost: every file of an index, damaged in every way, is found and made again without embedding."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from counting_embedder import CountingEmbedder

from ingest.errors import IndexMissing, IndexStoreError
from ingest.index.archive import export_index, import_index
from ingest.index.checking import check_index
from ingest.index.manifest import read_manifest
from ingest.index.paper_index import PaperIndex, papers_held
from ingest.index.repair import UNSAVED, repair_index
from ingest.papers import Paper
from ingest.passages import Level
from ingest.pipeline import ingest_papers, remove_papers
from ingest.sources.found import Found

PAPERS = tuple(
    Paper(f"p{n}", f"Title {n}", f"We write about subject {n}, by FooNet{n}. It has a second sentence, too.")
    for n in range(12)
)


class NeverEmbeds(CountingEmbedder):
    """Embeds questions, and no paper."""

    def embed_texts(self, texts: object, spans: object) -> object:  # type: ignore[override]
        raise AssertionError("a repair embeds nothing")


def ingest(folder: Path, *papers: Paper) -> None:
    ingest_papers([Found(paper, "test", 1) for paper in papers], folder, CountingEmbedder())


def state_of(folder: Path) -> tuple[object, ...]:
    """What a reader sees of an index: papers, profiles, vectors, and scores by words and subwords."""
    index = PaperIndex.open(folder, NeverEmbeds())
    corpus = index.corpus()
    near = index.nearest(index.embedder.embed_question("subject 7"), Level.SENTENCE, 5)
    vectors = {level: index.vectors(level) for level in Level}
    index.close()
    return (
        corpus.papers,
        dict(corpus.profiles),
        {level: (found.passages, found.matrix.round(3).tolist()) for level, found in vectors.items()},
        corpus.bm25.scores("subject 7").tolist(),
        corpus.bm25.ngram_scores("foonet").tolist(),
        corpus.token_similarity.scores("second subject", np.arange(len(corpus.papers))).round(5).tolist(),
        [(each.passage.id, round(each.similarity, 3)) for each in near],
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two segments, one paper of which is gone."""
    folder = tmp_path_factory.mktemp("whole") / "index"
    ingest(folder, *PAPERS[:10])
    ingest(folder, *PAPERS[10:])
    remove_papers(["p3"], folder, CountingEmbedder())
    return folder


def cut_at(share: float) -> Callable[[Path], None]:
    return lambda path: os.truncate(path, int(path.stat().st_size * share))


def fill_with_noise(path: Path) -> None:
    path.write_bytes(random.Random(path.name).randbytes(path.stat().st_size))


def turn_one_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 4
    path.write_bytes(data)


DAMAGES: dict[str, Callable[[Path], None]] = {
    **{f"cut at {share:.0%}": cut_at(share) for share in (0.0, 0.25, 0.5, 0.75, 0.99)},
    "deleted": Path.unlink,
    "noise": fill_with_noise,
    "one bit": turn_one_bit,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_any_damaged_file_is_found_and_made_again_without_embedding(whole: Path, tmp_path: Path, damage: str) -> None:
    wanted = state_of(whole)
    named = {segment.name for segment in read_manifest(whole).segments}
    files = [path.relative_to(whole) for path in sorted(whole.rglob("*")) if path.is_file() and path.stat().st_size]
    counted = [each for each in files if each.parts[0] in named or each.name == "manifest.json"]
    assert len(counted) > 40
    # All files in all ways, before a reader of its own each, are `make torture`.
    chosen = counted[list(DAMAGES).index(damage) :: 2 * len(DAMAGES)]
    for number, file in enumerate(chosen):
        folder = tmp_path / str(number)
        shutil.copytree(whole, folder)
        DAMAGES[damage](folder / file)
        assert any(file.name in trouble for trouble in check_index(folder)), file
        if file.name != "manifest.json":
            with pytest.raises(IndexStoreError, match="python -m ingest repair"):
                PaperIndex.open(folder, NeverEmbeds())
        report = repair_index(folder, NeverEmbeds())
        assert report.lost == (), file
        assert report.repaired, file
        assert check_index(folder) == (), file
        assert state_of(folder) == wanted, file
        shutil.rmtree(folder)


def test_vectors_that_are_lost_twice_leave_the_papers_for_a_new_ingest(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    shutil.copytree(whole, folder)
    (segment, *_) = read_manifest(folder).segments
    fill_with_noise(folder / segment.name / "window.vectors.npy")
    fill_with_noise(folder / segment.name / "chroma" / "chroma.sqlite3")
    report = repair_index(folder, NeverEmbeds())
    assert len(report.lost) == 1
    assert report.papers == len(papers_held(folder)) < 11
    assert len((folder / UNSAVED).read_text().splitlines()) == 11 - report.papers
    assert check_index(folder) == ()


def test_an_index_without_any_manifest_is_recovered_from_its_segments(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    shutil.copytree(whole, folder)
    for path in folder.glob("manifest*"):
        path.unlink()
    with pytest.raises(IndexStoreError, match="python -m ingest repair"):
        PaperIndex.open(folder, NeverEmbeds())
    assert {paper.id for paper in PAPERS} - {"p3"} <= {paper.id for paper in papers_held(folder)}
    repair_index(folder, NeverEmbeds())
    assert {paper.id for paper in PAPERS} - {"p3"} <= {paper.id for paper in papers_held(folder)}


def test_an_ingest_into_an_index_that_lost_its_manifest_keeps_what_was_there(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    shutil.copytree(whole, folder)
    for path in folder.glob("manifest*"):
        path.write_text("garbled")
    ingest(folder, Paper("new", "A new one", "It says something new."))
    held = {paper.id for paper in papers_held(folder)}
    assert "new" in held
    assert {paper.id for paper in PAPERS} - {"p3"} <= held


def test_an_outdated_manifest_and_what_it_alone_named_are_told_and_swept(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    shutil.copytree(whole, folder)
    oldest = sorted(folder.glob("manifest-*.json"))[0]
    oldest.write_text("garbled")
    assert any(oldest.name in trouble for trouble in check_index(folder))
    repair_index(folder, NeverEmbeds())
    assert check_index(folder) == () and state_of(folder) == state_of(whole)


def test_a_file_that_a_disk_changed_by_itself_is_told_before_chroma_reads_it(whole: Path, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    shutil.copytree(whole, folder)
    file = next(folder.rglob("data_level0.bin"))
    found = file.stat()
    fill_with_noise(file)
    os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns))
    with pytest.raises(IndexStoreError, match=r"data_level0\.bin was changed\): repair it"):
        state_of(folder)


def test_there_is_nothing_to_check_where_there_is_no_index(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing):
        check_index(tmp_path)
    with pytest.raises(IndexMissing):
        repair_index(tmp_path, NeverEmbeds())


def test_an_exported_index_is_the_same_elsewhere(whole: Path, tmp_path: Path) -> None:
    export_index(whole, tmp_path / "backup.zip")
    import_index(tmp_path / "backup.zip", tmp_path / "there")
    assert state_of(tmp_path / "there") == state_of(whole)
    assert check_index(tmp_path / "there") == ()
    with pytest.raises(IndexStoreError, match="holds papers already"):
        import_index(tmp_path / "backup.zip", tmp_path / "there")


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_export_is_refused_and_leaves_nothing(whole: Path, tmp_path: Path, damage: str) -> None:
    export_index(whole, tmp_path / "backup.zip")
    DAMAGES[damage](tmp_path / "backup.zip")
    with pytest.raises(IndexStoreError, match="is no export of an index, or is damaged"):
        import_index(tmp_path / "backup.zip", tmp_path / "there")
    with pytest.raises(IndexMissing):
        read_manifest(tmp_path / "there")


def test_a_full_disk_leaves_the_index_as_it_was(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "index"
    shutil.copytree(whole, folder)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(np, "save", full)
        with pytest.raises(IndexStoreError, match="No space left on device"):
            ingest(folder, Paper("new", "A new one", "It says something new."))
    assert state_of(folder) == state_of(whole)
    assert not list(folder.glob("draft-*"))
    ingest(folder, Paper("new", "A new one", "It says something new."))
    assert "new" in {paper.id for paper in papers_held(folder)}
