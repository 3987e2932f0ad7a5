"""The Compare tab: papers side by side, every cell with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.answers import Comparison
from assistant.composition.aspects import ASPECTS
from assistant.export.formats import COMPARISON_FORMATS
from assistant.ui.base import texts
from assistant.ui.base.bridge import download
from assistant.ui.compare.comparison_view import evidence_html, table_html
from assistant.ui.compare.paper_choices import choices

if TYPE_CHECKING:
    from assistant.answering import Assistant

MOST_PAPERS = 5
# Offered, but any other aspect may be typed.
ASPECTS_OFFERED = tuple(aspect.label for aspect in ASPECTS)

# One redraw of the tab: chosen papers, chosen aspects, table, evidence, and the comparison behind them.
Redraw = tuple[Any, Any, str, str, Comparison | None]


@dataclass(frozen=True, slots=True)
class CompareTab:
    """The parts of the tab that others may fill."""

    tab: gr.Tab
    papers: gr.Dropdown
    aspects: gr.Dropdown
    table: gr.HTML
    evidence: gr.HTML
    comparison: gr.State
    steps: Steps

    @property
    def outputs(self) -> list[Any]:
        """What a `Redraw` fills."""
        return [self.papers, self.aspects, self.table, self.evidence, self.comparison]


def compare_tab(assistant: Assistant, downloads: gr.HTML) -> CompareTab:
    """Lay the tab out and wire it."""
    steps = Steps(assistant)
    with gr.Tab(texts.COMPARE, id="compare", scale=1) as tab, gr.Row(elem_classes="with-panel"):
        comparison = gr.State(None)
        with gr.Column(elem_classes="main-column", scale=5, min_width=320):
            with gr.Row(elem_classes="controls"):
                papers, aspects = _papers_box(), _aspects_box()
                go = gr.Button(texts.COMPARE_NOW, variant="primary", elem_id="compare-now", scale=0, min_width=120)
            table = gr.HTML(table_html(None), elem_id="comparison", apply_default_css=False)
            with gr.Row(elem_classes="saves"):  # page.css shows it where there is a table
                for suffix in COMPARISON_FORMATS:
                    button = gr.Button(texts.EXPORT_AS.format(suffix), size="sm", scale=0, min_width=110)
                    button.click(partial(_saved, suffix), comparison, downloads, api_visibility="private")
        with gr.Column(elem_classes="source-panel", scale=3, min_width=300):
            evidence = gr.HTML(evidence_html(None), elem_id="compare-sources", apply_default_css=False)
    parts = CompareTab(tab, papers, aspects, table, evidence, comparison, steps)
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    # The choices follow what is typed, so a paper that was picked from the list before is not among those of now:
    # unchecked, for Gradio would refuse it. The assistant itself knows which papers there are.
    tab.select(steps.offer, papers, papers, preprocess=False, **quiet)
    papers.key_up(steps.find, papers, papers, preprocess=False, **quiet)
    go.click(steps.compare, [papers, aspects], parts.outputs, preprocess=False, api_visibility="private")
    return parts


def _papers_box() -> gr.Dropdown:
    return gr.Dropdown(
        [],
        multiselect=True,
        max_choices=MOST_PAPERS,
        label=texts.PAPERS_TO_COMPARE,
        info=texts.PAPERS_TO_COMPARE_INFO,
        elem_id="compare-papers",
        scale=3,
    )


def _aspects_box() -> gr.Dropdown:
    return gr.Dropdown(
        list(ASPECTS_OFFERED),
        multiselect=True,
        allow_custom_value=True,
        label=texts.ASPECTS_TO_COMPARE,
        info=texts.ASPECTS_TO_COMPARE_INFO,
        elem_id="compare-aspects",
        scale=2,
    )


def _saved(suffix: str, comparison: Comparison) -> str:
    return download(f"comparison{suffix}", COMPARISON_FORMATS[suffix](comparison))


class Steps:
    """What the buttons of the tab do."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant

    def offer(self, chosen: list[str] | None) -> Any:
        """The papers to choose from, when the tab is opened."""
        return gr.update(choices=choices(self.assistant.papers(), keep=chosen or ()))

    def find(self, chosen: list[str] | None, typed: gr.KeyUpData) -> Any:
        """The papers that fit what is being typed."""
        return gr.update(choices=choices(self.assistant.papers(), str(typed.input_value or ""), chosen or ()))

    def compare(self, chosen: list[str] | None, aspects: list[str] | None) -> Redraw:
        """The chosen papers side by side."""
        if len(chosen or ()) < 2:
            gr.Warning(texts.COMPARE_TOO_FEW)
            return gr.skip(), gr.skip(), gr.skip(), gr.skip(), gr.skip()
        answer = self.assistant.compare(chosen or (), aspects or ())
        return self.shown(answer.comparison)

    def shown(self, comparison: Comparison | None) -> Redraw:
        """The tab with this comparison in it."""
        if comparison is None:
            return gr.update(), gr.update(), table_html(None), evidence_html(None), None
        ids = [paper.id for paper in comparison.papers]
        papers = gr.update(value=ids, choices=choices(self.assistant.papers(), keep=ids))
        return papers, list(comparison.aspects), table_html(comparison), evidence_html(comparison), comparison
