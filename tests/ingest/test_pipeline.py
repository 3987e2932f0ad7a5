"""The pipeline: what costs work is done once, every paper is there once, and nothing is lost on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from counting_embedder import CountingEmbedder

from ingest import pipeline
from ingest.bundled import BUNDLED_CORPUS
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.index.manifest import read_manifest
from ingest.index.paper_index import PaperIndex, papers_held
from ingest.papers import Paper, Refusal
from ingest.passages import Level
from ingest.pipeline import ingest_papers, remove_papers
from ingest.report import IngestReport
from ingest.sources import find_papers
from ingest.sources.found import Found


def paper(number: int, **changes: object) -> Paper:
    fields = {"id": f"p{number}", "title": f"Title {number}", "abstract": f"An abstract about {number}. It has two."}
    return Paper(**(fields | changes))


def found(*papers: Paper) -> list[Found]:
    return [Found(each, "test", line) for line, each in enumerate(papers, 1)]


class Bench:
    """One index, one embedder that counts, and the runs over them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.embedder = CountingEmbedder()

    def ingest(self, *papers: Paper, prune: bool = False, refused: tuple[Refusal, ...] = ()) -> IngestReport:
        self.embedder.embedded.clear()
        return ingest_papers([*found(*papers), *refused], self.folder, self.embedder, prune)

    @property
    def ids(self) -> list[str]:
        return [each.id for each in papers_held(self.folder)]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "index")


def test_new_papers_are_added(bench: Bench) -> None:
    report = bench.ingest(paper(1), paper(2))
    assert report.added == ("p1", "p2")
    assert (report.papers, report.passages) == (2, 2)
    assert bench.ids == ["p1", "p2"]


def test_unchanged_papers_are_neither_embedded_nor_written(bench: Bench) -> None:
    bench.ingest(paper(1), paper(2))
    before, files = read_manifest(bench.folder), sorted(bench.folder.rglob("*"))
    report = bench.ingest(paper(1), paper(2))
    assert report.unchanged == ("p1", "p2")
    assert bench.embedder.embedded == []
    assert read_manifest(bench.folder) == before
    assert sorted(bench.folder.rglob("*")) == files


def test_only_what_changed_is_embedded(bench: Bench) -> None:
    bench.ingest(paper(1), paper(2))
    report = bench.ingest(paper(1), paper(2, abstract="Other words."), paper(3))
    assert (report.added, report.updated, report.unchanged) == (("p3",), ("p2",), ("p1",))
    assert bench.embedder.embedded == ["Title 2. Other words.", "Title 3. An abstract about 3. It has two."]
    assert paper(2, abstract="Other words.") in papers_held(bench.folder)


def test_the_passages_of_an_updated_paper_are_the_new_ones(bench: Bench) -> None:
    bench.ingest(paper(1, abstract="The first sentence of old. The second sentence of old."))
    bench.ingest(paper(1, abstract="Now it is a single sentence."))
    index = PaperIndex.open(bench.folder, bench.embedder)
    assert [each.text for each in index.vectors(Level.SENTENCE).passages] == ["Now it is a single sentence."]
    index.close()


def test_a_paper_that_comes_again_under_another_id_takes_the_place_of_the_first(bench: Bench) -> None:
    bench.ingest(paper(1, id="a-slug"), paper(2))
    report = bench.ingest(paper(1, id="2311.08355", arxiv_id="2311.08355"))
    assert report.updated == ("2311.08355",)
    assert bench.ids == ["p2", "2311.08355"]


def test_two_papers_that_turn_out_to_be_one_are_replaced_by_it(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "AT_ONCE", 1)
    bench.ingest(paper(1, arxiv_id="2311.08355", id="2311.08355"), paper(2, doi="10.1000/x", id="10.1000/x"), paper(3))
    report = bench.ingest(paper(4, arxiv_id="2311.08355", doi="10.1000/x", id="2311.08355"))
    assert (report.updated, len(report.merged)) == (("2311.08355",), 1)
    assert sorted(bench.ids) == ["2311.08355", "p3"]


def test_pruning_removes_what_the_sources_no_longer_have(bench: Bench) -> None:
    bench.ingest(paper(1), paper(2), paper(3))
    assert bench.ingest(paper(2), prune=True).removed == ("p1", "p3")
    assert bench.ids == ["p2"]


def test_pruning_removes_nothing_if_a_record_was_refused(bench: Bench) -> None:
    bench.ingest(paper(1), paper(2))
    assert bench.ingest(paper(2), prune=True, refused=(Refusal("test", 3, "broken"),)).removed == ()
    assert bench.ids == ["p1", "p2"]


def test_papers_are_removed_by_id_and_unknown_ids_refused(bench: Bench) -> None:
    bench.ingest(paper(1), paper(2), paper(3))
    report = remove_papers(["p3", "nope", "p1", "p3"], bench.folder, bench.embedder)
    assert report.removed == ("p3", "p1")
    assert [refusal.reason for refusal in report.refused] == [f"no paper 'nope' in {bench.folder}"]
    assert bench.ids == ["p2"]


def test_a_run_that_is_broken_off_is_completed_by_the_next(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "AT_ONCE", 2)
    papers = [paper(number) for number in range(7)]
    with pytest.raises(KeyboardInterrupt):
        ingest_papers(found(*papers), bench.folder, bench.embedder, progress=Impatient(after=2))
    held = bench.ids
    assert held
    assert held == [each.id for each in papers[: len(held)]]
    report = bench.ingest(*papers)
    assert report.unchanged == tuple(held)
    assert bench.ids == [each.id for each in papers]


class Impatient:
    """Presses Ctrl-C when so many batches are done."""

    def __init__(self, after: int) -> None:
        self.left = after

    def start(self, total: int) -> None:
        assert total

    def advance(self, count: int) -> None:
        self.left -= 1
        if self.left == 0:
            raise KeyboardInterrupt


def test_each_portion_counts_when_it_is_written(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "AT_ONCE", 2)
    seen: list[list[str]] = []

    class Watcher(Impatient):
        def advance(self, count: int) -> None:
            seen.append(bench.ids)

    ingest_papers(found(*map(paper, range(6))), bench.folder, bench.embedder, progress=Watcher(0))
    assert [len(ids) for ids in seen] == [2, 4, 6]


def test_a_run_ends_with_one_segment_however_many_portions_came(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "AT_ONCE", 1)
    bench.ingest(*map(paper, range(5)))
    (segment,) = read_manifest(bench.folder).segments
    assert segment.papers == 5
    assert segment.has_chroma


def test_a_title_leads_every_window_and_offsets_do_not_move(bench: Bench) -> None:
    abstract = " ".join(f"Sentence number {number} has seven words." for number in range(40))
    bench.ingest(paper(1, abstract=abstract))
    assert len(bench.embedder.embedded) > 1
    assert all(text.startswith("Title 1. Sentence number") for text in bench.embedder.embedded)
    index = PaperIndex.open(bench.folder, bench.embedder)
    for passage in index.vectors(Level.WINDOW).passages:
        assert abstract[passage.start : passage.end] == passage.text
    index.close()


def test_the_page_of_the_bundled_papers_is_completed_with_ids_and_years(shared: Path) -> None:
    records = list(find_papers(str(shared / "pages" / "daily-papers-music.txt")))
    papers = [record.paper for record in records if isinstance(record, Found)]
    assert len(papers) == 41
    assert all(each.arxiv_id == each.id and each.year and each.authors for each in papers)


def test_a_page_over_the_bundled_papers_replaces_each_by_its_original(
    shared: Path, tmp_path: Path, embedder: SentenceTransformerEmbedder
) -> None:
    folder = tmp_path / "index"
    counting = CountingEmbedder()
    ingest_papers(find_papers(str(BUNDLED_CORPUS)), folder, counting)
    report = ingest_papers(find_papers(str(shared / "pages" / "daily-papers-music.txt")), folder, counting)
    assert (len(report.added), len(report.updated), report.papers) == (0, 41, 41)
    assert not any(each.is_digest for each in papers_held(folder))
