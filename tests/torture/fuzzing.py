"""What reads other people's bytes, fed with noise that grows towards new code (atheris), and held to its own exceptions.

    PYTHONPATH=.:tests/ingest:tests/security python tests/torture/fuzzing.py SECONDS FOLDER

The first byte of an input chooses the target. What asks a service (Crossref, OpenAlex, Zotero) asks a real server on
this machine, which answers with the noise. An exception that is none of ours, or an invariant that does not hold, is
written down once a place and the run goes on; FOLDER keeps the corpus and what was found. Needs `pip install atheris`,
which no other test does.
"""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
import threading
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO, StringIO
from pathlib import Path

import atheris
import openpyxl
from gradio import EventData
from pydantic import ValidationError
from rich.console import Console

with atheris.instrument_imports(include=["ingest", "assistant", "bibtexparser", "rispy", "nbib", "defusedxml"]):
    from counting_embedder import CountingEmbedder
    from markdown_it import MarkdownIt
    from payloads import PAYLOADS, hostile_answer, raw_paper

    from assistant.answering import Assistant
    from assistant.backends.extractive import ExtractiveBackend
    from assistant.commands.dialogue import Dialogue
    from assistant.conversation import Conversation
    from assistant.errors import AssistantError
    from assistant.export.formats import COMPARISON_FORMATS, CONVERSATION_FORMATS, GRID_FORMATS
    from assistant.export.records import answer_record, read_batch
    from assistant.export.saved import conversation_from_json
    from assistant.filters import Filters
    from assistant.generation.harmless import harmless
    from assistant.markers import MarkerFilter, filter_markers, without_markers
    from assistant.markup import escaped
    from assistant.prompts import defused
    from assistant.query.reader import QuestionReader
    from assistant.settings import Settings
    from assistant.ui.access.gate import credentials_in
    from assistant.ui.access.hosts import host_name
    from assistant.ui.access.passwords import is_hash, is_right
    from assistant.ui.access.users import read_users
    from assistant.ui.base.markdown import safe_html
    from assistant.ui.chat.archive import archive_from
    from assistant.ui.chat.naming import NamingSteps
    from assistant.ui.chat.narrowing import filters_from_text, narrowed_by_form
    from assistant.ui.programs.chat_completions import Completion, conversation_in
    from assistant.ui.programs.tools import Tools
    from ingest.bundled import BUNDLED_CORPUS
    from ingest.errors import IngestError
    from ingest.extraction.extractor import profile_of
    from ingest.index.archive import import_index
    from ingest.index.arrivals import read_arrivals
    from ingest.index.beside import ARRIVALS_NAME, LEDGER_NAME, REMOVALS_NAME
    from ingest.index.corpus import Corpus
    from ingest.index.manifest import parse_manifest
    from ingest.index.paper_index import PaperIndex
    from ingest.index.records import paper_from_json, profile_from_line
    from ingest.origins import read_origins
    from ingest.papers import RecordError
    from ingest.pipeline import ingest_papers
    from ingest.removals import read_removals
    from ingest.sources import FORMATS, Found, find_papers
    from ingest.sources.zotero import ZoteroReading
    from ingest.text.latex import plain_text
    from ingest.text.markup import without_markup

OURS = (AssistantError, IngestError, RecordError)
# More turns, lines or columns in one run would leave no time for others.
MOST_TURNS = 3
FOUND = Path(sys.argv[2])
FILE = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None)) / "source"
PAPERS = tuple(r.paper for r in find_papers(str(BUNDLED_CORPUS)) if isinstance(r, Found))
READER = QuestionReader(Corpus(PAPERS, {paper.id: profile_of(paper) for paper in PAPERS}, CountingEmbedder()))
PAPER_IDS = [paper.id for paper in PAPERS[:8]]
met: Counter[str] = Counter()
runs: Counter[str] = Counter()


def assistant() -> Assistant:
    """The real one, which quotes, over a small index."""
    folder = FILE.with_name("index")
    ingest_papers([Found(paper, "noise", 1) for paper in PAPERS], folder, CountingEmbedder())
    return Assistant(PaperIndex.open(folder, CountingEmbedder()), Settings(_env_file=None), ExtractiveBackend())  # type: ignore[call-arg]


ASSISTANT = assistant()


def text_of(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def source(name: str | None) -> Callable[[bytes], None]:
    def read(data: bytes) -> None:
        FILE.write_bytes(data)
        for record in find_papers(str(FILE), name):
            if isinstance(record, Found):
                profile_of(record.paper)
                assert record.paper.title and record.paper.abstract and record.paper.id

    return read


class Noise(BaseHTTPRequestHandler):
    """A service that answers whatever it is asked with the same bytes: two lines of headers, and a body."""

    said = b""

    def do_GET(self) -> None:
        first, _, rest = self.said.partition(b"\n")
        second, _, body = rest.partition(b"\n")
        self.send_response(404 if first.startswith(b"4") else 200)
        for name, value in (("Total-Results", first), ("Last-Modified-Version", second)):
            self.send_header(name, re.sub(r"[^ -~]", "", text_of(value[:40])))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def services(data: bytes) -> None:
    Noise.said = data
    location = ("doi:10.1000/x", "openalex:W1", "openalex:query:x", "zotero:", "")[len(data) % 5]
    since = ZoteroReading("zotero:group:1&tag:x", since=1, known=frozenset({"A"}))
    for record in find_papers(location) if location else since.records():
        assert not isinstance(record, Found) or (record.paper.title and record.paper.abstract)


def api(data: bytes) -> None:
    text = text_of(data)
    with suppress(ValidationError):
        asked = Completion.model_validate_json(text)
        question, conversation = conversation_in(asked.messages[:MOST_TURNS])
        json.dumps(answer_record(ASSISTANT.ask(question[:300], conversation, asked.footnote.filters)))
    with suppress(ValueError):
        said = json.loads(text)
        if isinstance(said, dict):
            narrowed_by_form(Filters(), {str(name): str(value) for name, value in said.items()})
    tools = Tools(ASSISTANT)
    for tool in (tools.search, tools.list_papers, tools.get_paper):
        with suppress(*OURS):
            json.dumps(tool(text[:300]))
    with suppress(*OURS):
        json.dumps(tools.compare(PAPER_IDS[:2], text[:300].splitlines()))
    filters_from_text(text)


def typed(data: bytes) -> None:
    text = text_of(data[:300])
    if len(data) % 3 == 0:
        ASSISTANT.tabulate(PAPER_IDS, text.splitlines()[:MOST_TURNS])
    elif len(data) % 3 == 1:
        for sign in ("@", "/"):
            NamingSteps(ASSISTANT).offer(EventData(None, {"query": sign + text}))
    else:
        dialogue = Dialogue(ASSISTANT, Console(file=StringIO()))
        for line in text.splitlines()[:MOST_TURNS]:
            if not line.strip().startswith(("/export", "/open")):  # these write and read where they are told to
                with suppress(*OURS):
                    dialogue.take(line)


def markdown(data: bytes) -> None:
    text = text_of(data)
    page = safe_html(text)
    assert not any(tag in page for tag in ("<script", "<img", "<iframe", "<svg", 'onerror="')), page
    once = harmless(text)
    shown = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(once)
    assert not re.search(r"<(?:img|a)\b", shown), shown
    escaped(text), plain_text(text[:2000]), without_markup(text), defused(text)


def markers(data: bytes) -> None:
    text = text_of(data)
    filtered = MarkerFilter(range(1, 4))
    half = len(text) // 2
    pieces = filtered.feed(text[:half]) + filtered.feed(text[half:]) + filtered.finish()
    assert pieces == filter_markers(text, range(1, 4)), (pieces, filter_markers(text, range(1, 4)))
    without_markers(text)


def exports(data: bytes) -> None:
    text = text_of(data)
    answer = hostile_answer(raw_paper(1, text), text)
    conversation = Conversation().with_turn(text, answer)
    for write in CONVERSATION_FORMATS.values():
        write(conversation)
    for table in GRID_FORMATS.values():
        table(answer.comparison)  # type: ignore[arg-type]
    for suffix, write_table in COMPARISON_FORMATS.items():
        if suffix != ".xlsx" or len(data) % 4 == 0:  # as slow as all others together
            written = write_table(answer.comparison)  # type: ignore[arg-type]
        if isinstance(written, bytes):
            cells = (cell for sheet in openpyxl.load_workbook(BytesIO(written)) for row in sheet for cell in row)
            assert not any(cell.data_type == "f" for cell in cells)
    json.dumps(answer_record(answer))
    assert conversation_from_json(CONVERSATION_FORMATS[".json"](conversation)) == conversation


def saved(data: bytes) -> None:
    conversation = conversation_from_json(data)
    for write in CONVERSATION_FORMATS.values():
        write(conversation)


def question(data: bytes) -> None:
    text = text_of(data[:300])
    first = READER.read(text, Conversation())
    READER.read("and its data?", Conversation().with_turn(text, hostile_answer(PAPERS[0], text)))
    assert first.text is not None


def files(data: bytes) -> None:
    FILE.write_bytes(data)
    for read in (read_users, read_batch):
        with suppress(*OURS):
            list(read(FILE))  # type: ignore[arg-type]
    with suppress(*OURS):
        import_index(FILE, FILE.with_name("never"))
    for name, read in ((ARRIVALS_NAME, read_arrivals), (LEDGER_NAME, read_origins), (REMOVALS_NAME, read_removals)):
        FILE.with_name(name).write_bytes(data)
        with suppress(*OURS):
            read(FILE.parent)
    for parse in (parse_manifest, paper_from_json, lambda line: profile_from_line(line, PAPERS[0])):
        with suppress(ValueError, KeyError, TypeError):  # what their callers await
            parse(data)  # type: ignore[operator]


def access(data: bytes) -> None:
    text = text_of(data)
    credentials_in(text), host_name(text), is_right("x", text) if is_hash(text) else None
    with suppress(ValueError):
        archive_from(json.loads(text))


OF_SERVICES = (
    b'{"message": {"title": ["A"], "abstract": "<jats:p>B.</jats:p>", "author": [{"family": "C"}], "issued": 2020}}',
    b'{"results": [{"display_name": "A", "abstract_inverted_index": {"B": [0], "C": [1]}, "authorships": []}]}',
    b'[{"key": "A", "data": {"itemType": "book", "title": "A", "abstractNote": "B.", "creators": [], "name": "C"}}]',
)
TARGETS: dict[str, Callable[[bytes], None]] = {
    **{f"source {name or 'unknown'}": source(name) for name in (None, *FORMATS) if name != "arxiv"},
    "markdown": markdown, "markers": markers, "exports": exports, "saved": saved, "question": question,
    "files": files, "access": access, "services": services, "api": api, "typed": typed,
}  # fmt: skip
NAMES = list(TARGETS)


def one(data: bytes) -> None:
    if not data:
        return
    name = NAMES[data[0] % len(NAMES)]
    runs[name] += 1
    try:
        with suppress(*OURS):
            TARGETS[name](data[1:])
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        own = [frame for frame in traceback.extract_tb(error.__traceback__) if "fuzzing" not in frame.filename]
        last = own[-1] if own else traceback.extract_tb(error.__traceback__)[-1]
        place = f"{name}: {type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
        met[place] += 1
        if met[place] == 1:
            (FOUND / f"found-{len(met)}.bin").write_bytes(data[1:])
            (FOUND / f"found-{len(met)}.txt").write_text(place + "\n" + traceback.format_exc())
            print("FOUND", place, file=sys.stderr, flush=True)
    if sum(runs.values()) % 500 == 0:
        (FOUND / "runs.json").write_text(json.dumps({"runs": runs, "met": met}))


def seed(folder: Path) -> None:
    """Beginnings: a source of each format, payloads, questions."""
    folder.mkdir(parents=True, exist_ok=True)
    shared = Path(__file__).parents[3] / "shared" / "cases"
    samples = [each.read_bytes()[:3000] for each in sorted(shared.rglob("*")) if each.is_file()][:40]
    samples += [payload.encode() for _, payload in PAYLOADS[::9]]
    samples += [b"1\n7\n" + each for each in OF_SERVICES]
    samples += [b"Among the papers on X, which is the latest?", b"What have you got about X?", b"/compare A, B | data"]
    samples += [b'{"messages": [{"role": "user", "content": "Which use X?"}], "footnote": {"first_year": 2020}}']
    samples += [b"Which papers since 2023 by Lam use diffusion but not GANs?", b'{"title": "A", "abstract": "B."}']
    samples += [CONVERSATION_FORMATS[".json"](Conversation().with_turn("q", hostile_answer(PAPERS[0], "x"))).encode()]
    for place, sample in enumerate(samples):
        for target in range(len(NAMES)):
            if (place + target) % 4 == 0:
                (folder / f"seed-{place}-{target}").write_bytes(bytes([target]) + sample)


if __name__ == "__main__":
    seed(FOUND / "corpus")
    service = ThreadingHTTPServer(("127.0.0.1", 0), Noise)
    threading.Thread(target=service.serve_forever, daemon=True).start()
    for name in ("CROSSREF", "OPENALEX", "ZOTERO"):
        os.environ[f"FOOTNOTE_{name}_URL"] = f"http://127.0.0.1:{service.server_port}"
    os.chdir(FOUND)
    atheris.Setup(
        [
            sys.argv[0],
            f"-max_total_time={sys.argv[1]}",
            "-max_len=6000",
            "-timeout=20",
            "-rss_limit_mb=3000",
            str(FOUND / "corpus"),
        ],
        one,
    )
    atheris.Fuzz()
