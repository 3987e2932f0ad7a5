"""The index: what is written is found again, by others too, and nothing that happens to a writer harms a reader."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from counting_embedder import CountingEmbedder

from ingest.embedding.base import Embedder
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.errors import IndexLocked, IndexMismatch, IndexMissing, IndexStoreError
from ingest.extraction.profile import Name, Profile
from ingest.index import corpus, paper_index
from ingest.index.chroma import WRITE_BATCH
from ingest.index.manifest import KEPT_MANIFESTS, copies_of, read_manifest, write_manifest
from ingest.index.paper_index import PaperIndex, papers_held
from ingest.index.snapshots import writer_lock
from ingest.index.types import Entry
from ingest.papers import Paper
from ingest.passages import Level, windows_of
from ingest.pipeline import IngestReport, ingest_papers, rebuild_index, remove_papers
from ingest.sources.found import Found

REPOSITORY = Path(__file__).parents[3]
NOBODY = 65534
ODD_IDS = ("10.1000/x(1)y", "a'b\"c", "naïve ☃ id", "hep-th/9901001", "x" * 300, "{$in}", "%00", "../up")


def paper(number: int, **changes: object) -> Paper:
    fields = {
        "id": f"p{number}",
        "title": f"Title number {number}",
        "abstract": f"We write about subject {number}. It has a second sentence, too.",
    }
    return Paper(**(fields | changes))


def found(*papers: Paper) -> list[Found]:
    return [Found(each, "test", place) for place, each in enumerate(papers, 1)]


def ingest(folder: Path, *papers: Paper, embedder: CountingEmbedder | None = None) -> IngestReport:
    return ingest_papers(found(*papers), folder, embedder or CountingEmbedder())


def entry(each: Paper, embedder: Embedder) -> Entry:
    windows = windows_of(each, embedder.count_tokens, 100)
    texts, spans = zip(*((w.passage.text, [(p.start, p.end) for p in w.sentences]) for w in windows), strict=True)
    return Entry(each, Profile(), windows, tuple(embedder.embed_texts(texts, spans)))


def ids_in(folder: Path) -> list[str]:
    return [each.id for each in papers_held(folder)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def reader(folder: Path) -> Iterator[PaperIndex]:
    """An open index of three papers."""
    ingest(folder, paper(1), paper(2), paper(3))
    index = PaperIndex.open(folder, CountingEmbedder())
    yield index
    index.close()


def test_papers_come_back_as_they_went_in_and_in_order(reader: PaperIndex) -> None:
    assert reader.papers() == (paper(1), paper(2), paper(3))
    assert reader.paper("p2") == paper(2)
    assert reader.paper("p9") is None
    assert reader.manifest.papers == reader.manifest.passages == 3
    assert reader.manifest.sentences == 6


def test_the_manifest_says_in_which_precisions_papers_were_read(folder: Path) -> None:
    told = []
    for number, precision in enumerate(("bfloat16", "bfloat16", "float32"), 1):
        embedder = CountingEmbedder()
        embedder.precision = precision
        ingest(folder, *map(paper, range(1, number + 1)), embedder=embedder)
        told.append(read_manifest(folder).precision)
    assert told == ["bfloat16", "bfloat16", "bfloat16, float32"]
    remove_papers(["p3"], folder, embedder)
    assert read_manifest(folder).precision == "bfloat16, float32"
    assert len(embedder.embedded) == 1


@pytest.mark.parametrize("level", Level)
def test_passages_are_stretches_of_their_abstracts(reader: PaperIndex, level: Level) -> None:
    vectors = reader.vectors(level)
    assert len(vectors.passages) == len(vectors.matrix) == (3 if level is Level.WINDOW else 6)
    for passage in vectors.passages:
        held = reader.paper(passage.paper_id)
        assert held is not None
        assert held.abstract[passage.start : passage.end] == passage.text


def test_the_nearest_passage_to_its_own_words_is_itself(reader: PaperIndex) -> None:
    vector = reader.embedder.embed_question("We write about subject 2.")
    nearest = reader.nearest(vector, Level.SENTENCE, limit=3)
    assert nearest[0].passage.paper_id == "p2"
    assert nearest[0].similarity == pytest.approx(1.0, abs=1e-4)
    assert [near.similarity for near in nearest] == sorted((near.similarity for near in nearest), reverse=True)


def test_a_search_can_be_held_to_some_papers(reader: PaperIndex) -> None:
    vector = reader.embedder.embed_question("subject")
    assert {near.passage.paper_id for near in reader.nearest(vector, Level.SENTENCE, 9, frozenset({"p1", "p3"}))} == {
        "p1",
        "p3",
    }
    assert reader.nearest(vector, Level.SENTENCE, 9, frozenset()) == ()


def test_an_empty_index_finds_nothing(folder: Path) -> None:
    ingest(folder)
    index = PaperIndex.open(folder, CountingEmbedder())
    assert index.papers() == ()
    assert index.nearest(index.embedder.embed_question("anything"), Level.WINDOW, 5) == ()
    assert index.corpus().bm25.scores("anything").shape == (0,)
    index.close()


@pytest.mark.parametrize("paper_id", ODD_IDS)
def test_an_id_may_have_any_characters(folder: Path, paper_id: str) -> None:
    ingest(folder, paper(1, id=paper_id), paper(2))
    index = PaperIndex.open(folder, CountingEmbedder())
    assert index.paper(paper_id) == paper(1, id=paper_id)
    assert {each.paper_id for each in index.vectors(Level.SENTENCE, frozenset({paper_id})).passages} == {paper_id}
    index.close()
    assert remove_papers([paper_id], folder, CountingEmbedder()).removed == (paper_id,)
    assert ids_in(folder) == ["p2"]


def test_more_records_than_chroma_takes_in_one_write_go_in_and_out(folder: Path) -> None:
    papers = [paper(number, abstract=f"Just one thing, of number {number}.") for number in range(5_500)]
    assert len(papers) > 2 * WRITE_BATCH
    with PaperIndex.writing(folder, CountingEmbedder()) as index:
        index.add([entry(each, index.embedder) for each in papers])
        index.commit()
        assert index.manifest.papers == len(papers)
        assert index.papers()[-1] == papers[-1]
        index.remove([each.id for each in papers[1:]])
        index.commit()
        assert index.papers() == (papers[0],)


def test_a_reader_sees_what_another_wrote_when_it_refreshes(reader: PaperIndex, folder: Path) -> None:
    def nearest_ids() -> set[str]:
        vector = reader.embedder.embed_question("subject")
        return {near.passage.paper_id for near in reader.nearest(vector, Level.WINDOW, 9)}

    ingest(folder, paper(4))
    remove_papers(["p1"], folder, CountingEmbedder())
    assert nearest_ids() == {each.id for each in reader.papers()} == {"p1", "p2", "p3"}
    reader.refresh()
    assert nearest_ids() == {each.id for each in reader.papers()} == {"p2", "p3", "p4"}


def test_a_reader_sees_what_another_process_wrote(reader: PaperIndex, folder: Path) -> None:
    run_python(WRITES_PAPERS, folder, "1")
    reader.refresh()
    assert reader.paper("w0") is not None


def test_a_manifest_that_nobody_replaced_is_not_read_again(
    reader: PaperIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader.refresh()
    with monkeypatch.context() as without:
        without.setattr(paper_index, "read_manifest", None)
        reader.refresh()
    ingest(folder, paper(4))
    reader.refresh()
    assert len(reader.papers()) == 4


def test_refreshing_without_news_opens_nothing(reader: PaperIndex) -> None:
    corpus = reader.corpus()
    reader.refresh()
    assert reader.corpus() is corpus


def test_threads_may_search_while_another_adds(reader: PaperIndex, folder: Path) -> None:
    writes = 5
    done = threading.Event()

    def search() -> int:
        searches = 0
        while not done.is_set() or not searches:
            near = reader.nearest(reader.embedder.embed_question("subject 2"), Level.SENTENCE, 3)
            assert all(reader.paper(each.passage.paper_id) for each in near)
            reader.refresh()
            searches += 1
        return searches

    with ThreadPoolExecutor(3) as pool:
        searches = [pool.submit(search) for _ in range(3)]
        try:
            for number in range(writes):
                ingest(folder, paper(10 + number))
        finally:
            done.set()
        assert all(each.result() for each in searches)
    reader.refresh()
    assert len(reader.papers()) == 3 + writes


def test_what_was_not_committed_is_dropped(folder: Path) -> None:
    ingest(folder, paper(1))
    with pytest.raises(KeyboardInterrupt), PaperIndex.writing(folder, CountingEmbedder()) as index:
        index.remove(["p1"])
        raise KeyboardInterrupt
    assert ids_in(folder) == ["p1"]
    assert not list(folder.glob("draft-*"))


def test_two_writers_never_write_at_once(folder: Path) -> None:
    ingest(folder, paper(1))
    with writer_lock(folder):
        with pytest.raises(IndexLocked, match="another process is writing"):
            ingest(folder, paper(2))
        assert ids_in(folder) == ["p1"]
    ingest(folder, paper(2))
    assert ids_in(folder) == ["p1", "p2"]


def test_a_killed_writer_leaves_the_index_as_it_was(reader: PaperIndex, folder: Path) -> None:
    writer = start_python(WRITES_PAPERS, folder, "1000000")
    assert writer.stdout is not None
    assert writer.stdout.readline() == "writing\n"
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    assert ids_in(folder) == ["p1", "p2", "p3"]
    ingest(folder, paper(4))
    assert ids_in(folder) == ["p1", "p2", "p3", "p4"]
    assert not list(folder.glob("draft-*"))  # that of the dead is gone


def test_what_no_kept_manifest_names_any_more_goes(reader: PaperIndex, folder: Path) -> None:
    for number in range(4, 12):
        ingest(folder, paper(number))
    kept = {segment.name for copy in copies_of(folder) for segment in copy.segments}
    assert {path.name for path in folder.glob("segment-*")} == kept
    assert len(list(folder.glob("manifest-*.json"))) == KEPT_MANIFESTS
    near = reader.nearest(reader.embedder.embed_question("We write about subject 2."), Level.SENTENCE, 1)
    assert near[0].passage.paper_id == "p2"


def test_a_rebuilt_index_holds_the_same_papers(reader: PaperIndex, folder: Path) -> None:
    other = CountingEmbedder("another model")
    with pytest.raises(IndexMismatch, match=r"was made by words-in-buckets, not by another model.*--rebuild"):
        PaperIndex.open(folder, other)
    report = rebuild_index(found(paper(3, abstract="New words for it."), paper(4)), folder, other)
    assert sorted(report.added) == ["p1", "p2", "p3", "p4"]
    index = PaperIndex.open(folder, other)
    assert index.paper("p3") == paper(3, abstract="New words for it.")
    index.close()
    with pytest.raises(IndexMismatch):
        reader.refresh()
    assert reader.paper("p1") == paper(1)  # what it has open goes on


def test_a_rebuild_that_fails_keeps_the_old_index(folder: Path) -> None:
    ingest(folder, paper(1))
    before = read_manifest(folder)

    class Failing(CountingEmbedder):
        def count_tokens(self, text: str) -> int:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild_index([], folder, Failing("another model"))
    assert read_manifest(folder) == before
    assert ids_in(folder) == ["p1"]


def test_an_index_of_another_scheme_is_not_opened(folder: Path) -> None:
    ingest(folder, paper(1))
    write_manifest(folder, replace(read_manifest(folder), scheme=9))
    with pytest.raises(IndexMismatch, match="--rebuild"):
        PaperIndex.open(folder, CountingEmbedder())
    assert rebuild_index([], folder, CountingEmbedder()).added == ("p1",)


def change_the_rules(monkeypatch: pytest.MonkeyPatch) -> Profile:
    """As another version of the word lists: every paper has the same one name; the profile is what papers then have."""
    changed = Profile((Name("Changed", introduced=True),))
    monkeypatch.setattr(paper_index, "profile_of", lambda paper: changed)
    monkeypatch.setattr(corpus, "profile_of", lambda paper: changed)
    monkeypatch.setattr(paper_index, "extraction_version", lambda: "another")
    return changed


def test_profiles_of_other_word_lists_are_not_shown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(folder, paper(1))
    changed = change_the_rules(monkeypatch)
    index = PaperIndex.open(folder, CountingEmbedder())
    assert index.profile("p1") == changed
    index.close()


def test_other_word_lists_cost_no_embedding(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(folder, paper(1), paper(2))
    changed = change_the_rules(monkeypatch)
    embedder = CountingEmbedder()
    assert ingest(folder, paper(1), embedder=embedder).unchanged == ("p1",)
    monkeypatch.setattr(paper_index, "profile_of", lambda paper: Profile())  # what is kept is read, not made again
    index = PaperIndex.open(folder, embedder)
    assert [index.profile(each.id) for each in index.papers()] == [changed, changed]
    assert index.papers() == (paper(1), paper(2))
    assert embedder.embedded == []
    index.close()


def test_no_index_names_the_command_that_makes_one(folder: Path) -> None:
    with pytest.raises(IndexMissing, match="python -m ingest --index"):
        PaperIndex.open(folder, CountingEmbedder())
    with pytest.raises(IndexMissing):
        remove_papers(["p1"], folder, CountingEmbedder())
    assert not folder.exists()


def test_an_index_path_that_is_a_file_is_told(tmp_path: Path) -> None:
    file = tmp_path / "index"
    file.write_text("a file")
    with pytest.raises(IndexStoreError, match="is a file"):
        PaperIndex.open(file, CountingEmbedder())
    with pytest.raises(IndexStoreError, match="name another"):
        ingest(file, paper(1))
    with pytest.raises(IndexStoreError, match="name another"):
        ingest(file / "below", paper(1))


def test_vectors_that_are_cut_short_are_told_and_the_papers_still_read(folder: Path) -> None:
    ingest(folder, *map(paper, range(4)))
    halve(max(folder.rglob("data_level0.bin"), key=lambda path: path.stat().st_size))
    with pytest.raises(IndexStoreError, match=r"cut short.*python -m ingest repair"):
        PaperIndex.open(folder, CountingEmbedder())
    assert papers_held(folder) == tuple(map(paper, range(4)))


def halve(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def test_a_segment_that_is_gone_is_told(folder: Path) -> None:
    ingest(folder, paper(1))
    for segment in folder.glob("segment-*"):
        shutil.rmtree(segment)
    with pytest.raises(IndexStoreError, match=r"damaged.*repair"):
        PaperIndex.open(folder, CountingEmbedder())
    rebuild_index(found(paper(1)), folder, CountingEmbedder())
    assert ids_in(folder) == ["p1"]


def test_a_folder_that_may_not_be_written_to_is_told(nobody: Path) -> None:
    with pytest.raises(IndexStoreError, match="may not be written to"):
        ingest(nobody / "index", paper(1))


def test_an_index_that_may_only_be_read_is_read(nobody: Path) -> None:
    with as_owner():
        ingest(nobody / "index", paper(1))
    index = PaperIndex.open(nobody / "index", CountingEmbedder())
    assert index.nearest(index.embedder.embed_question("subject"), Level.WINDOW, 1)[0].passage.paper_id == "p1"
    index.close()


@pytest.fixture
def nobody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that may be read but not written to. For root, who may do anything, we are nobody for the time."""
    folder = tmp_path_factory.mktemp("others")
    closed = [path for path in (folder, *folder.parents) if not path.stat().st_mode & 0o001]
    for path in closed:
        path.chmod(0o755)
    folder.chmod(0o555)
    if not os.geteuid():
        os.seteuid(NOBODY)
    yield folder
    os.seteuid(os.getuid())
    folder.chmod(0o755)
    for path in closed:
        path.chmod(0o700)


@contextmanager
def as_owner() -> Iterator[None]:
    """Out of `nobody`'s shoes for a moment."""
    before = os.geteuid()
    os.seteuid(os.getuid())
    yield
    os.seteuid(before)


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("What is MeLoDy?", "Efficient Neural Music Generation"),
        ("what does m2ugen do", "M²UGen: Multi-modal Music Understanding and Generation"),
        ("M$^{2}$UGen", "M²UGen: Multi-modal Music Understanding and Generation"),
        ("How does DITTO-2 work?", "DITTO-2: Distilled Diffusion"),
        ("JEN-1", "JEN-1"),
        ("Efficient Neural Music Generation", "Efficient Neural Music Generation"),
    ],
)
def test_a_name_is_always_found_by_its_words(index: PaperIndex, question: str, title: str) -> None:
    best = index.corpus().bm25.scores(question).argmax()
    assert index.papers()[best].title.startswith(title)


def test_every_title_finds_its_paper_by_its_words(index: PaperIndex) -> None:
    for place, each in enumerate(index.papers()):
        assert index.corpus().bm25.scores(each.title).argmax() == place


def test_the_bundled_papers_are_all_there(index: PaperIndex, embedder: SentenceTransformerEmbedder) -> None:
    assert index.manifest.papers == 41
    assert index.manifest.dimensions == embedder.dimensions == 384
    assert all(index.profile(each.id).names for each in index.papers() if ":" in each.title)


WRITES_PAPERS = """
    import sys
    sys.path += [".", "tests/ingest"]
    from pathlib import Path
    from counting_embedder import CountingEmbedder
    from ingest.index.paper_index import PaperIndex
    from ingest.papers import Paper
    from ingest.pipeline import entries_of

    with PaperIndex.writing(Path(sys.argv[1]), CountingEmbedder()) as index:
        for number in range(int(sys.argv[2])):
            papers = [Paper(f"w{number}", f"Written {number}", "Somebody else wrote this abstract.")]
            index.add(entries_of(papers, index.embedder))
            print("writing", flush=True)
        index.commit()
"""


def start_python(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Another process that runs this code."""
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    return subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)


def run_python(code: str, *arguments: object) -> None:
    with start_python(code, *arguments) as process:
        process.communicate(timeout=120)
    assert process.returncode == 0
