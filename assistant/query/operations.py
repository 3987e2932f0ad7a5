"""Operations: what a question that stands alone wants done, and with which papers.

Only questions of sets of papers, of records and of subjects as a whole are read here; a question of a fact, or of one
paper that is described, has no frame of its own and is left to the reader of questions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.query.added import AddedReader
from assistant.query.conditions import ConditionReader
from assistant.query.cues import Cues
from assistant.query.plan import (
    Added,
    Author,
    Available,
    Category,
    Condition,
    Kind,
    Measure,
    Mention,
    Operation,
    Order,
    QueryPlan,
    RecordField,
    SortKey,
    Subject,
    Venue,
    Years,
    all_of,
    leaves,
)
from assistant.query.question import Mention as Name
from assistant.query.record_fields import RecordReader
from assistant.query.set_phrases import SetPhrases
from assistant.query.shapes import Shapes
from assistant.query.surveys_asked import SurveyReader
from assistant.query.years import bare_year, years_in
from ingest.text.terms import tokens_of

# Words between "which" and "papers": "which recent diffusion papers".
MOST_MODIFIERS = 4
# Conditions that one paper is asked for by, as "which paper mentions BERT": others describe it.
_RECORDED = (Author, Years, Added, Venue, Kind, Category, Available, Mention)
_GROUPS = ("year", "author", "category", "venue", "kind")
_QUOTES = '["“”«»]'


@dataclass(frozen=True, slots=True)
class _Frame:
    """A question about a set: what stands before the word for works, that word, and what follows it."""

    asks: bool
    counts: bool
    modifiers: str
    head: str
    rest: str


class OperationReader:
    """Reads operations over one library."""

    def __init__(self, conditions: ConditionReader, words: Cues) -> None:
        self._conditions = conditions
        self._words = words
        self._asking = re.compile(rf"^(?:{words.source('asks_for', 'frame_words')}[\s,]*)+", re.I)
        self._counting = re.compile(rf"^(?:{words.source('frame_words')}\s+)*{words.source('counts')}\s*", re.I)
        self._auxiliary = re.compile(
            rf"\b(?:does|do|did|has|have|can|could|will|would|should|{words.source('be')})\b", re.I
        )
        counts, joint, which = words.source("counts"), words.source("conjunctions"), words.source("which")
        self._counting_and_naming = re.compile(
            rf"^(?:{counts},? {joint} {which}|{which},? {joint} {counts})(?=\s)", re.I
        )
        self._naming_too = re.compile(rf"[\s,;.?!]+(?:{joint}\s+)?{words.source('which_ones')}[\s?.!]*$", re.I)
        self._counting_too = re.compile(rf"[\s,;.?!]+(?:{joint}\s+)?{words.source('how_many')}[\s?.!]*$", re.I)
        self._own = re.compile(rf"^(?:[\s,]*{words.source('own_library')})+[\s?.!]*$", re.I)
        within, paper = words.source("governing"), words.source("one_paper")
        self._within_one = re.compile(rf"\b{within} the (?:[\w-]+ ){{0,3}}?{paper}\b(?! of\b)", re.I)
        self._surveys = SurveyReader(conditions, words)
        self._records = RecordReader(words)
        self._set_phrases = SetPhrases(words)
        self._shapes = Shapes(words)
        self._added = AddedReader(words)

    def read(self, text: str, names: Sequence[Name] = ()) -> QueryPlan | None:
        """The plan of a question that stands alone; None where it has no frame of a set, a record or a survey."""
        if (year := bare_year(text)) is not None:
            return QueryPlan(Operation.LIST, year)
        text = self._shapes.plain(text)
        if not tokens_of(text) or not any(map(str.isalpha, text)):
            return QueryPlan(Operation.CLARIFY)
        if (plan := self._added.plan(text)) is not None:
            return plan
        text = self._added.reworded(text)
        readings = (
            self._similar,
            self._grouped,
            self._extreme,
            self._surveys.read,
            self._written_by,
            self._by_people,
            self._set,
            self._records.read,
            self._unframed,
        )
        return next((plan for reading in readings if (plan := reading(text, names)) is not None), None)

    def narrowed(self, text: str) -> Condition | None:
        """The years that a question of another kind puts on its papers: "the 2021 paper on …", "papers since 2023"."""
        for span in years_in(text, self._words):
            before, behind = text[: span.start].rstrip(), text[span.end :].lstrip()
            beside = re.search(rf"{self._words.source('works', 'work')}(?: \w+)?$", before, re.I)
            if beside or self._words.at("work", behind, 0) or self._words.at("works", behind, 0):
                return span.years
        found = re.search(
            rf"\b(?:the|a|an|that|this) ((?:19|20)\d\d) (?=(?:\w+ ){{0,2}}?{self._words.source('work')})", text, re.I
        )
        return Years(int(found[1]), int(found[1])) if found else None

    def fields_in(self, text: str) -> tuple[RecordField, ...]:
        """The fields of a record that a question asks for."""
        return self._records.fields_in(text)

    def order_of(self, text: str) -> Order | None:
        """The order that a text asks for: "oldest first", "sort them by title"."""
        return self._ordered(text)[0]

    def superlative_of(self, text: str) -> tuple[Order | None, str]:
        """Whether a text asks for the newest or oldest, and the text without the words that say so."""
        return self._superlative(text)

    # Sets of papers

    def _set(self, text: str, names: Sequence[Name]) -> QueryPlan | None:
        order, asked = self._ordered(text)
        table = self._words.pattern("in_a_table").search(asked)
        asked = asked[: table.start()] + " " + asked[table.end() :] if table else asked
        named, asked = self._counted_and_named(asked)
        newest, asked = self._superlative(asked)
        frame = self._frame(asked, names)
        if frame is None:
            return None
        condition = self._of_frame(frame, names)
        if condition is None and not self._is_whole_library(frame):
            return None
        single = self._words.is_whole("work", frame.head) and not newest
        if single and (condition is None or not all(isinstance(leaf, _RECORDED) for leaf in leaves(condition))):
            return None  # one paper that is described is looked for, not listed
        if newest is not None:
            order = replace(newest, limit=newest.limit or (1 if self._is_single(frame.head) else None))
        operation = Operation.COUNT if frame.counts and not named else Operation.TABULATE if table else Operation.LIST
        return QueryPlan(operation, condition, order=order)

    def _unframed(self, text: str, names: Sequence[Name]) -> QueryPlan | None:
        """A set that is asked for without a frame; of a name only if years are asked for with it."""
        is_named = any(name.introduced for name in names)
        return self._set_phrases.dated(text) if is_named else self._set_phrases.read(text)

    def _by_people(self, text: str, names: Sequence[Name]) -> QueryPlan | None:
        return None if any(name.introduced for name in names) else self._set_phrases.of_people(text)

    def _counted_and_named(self, text: str) -> tuple[bool, str]:
        """Whether papers are to be named besides being counted, and the text that asks for them alone."""
        if begun := self._counting_and_naming.match(text):
            return True, f"which{text[begun.end() :]}"
        if found := self._naming_too.search(text) or self._counting_too.search(text):
            return True, text[: found.start()]
        return False, text

    def _is_single(self, head: str) -> bool:
        return self._words.is_whole("work", head) or not self._words.is_whole("works", head)

    def _frame(self, text: str, names: Sequence[Name]) -> _Frame | None:
        """The first word for works that a question asks for, with what is before and behind it."""
        counting = self._counting.match(text)
        asking = counting or self._asking.match(text)
        start = asking.end() if asking else 0
        found = self._words.pattern("works", "work", "anything").search(text, start)
        while found is not None:
            frame = _Frame(
                bool(asking), bool(counting), text[start : found.start()].strip(), found[0], text[found.end() :]
            )
            if self._fits(frame, names):
                return frame
            found = self._words.pattern("works", "work", "anything").search(text, found.end())
            if found and len(text[start : found.start()].split()) > MOST_MODIFIERS:
                return None
        return None

    def _fits(self, frame: _Frame, names: Sequence[Name]) -> bool:
        """Whether the words around a word for works make a question about a set."""
        words = frame.modifiers.split()
        if len(words) > (MOST_MODIFIERS if frame.asks else 2) or self._auxiliary.search(frame.modifiers):
            return False
        if words and self._words.is_whole("governing", words[-1]):
            return False  # "which difficulties come with one space" asks for no spaces
        if re.match(rf"\s+{self._words.source('determiners')}", frame.rest, re.I) and not frame.counts:
            return False  # "what models the flow" asks what does it
        papers = self._words.is_whole("papers", frame.head)
        if self._asks_about_one(frame.rest, names) or (not papers and any(n.introduced for n in names)):
            return False
        return frame.asks or frame.counts or self._is_fragment(frame, names)

    def _is_fragment(self, frame: _Frame, names: Sequence[Name]) -> bool:
        """Whether a set is named and nothing asked of it: "papers on tides", "everything about tides"."""
        if not frame.modifiers and self._words.is_whole("anything", frame.head):
            return self._words.pattern("abouts", "mentions", "uses", "by_authors").match(frame.rest.strip()) is not None
        is_papers = self._words.is_whole("papers", frame.head)
        return is_papers and self._conditions.read(frame.rest, names) is not None

    def _asks_about_one(self, rest: str, names: Sequence[Name]) -> bool:
        """Whether the works belong to one work: "which datasets does it use", "… were used by MusicLDM"."""
        one = rf"(?:it|its|he|she|the (?:[\w-]+ ){{0,3}}?{self._words.source('work')})"
        auxiliary = r"\s*(?:was|were|is|are|did|does|do|has|have|can)\s+"
        if re.match(rf"{auxiliary}{one}", rest, re.I) or self._within_one.search(rest):
            return True
        found = re.match(auxiliary, rest, re.I)
        behind = rest[found.end() :].lower() if found else ""
        return any(behind.startswith(name.name.lower()) for name in names if name.introduced)

    def _is_whole_library(self, frame: _Frame) -> bool:
        rest = frame.rest.strip(" ?.!,")
        said = not rest or self._own.match(rest) is not None
        return said and not frame.modifiers and (frame.asks or frame.counts)

    def _of_frame(self, frame: _Frame, names: Sequence[Name]) -> Condition | None:
        if self._own.match(frame.rest.strip()):
            behind: Condition | None = None
        else:
            behind = self._person_wrote(frame.rest) or self._passive(frame.rest, names)
            behind = behind or self._conditions.read(frame.rest, names)
        return all_of(self._modifying(frame), behind)

    def _passive(self, rest: str, names: Sequence[Name]) -> Condition | None:
        """What a passive asks for: "in which papers is CLIP used?" asks which papers use CLIP."""
        words = self._words
        found = re.match(
            rf"\s*{words.source('be')}\s+(?P<what>[^?.,]+?)\s+(?P<verb>{words.source('passives')})\b", rest, re.I
        )
        if found is None or words.at("by_authors", rest, found.end() + 1) or words.at("abouts", found["what"], 0):
            return None
        return self._conditions.read(f"mention {found['what']}{rest[found.end() :]}", names)

    def _modifying(self, frame: _Frame) -> Condition | None:
        """What stands before the works ("2023 papers", "diffusion papers"), and the works where they are a facet."""
        papers = self._words.is_whole("papers", frame.head) or self._words.is_whole("one_paper", frame.head)
        everything = self._words.is_whole("anything", frame.head)
        head = "datasets" if self._words.is_whole("data_works", frame.head) else frame.head
        text = frame.modifiers if papers or everything else f"{frame.modifiers} {head}".strip()
        if (year := bare_year(frame.modifiers)) is not None or not text:
            return year
        found = self._conditions.read(text)
        plain = found == Subject(frame.head)  # "systems" alone is no subject
        return None if plain else found

    # Order

    def _ordered(self, text: str) -> tuple[Order | None, str]:
        """The order that a question wants, and the question without the words that say so."""
        for name, order in (
            ("newest_first", Order(SortKey.YEAR, descending=True)),
            ("oldest_first", Order(SortKey.YEAR)),
        ):
            if found := self._words.pattern(name).search(text):
                return order, _without(text, found)
        for name, key in (("sort_year", SortKey.YEAR), ("sort_title", SortKey.TITLE), ("sort_author", SortKey.AUTHOR)):
            pattern = rf"{self._words.source('sorts')}\s+(?:them |the papers )?{self._words.source(name)}"
            if found := re.search(pattern, text, re.I):
                return Order(key), _without(text, found)
        return None, text

    def _superlative(self, text: str) -> tuple[Order | None, str]:
        """Whether the newest or oldest are asked for, how many of them, and the question without these words."""
        for names, descending in ((("newest", "newest_said"), True), (("oldest", "oldest_said"), False)):
            number = rf"(?:(\d{{1,2}}|{self._words.source('number_words')})\s+)?"
            found = re.search(rf"{number}{self._words.source(*names)}(?:\s+{number[:-1]})?", text, re.I)
            if found:
                limit = next((self._number(group) for group in found.groups() if group and self._number(group)), None)
                rest = re.sub(
                    r"^(?:what|which) (?:is|are|was|were) (?:the )?", "list the ", _without(text, found), flags=re.I
                )
                return Order(SortKey.YEAR, descending, limit), rest
        return None, text

    def _number(self, text: str) -> int | None:
        if text.isdigit():
            return int(text)
        numbers = self._words.words("number_words")
        return numbers.index(text.lower()) + 1 if text.lower() in numbers else None

    # People

    def _written_by(self, text: str, _names: Sequence[Name]) -> QueryPlan | None:
        """Papers by a person: "what has Ming Li written?", "what else did Noor Haddad publish?"."""
        found = re.match(
            r"^(?:what|which papers|which works|what papers)\b(?: else)?(?= (?:has|have|had|did)\b)", text, re.I
        )
        condition = self._person_wrote(text[found.end() :]) if found else None
        return QueryPlan(Operation.LIST, condition) if condition else None

    def _person_wrote(self, rest: str) -> Condition | None:
        """The author in "did Ming Li write", and what else is asked of the papers."""
        found = re.match(r"\s*(?:that |which )?(?:has|have|had|did|does)?\s*", rest, re.I)
        start = found.end() if found else 0
        person = self._conditions.lexer.person_at(rest, start)
        verb = (
            re.match(rf"\s+(?:ever |also |all )?{self._words.source('has_written')}", rest[person[1] :], re.I)
            if person
            else None
        )
        if person is None or verb is None:
            return None
        behind = self._conditions.read(rest[person[1] + verb.end() :])
        return all_of(Author(person[0]), behind)

    # Groups, extremes, surveys, similar papers

    def _grouped(self, text: str, names: Sequence[Name]) -> QueryPlan | None:
        for group in _GROUPS:
            field = self._words.source(f"group_{group}")
            per = re.search(rf"{self._words.source('groups')}\s+(?:the |publication )?{field}", text, re.I)
            counted = self._counting.match(text) or self._words.pattern("distribution").search(text)
            most = re.search(rf"\b(?:which|what) {field}[^?.]*?{self._words.source('most_papers')}", text, re.I)
            who = group == "author" and re.search(rf"^who [^?.]*?{self._words.source('most_papers')}", text, re.I)
            if (per and counted) or most or who:
                taken = per if per and counted else most or who
                rest = _without(text, taken) if isinstance(taken, re.Match) else text
                return QueryPlan(Operation.GROUP, self._rest_of_group(rest, names), group=group)
        return None

    def _rest_of_group(self, text: str, names: Sequence[Name]) -> Condition | None:
        frame = self._frame(text, names)
        return (
            self._of_frame(frame, names)
            if frame
            else self._conditions.read(re.sub(r"^\s*papers?\b", "", text.strip(" ?.!"), flags=re.I), names)
        )

    def _extreme(self, text: str, names: Sequence[Name]) -> QueryPlan | None:
        """The largest or smallest number: "which study has the most participants?"."""
        if any(name.introduced for name in names):
            return None
        size = rf"({self._words.source('largest')}|{self._words.source('smallest')})"
        sized = rf"(?:the )?{size} (?:number of |amount of |count of |share of )?(?P<of>[\w-]+(?: [\w-]+)?)"
        works = self._words.source("works", "work")
        found = re.match(
            rf"^(?:which|what) {works}[^?.]{{0,20}}?\b{self._words.source('measured_verbs')} {sized}", text, re.I
        )
        if found is None or self._words.is_whole("papers", found["of"]):
            return None
        largest = self._words.pattern("largest").fullmatch(found[1]) is not None
        of, rest = _until_preposition(found["of"], text[found.end() :])
        return QueryPlan(Operation.EXTREME, self._conditions.read(rest, names), measure=Measure(of, largest))

    def _similar(self, text: str, names: Sequence[Name]) -> QueryPlan | None:
        works = self._words.source("works", "work", "anything")
        found = re.search(
            rf"{works}(?: that are| which are| most| is| are)* {self._words.source('alike')}\s+",
            text,
            re.I,
        )
        found = found or re.match(rf"^(?:more )?{self._words.source('alike')}\s+", text, re.I)
        if found is None:
            return None
        ids = [i for name in names if name.start >= found.start() and name.introduced for i in name.paper_ids]
        return QueryPlan(Operation.SIMILAR, papers=tuple(dict.fromkeys(ids))) if ids else None


def _until_preposition(noun: str, rest: str) -> tuple[str, str]:
    """A measured thing without the preposition that its second word may be: "participants in" is participants."""
    first, _, second = noun.partition(" ")
    if second.lower() in (
        "in",
        "on",
        "of",
        "for",
        "among",
        "about",
        "since",
        "from",
        "with",
        "by",
        "at",
        "that",
        "and",
        "here",
        "per",
    ):
        return first, f"{second}{rest}"
    return noun, rest


def _without(text: str, found: re.Match[str]) -> str:
    return re.sub(r"\s+", " ", f"{text[: found.start()]} {text[found.end() :]}").strip()
