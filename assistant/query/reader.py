"""What a question asks in its context: the papers it means, what it wants of them, and its text on its own.

All by rules, so that it works without a language model: names are looked up in the name book, "it" and "the
second one" in the papers of the answers so far, and the wording tells a comparison from a list from a fact.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answers import Focus, Intent
from assistant.conversation import Conversation
from assistant.query.entity_linking import EntityLinker, Mention
from ingest.extraction.profile import Profile
from ingest.index.corpus import Corpus
from ingest.papers import Paper

# A comparison of more papers than this is a list.
MOST_COMPARED = 5
# The words of a question that is only "And EmoGen?" once its name is gone.
_FEW_WORDS = 3

_WORKS = (
    r"(?:papers?|works?|systems?|models?|methods?|approach(?:es)?|articles?|stud(?:y|ies)|abstracts?|datasets?|corpora|corpus|"
    r"collections?|benchmarks?|surveys?|frameworks?|generators?|techniques?|projects?|publications?|resources?|overviews?|"
    r"algorithms?|architectures?|researchers|authors|tools?)"
)
_PLURAL_WORKS = (
    r"(?:papers|works|systems|models|methods|approaches|articles|studies|abstracts|datasets|corpora|collections|benchmarks|"
    r"surveys|frameworks|generators|techniques|projects|publications|resources|overviews|algorithms|architectures|tools)"
)
_PAPERS = r"(?:papers|works|abstracts|articles|studies|publications)"

_LISTS = re.compile(
    rf"\b(?:which|what)\b(?: \w+){{0,2}}? {_PLURAL_WORKS}\b|\b(?:which|how many|all|any|each|every) of (?:the|these|those|them|your)\b|"
    rf"\bhow many (?:\w+ ){{0,2}}?{_PLURAL_WORKS}\b|\b(?:list|enumerate|name|show|give|find|tell)\b(?: me)?[^?.]{{0,30}}?\b(?:all|every|{_PLURAL_WORKS})\b|"
    rf"\ball (?:the |of the )?{_PLURAL_WORKS}\b|\b(?:are there|any) (?:\w+ ){{0,2}}?{_PLURAL_WORKS}\b|^who (?:all|else)\b|"
    rf"\bhow many (?:of them|are|do|use|have|work)\b",
    re.I,
)
_LISTS_PAPERS = re.compile(rf"\b(?:which|what|how many|list|all|name)\b[^?.]{{0,25}}?\b{_PAPERS}\b", re.I)
# A question about a part of one work ("which clips was it trained on", "in the system that …") searches for no work.
_ONE_WORK = re.compile(
    rf"\b(?:which|what|how many)\b[^?.,]{{1,40}}? (?:was|were|is|are|did|does|do|has|have|can) (?:it|its|he|she|the (?:\w+ ){{0,3}}?{_WORKS})\b|"
    rf"\b(?:in|of|for|by|from|with) the (?:[\w-]+ ){{0,3}}?(?:paper|work|system|model|method|approach|article|study|framework|generator|overview|survey|"
    rf"network|benchmark|tool|attack|arranger|recommender)\b(?! of (?:the|these))",
    re.I,
)
_FINDS = re.compile(
    rf"\b(?:which|what|whose)(?: \S+){{0,2}}? {_WORKS}\b|^who\b|\bis there (?:an?|any|some)\b|\b(?:find|show|recommend|suggest|know of)\b"
    rf"[^?.]{{0,20}}\b{_WORKS}\b|\b(?:a|an|any|some) {_WORKS} (?:that|which|on|about|for|to|where)\b",
    re.I,
)
_COMPARES = re.compile(
    r"\bcompar\w+|\bvs\b\.?|\bversus\b|\bdiffer\w*|\bcontrast\w*|\bboth\b|\bin common\b|\brather than\b|\bside by side\b|\beach\b|"
    r"\bwhich (?:one )?(?:is|has|of (?:the )?(?:two|both)|needs?|uses?|gives?|does)\b|\bmore\b[^?.]*\bthan\b|\bor\b|\brespectively\b|\bsimilar\w*",
    re.I,
)
_STRONGLY_COMPARES = re.compile(r"\bcompar\w+|\bvs\b\.?|\bversus\b|\bdiffer\w*|\bcontrast\w*|\bin common\b", re.I)

_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass|drop|skip|stop following|pay no attention to)\b[^.!?\n;:]*\b(?:instructions?|rules?|prompts?|"
    r"guidelines?|polic\w+|safety|above|previous|earlier|before|everything|sources?|citations?)\b[^.!?\n;:]*[.!?\n;:]*|"
    r"\b(?:from now on|you are now|pretend (?:to be|you are|that you)|act as|role-?play as|you must now|new instructions?:|system:)[^.!?\n]*[.!?\n]*|"
    r"</?(?:system|instructions?|passage|evidence|assistant|user)[^>]*>",
    re.I,
)
_ASKS_FOR_PROMPT = re.compile(
    r"\b(?:your|hidden|secret|developer)\s+(?:\w+ )?(?:prompts?|instructions?|rules)\b|\bsystem (?:prompts?|messages?|instructions)\b|\binitial prompt\b|"
    r"\bprompt word for word\b|"
    r"\b(?:api|secret|access) keys?\b|\benvironment variables?\b|\bpasswords?\b",
    re.I,
)
_DICTATES = re.compile(
    r"\b(?:repeat after me|say (?:only|exactly|that|the words?)|(?:print|output|write|answer|reply|respond)(?: \w+){0,3}? (?:only|exactly|just|with)\b|"
    r"append|end (?:your|every) (?:answer|reply))[^.!?\n]*[.!?\n]*",
    re.I,
)
_ABOUT_ASSISTANT = re.compile(
    r"^(?:hi|hello|hey|good (?:morning|evening|day)|thanks?|thank you|thx|cheers|bye|goodbye)\b[\s!.,]*(?:there|footnote|you|a lot|so much)?[\s!.]*$|"
    r"\bwho (?:are|made|built) you\b|\bwhat (?:are|can) you\b(?: do| help)?|\bhow do you work\b|\bwhat is footnote\b|\bhow (?:do|can) i use (?:you|this)\b|"
    r"^help[\s!.?]*$|\bhow many papers (?:do you (?:have|know)|are (?:there|indexed|in (?:here|the (?:library|index|corpus))))[\s?]*$|"
    r"^(?:what|which) papers (?:do you (?:have|know)|are (?:there|here|indexed))[\s?]*$",
    re.I,
)

_ORDINALS = {
    "former": 0, "first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4, "latter": -1, "last": -1, "other": -2,
}  # fmt: skip
_ORDINAL = re.compile(
    rf"\b(?:the|that) ({'|'.join(_ORDINALS)})(?:[- ](?:one|two|paper|work|system|model|method|dataset|approach|study|of (?:them|the two|these|those)))?\b"
    r"(?! (?:stage|step|time|bridge|phase|contribution|part|place|author|layer|level|music|dataset|large))",
    re.I,
)
_PLURAL_ANAPHOR = re.compile(
    rf"\b(?:both(?: of them)?|they|them|their|theirs|those|these|the two|these two|each(?: of them)?|either|(?:among|of) (?:those|these|them))(?: {_WORKS})?\b",
    re.I,
)
_SURELY_SEVERAL = re.compile(r"\b(?:both|those|these|the two|each|either|among|of them)\b", re.I)
_SINGULAR_ANAPHOR = re.compile(
    r"\b(?:it|its|itself|this|that|he|she|there|"
    r"(?:this|that|the|the same) (?:paper|work|system|model|method|approach|study|dataset|data ?set|benchmark|survey|framework|code|authors?|"
    r"abstract|corpus|tool|technique|network|architecture|attack|data))\b",
    re.I,
)
_AMONG = re.compile(
    rf"\b(?:of|among|from) (?:those|these|them)\b|\b(?:those|these) {_WORKS}\b|\b(?:do|are|have|did) (?:they|those|these)\b",
    re.I,
)
_ONE_OF_THEM = re.compile(rf"\b(?:the|that) (?:one|{_WORKS}) (?:on|about|with|that|for|from|which|using|of)\b", re.I)
_DEGREE = re.compile(
    r"\b(?:bigger|larger|smaller|faster|slower|better|newer|older|longer|shorter|earlier|later|more|less|most|least|\w{3,}est)\b",
    re.I,
)
_CONTINUES = re.compile(
    r"^(?:and|but|so|also|then|plus|what about|how about|ok(?:ay)?|or|y)\b[\s,]*(?:what about|how about|for|in|with)?\s*",
    re.I,
)
_SHIFTS = re.compile(
    r"^(?:(?:now )?(?:a |on a |something )?(?:completely |totally )?different (?:topic|thing|question|paper)|new (?:topic|question)|(?:let'?s )?(?:change|switch)(?:ing)? "
    r"(?:the )?(?:topic|subject)|next|now(?: for something)?(?: a)? different(?: thing)?|by the way|another (?:question|thing|one)|moving on)\s*[:,.–-]+\s*",
    re.I,
)
_RETURNS = re.compile(
    r"^(?:(?:now |ok,? )?(?:let'?s )?(?:go(?:ing)? )?back to|return(?:ing)? to|about|regarding|as for|concerning|coming back to)\b",
    re.I,
)
_OPENERS = re.compile(
    r"^(?:ok(?:ay)?|well|so|please|hey|hi|hello|thanks?(?: you)?|great|nice|cool|interesting|sorry)\b[\s,!.]+", re.I
)
_WORD = re.compile(r"[\w'’-]+")


@dataclass(frozen=True, slots=True)
class Subject:
    """A paper that a question means, and what the user (or else the paper) calls it."""

    name: str
    paper: Paper


@dataclass(frozen=True, slots=True)
class Question:
    """A question, understood.

    `text` stands on its own. `subjects` are the papers it is about, in order; `borrowed` are papers that only
    use a name it asks about; `unknown` are names that no paper here has. `within` limits a list to the papers
    of the answer before. `refused` says why it is not answered at all.
    """

    asked: str
    text: str
    intent: Intent
    subjects: tuple[Subject, ...] = ()
    borrowed: tuple[Mention, ...] = ()
    unknown: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    follows: bool = False
    refused: bool = False

    @property
    def paper_ids(self) -> tuple[str, ...]:
        """The ids of the papers it is about, in order."""
        return tuple(subject.paper.id for subject in self.subjects)


class QuestionReader:
    """Understands questions over one state of an index."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self.names = EntityLinker(corpus.papers, corpus.profiles)

    def read(self, asked: str, conversation: Conversation = Conversation()) -> Question:
        """What `asked` means after what was said before."""
        text = without_orders(asked)
        if not _WORD.search(text) or _ASKS_FOR_PROMPT.search(text):
            return Question(asked, text or asked, Intent.OUT_OF_SCOPE, refused=True)
        if _ABOUT_ASSISTANT.search(text):
            return Question(asked, text, Intent.ABOUT_ASSISTANT)
        shifted = _SHIFTS.sub("", text)
        history = conversation if shifted == text else Conversation()
        text = _OPENERS.sub("", shifted).strip() or shifted
        return self._resolved(asked, text.lower() if text.isupper() and " " in text else text, history)

    def subject_names(self, text: str) -> tuple[Subject, ...]:
        """The papers whose own names stand in a text, each once, in order."""
        found: dict[str, Subject] = {}
        for mention in self.names.mentions(text):
            for paper_id in mention.paper_ids if mention.introduced else ():
                found.setdefault(paper_id, Subject(mention.name, self._paper(paper_id)))
        return tuple(found.values())

    def _resolved(self, asked: str, text: str, conversation: Conversation) -> Question:
        named = self.subject_names(text)
        borrowed = tuple(m for m in self.names.mentions(text) if not m.introduced)
        unknown = self.names.unknown_names(text)
        question = Question(asked, text, self.intent_of(text, named, borrowed), named, borrowed, unknown)
        if not conversation.turns:
            return question
        return self._in_context(question, conversation)

    def _in_context(self, question: Question, conversation: Conversation) -> Question:
        view = _View(conversation)
        unknown = conversation.focus.unknown if conversation.focus else ""
        if unknown and not question.subjects and _SINGULAR_ANAPHOR.search(question.text):
            text = _with_names(question.text, [unknown])
            return replace(question, text=text, unknown=(unknown, *question.unknown), follows=True)
        if question.subjects:
            return self._carried_over(question, view, conversation)
        if question.unknown and not _SINGULAR_ANAPHOR.search(question.text):
            return question
        if question.intent is Intent.LIST and not _AMONG.search(question.text):
            return question
        return self._pointed(question, view)

    def _carried_over(self, question: Question, view: _View, conversation: Conversation) -> Question:
        """A question with a name of its own: "And EmoGen?" takes its predicate from before, "compare it with X" a paper."""
        if self._is_bare(question):
            return self._with_former_predicate(question, conversation)
        pointed = view.pointed_at(question.text)
        joins = bool(_COMPARES.search(question.text) or _CONTINUES.match(question.text))
        others = [s for s in pointed if s.paper.id not in question.paper_ids]
        if not others or len(question.subjects) > 1 or not joins or not _anaphor_is_free(question):
            return question
        subjects = (*others, *question.subjects)[:MOST_COMPARED]
        text = _with_names(question.text, [s.name for s in others])
        return replace(question, text=text, subjects=subjects, intent=Intent.COMPARISON, follows=True)

    def _with_former_predicate(self, question: Question, conversation: Conversation) -> Question:
        before = conversation.focus.question if conversation.focus else ""
        former = self.subject_names(before)
        names = " and ".join(subject.name for subject in question.subjects)
        text = before
        for number, subject in enumerate(former):
            text = re.sub(rf"(?<!\w){re.escape(subject.name)}(?!\w)", names if number == 0 else "", text, flags=re.I)
        if text == before or len(former) > 1:
            text = f"What is {names}?"
        intent = Intent.COMPARISON if len(question.subjects) > 1 else Intent.FACT
        return replace(question, text=text, intent=intent, follows=True)

    def _is_bare(self, question: Question) -> bool:
        rest = _CONTINUES.sub("", question.text)
        for mention in self.names.mentions(rest):
            rest = rest.replace(rest[mention.start : mention.end], " ", 1) if mention.end <= len(rest) else rest
        words = [
            w
            for w in _WORD.findall(rest)
            if w.lower() not in ("the", "a", "one", "paper", "system", "of", "about", "for", "in", "s")
        ]
        return bool(_CONTINUES.match(question.text)) and len(words) == 0

    def _pointed(self, question: Question, view: _View) -> Question:
        among = view.latest()
        if len(among) > 1 and _ONE_OF_THEM.search(question.text):
            ids = tuple(subject.paper.id for subject in among)
            return replace(question, intent=Intent.FACT, within=ids, follows=True)
        subjects = view.pointed_at(question.text)
        if not subjects:
            return question
        text = _with_names(question.text, [s.name for s in subjects])
        few = len(subjects) <= MOST_COMPARED and _DEGREE.search(question.text)
        if (question.intent is Intent.LIST and not few) or len(subjects) > MOST_COMPARED:
            ids = tuple(subject.paper.id for subject in subjects)
            return replace(question, intent=Intent.LIST, within=ids, follows=True)
        several = len(subjects) > 1
        intent = Intent.COMPARISON if several else _without_search(question.intent)
        return replace(question, text=text, subjects=subjects, intent=intent, follows=True)

    def intent_of(self, text: str, named: Sequence[Subject], borrowed: Sequence[Mention]) -> Intent:
        """What a question wants, by its wording and the number of papers that it names."""
        if len(named) > 1 and not _LISTS_PAPERS.search(text):
            return Intent.COMPARISON if len(named) <= MOST_COMPARED else Intent.LIST
        if borrowed and (named or len(borrowed) > 1) and _STRONGLY_COMPARES.search(text):
            return Intent.COMPARISON
        one_work = _ONE_WORK.search(text)
        if _LISTS_PAPERS.search(text) or (not named and not one_work and _LISTS.search(text)):
            return Intent.LIST
        if not named and not one_work and _FINDS.search(text):
            return Intent.WHICH_PAPER
        return Intent.FACT

    def called(self, paper: Paper, text: str = "") -> str:
        """What to call a paper: the name that `text` uses for it, else its own main name."""
        for subject in self.subject_names(text):
            if subject.paper.id == paper.id:
                return subject.name
        return self.names.main_name(paper, self._corpus.profiles.get(paper.id, Profile()))

    def _paper(self, paper_id: str) -> Paper:
        return self._corpus.papers[self._corpus.places[paper_id]]


class _View:
    """The papers in view: those of the answer before, and all that the conversation was about, in order."""

    def __init__(self, conversation: Conversation) -> None:
        self._turns = [_subjects(turn.answer.focus) for turn in conversation.turns]

    def pointed_at(self, text: str) -> tuple[Subject, ...]:
        """The papers that "it", "the second one" or "both" in a text point at; the last one's where nothing does."""
        if not any(self._turns):
            return ()
        ordinal = _ORDINAL.search(text)
        if ordinal:
            return self._by_order(ordinal[1].lower(), bool(_RETURNS.match(text)))
        if _refers_to_several(text) and not _SINGULAR_ANAPHOR.search(text):
            return self._authors_of_one(text) or self._several()
        return self.latest()[:1] if _leans_on_context(text) else ()

    def _by_order(self, word: str, returns: bool) -> tuple[Subject, ...]:
        """The one of that place: among the papers just shown, or, in "back to the first one", among all so far."""
        latest = self.latest()
        shown = latest if len(latest) > 1 and not returns else self._seen()
        if word == "former" and len(shown) > 2:
            shown = shown[-2:]
        place = _ORDINALS[word]
        if word == "other" and len(shown) > 1:
            return (shown[-2],)
        return (shown[place],) if -len(shown) <= place < len(shown) else self.latest()[:1]

    def _authors_of_one(self, text: str) -> tuple[Subject, ...]:
        """The one paper in view where "they" can only be its authors; nothing where several are meant."""
        latest = self.latest()
        return latest if len(latest) == 1 and not (_SURELY_SEVERAL.search(text) or _COMPARES.search(text)) else ()

    def _several(self) -> tuple[Subject, ...]:
        latest = self.latest()
        return latest if len(latest) > 1 else self._seen()[-2:]

    def latest(self) -> tuple[Subject, ...]:
        """The papers of the last answer that had any."""
        return next((subjects for subjects in reversed(self._turns) if subjects), ())

    def _seen(self) -> tuple[Subject, ...]:
        seen: dict[str, Subject] = {}
        for subjects in self._turns:
            for subject in subjects[:1] if len(subjects) > MOST_COMPARED else subjects:
                seen.setdefault(subject.paper.id, subject)
        return tuple(seen.values())


def _subjects(focus: Focus | None) -> tuple[Subject, ...]:
    """The papers in view after a turn, each by what it was called there."""
    return tuple(map(Subject, focus.names, focus.papers)) if focus else ()


def without_orders(text: str) -> str:
    """A question without commands to the machine itself: they are no part of what is asked of the papers."""
    kept = _ORDERS.sub(" ", text)
    if kept != text:
        kept = _DICTATES.sub(" ", kept)
    return re.sub(r"\s+", " ", kept).strip(" \t\n-–—:;,")


def _refers_to_several(text: str) -> bool:
    return bool(_PLURAL_ANAPHOR.search(text))


def _leans_on_context(text: str) -> bool:
    """Whether a question without a name of its own cannot stand alone."""
    searches = _FINDS.search(text) or _LISTS.search(text)
    pronoun = _SINGULAR_ANAPHOR.search(text) or _refers_to_several(text)
    return bool(
        _CONTINUES.match(text) or _RETURNS.match(text) or (pronoun and not (searches and not _has_pronoun(text)))
    )


def _has_pronoun(text: str) -> bool:
    return bool(re.search(r"\b(?:it|its|their|them|they)\b", text, re.I))


def _anaphor_is_free(question: Question) -> bool:
    """Whether "it" stands before the name, or as the object of a comparison, and so cannot mean that name."""
    anaphor = (
        _SINGULAR_ANAPHOR.search(question.text)
        or _PLURAL_ANAPHOR.search(question.text)
        or _ORDINAL.search(question.text)
    )
    first = question.text.lower().find(question.subjects[0].name.lower())
    before = anaphor is not None and (first < 0 or anaphor.start() < first)
    return before or (anaphor is None and bool(_STRONGLY_COMPARES.search(question.text)))


def _with_names(text: str, named: Sequence[str]) -> str:
    """The text with its pointing words replaced by names, or the names put before it."""
    names = " and ".join(named)
    text = _CONTINUES.sub("", text) or text
    text = re.sub(
        r"^(?:(?:now |ok,? )?(?:let'?s )?(?:go(?:ing)? )?back to|return(?:ing)? to)\b[^:,]{0,40}[:,]\s*",
        "",
        text,
        flags=re.I,
    )
    pattern = (
        _ORDINAL
        if _ORDINAL.search(text)
        else re.compile(r"\b(?:its|it|their|them|they|both(?: of them)?|the two)\b", re.I)
    )
    found = pattern.search(text)
    if not found:
        return f"{names}: {text}"
    possessive = found[0].lower() in ("its", "their")
    return text[: found.start()] + (f"{names}'s" if possessive else names) + text[found.end() :]


def _without_search(intent: Intent) -> Intent:
    return Intent.FACT if intent in (Intent.WHICH_PAPER, Intent.LIST) else intent
