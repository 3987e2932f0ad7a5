"""How an abstract is cut for an embedder: windows as large as it reads at once, with the title before each."""

from __future__ import annotations

from ingest.embedding.base import Embedder
from ingest.papers import Paper
from ingest.passages import Span, Window, windows_of

# The title goes before every window; longer than this it would push the abstract out of the model's window.
_TITLE_TOKENS = 64
_SPECIAL_TOKENS = 2


def windows_for(paper: Paper, embedder: Embedder) -> tuple[Window, ...]:
    """The windows of a paper, as large as the embedder reads at once with the title before them."""
    return windows_of(paper, embedder.count_tokens, embedder.window - _TITLE_TOKENS - _SPECIAL_TOKENS)


def headed(paper: Paper, window: Window) -> tuple[str, list[Span]]:
    """The text that the model reads, the title before the window, and where the sentences stand in it."""
    head = f"{paper.title.rstrip('.')}. " if paper.title else ""
    shift = len(head) - window.passage.start
    return head + window.passage.text, [(p.start + shift, p.end + shift) for p in window.sentences]
