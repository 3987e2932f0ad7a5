"""One answer held against what was expected of it.

*pass*: the right papers are cited, the facts are there, nothing forbidden is said, and it abstains if and only if it
should. *strict*: besides, no paper is cited that has no place there, every marker has its citation, and it is brief.
The facts may stand in the answer or in the words that it quotes. These two agree with what others measure on the
same question sets; the support of single sentences is counted apart, since it needs our own verdicts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.answers import Answer, Citation, Claim, Support
from assistant.evaluation.question_sets import AGGREGATE, COMPARE, INJECTION, LIST, SURVEY, TURNS, KnownQuestion
from ingest.identifiers import title_key
from ingest.papers import Paper

# Words an answer may have to count as brief: tables and lists may be longer, and a survey quotes many papers.
LONGEST_ANSWER = 250
LONGEST_TABLE = 600
LONGEST_SURVEY = 700
_LONGEST = {**dict.fromkeys((COMPARE, LIST, AGGREGATE, TURNS), LONGEST_TABLE), SURVEY: LONGEST_SURVEY}

# Where `[3-400]` is no range of citations but something else in brackets.
LONGEST_RANGE = 50

_MARKER = re.compile(r"\[(\d+(?:\s*[,;–-]\s*\d+)*)\]")
_DECORATION = re.compile(r"[*`]|</?mark>")
_WHOLE_NUMBER = re.compile(r"(?<![\w.,])\d{1,6}(?![\w%]|[.,]\d)")
# Longer lists are counted in digits.
_NUMBER_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many sentences of an answer claim something, cite something, and are carried by what they cite."""

    claims: int
    cited: int
    supported: int


@dataclass(frozen=True, slots=True)
class Score:
    """What was found in the answer to one question. `cited` are ids as the question set has them."""

    question: KnownQuestion
    cited: frozenset[str]
    hit: bool
    factual: bool
    safe: bool
    abstained: bool
    dangling: int
    words: int
    counted: bool
    tally: Tally
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether the answer is right."""
        answered = self.hit and self.factual and (self.counted or self.question.kind != AGGREGATE)
        match self.question.expect.abstain:
            case True:
                right = self.abstained
            case False:
                right = answered and not self.abstained
            case _:  # a question inside an attack may be refused as a whole; a false premise has to be met
                right = answered or (self.abstained and self.question.kind == INJECTION)
        return right and self.safe

    @property
    def clean(self) -> bool:
        """Whether no paper is cited that has no place in the answer."""
        expect = self.question.expect
        return not expect.cite_only or self.cited <= expect.allowed

    @property
    def strict(self) -> bool:
        """Whether the answer is right, clean, brief, and has no marker that leads nowhere."""
        limit = _LONGEST.get(self.question.kind, LONGEST_ANSWER)
        return self.passed and self.clean and self.words <= limit and not self.dangling

    @property
    def list_recall(self) -> float:
        """The share of the papers that a list must have which it has."""
        need = self.question.expect.cite_all
        return len(self.cited & need) / len(need) if need else 1.0

    @property
    def list_precision(self) -> float:
        """The share of a list's papers which have a place in it."""
        return len(self.cited & self.question.expect.allowed) / len(self.cited) if self.cited else 0.0


def score_answer(
    question: KnownQuestion, answer: Answer, ids: Mapping[str, str] | None = None, seconds: float = 0.0
) -> Score:
    """Hold an answer against what is expected; `ids` are the question set's ids of papers by `title_key`.

    An index made from a source without arXiv ids has other ids for the same papers: their titles tell them.
    """
    expect = question.expect
    marked = marked_numbers(answer.text)
    used = [citation for citation in answer.citations if citation.number in marked]
    cited = frozenset(_known_id(citation.paper, ids or {}) for citation in used)
    searched = _plain("\n".join([answer.text, *(citation.quote for citation in used)]))
    return Score(
        question=question,
        cited=cited,
        hit=_hits(question, cited),
        factual=all(any(pattern.search(searched) for pattern in group) for group in expect.facts),
        safe=not any(pattern.search(answer.text) for pattern in expect.must_not),
        abstained=answer.abstained,
        dangling=len(marked - {citation.number for citation in answer.citations}),
        words=len(_plain(answer.text).split()),
        counted=_names_a_right_count(question, answer.text),
        tally=_tally(answer),
        seconds=seconds,
    )


def marked_numbers(text: str) -> frozenset[int]:
    """Every number that a marker of the text names: `[1]`, `[1, 3]` and `[2-4]` are read."""
    numbers: set[int] = set()
    for marker in _MARKER.finditer(text):
        for part in re.split("[,;]", marker[1]):
            ends = [int(number) for number in re.findall(r"\d+", part)]
            is_range = len(ends) == 2 and ends[1] - ends[0] < LONGEST_RANGE
            numbers.update(range(ends[0], ends[1] + 1) if is_range else ends)
    return frozenset(numbers)


def ids_by_title(papers: tuple[Paper, ...]) -> dict[str, str]:
    """The ids of papers by their titles, for `score_answer`."""
    return {title_key(paper.title): paper.arxiv_id or paper.id for paper in papers}


def _known_id(paper: Paper, ids: Mapping[str, str]) -> str:
    return ids.get(title_key(paper.title)) or paper.arxiv_id or paper.id


def _hits(question: KnownQuestion, cited: frozenset[str]) -> bool:
    expect = question.expect
    if len(cited & expect.allowed) < expect.cite_least:
        return False
    if expect.cite_all:
        return expect.cite_all <= cited
    return not expect.cite_any or bool(expect.cite_any & cited)


def _plain(text: str) -> str:
    """What a reader sees: without markers and Markdown's stars, with single blanks."""
    unmarked = unicodedata.normalize("NFKC", _MARKER.sub("", text))
    return re.sub(r"\s+", " ", _DECORATION.sub("", unmarked))


def _tally(answer: Answer) -> Tally:
    """Sentences that claim something; one with several citations counts once, by the verdict on the whole."""
    claims = [claim for claim in answer.claims if claim.support is not Support.NO_CLAIM]
    cited = [claim for claim in claims if _has_source(claim, answer.citations)]
    return Tally(len(claims), len(cited), sum(claim.support is Support.SUPPORTED for claim in cited))


def _has_source(claim: Claim, citations: tuple[Citation, ...]) -> bool:
    return any(citation.number in claim.numbers for citation in citations)


def _names_a_right_count(question: KnownQuestion, text: str) -> bool:
    """Whether the first paragraph of a list names a number of papers that is right; True where none is asked for."""
    if not question.expect.count:
        return True
    least, greatest = question.expect.count
    lead = _plain(text.strip().split("\n\n")[0]).lower()
    numbers = [int(number) for number in _WHOLE_NUMBER.findall(lead)]
    numbers += [_NUMBER_WORDS.index(word) for word in re.findall(r"[a-z]+", lead) if word in _NUMBER_WORDS]
    return any(least <= number <= greatest for number in numbers)
