"""The Table tab: papers as rows, questions as columns, every value with the words it rests on.

A few papers stand side by side instead, and their cells quote whole sentences: a comparison is the small form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.answers import Comparison
from assistant.errors import AssistantError
from assistant.export.formats import GRID_FORMATS
from assistant.query.question import MOST_COMPARED
from assistant.ui.base import texts
from assistant.ui.base.bridge import download
from assistant.ui.chat.thread import Thread
from assistant.ui.library.catalogue import Wish
from assistant.ui.library.tab import LibrarySteps, LibraryTab
from assistant.ui.table.grid_view import Grid, evidence_html, grid_html
from assistant.ui.table.paper_choices import choices
from ingest.papers import Paper
from ingest.text.tidy import shortened

if TYPE_CHECKING:
    from assistant.answering import Assistant

# A longer table is not read, and slows the page down; it is narrowed first.
MOST_ROWS = 200
# The columns that a table begins with.
FIRST_COLUMNS = ("Year", "Method", "Data", "Results")
MOST_COLUMNS, LONGEST_COLUMN = 20, 200
LAST_ANSWER, PICKED, AS_NARROWED, CHOSEN = "answer", "picked", "narrowed", "chosen"
# Columns that are read from a paper's record, whatever form the table has.
OF_RECORD = frozenset({"Year", "Venue", "Code"})

_QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


@dataclass(frozen=True, slots=True)
class TableTab:
    """The parts of the tab that others may fill."""

    tab: gr.Tab
    rows: gr.Dropdown
    chosen: gr.Dropdown
    table: gr.HTML
    evidence: gr.HTML
    grid: gr.State
    steps: TableSteps

    @property
    def outputs(self) -> list[Any]:
        """What a redraw fills."""
        return [self.table, self.evidence, self.grid]


def table_tab(
    assistant: Assistant, clicks: gr.HTML, downloads: gr.HTML, thread: gr.State, library: LibraryTab
) -> TableTab:
    """Lay the tab out and wire it; `thread` is what the chat of this visitor holds."""
    steps, wish = TableSteps(assistant, library.steps), library.wish
    with gr.Tab(texts.TABLE, id="table", scale=1) as tab, gr.Row(elem_classes="with-panel"):
        grid = gr.State(Grid())
        with gr.Column(elem_classes="main-column", scale=5, min_width=320):
            with gr.Row(elem_classes="controls"):
                rows, chosen, column, query = _rows_box(), _chosen_box(), _column_box(), _filter_box()
            table = gr.HTML(grid_html(Grid()), elem_id="grid", apply_default_css=False)
            with gr.Row(elem_classes="saves"):
                for suffix in GRID_FORMATS:
                    button = gr.Button(texts.EXPORT_AS.format(suffix), size="sm", scale=0, min_width=110)
                    button.click(partial(_saved, suffix), grid, downloads, api_visibility="private")
        with gr.Column(elem_classes="source-panel", scale=3, min_width=300):
            evidence = gr.HTML(evidence_html(Grid()), elem_id="table-sources", apply_default_css=False)
    parts = TableTab(tab, rows, chosen, table, evidence, grid, steps)
    drawn = [table, grid]
    tab.select(steps.open_tab, [grid, thread, wish], parts.outputs, **_QUIET)
    rows.input(steps.choose_rows, [rows, grid, thread, wish], parts.outputs, api_visibility="private")
    rows.change(steps.show_choice, [rows, grid], chosen, **_QUIET)
    # The choices follow what is typed, so a paper that was picked from the list before is not among those of now:
    # unchecked, for Gradio would refuse it. The assistant itself knows which papers there are.
    chosen.key_up(steps.find, chosen, chosen, preprocess=False, **_QUIET)
    chosen.input(steps.choose_papers, [chosen, grid], parts.outputs, preprocess=False, api_visibility="private")
    column.submit(steps.add_typed, [column, grid], [*drawn, column], api_visibility="private")
    query.change(steps.filter, [query, grid], drawn, trigger_mode="always_last", **_QUIET)
    clicks.add_column(steps.add_clicked, grid, drawn, **_QUIET)
    clicks.sort_column(steps.sort, grid, drawn, **_QUIET)
    clicks.hide_column(steps.hide, grid, drawn, **_QUIET)
    clicks.show_column(steps.show, grid, drawn, **_QUIET)
    clicks.drop_column(steps.drop, grid, drawn, **_QUIET)
    clicks.turn_table(steps.turn, grid, drawn, **_QUIET)
    clicks.open_cell(steps.open_cell, grid, evidence, **_QUIET)
    return parts


def _rows_box() -> gr.Dropdown:
    choices = [
        (texts.ROWS_NARROWED, AS_NARROWED),
        (texts.ROWS_OF_ANSWER, LAST_ANSWER),
        (texts.ROWS_PICKED, PICKED),
        (texts.ROWS_CHOSEN, CHOSEN),
    ]
    return gr.Dropdown(choices, value=AS_NARROWED, label=texts.ROWS, elem_id="table-rows", scale=2)


def _chosen_box() -> gr.Dropdown:
    return gr.Dropdown(
        [],
        multiselect=True,
        label=texts.CHOSEN,
        info=texts.CHOSEN_HINT,
        elem_id="table-chosen",
        visible=False,
        scale=6,
    )


def _column_box() -> gr.Textbox:
    return gr.Textbox(
        label=texts.ADD_COLUMN,
        placeholder=texts.ADD_COLUMN_HINT,
        elem_id="table-column",
        max_lines=1,
        submit_btn=True,
        scale=4,
    )


def _filter_box() -> gr.Textbox:
    return gr.Textbox(label=texts.FILTER_ROWS, elem_id="table-filter", max_lines=1, scale=2)


def _saved(suffix: str, grid: Grid) -> str:
    if not grid.whole.papers:
        raise gr.Error(texts.TABLE_EMPTY, print_exception=False)
    return download(f"table{suffix}", GRID_FORMATS[suffix](grid.shown))


class TableSteps:
    """What the controls of the tab do."""

    def __init__(self, assistant: Assistant, library: LibrarySteps) -> None:
        self.assistant = assistant
        self.library = library

    def open_tab(self, grid: Grid, thread: Thread, wish: Wish) -> tuple[Any, ...]:
        """The table as it was left; the first time, one of the whole library."""
        if grid.whole.papers:
            return gr.skip(), gr.skip(), gr.skip()
        return self.choose_rows(AS_NARROWED, grid, thread, wish)

    def choose_rows(self, chosen: str, grid: Grid, thread: Thread, wish: Wish) -> tuple[Any, ...]:
        """The papers of the last answer, those picked in the library, those that it shows, or those yet to choose."""
        papers: Sequence[Paper] = ()
        if chosen == CHOSEN:  # those of now are the first choice
            return gr.skip(), gr.skip(), gr.skip()
        if chosen == LAST_ANSWER:
            papers = next((e.answer.papers for e in reversed(thread.entries) if e.answer.papers), ())
        elif chosen == PICKED:
            papers = self._still_here(wish.picked)
        else:
            papers = self.library.catalogues.current().fitting(wish)
        if not papers:
            gr.Warning(texts.NO_ROWS[chosen if chosen in texts.NO_ROWS else AS_NARROWED])
            return gr.skip(), gr.skip(), gr.skip()
        return self.of_papers(papers, grid)

    def show_choice(self, chosen: str, grid: Grid) -> Any:
        """The box to choose papers by their titles, with those of a small table in it; gone where none are chosen."""
        if chosen != CHOSEN:
            return gr.update(visible=False)
        ids = [paper.id for paper in grid.whole.papers] if grid.can_turn else []
        return gr.update(visible=True, value=ids, choices=choices(self.assistant.papers(), keep=ids))

    def find(self, chosen: list[str] | None, typed: gr.KeyUpData) -> Any:
        """The papers that fit what is being typed."""
        return gr.update(choices=choices(self.assistant.papers(), str(typed.input_value or ""), chosen or ()))

    def choose_papers(self, chosen: list[str] | None, grid: Grid) -> tuple[Any, ...]:
        """A table of the papers that were chosen by title."""
        return self.compared(chosen or (), grid)

    def compared(self, ids: Sequence[str], grid: Grid) -> tuple[Any, ...]:
        """These papers side by side; a single one, or more than can stand so, as rows."""
        here = self._still_here(ids)
        if not 2 <= len(here) <= MOST_COMPARED:
            return self.of_papers(here, grid) if here else (gr.skip(), gr.skip(), gr.skip())
        own = grid.whole.aspects if grid.beside else ()
        whole = self.assistant.compare([paper.id for paper in here], own).comparison
        return self.of_comparison(whole, grid)

    def of_comparison(self, comparison: Comparison | None, grid: Grid) -> tuple[Any, ...]:
        """A comparison, such as an answer of the chat has made."""
        if comparison is None:
            return gr.skip(), gr.skip(), gr.skip()
        grid = Grid(comparison, len(comparison.papers), beside=True)
        return grid_html(grid), evidence_html(grid), grid

    def turn(self, grid: Grid) -> tuple[Any, ...]:
        """The same table the other way round."""
        return self._drawn(replace(grid, beside=not grid.beside))

    def of_papers(self, papers: Sequence[Paper], grid: Grid) -> tuple[Any, ...]:
        """A table of these papers with the columns of this one, or those that a table begins with."""
        here = self._still_here([paper.id for paper in papers])
        rows = here[:MOST_ROWS]
        columns = FIRST_COLUMNS if grid.beside else grid.whole.aspects or FIRST_COLUMNS
        whole = self.assistant.tabulate([paper.id for paper in rows], columns)
        grid = replace(grid, whole=whole, of=len(here), beside=False)
        return grid_html(grid), evidence_html(grid), grid

    def of_ids(self, ids: Sequence[str], grid: Grid) -> tuple[Any, ...]:
        """A table of the papers of these ids."""
        return self.of_papers(self._still_here(ids), grid)

    def add_typed(self, typed: str, grid: Grid) -> tuple[Any, ...]:
        """Another column, which was typed."""
        table, grid = self._with_column(typed, grid)
        return table, grid, ""

    def add_clicked(self, grid: Grid, clicked: gr.EventData) -> tuple[Any, ...]:
        """Another column, which was offered."""
        return self._with_column(str(clicked.column), grid)

    def filter(self, query: str, grid: Grid) -> tuple[Any, ...]:
        """The rows that have every word."""
        return self._drawn(replace(grid, query=query))

    def sort(self, grid: Grid, clicked: gr.EventData) -> tuple[Any, ...]:
        """Sort by the column that was clicked."""
        return self._drawn(grid.sorted_by(str(clicked.column)))

    def hide(self, grid: Grid, clicked: gr.EventData) -> tuple[Any, ...]:
        """Hide a column, which stays at hand."""
        return self._drawn(replace(grid, hidden=grid.hidden | {str(clicked.column)}))

    def show(self, grid: Grid, clicked: gr.EventData) -> tuple[Any, ...]:
        """Show a hidden column again."""
        return self._drawn(replace(grid, hidden=grid.hidden - {str(clicked.column)}))

    def drop(self, grid: Grid, clicked: gr.EventData) -> tuple[Any, ...]:
        """Take a column out."""
        return self._drawn(grid.without_column(str(clicked.column)))

    def open_cell(self, grid: Grid, clicked: gr.EventData) -> str:
        """The evidence of a cell, or of a whole row."""
        paper = next((paper for paper in grid.whole.papers if paper.id == clicked.id), None)
        return evidence_html(grid, paper, str(clicked.column))

    def _with_column(self, typed: str, grid: Grid) -> tuple[Any, ...]:
        name = shortened(" ".join(typed.split()), LONGEST_COLUMN)
        if not name or not grid.whole.papers or len(grid.whole.aspects) >= MOST_COLUMNS:
            return gr.skip(), grid
        here = self._still_here([paper.id for paper in grid.whole.papers])
        if len(here) < len(grid.whole.papers):  # the library has changed: begin anew with what is left
            whole = self.assistant.tabulate([paper.id for paper in here], (*grid.whole.aspects, name))
            return self._drawn(replace(grid, whole=whole, beside=False))
        return self._drawn(grid.with_column(self._answered(here, name, grid.beside)))

    def _answered(self, papers: Sequence[Paper], column: str, beside: bool) -> Comparison:
        """One column: whole sentences where papers stand side by side, short values where they are rows."""
        ids = [paper.id for paper in papers]
        compares = beside and column not in OF_RECORD and 2 <= len(ids) <= MOST_COMPARED
        compared = self.assistant.compare(ids, [column]).comparison if compares else None
        return compared or self.assistant.tabulate(ids, [column])

    def _drawn(self, grid: Grid) -> tuple[Any, ...]:
        return grid_html(grid), grid

    def _still_here(self, ids: Sequence[str]) -> list[Paper]:
        """The papers of these ids that are still in the library."""
        found = []
        for paper_id in ids:
            try:
                found.append(self.assistant.paper(paper_id))
            except AssistantError:
                continue
        return found
