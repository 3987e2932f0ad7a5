"""The few sentences that Footnote says itself, in one place; everything else in an answer is quoted or cited."""

from __future__ import annotations

ABOUT = (
    "I am Footnote. I answer questions about the {count} papers in this library, and every claim carries a marker "
    "that opens the words it rests on. Ask about one paper, compare two to five of them, or ask which papers do "
    "something."
)
REFUSED = "I answer questions about the papers in this library, from their own words, and nothing else."
NO_PAPER_ABOUT = "No paper here is about that."
NO_PAPER_CALLED = "No paper here is called {name}, and none mentions it."
NOT_STATED = "That is not stated in the abstract of {name}."
EMPTY_LIBRARY = "There is no paper in this library yet."
EMPTY_QUESTION = "Ask a question about the papers."
NONE_LEFT = "No paper fits the filters that are set."
OUTSIDE_FILTERS = "{names} {are} outside the filters that are set."
USED_OUTSIDE_FILTERS = "The papers here that speak of {name} are outside the filters that are set."
NONE_FOUND = "None of them: scanned {scanned} of {corpus} papers, and no abstract says so."
CLOSEST = "The closest that it says:"
SCANNED = "{found} of {corpus} papers (scanned {scanned} of {corpus}):"
SCANNED_PART = "{found} of the {corpus} papers in view (scanned {scanned} of {corpus}):"
TOO_LONG = "the model's answer was too long; its words were replaced by quotes"
NONE_OF_THE_READ = "None of the {count} papers that were found and read for this says it."
BUDGET_SPENT = "the tokens allowed for a question are spent: what failed verification was not sent back"
READING = "reading {count} papers"
SEARCHED_AGAIN = "searched for “{words}”"
CHECKING = "checking {count} sentences"
NOT_CARRIED = "nothing that the model said is carried by the papers; its words were replaced by quotes"
FOLLOW_UPS = (
    "Which data does {name} use?",
    "How was {name} evaluated?",
    "Is the code of {name} available?",
    "How does {name} work?",
)
MORE = "And {count} more."
ALSO_CLOSE = "Also close: {names}."
DIFFERENCE = "In their own words on the difference:"
YOUR_QUESTION = "Your question"
YOUR_QUESTION_TOO = "And further"
