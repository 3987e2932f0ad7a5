"""Vectors on a Chroma server, which is a real one: started by `chroma run`, killed, and started again."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from counting_embedder import CountingEmbedder

from ingest.bundled import BUNDLED_CORPUS
from ingest.errors import IndexStoreError
from ingest.index.checking import check_index
from ingest.index.paper_index import PaperIndex
from ingest.index.repair import repair_index
from ingest.index.segments import CHROMA
from ingest.index.served import KEY, URL, named_server
from ingest.papers import Paper
from ingest.passages import Level
from ingest.pipeline import ingest_papers
from ingest.sources import Found, find_papers

pytestmark = pytest.mark.slow
SECONDS_TO_START = 60
MORE = Paper("one-more", "Lullabies for harp", "A model writes lullabies. It has learned from harps alone.")


class Server:
    """A Chroma server of our own."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self._port = int(listener.getsockname()[1])
        self._folder = folder
        self.url = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        program = Path(sys.executable).with_name("chroma")
        command = [str(program), "run", "--path", str(self._folder), "--host", "127.0.0.1", "--port", str(self._port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < until:
            try:
                httpx.get(f"{self.url}/api/v2/heartbeat")
                return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("the Chroma server did not start")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    started = Server(tmp_path / "server")
    started.start()
    monkeypatch.setenv(URL, started.url)
    yield started
    started.kill()


@pytest.fixture
def folder(server: Server, tmp_path: Path) -> Path:
    ingest_papers(find_papers(str(BUNDLED_CORPUS)), tmp_path / "index", CountingEmbedder())
    return tmp_path / "index"


def found(index: PaperIndex) -> list[str]:
    vector = index.embedder.embed_question("music from a language model")
    return [near.passage.id for level in Level for near in index.nearest(vector, level, 10)]


def collections() -> set[str]:
    server = named_server()
    assert server is not None
    return {collection.name for collection in server.client().list_collections()}


def test_the_server_finds_what_chromas_own_files_would(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not list(folder.glob(f"segment-*/{CHROMA}"))
    assert check_index(folder) == ()
    served = found(PaperIndex.open(folder, CountingEmbedder()))
    monkeypatch.delenv(URL)
    ingest_papers(find_papers(str(BUNDLED_CORPUS)), tmp_path / "own", CountingEmbedder())
    assert served == found(PaperIndex.open(tmp_path / "own", CountingEmbedder()))


def test_a_reader_follows_the_writer_and_replaced_collections_go(folder: Path) -> None:
    reader = PaperIndex.open(folder, CountingEmbedder())
    for number in range(4):
        paper = Paper(f"more-{number}", f"{MORE.title} {number}", MORE.abstract)
        ingest_papers([Found(paper, "more", 1)], folder, CountingEmbedder())
    reader.refresh()
    near = reader.nearest(reader.embedder.embed_question(MORE.abstract), Level.WINDOW, 4)
    assert {each.passage.paper_id for each in near} == {f"more-{number}" for number in range(4)}
    on_disk = len(list(folder.glob("segment-*/served.json")))
    assert len(collections()) == 2 * on_disk


def test_a_killed_server_is_told_in_one_line_and_asked_again_when_it_is_back(folder: Path, server: Server) -> None:
    index = PaperIndex.open(folder, CountingEmbedder())
    before = found(index)
    server.kill()
    with pytest.raises(IndexStoreError, match=f"{server.url} cannot be reached: start it"):
        found(index)
    server.start()
    assert found(index) == before


def test_without_its_server_an_index_says_what_to_do_and_repair_brings_the_vectors_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served = found(PaperIndex.open(folder, CountingEmbedder()))
    monkeypatch.delenv(URL)
    with pytest.raises(IndexStoreError, match=f"set {URL} to its address, or bring them back with `python -m ingest"):
        PaperIndex.open(folder, CountingEmbedder())
    repair_index(folder, CountingEmbedder())
    assert list(folder.glob(f"segment-*/{CHROMA}"))
    assert found(PaperIndex.open(folder, CountingEmbedder())) == served


def test_a_server_that_lost_its_data_is_given_them_again_by_repair(
    folder: Path, server: Server, tmp_path: Path
) -> None:
    before = found(PaperIndex.open(folder, CountingEmbedder()))
    server.kill()
    shutil.rmtree(tmp_path / "server")
    server.start()
    with pytest.raises(IndexStoreError, match="put them there with `python -m ingest repair"):
        found(PaperIndex.open(folder, CountingEmbedder()))
    repair_index(folder, CountingEmbedder())
    assert found(PaperIndex.open(folder, CountingEmbedder())) == before


def test_an_address_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URL, "localhost")
    with pytest.raises(IndexStoreError, match=f"{URL}='localhost' is no server's address"):
        named_server()


def test_with_a_key_the_quotas_of_the_cloud_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URL, "https://api.trychroma.com")
    monkeypatch.setenv(KEY, "a-key")
    server = named_server()
    assert server is not None
    assert server.most == 300
