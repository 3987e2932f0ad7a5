"""The few sentences that Footnote says itself, in one place; everything else in an answer is quoted or cited."""

from __future__ import annotations

from assistant.answers import CELL_NOT_STATED


class Tally(int):
    """A number in a sentence: `{n}` is "1,200", `{n:paper}` "1 paper" or "1,200 papers", `{n:is|are}` what agrees."""

    def __format__(self, spec: str) -> str:
        one, is_choice, many = spec.partition("|")
        if is_choice:
            return one if self == 1 else many
        return f"{int(self):,}" + (f" {spec}" if spec else "") + ("s" if spec and self != 1 else "")


ABOUT = (
    "I am Footnote. I answer questions about the {count:paper} in this library, and every claim carries a marker "
    "that opens the words it rests on. Ask about one paper, compare two to five of them, or ask which papers do "
    "something."
)
REFUSED = "I answer questions about the papers in this library, from their own words, and nothing else."
NOTHING_NEAR = "Nothing near to that was found; {count:paper} {count:was|were} searched, not read."
ORDERS_LEFT_OUT = "What this abstract tells its reader to do is left out here."
NO_PAPER_CALLED = "No paper here is called {name}, and none mentions it."
NOT_STATED = f"That is {CELL_NOT_STATED} of {{name}}."
EMPTY_LIBRARY = "There is no paper in this library yet."
EMPTY_QUESTION = "Ask a question about the papers."
NONE_LEFT = "No paper fits the filters that are set."
OUTSIDE_FILTERS = "{names} {are} outside the filters or the years that are asked for."
USED_OUTSIDE_FILTERS = "The papers here that speak of {name} are outside the filters or the years that are asked for."
# What was looked for by its words may stand there in others: no more is denied than was checked.
NO_NUMBER = "No number of {things} was found in the abstract of {name}."
CLOSEST = "The closest that it says:"
TOO_LONG = "the model's answer was too long; its words were replaced by quotes"
NONE_OF_THE_READ = "None of the {count:paper} that {count:was|were} found and read for this says it."
BUDGET_SPENT = "the tokens allowed for a question are spent: what failed verification was not sent back"
JUDGING = "judging papers, {done} of {count} so far"
JUDGED_BY_MODEL = (
    "{count:paper}, judged by the language model among {judged} that {judged:was|were} found by search, of {of} here:"
)
READING = "reading {count:paper}"
SEARCHED_AGAIN = "searched for “{words}”"
NOT_CARRIED = "nothing that the model said is carried by the papers; its words were replaced by quotes"
FOLLOW_UPS = (
    "Which data does {name} use?",
    "How was {name} evaluated?",
    "Is the code of {name} available?",
    "How does {name} work?",
)
WHAT_IS = "What is {name}?"
COMPARE_TWO = "Compare {one} and {other}"
KNOWN_ABOUT = "What is known about {subject}?"
LISTS_TO_BEGIN_WITH = (
    "Which datasets were released, and how large are they?",
    "Which papers have code?",
    "Which papers are surveys?",
    "Which papers are the newest?",
)
AS_TABLE = "Put them in a table"
ONLY_SINCE = "Only since {year}"
WHICH_HAVE_CODE = "Which of them have code?"
MORE = "And {count} more."
ALSO_CLOSE = "Also close: {names}."
DIFFERENCE = "In their own words on the difference:"
YOUR_QUESTION = "Your question"
YOUR_QUESTION_TOO = "And further"

# Lists, counts and records. What was checked is said to be so; what was judged is said to be judged.
SUBJECT_UNTOLD = "Whether any of them is about “{subject}” as well could not be told."
COUNTED = "{count} of {of:paper}{worded}: {condition}."
COUNTED_CLEAR = "{clear} of {of:paper}{worded} {clear:is|are} clearly {condition}, judged by title and abstract."
COUNTED_JUDGED = (
    "{count} of {of:paper}{worded}, judged by title and abstract: {clear} {clear:is|are} clearly {condition}, {likely} "
    "more {likely:is|are} likely to be or {likely:speaks|speak} of it in passing."
)
COUNTED_LIKELY = (
    "{likely} of {of:paper}{worded} {likely:is|are} likely {condition} or {likely:speaks|speak} of it in passing, "
    "judged by title and abstract; none is clearly so."
)
# Of conditions that do not follow on "are".
FIT_CLEAR = "{clear} of {of:paper}{worded}: {condition}. What is a subject was judged by title and abstract."
FIT_JUDGED = (
    "{count} of {of:paper}{worded}: {condition}. By title and abstract {clear} {clear:was|were} judged to fit "
    "clearly, {likely} more to be likely to."
)
FIT_LIKELY = (
    "{likely} of {of:paper}{worded} {likely:is|are} likely to fit, judged by title and abstract, none clearly: "
    "{condition}."
)
WORDED = " ({count} of them with the very words “{subject}”)"
WHOLE_LIBRARY = "{count:paper} {count:is|are} in this library."
LIKELY_TOO = "Likely as well, or in passing:"
MORE_PAPERS = "And {count} more; ask for “more” to see them."
SAY_SO_THEMSELVES = (
    "{count} of these {count:says|say} so in {count:its|their} own words; the others do not speak of it."
)
OTHER_FORMS = "Names that may be the same person as {name} stand here too: {forms}."
OTHER_SPELLINGS = "{count} more {stands} under another spelling of {name}: {forms}. Ask for it by that spelling."
ORDERED = "The {order} of {count:paper} {condition}:"
JUDGED_ORDER = "No paper is clearly {condition}; the {order} of {count} that {count:is|are} likely to be:"
SAME_YEAR = "{count} more {count:is|are} from {year} as well."
FOR_EXAMPLE = "For example:"
THESE = "These:"
NONE_OF_THEM = "None of the {count:paper} here: {condition}. Every record, title and abstract was checked."
COUNTED_NONE = "0 of {count:paper}: {condition}. Every record, title and abstract was checked."
UNDATED = "No date of adding is kept for {count:paper}; whether any of them belongs here cannot be told."
ALL_UNDATED = "No date of adding is kept for any of the {count:paper} here, so which came when cannot be told."
EACH_APART = "Taken one by one: {counts}."
NONE_CLEARLY = "No paper here was found to be clearly about {subject}; {count} {count:was|were} searched, not read."
NEAREST = "What comes nearest:"
NEAREST_TOO = "Nearest to it besides:"
CLARIFY = "What would you like to know? Name a paper, an author, a year or a subject."
NO_SUCH_RECORD = "Which paper do you mean? Give its name, its title in quotes, or its identifier."
NOT_IN_RECORD = "not in the record of this paper"
ONLY_A_MODEL = "Only a language model can put this in other words, and none is at work here. In the paper's own words:"
RESTS_ON = "It rests on these words:"
NOTHING_BEFORE = "There is no answer yet that this could refer to."
NO_NUMBERS = "No abstract here was found to state a number of {of}."
EXTREME = "The {order} number of {of} that the abstracts were found to state:"
GROUPED = "Papers by {group}{condition}:"
NOT_IN_RECORDS = "The records of these papers hold no {field}."
MOST_OF = "Most: {values} ({count:paper})."
MORE_ROWS = "And {count} more {count:row|rows}."
LIKE_IT = "Nearest to {name} in meaning, by their abstracts:"

# A text or a statement held against the library: what was searched is said to be searched, and nothing is called true.
CHECKED = (
    "{carried} of {count:sentence} {carried:is|are} carried by words of papers here. Each was searched for among "
    "{of:paper}; what is not found by search may stand here all the same."
)
CHECKED_NO_MORE = "{count} more {count:sentence was|sentences were} not looked at: the text is too long."
BORNE = {
    "says": "these words say so:",
    "otherwise": "these words say it otherwise ({reason}):",
    "in part": "these words say a part of it:",
    "silent": "not found by search.",
}
NEGATED = "one of the two has a negation"
STATEMENT_READ = "{count:paper} {count:was|were} found by search and read for this, of {of} here."
STATEMENT_DIFFERS = "The papers differ."
STATEMENT_NOT_FOUND = "None of the papers that were read says so in words that could be told."
SAY_SO = "Say so ({count}):"
SAY_OTHERWISE = "Say it with another number, or with a negation ({count}):"
SAY_PART = "Say a part of it ({count}):"
