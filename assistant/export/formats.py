"""Which files a conversation, its references and a comparison can be taken away as."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from assistant.answers import Comparison
from assistant.conversation import Conversation
from assistant.export.grids import grid_to_csv, grid_to_latex, grid_to_markdown
from assistant.export.markdown import conversation_to_markdown
from assistant.export.references import cited_papers, papers_to_bibtex, papers_to_csl, papers_to_ris
from assistant.export.saved import conversation_to_json
from assistant.export.tables import comparison_to_csv, comparison_to_latex, comparison_to_markdown
from assistant.export.web import conversation_to_html
from assistant.export.workbook import comparison_to_xlsx, grid_to_xlsx

CONVERSATION_FORMATS: Mapping[str, Callable[[Conversation], str]] = {
    ".md": conversation_to_markdown,
    ".html": conversation_to_html,
    ".json": conversation_to_json,
    ".bib": lambda conversation: papers_to_bibtex(cited_papers(conversation)),
    ".ris": lambda conversation: papers_to_ris(cited_papers(conversation)),
    ".csl.json": lambda conversation: papers_to_csl(cited_papers(conversation)),
}
"""A file's suffix and what writes it; the last three hold the cited papers alone."""

COMPARISON_FORMATS: Mapping[str, Callable[[Comparison], str | bytes]] = {
    ".csv": comparison_to_csv,
    ".md": comparison_to_markdown,
    ".tex": comparison_to_latex,
    ".xlsx": comparison_to_xlsx,
}
"""A file's suffix and what writes it; a workbook is bytes."""

GRID_FORMATS: Mapping[str, Callable[[Comparison], str | bytes]] = {
    ".csv": grid_to_csv,
    ".md": grid_to_markdown,
    ".tex": grid_to_latex,
    ".xlsx": grid_to_xlsx,
}
"""The same for a table of many papers, which are its rows."""
