"""What a question asks in its context: the papers it means, what it wants of them, and its text on its own.

All by rules, so that it works without a language model. A question is read once: the names in it, the papers that "it"
means, the operation that it wants and the conditions that papers must meet travel with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answers import Intent
from assistant.conversation import Conversation
from assistant.query.conditions import ConditionReader
from assistant.query.coreference import Coreference, without_shift
from assistant.query.cues import cues
from assistant.query.descriptions import counted_works
from assistant.query.entity_linking import EntityLinker
from assistant.query.facets_asked import facets_asked
from assistant.query.guardrails import asks_for_secrets, is_about_assistant, without_orders
from assistant.query.intent import intent_of
from assistant.query.operations import OperationReader
from assistant.query.other_languages import in_english
from assistant.query.plan import Operation, QueryPlan, RecordField, Shown, all_of
from assistant.query.question import MOST_COMPARED, Mention, Question, Subject
from assistant.query.turns import TurnReader
from ingest.index.corpus import Corpus
from ingest.papers import Paper

__all__ = ["MOST_COMPARED", "Question", "QuestionReader", "Subject"]

# A question behind a pasted paragraph is the last sentence of a text longer than this many words.
LONGEST_PLAIN_QUESTION = 60

_WORD = re.compile(r"[\w'’-]+")
_OPENERS = re.compile(
    r"^(?:ok(?:ay)?|well|so|please|hey|hi|hello|thanks?(?: you)?|great|nice|cool|interesting|sorry)\b[\s,!.]+", re.I
)
_TYPOGRAPHIC = str.maketrans({"‘": "'", "’": "'", "‚": "'", "„": "“", "‐": "-", "‑": "-", "–": "-", "−": "-", "﻿": ""})
_LABEL = re.compile(r"(?:^|(?<=[\s.!?]))(?:my |the |so my |here is my )?question(?: is)?\s*:\s*", re.I)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
# Operations over sets of papers are lists to those who only tell facts from lists.
_LISTING = (
    Operation.LIST, Operation.COUNT, Operation.GROUP, Operation.EXTREME, Operation.TABULATE, Operation.SURVEY,
    Operation.SIMILAR,
)  # fmt: skip


class QuestionReader:
    """Understands questions over one state of an index."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        words = cues()
        self.names = EntityLinker(corpus)
        self._conditions = ConditionReader(corpus, words, facets_asked)
        self._operations = OperationReader(self._conditions, words)
        self._turns = TurnReader(self._conditions, self._operations, words)
        self._words = words

    def read(self, asked: str, conversation: Conversation = Conversation()) -> Question:
        """What `asked` means after what was said before."""
        english = in_english(asked)
        apart, titles = _set_apart(english, self.names.titles_in(english))
        text = without_orders(apart)
        if not _WORD.search(text) and text.strip() == apart.strip() and text.strip():
            return Question(asked, asked, Intent.OUT_OF_SCOPE, refused=True, plan=QueryPlan(Operation.CLARIFY))
        if not _WORD.search(text) or asks_for_secrets(text):
            text = _put_back(text, titles) or asked
            return Question(asked, text, Intent.OUT_OF_SCOPE, refused=True, plan=QueryPlan(Operation.REFUSE))
        if is_about_assistant(text):
            return Question(asked, _put_back(text, titles), Intent.ABOUT_ASSISTANT, plan=QueryPlan(Operation.ASSISTANT))
        shifted = without_shift(_asked_behind(text))
        history = conversation if shifted == _asked_behind(text) else Conversation()
        text = (_OPENERS.sub("", shifted).strip() or shifted).translate(_TYPOGRAPHIC)
        text = text.lower() if text.isupper() and " " in text else text
        text = _put_back(text, titles)
        turn = self._turns.read(text, history.focus) if history.turns else None
        return self._of_turn(asked, text, turn, history) if turn else self._resolved(asked, text, history)

    def called(self, paper: Paper) -> str:
        """What a paper is called by itself: the name of its work, else its title."""
        place = self._corpus.places.get(paper.id)
        return self.names.main_name(paper, None if place is None else self._corpus.callings[place])

    def list_of(self, text: str) -> QueryPlan | None:
        """The plan that lists what a noun phrase names, such as "surveys on dance"; None if it names nothing."""
        return self._operations.read(f"Which papers are {text}?")

    # A question of its own

    def _resolved(self, asked: str, text: str, conversation: Conversation) -> Question:
        question = self._read_alone(asked, text)
        if conversation.turns:
            question = self._in_context(question, conversation)
        elif len(self._corpus.papers) == 1 and not question.subjects and question.intent is not Intent.LIST:
            only = self._corpus.papers[0]
            question = replace(question, subjects=(Subject(self.called(only), only),), intent=Intent.FACT, unknown=())
        return self._planned(question)

    def _read_alone(self, asked: str, text: str) -> Question:
        mentions = self.names.mentions(text)
        named = self._subjects(mentions)
        borrowed = tuple(mention for mention in mentions if not mention.introduced)
        unknown = self.names.unknown_names(text, mentions)
        plan = None if counted_works(text) else self._operations.read(text, mentions)
        intent = Intent.LIST if plan and plan.operation in _LISTING else intent_of(text, named, borrowed)
        question = Question(asked, text, intent, named, borrowed, unknown, mentions=mentions)
        return replace(question, plan=plan) if plan else question

    def _in_context(self, question: Question, conversation: Conversation) -> Question:
        resolved = Coreference(conversation).resolved(question, conversation)
        if resolved.text == question.text:
            return resolved
        mentions = self.names.mentions(resolved.text)
        plan = self._operations.read(resolved.text, mentions)
        return replace(resolved, mentions=mentions, plan=plan or QueryPlan())

    def _planned(self, question: Question) -> Question:
        """The question with a plan that says what was understood."""
        fields = self._fields(question)
        if fields:
            plan = QueryPlan(Operation.RECORD, papers=question.paper_ids, fields=fields)
            return replace(question, plan=plan, intent=Intent.FACT)
        return question if question.plan.operation is Operation.RECORD else self._plain(question)

    def _fields(self, question: Question) -> tuple[RecordField, ...]:
        """The fields of a record that a question about papers in view or named asks for."""
        is_set = question.plan.operation in _LISTING or question.intent is Intent.LIST
        return () if is_set or not question.subjects else self._operations.fields_in(question.text)

    def _plain(self, question: Question) -> Question:
        """A question that no frame of a set or a record fits."""
        plan = question.plan
        if question.intent is Intent.LIST and question.within:
            shown = Shown(question.within)
            inner = plan.condition if plan.operation in _LISTING else self._turns.condition_in(question.text)
            operation = plan.operation if plan.operation in _LISTING else Operation.LIST
            return replace(question, plan=replace(plan, operation=operation, condition=all_of(shown, inner)))
        if plan.operation in (*_LISTING, Operation.CLARIFY):
            return question
        if question.intent is Intent.LIST:
            question = replace(question, intent=Intent.WHICH_PAPER)
        operation = _OPERATIONS.get(question.intent, Operation.FACT)
        condition = self._operations.narrowed(question.text)
        return replace(question, plan=QueryPlan(operation, condition, question.paper_ids))

    # A turn about the last answer

    def _of_turn(self, asked: str, text: str, plan: QueryPlan, conversation: Conversation) -> Question:
        if plan.operation is Operation.COMPARE and conversation.focus is not None:
            subjects = tuple(map(Subject, conversation.focus.names, conversation.focus.papers))
            return Question(asked, conversation.focus.question, Intent.COMPARISON, subjects, follows=True, plan=plan)
        intent = Intent.LIST if plan.operation in _LISTING else Intent.FACT
        standalone = text if plan.operation in _LISTING or conversation.focus is None else conversation.focus.question
        return Question(asked, standalone, intent, follows=True, plan=plan)

    def _subjects(self, mentions: Sequence[Mention]) -> tuple[Subject, ...]:
        found: dict[str, Subject] = {}
        for mention in mentions:
            for paper_id in mention.paper_ids if mention.introduced else ():
                found.setdefault(paper_id, Subject(mention.name, self._paper(paper_id)))
        return tuple(found.values())

    def _paper(self, paper_id: str) -> Paper:
        return self._corpus.papers[self._corpus.places[paper_id]]


_OPERATIONS = {
    Intent.FACT: Operation.FACT,
    Intent.WHICH_PAPER: Operation.FIND,
    Intent.COMPARISON: Operation.COMPARE,
    Intent.LIST: Operation.LIST,
    Intent.ABOUT_ASSISTANT: Operation.ASSISTANT,
    Intent.OUT_OF_SCOPE: Operation.REFUSE,
}


def _set_apart(text: str, titles: Sequence[Mention]) -> tuple[str, tuple[str, ...]]:
    """The text with a sign in the place of each title, and the titles: none of their words is the asker's own."""
    words = [text[title.start : title.end] for title in titles]
    for number, title in reversed(list(enumerate(titles))):
        text = f"{text[: title.start]}\ue000{number}\ue001{text[title.end :]}"
    return text, tuple(word.translate(_TYPOGRAPHIC) for word in words)


def _put_back(text: str, titles: Sequence[str]) -> str:
    for number, title in enumerate(titles):
        text = text.replace(f"\ue000{number}\ue001", title)
    return text


def _asked_behind(text: str) -> str:
    """The question that stands behind a label or a pasted paragraph; the whole text where neither is."""
    labelled = _LABEL.split(text)
    if len(labelled) > 1 and _WORD.search(labelled[-1]):
        return labelled[-1].strip()
    if len(text.split()) <= LONGEST_PLAIN_QUESTION:
        return text
    sentences = [sentence for sentence in _SENTENCE_END.split(text.strip()) if sentence.endswith("?")]
    return sentences[-1] if sentences else text
