"""The Library tab: all papers, one paper, and putting papers in and taking them out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import AssistantError
from assistant.filters import Filters
from assistant.ui.access.hosts import is_loopback
from assistant.ui.base import texts
from assistant.ui.base.bridge import download
from assistant.ui.base.templates import rendered
from assistant.ui.chat.feedback import Mark
from assistant.ui.chat.narrowing import scope_html
from assistant.ui.chat.thread import Thread
from assistant.ui.library.catalogue import Catalogue, Catalogues, Wish, choice_of, trait_of
from assistant.ui.library.changes import Shelved, Undo, put_in, records_of, take_out, undone
from assistant.ui.library.charts import charts_of
from assistant.ui.library.marks import Marks, mark_of, marks_to_markdown
from assistant.ui.library.paper_view import paper_html
from ingest.errors import IngestError
from ingest.pipeline import IngestReport

if TYPE_CHECKING:
    from assistant.answering import Assistant

_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


@dataclass(frozen=True, slots=True)
class LibraryTab:
    """The parts of the tab."""

    tab: gr.Tab
    search: gr.Textbox
    traits: gr.Dropdown
    with_code: gr.Checkbox
    news: gr.HTML
    table: gr.HTML
    paper: gr.HTML
    charts: gr.HTML
    files: gr.File
    pasted: gr.Textbox
    add: gr.Button
    undo: gr.Button
    report: gr.HTML
    wish: gr.State
    opened: gr.State
    undoing: gr.State
    steps: LibrarySteps
    changed: list[Any] = field(default_factory=list)  # events after each of which other papers are here


def library_tab(assistant: Assistant, clicks: gr.HTML, downloads: gr.HTML, thread: gr.State) -> LibraryTab:
    """Lay the tab out and wire it; `clicks` is the bridge, `thread` the chat of this visitor."""
    parts = _laid_out(LibrarySteps(assistant))
    _wire(parts, clicks, downloads, thread)
    return parts


def _laid_out(steps: LibrarySteps) -> LibraryTab:
    with gr.Tab(texts.LIBRARY, id="library", scale=1) as tab, gr.Row(elem_classes="with-panel"):
        wish, opened, undoing = gr.State(Wish()), gr.State(None), gr.State(Undo())
        with gr.Column(elem_classes="main-column", scale=5, min_width=320):
            with gr.Row(elem_classes="controls"):
                search = gr.Textbox(label=texts.FIND, placeholder=texts.FIND_HINT, elem_id="library-search", scale=3)
                traits = gr.Dropdown([], multiselect=True, label=texts.FACETS, elem_id="library-facets", scale=2)
                with_code = gr.Checkbox(label=texts.ONLY_WITH_CODE, elem_id="library-code", scale=0)
            with gr.Accordion(texts.ADD_PAPERS, open=False, elem_id="add-papers"):
                files, pasted, add, undo, report = _adding()
            news = gr.HTML("", elem_id="news", apply_default_css=False)
            table = gr.HTML(rendered("loading"), elem_id="library-table", apply_default_css=False)
        with gr.Column(elem_classes="source-panel", scale=3, min_width=300):
            paper = gr.HTML(rendered("paper", paper=None), elem_id="paper-view", apply_default_css=False)
            charts = gr.HTML("", elem_id="charts", apply_default_css=False)
    return LibraryTab(
        tab,
        search,
        traits,
        with_code,
        news,
        table,
        paper,
        charts,
        files,
        pasted,
        add,
        undo,
        report,
        wish,
        opened,
        undoing,
        steps,
    )


def _adding() -> tuple[gr.File, gr.Textbox, gr.Button, gr.Button, gr.HTML]:
    with gr.Row():
        files = gr.File(label=texts.DROP_FILES, file_count="multiple", elem_id="add-files", height=150)
        pasted = gr.Textbox(label=texts.PASTE, placeholder=texts.PASTE_HINT, lines=5, elem_id="add-pasted")
    with gr.Row():
        add = gr.Button(texts.ADD, variant="primary", elem_id="add-now", scale=0, min_width=120)
        undo = gr.Button(texts.UNDO, elem_id="add-undo", scale=0, min_width=120, interactive=False)
    report = gr.HTML("", elem_id="add-report", apply_default_css=False)
    return files, pasted, add, undo, report


def _wire(parts: LibraryTab, clicks: gr.HTML, downloads: gr.HTML, thread: gr.State) -> None:
    steps = parts.steps
    shown = [parts.table, parts.wish]
    seen = [parts.wish, parts.opened]
    parts.tab.select(steps.open_tab, seen, [*shown, parts.traits, parts.charts], **_QUIET)
    clicks.narrow_papers(steps.narrow_by, None, parts.traits, **_QUIET)
    for control in (parts.search, parts.traits, parts.with_code):
        controls = [parts.search, parts.traits, parts.with_code]
        control.change(steps.narrow, [*controls, *seen], shown, trigger_mode="always_last", **_QUIET)
    clicks.sort_papers(steps.sort, seen, shown, **_QUIET)
    clicks.turn_page(steps.turn_page, seen, shown, **_QUIET)
    clicks.pick_paper(steps.pick, seen, shown, **_QUIET)
    clicks.pick_none(steps.pick_none, seen, shown, **_QUIET)
    clicks.keep_note(steps.keep_note, [parts.wish, thread], [*shown, parts.paper], **_QUIET)
    clicks.export_notes(steps.export_notes, None, downloads, **_QUIET)
    clicks.open_paper(steps.open_paper, [parts.wish, thread], [*shown, parts.paper, parts.opened], **_QUIET)
    changed = [*shown, parts.report, parts.undoing, parts.undo, parts.traits]
    added = [*changed, parts.files, parts.pasted]
    parts.changed.extend(
        (
            parts.add.click(steps.add, [parts.files, parts.pasted, *seen], added, api_visibility="private"),
            parts.undo.click(steps.undo, [parts.undoing, *seen], changed, api_visibility="private"),
            clicks.remove_papers(steps.remove, seen, changed, **_QUIET),
        )
    )


class LibrarySteps:
    """What the controls of the tab do. A `seen` pair is the reader's wish and the id of the open paper."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.catalogues = Catalogues(assistant)
        self.marks = Marks(assistant)

    def open_tab(self, wish: Wish, opened: str | None) -> tuple[Any, ...]:
        """The table and the facets to narrow it by, read when the tab is first looked at."""
        catalogue = self.catalogues.current()
        charts = rendered("charts", charts=charts_of(catalogue))
        return *self._table(wish, opened), gr.update(choices=_trait_choices(catalogue)), charts

    def scope(self, filters: Filters) -> str:
        """The chips over the question box of a chat, with the facets that this library can be narrowed by."""
        facets = tuple(choice_of(trait) for trait in self.catalogues.current().trait_counts)
        return scope_html(self.assistant, filters, facets)

    def narrow_by(self, clicked: gr.EventData) -> list[str]:
        """The facet of the bar that was clicked, as the only one to narrow by."""
        return [str(clicked.trait)]

    def narrow(  # noqa: PLR0913, PLR0917 (Gradio hands over each part by itself)
        self,
        query: str,
        traits: list[str] | None,
        only_with_code: bool,
        wish: Wish,
        opened: str | None,
        request: gr.Request,
    ) -> tuple[str, Wish]:
        """The papers that fit the controls; words of one's own notes find a paper as well."""
        chosen = frozenset(trait_of(trait) for trait in traits or ())
        noted = self.marks.found(self.marks.reader(request), query)
        wish = replace(wish, query=query, traits=chosen, only_with_code=only_with_code, page=0, noted=noted)
        return self._table(wish, opened)

    def sort(self, wish: Wish, opened: str | None, clicked: gr.EventData) -> tuple[str, Wish]:
        """Sort by the column that was clicked."""
        return self._table(wish.sorted_by(str(clicked.key)), opened)

    def turn_page(self, wish: Wish, opened: str | None, clicked: gr.EventData) -> tuple[str, Wish]:
        """Another page of the table."""
        return self._table(replace(wish, page=int(clicked.page)), opened)

    def pick(self, wish: Wish, opened: str | None, clicked: gr.EventData) -> tuple[str, Wish]:
        """Pick a paper, or let it go."""
        return self._table(wish.with_toggled(str(clicked.id)), opened)

    def pick_none(self, wish: Wish, opened: str | None) -> tuple[str, Wish]:
        """Let all picked papers go."""
        return self._table(replace(wish, picked=()), opened)

    def open_paper(self, wish: Wish, thread: Thread, request: gr.Request, clicked: gr.EventData) -> tuple[Any, ...]:
        """The paper that was clicked."""
        return self.opened(wish, thread, str(clicked.id), request)

    def keep_note(self, wish: Wish, thread: Thread, request: gr.Request, clicked: gr.EventData) -> tuple[Any, ...]:
        """Keep what was noted on a paper, and show it."""
        paper_id = str(clicked.id)
        mark = mark_of(str(clicked.note), str(clicked.tags), str(clicked.state))
        try:
            self.marks.keep(self.marks.reader(request), self.assistant.paper(paper_id).id, mark)
        except AssistantError as error:
            raise gr.Error(str(error), print_exception=False) from error
        gr.Info(texts.NOTE_KEPT, duration=2)
        return self.opened(wish, thread, paper_id, request)[:3]

    def export_notes(self, request: gr.Request) -> str:
        """All notes of this reader as one file."""
        marks = self.marks.of(self.marks.reader(request))
        if not marks:
            raise gr.Error(texts.NO_NOTES, print_exception=False)
        return download("notes.md", marks_to_markdown(marks, self.assistant.index.paper))

    def opened(self, wish: Wish, thread: Thread, paper_id: str, request: gr.Request) -> tuple[Any, ...]:
        """One paper's own view, beside the table."""
        reader = self.marks.reader(request)
        mark = None if reader is None else self.marks.of(reader).get(paper_id, Mark())
        try:
            view = paper_html(self.assistant, paper_id, thread, mark)
        except AssistantError as error:
            raise gr.Error(str(error)) from error
        return *self._table(wish, paper_id), view, paper_id

    def add(
        self,
        files: list[str] | None,
        pasted: str,
        wish: Wish,
        opened: str | None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 (how Gradio hands its progress bar over)
    ) -> tuple[Any, ...]:
        """Put uploaded and pasted papers into the library."""
        if not files and not pasted.strip():
            raise gr.Error(texts.NOTHING_TO_ADD, print_exception=False)
        uploaded = [(Path(file).name, Path(file)) for file in files or ()]
        records = records_of(uploaded, pasted, own_machine=is_loopback(self.assistant.settings.host))
        tell = _telling(progress)
        return *self._changed(lambda: put_in(self.assistant, records, tell), wish, opened), None, ""

    def undo(self, undo: Undo, wish: Wish, opened: str | None) -> tuple[Any, ...]:
        """Put the library back as it was before the last change from this page."""
        return self._changed(lambda: undone(self.assistant, undo), wish, opened)

    def remove(self, wish: Wish, opened: str | None, clicked: gr.EventData) -> tuple[Any, ...]:
        """Take the picked papers out."""
        ids = str(clicked.ids).split()
        return self._changed(lambda: take_out(self.assistant, ids), replace(wish, picked=()), opened)

    def _changed(self, change: Callable[[], Shelved], wish: Wish, opened: str | None) -> tuple[Any, ...]:
        try:
            done = change()
        except (IngestError, AssistantError) as error:
            report = rendered("report", trouble=str(error))
            return *self._table(wish, opened), report, gr.skip(), gr.skip(), gr.skip()
        report = rendered("report", trouble="", report=done.report, parts=list(in_words(done.report)))
        undo = gr.update(interactive=bool(done.undo))
        facets = gr.update(choices=_trait_choices(self.catalogues.current()))
        return *self._table(wish, opened), report, done.undo, undo, facets

    def _table(self, wish: Wish, opened: str | None) -> tuple[str, Wish]:
        catalogue = self.catalogues.current()
        sheet = catalogue.sheet(wish)
        whole = bool(catalogue.papers)
        return rendered("library", sheet=sheet, wish=wish, opened=opened, whole=whole), replace(wish, page=sheet.page)


def in_words(report: IngestReport) -> Iterator[str]:
    """What a change did, in words: only what happened, or that nothing did."""
    counts: Sequence[tuple[str, tuple[str, ...]]] = (
        (texts.ADDED, report.added),
        (texts.UPDATED, report.updated),
        (texts.REMOVED, report.removed),
        (texts.UNCHANGED, report.unchanged),
    )
    happened = [text.format(len(ids)) for text, ids in counts if ids]
    yield from happened or [texts.NOTHING_CHANGED]


def _telling(progress: gr.Progress) -> Callable[[int, int], None]:
    return lambda done, total: progress((done, total), desc=texts.ADDING, unit=texts.PAPERS_UNIT)


def _trait_choices(catalogue: Catalogue) -> list[tuple[str, str]]:
    return [
        (texts.TRAIT_AND_COUNT.format(texts.FACET_NAMES.get(name, name), value, count), choice_of((name, value)))
        for (name, value), count in catalogue.trait_counts.items()
    ]
