"""What all tests share: the real model, a real index over the bundled papers, and no skipping where it counts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from ingest.quiet import hush

hush()  # before the libraries that it is about are imported

from ingest.bundled import BUNDLED_CORPUS  # noqa: E402
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder  # noqa: E402
from ingest.index.paper_index import PaperIndex  # noqa: E402
from ingest.pipeline import ingest_papers  # noqa: E402
from ingest.sources import find_papers  # noqa: E402

# How long an example takes says more about the machine, and who else is at work on it, than about the code.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def embedder() -> SentenceTransformerEmbedder:
    """The bundled model, in the precision that every processor has: what tests find must not depend on which."""
    return SentenceTransformerEmbedder(precision="float32")


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceTransformerEmbedder) -> Path:
    """The folder of a real index over the bundled papers; to be read, not written to."""
    folder = tmp_path_factory.mktemp("bundled") / "index"
    ingest_papers(find_papers(str(BUNDLED_CORPUS)), folder, embedder)
    return folder


@pytest.fixture(scope="session")
def index(index_folder: Path, embedder: SentenceTransformerEmbedder) -> PaperIndex:
    """That index, open."""
    return PaperIndex.open(index_folder, embedder)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of material beside the repository that is too large, or not ours, to be in it."""
    if not SHARED.is_dir():
        pytest.skip("there is no folder ../shared beside the repository")
    return SHARED


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In continuous integration, where everything is there, a skipped test is one that was never run: a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if _may_not_skip() and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the tests that were skipped, wherever that was."""
    verdict = "skipped, which fails a run with CI=true" if _may_not_skip() else "skipped"
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.write_line(f"{verdict}: {report.nodeid} ({str(reason).removeprefix('Skipped: ')})")


def _may_not_skip() -> bool:
    return os.environ.get("CI") == "true"
