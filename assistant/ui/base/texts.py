"""Every word of the page, in one place: translate this file and the page is translated.

Templates see these names as `texts.…`; those with braces are filled by `str.format`.
"""

TITLE = "Footnote"
TAGLINE = "Ask your papers. Every sentence of an answer leads to the words it rests on."

PAPERS_HELD, ONE_PAPER = "{:,} papers", "1 paper"


def papers_held(count: int) -> str:
    """So many papers, in words."""
    return ONE_PAPER if count == 1 else PAPERS_HELD.format(count)


# Tabs
CHAT, TABLE, COMPARE, LIBRARY, MAP = "Chat", "Table", "Compare", "Library", "Map"

# Chat
QUESTION_LABEL = "Your question"
QUESTION_PLACEHOLDER = "Ask about the papers…"
CONVERSATION_LABEL = "Conversation"
WORKING = "Reading the papers…"
STOPPED = "Stopped before the end."
THINKING = "Thinking"

# Under an answer
SEARCHED_FOR = "Searched for “{}”"
SECONDS = "{} s"
CARRIED = "{} of {} sentences fully carried by their quotes"
PARTLY_SUPPORTED = "Only partly carried by the quoted words"
UNSUPPORTED = "Not carried by the quoted words"
COPY_AUTHORS, COPY_KEYS = "Copy (author, year)", "Copy with BibTeX keys"
PIN, PINNED_ANSWERS, PINNED = (
    "Pin",
    "Pinned answers",
    "Pinned: find it among the conversations.",
)
COPY, COPY_PLAIN, COPIED = "Copy", "Copy without markers", "Copied"
SHOW_SOURCES = "Sources ({})"
OPEN_IN_COMPARE = "Open in Compare"
DETAILS = {
    "absence": "Found",
    "intent": "Question type",
    "backend": "Answered by",
    "model": "Model",
    "prompts": "Prompts",
    "index_version": "Index",
    "scanned": "Papers read",
    "dropped": "Left out",
    "notice": "Note",
    "tokens": "Tokens in / out",
    "steps": "Steps",
    "filters": "Only from",
    "claims": "Support",
}
NOTHING_FOUND = {
    "not stated": "The paper is here, but its abstract does not say.",
    "no paper about that": "No paper in the library is about that.",
    "no paper called that": "No paper in the library has that name.",
    "outside the filters": "The paper is in the library, but not among those asked.",
    "out of scope": "This assistant answers from the papers in its library only.",
}

DOLLARS = " ($ {})"

# Sources
SOURCES = "Sources"
SOURCE = "Source {}"
SOURCE_OF = "Source {}: {}"
SOURCES_EMPTY = "The passages that an answer quotes will stand here, each with its paper."
SOURCES_NONE = "This answer quotes no paper."
CLOSE = "Close"
SHOW_SCORES, RANK_AND_SCORE, NOT_RANKED = "Scores", "rank {} · {:.2f}", "not ranked"
SCORE_HINT = "How well the paper’s best passage fits the question; comparable within one question only"
DIGEST = "digest"
DIGEST_HINT = "A retelling of the abstract in other words; the original is one click away"
ORIGINAL = "original abstract"
GIVES_ORDERS = "gives orders"
GIVES_ORDERS_HINT = "This abstract tells its reader, or a machine, what to do; no answer quotes such words"
CODE = "code"
LINKS = (("code_url", CODE), ("data_url", "data"), ("demo_url", "demo"), ("project_url", "project page"))
FAILED_HERE = "This failed here, and not because of what was asked; the log of request {} may say why."
CALL_UNREADABLE = "no endpoint of this name takes these arguments; /gradio_api/info lists them all"
WHOLE_ABSTRACT = "Whole abstract"
QUOTE_ONLY = "Quote only"
ARXIV = "arXiv:{}"
READ_ORIGINAL = "Paper"
IN_ZOTERO = "In Zotero"

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

# Table
ROWS, ROWS_OF_ANSWER, ROWS_PICKED, ROWS_NARROWED = (
    "Papers",
    "Last answer",
    "Picked",
    "Library",
)
NO_ROWS = {
    "answer": "No answer of this chat speaks of any paper yet.",
    "picked": "No paper is picked in the Library.",
    "narrowed": "The Library shows no paper.",
}
ADD_COLUMN, ADD_COLUMN_HINT = "Add a column", "A word or a question: data, how many participants took part?"
FILTER_ROWS = "Filter"
TABLE_EMPTY = "No papers yet. Choose above which papers the table is about."
TABLE_CUT = "the first {:,} of {:,}; narrow the Library for others"
TABLE_EVIDENCE_EMPTY = "Click a value to read the words that it rests on."
COLUMNS_OFFERED, SHOW_COLUMN, HIDE_COLUMN, DROP_COLUMN = "Columns to add", "Show {}", "Hide “{}”", "Remove “{}”"
DOUBTFUL = "Near to what is asked, but perhaps no answer to it"
AS_TABLE, TABLE_OF_THESE = "Open as a table", "Table of these"

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
BY_AUTHOR, AT_VENUE = "by {}", "in “{}”"
ASKING_ONLY = "Asked are only papers"
NARROW, APPLY, FROM_YEAR, TO_YEAR, AUTHOR, VENUE = "+ Narrow", "Apply", "From", "To", "Author", "Venue"
DROP_CONDITION, KEEP_CONDITION = "Drop “{}”", "Keep “{}” for this chat"
CLEAR_FILTERS = "Ask all papers again"

# While a question is typed
OFFERED_LABEL = "Papers and commands"
COMMANDS = {
    "compare": "papers side by side",
    "table": "the last list as a table",
    "shorter": "the last answer, shorter",
    "narrow": "which papers are asked",
    "export": "this chat as Markdown",
    "new": "a new chat",
}

# The terminal
READY = "Footnote is ready on {} — {}, {}{}"
STARTING = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="1">'
    "<title>Footnote</title>"
    "<p>Footnote is starting; this page looks again by itself."
)
FOR_THIS_MACHINE, FOR_EVERYBODY = "", ", open to everybody who reaches this machine"
FOR_READERS, FOR_ONE_READER, FOR_PROXY = ", for {} readers", ", for 1 reader", ", for whom the proxy names"
LOGINS_WRONG = "FOOTNOTE_LOGINS cannot be used: write name:password, with commas between, and each name once"
LOGINS_PLAIN = (
    "footnote: FOOTNOTE_LOGINS holds passwords in plain text; `footnote users add NAME` keeps hashes in a file instead"
)
USERS_UNREADABLE = "the users file {path} cannot be read ({reason}): name another with FOOTNOTE_USERS"
USERS_UNWRITABLE = "the users file {path} cannot be written: {reason}"
USERS_LINE_WRONG = "{path}, line {line}, is no name with a hash: write it with `footnote users add NAME`"
PROXY_UNTRUSTED = "FOOTNOTE_PROXY_USER_HEADER needs FOOTNOTE_TRUSTED_PROXIES, the addresses whose word on it counts"
NOT_PUBLIC = (
    "{host} can be reached from other machines: set up logins (`footnote users add NAME`, then FOOTNOTE_USERS), "
    "or say --public to let everybody in"
)

# At the gate
FOREIGN_HOST = "This page does not answer to the host “{host}”; FOOTNOTE_ALLOWED_HOSTS can name it."
FOREIGN_ORIGIN = "Another site may not ask this page; FOOTNOTE_ALLOWED_HOSTS can name it."
TOO_LARGE = "A request may have at most {} MB."
NOT_YOUR_VISIT = "This page belongs to another reader."
NOTHING_THERE = "There is nothing at this address."
TOO_MANY = "Too many requests: try again in a moment."
LOGIN_BY_FORM = "Log in by sending the form's username and password."
LOGIN_NEEDED = "Log in first: at /login, or with name and password as Basic or Bearer authorization."
LOGIN_WRONG = "That name and password do not belong together."
LOGIN_LATER = "Too many wrong passwords: try again in {} s."
LOGIN_NAME, LOGIN_PASSWORD, LOGIN_BUTTON = "Name", "Password", "Login"
PORT_TAKEN = "port {port} on {host} is taken: stop what runs there, or choose another with --port"
PORT_REFUSED = "cannot listen on {host}:{port} ({reason}): choose another with --host or --port"

# Library
FIND, FIND_HINT = "Find", "Words of a title, an author or an id"
FACETS = "Facets"
TRAIT_SHORT = {"input": "from {}", "output": "to {}", "brings": "brings a {}", "evaluation": "{} evaluation"}
TRAIT_AND_COUNT = "{}: {} ({})"
ONLY_WITH_CODE = "Only with code"
PICKED = "{} picked"
COLUMN_TITLE, COLUMN_AUTHOR, COLUMN_YEAR, COLUMN_CODE = "Title", "First author", "Year", "Links"
PICK, PICK_PAPER, PICK_NONE = "Pick", "Pick “{}”", "Pick none"
CHAT_ONLY_THESE, COMPARE_THESE, REMOVE = "Chat only with these", "Compare these", "Remove"
LINK_OF = "{} of “{}”"
PAGES, PREVIOUS, NEXT, PAGE_OF = "Pages", "Previous", "Next", "{} of {}"
NO_PAPER_FITS = "No paper fits. Loosen a condition above."
LIBRARY_EMPTY = "No papers yet. Add some above: drop a file, or paste arXiv ids, DOIs or BibTeX."
LOADING = "Loading…"
PAPER = "Paper"
PAPER_EMPTY = "Click a title to read its abstract, what it introduces, and what is near it."
ASK_ABOUT_THIS, CHAT_ONLY_THIS, COMPARE_WITH_NEAREST = (
    "Ask about this",
    "Chat only with this",
    "Compare with the nearest",
)
ABSTRACT, NAMES_INTRODUCED, CITED_HERE, NEIGHBOURS = "Abstract", "Names it introduces", "Cited in this chat", "Near it"
IN_ROLES, RECORD_IN_FULL, BIBTEX = "In roles, as a classifier tells them", "Record in full", "BibTeX"
ROLES = {"background": "Background", "aim": "Aim", "method": "Method", "result": "Results", "other": "Also"}
YOUR_NOTES, NOTE, TAGS, TAGS_HINT, STATE, KEEP = (
    "Your notes",
    "Note (Markdown)",
    "Tags",
    "with commas",
    "Reading",
    "Keep",
)
STATE_WORDS = {"": "–", "to read": "to read", "read": "read"}
NOTE_KEPT, NOTES_AS_FILE, NO_NOTES = "Kept.", "Save all notes", "No notes yet."
QUESTION_ABOUT = "What is new in “{}”?"
ADD_PAPERS, ADD, UNDO = "Add papers", "Add", "Undo"
DROP_FILES = "JSON, JSON Lines, CSV, BibTeX or a saved page"
PASTE = "Or paste ids, BibTeX or JSON"
PASTE_HINT = "2305.15719, 2311.08355\ndoi:10.1038/nature14539\nopenalex:query:bees\nzotero:collection:Bees"
PASTED, UNDO_SOURCE = "what was pasted", "undo"
ZOTERO_OF_THE_SERVER = (
    "the Zotero of the server is not read from a page that others see; type there: python -m ingest {location}"
)
NOTHING_TO_ADD = "Drop a file or paste something first."
ADDING, PAPERS_UNIT = "Reading and indexing", "papers"
ADDED, UPDATED, REMOVED, UNCHANGED = "{} added", "{} updated", "{} removed", "{} already there"
NOTHING_CHANGED = "Nothing changed"
LIBRARY_HOLDS = "The library holds {}."
REFUSED, LINE = "{} could not be used", "line {}"
MERGED = "{} merged with a paper that was there already"

# What changed
TODAY, YESTERDAY = "today", "yesterday"
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NEW_PAPERS, ONE_NEW_PAPER, NEWS_COUNT = "{:,} new papers since {}", "1 new paper since {}", "{:,} new"
NEWS_SEEN, NEWS_MORE = "Seen", "And {:,} more."
QUESTIONS_TO_ASK = "Questions to ask of them"
UNDATED, ONE_UNDATED = (
    "Of {:,} other papers it is not kept when they came.",
    "Of 1 other paper it is not kept when it came.",
)

# Settings: what the browser keeps them under, what they are called, and each value with its words
SETTINGS = "Settings"
SETTINGS_OFFERED = (
    ("theme", "Colours", (("", "as the system"), ("light", "light"), ("dark", "dark"))),
    ("density", "Density", (("", "comfortable"), ("compact", "compact"))),
)

# Keys
KEYS = (
    ("/", "ask; in the box: a command"),
    ("@", "in the box: name a paper"),
    ("j k", "next, previous source"),
    ("Esc", "stop, close"),
    ("Ctrl Enter", "send"),
)
KEYS_LABEL = "Keys"

# Conversations
CONVERSATIONS, NEW_CHAT = "Conversations", "New chat"
FIND_CONVERSATION, NAME_OF_CONVERSATION = "Find a conversation", "Name (Enter renames)"
NOTHING_KEPT = "Conversations are kept here, in this browser."
NOTHING_KEPT_FITS = "No conversation has these words."
DELETE_CONVERSATION = "Delete “{}”"
CONVERSATION_GONE = "That conversation is no longer kept."
TAKE_AWAY = "Take this chat away"
NOTHING_TO_TAKE = "Ask something first."
CONVERSATION_FILES = {
    ".md": "Markdown",
    ".html": "HTML",
    ".json": "JSON",
    ".bib": "BibTeX",
    ".ris": "RIS",
    ".csl.json": "CSL-JSON",
}

# Feedback
REASONS = ("Wrong fact", "Wrong source", "Not an answer", "Hard to read")
THANKS = "Noted, thank you."

# What became of a cited paper
PAPER_GONE = "no longer in the library"
PAPER_CHANGED = "its text has changed since"

# Charts
CHARTS, PAPERS_A_YEAR, DATASET_SIZES, BAR = "Charts of the library", "Papers a year", "Sizes of datasets", "{}: {}"
SIZES_HINT = "As their abstracts tell; each step of a bar is ten times the one before"
CHART_TITLES = {
    "input": "Made from",
    "output": "Made or served",
    "brings": "What papers bring",
    "evaluation": "Evaluation",
    "available": "Available",
    "family": "Method",
    "representation": "Representation",
}

# Map
COLOUR_BY, BY_CLUSTER, BY_YEAR = "Colour by", "corner", "year"
UNKNOWN, NONE, OTHERS = "unknown", "none", "others"
LASSO, LASSO_HINT = "Lasso", "Draw round papers; or hold Shift while you drag"
ZOOM_IN, ZOOM_OUT, SHOW_ALL = "Zoom in", "Zoom out", "Show all"
MAP_LOADING = "Drawing the map…"
MAP_HINT = "{}. Point to read a title, click to open it, drag to move, roll to zoom."
MAP_HINT_TOUCH = "{}. Tap one to open it, drag to move, pinch to zoom."
MAP_CHOSEN = "{} chosen"
MAP_TROUBLE = "The map could not be drawn; open this tab again to try once more."
MAP_LABEL = "Map of the papers. Arrow keys move it, plus and minus zoom; the names of its corners are buttons."
MAP_CHANGED = "The library has changed since the map was drawn; it is drawn anew."
LEGEND, CITED_LAST = "Colours", "cited in the last answer"

# Other programs
MCP_INSTRUCTIONS = (
    "A library of research papers. `ask` answers questions with citations, `search` finds passages, `compare` sets "
    "papers side by side, `list_papers` and `get_paper` look around. Paper ids are arXiv ids where known."
)
