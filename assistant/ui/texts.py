"""Every word of the page, in one place: translate this file and the page is translated.

Templates see these names as `texts.…`; those with braces are filled by `str.format`.
"""

TITLE = "Footnote"
TAGLINE = "Ask your papers. Every sentence of an answer leads to the words it rests on."

PAPERS_HELD = "{:,} papers"

# Tabs
CHAT, COMPARE, LIBRARY, MAP = "Chat", "Compare", "Library", "Map"

# Chat
QUESTION_LABEL = "Your question"
QUESTION_PLACEHOLDER = "Ask about the papers…"
CONVERSATION_LABEL = "Conversation"
EXAMPLES = (
    "What is MeLoDy and how much faster is it than MusicLM?",
    "Compare MusicLDM and Mustango",
    "Which papers generate music for a video?",
    "Which datasets were released, and how large are they?",
)
WORKING = "Reading the papers…"
STOPPED = "Stopped before the end."
THINKING = "Thinking"

# Under an answer
SEARCHED_FOR = "Searched for “{}”"
SECONDS = "{:.1f} s"
CARRIED = "{} of {} sentences fully carried by their quotes"
PARTLY_SUPPORTED = "Only partly carried by the quoted words"
UNSUPPORTED = "Not carried by the quoted words"
COPY, COPY_PLAIN, COPIED = "Copy", "Copy without markers", "Copied"
SHOW_SOURCES = "Sources ({})"
OPEN_IN_COMPARE = "Open in Compare"
DETAILS = {
    "intent": "Question type",
    "backend": "Answered by",
    "model": "Model",
    "prompts": "Prompts",
    "index_version": "Index",
    "scanned": "Papers read",
    "dropped": "Left out",
    "notice": "Note",
    "tokens": "Tokens in / out",
    "filters": "Only from",
    "claims": "Support",
}
NOTHING_FOUND = {
    "not stated": "The paper is here, but its abstract does not say.",
    "no paper about that": "No paper in the library is about that.",
    "no paper called that": "No paper in the library has that name.",
    "retrieved but not sufficient": "What was found is not enough for an answer.",
    "out of scope": "This assistant answers from the papers in its library only.",
}

# Sources
SOURCES = "Sources"
SOURCE = "Source {}"
SOURCE_OF = "Source {}: {}"
SOURCES_EMPTY = "The passages that an answer quotes will stand here, each with its paper."
SOURCES_NONE = "This answer quotes no paper."
CLOSE = "Close"
DIGEST = "digest"
DIGEST_HINT = "A retelling of the abstract in other words; the original is one click away"
ORIGINAL = "original abstract"
ET_AL = "{} et al."
CODE = "code"
WHOLE_ABSTRACT = "Whole abstract"
QUOTE_ONLY = "Quote only"
ARXIV = "arXiv:{}"
READ_ORIGINAL = "Paper"

TITLE_AND_YEAR = "{} ({})"

# Compare
COMPARISON = "Comparison"
ASPECT = "Aspect"
PAPERS_TO_COMPARE = "Papers"
PAPERS_TO_COMPARE_INFO = "Two to five; type to find one by its title"
ASPECTS_TO_COMPARE = "Aspects"
ASPECTS_TO_COMPARE_INFO = "As many as you like; type your own and press Enter"
COMPARE_NOW = "Compare"
COMPARE_EMPTY = (
    "Choose two to five papers above. Each cell will quote its paper, or say that the abstract does not tell."
)
COMPARE_TOO_FEW = "Choose at least two papers."
NOT_STATED = "not stated"
EVIDENCE = "Evidence"
EXPORT_AS = "Save as {}"

# Backends
QUOTING = "quotes, no LLM"
QUOTING_LINE = "answers by quoting (no LLM)"
MODEL_LINE = "answers with {}"
BACKEND_LABEL = "Answers from"

# Filters
ONLY_PAPERS = "{} papers only"
ONLY_PAPER = "only “{}”"
YEARS = "{}–{}"
SINCE, UNTIL = "since {}", "until {}"
WITH_CODE = "with code"
CLEAR_FILTERS = "Ask all papers again"

# The terminal
READY = "Footnote is ready on {} — {} papers, {}"
PORT_TAKEN = "port {port} on {host} is taken: stop what runs there, or choose another with --port"
PORT_REFUSED = "cannot listen on {host}:{port} ({reason}): choose another with --host or --port"
