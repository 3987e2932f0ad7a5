"""The few sentences that Footnote says itself, in one place; everything else in an answer is quoted or cited."""

from __future__ import annotations

from ingest.papers import Paper

ABOUT = (
    "I am Footnote. I answer questions about the {count} papers in this library, and every claim carries a marker "
    "that opens the words it rests on. Ask about one paper, compare two to five of them, or ask which papers do "
    "something."
)
REFUSED = "I answer questions about the papers in this library, from their own words, and nothing else."
NO_PAPER_ABOUT = "No paper here is about that."
NO_PAPER_CALLED = "No paper here is called {name}, and none mentions it."
NOT_STATED = "That is not stated in the abstract of {name}."
NOT_SUFFICIENT = "The papers found do not say enough to answer that."
EMPTY_LIBRARY = "There is no paper in this library yet."
EMPTY_QUESTION = "Ask a question about the papers."
NONE_LEFT = "No paper fits the filters that are set."
NONE_FOUND = "None of them: scanned {scanned} of {corpus} papers, and no abstract says so."
CLOSEST = "The closest that it says:"
SCANNED = "**{found} of {corpus} papers** (scanned {scanned} of {corpus}):"
SCANNED_PART = "**{found} of the {corpus} papers in view** (scanned {scanned} of {corpus}):"
TOO_LONG = "the model's answer was too long; its words were replaced by quotes"
NOT_CARRIED = "nothing that the model said is carried by the papers; its words were replaced by quotes"
FOLLOW_UPS = (
    "Which data does {name} use?",
    "How was {name} evaluated?",
    "Is the code of {name} available?",
    "How does {name} work?",
)
MORE = "And {count} more."
ALSO_CLOSE = "Also close: {names}."
CELL_NOT_STATED = "not stated in the abstract"
DIFFERENCE = "In their own words on the difference:"
YOUR_QUESTION = "Your question"
YOUR_QUESTION_TOO = "And further"


def reference(paper: Paper, name: str = "") -> str:
    """How a paper is introduced in an answer: its name, title, first author and year, as far as they are known."""
    title = plain(paper.title)
    origin = ", ".join(part for part in (surname(paper), str(paper.year or "")) if part)
    shown = f"**{plain(name)}** — *{title}*" if name and not title.startswith(plain(name)) else f"**{title}**"
    return f"{shown} ({origin})" if origin else shown


def short_reference(paper: Paper, name: str) -> str:
    """How a paper is introduced in a list or a table: its name and year."""
    origin = ", ".join(part for part in (surname(paper), str(paper.year or "")) if part)
    return f"**{plain(name)}** ({origin})" if origin else f"**{plain(name)}**"


def surname(paper: Paper) -> str:
    """The first author's family name, with "et al." where there are more (a digest names the first alone)."""
    if not paper.first_author:
        return ""
    first = paper.first_author
    family = first.split(",")[0] if "," in first else first.split()[-1]
    return f"{family} et al." if len(paper.authors) > 1 or paper.is_digest else family


_HARMLESS = str.maketrans("[]|<>", "()/‹›", "*`")


def plain(text: str) -> str:
    """Text of a paper that may stand in Markdown: signs that would format, link or make a marker are taken out."""
    return text.translate(_HARMLESS)


def quoted(text: str) -> str:
    """Exact words of a paper in quotation marks, with Markdown's own signs made harmless by a backslash."""
    return "“" + "".join(f"\\{sign}" if sign in "*_`[]<>|\\#~$" else sign for sign in text) + "”"
