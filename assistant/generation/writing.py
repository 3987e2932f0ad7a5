"""Writing: a capable model's answer, from the passages it is given to verified statements.

    read     the plan's papers and those nearest to the question          (reading)
    write    streamed; each finished sentence is verified as it comes     (backends, attribution)
    search   again, at most twice, where the model says what is missing
    mend     what failed goes back once, with the reason                  (repair)

The papers' own words (the plan's parts) stand in only where the model failed altogether; nothing is appended to an
answer that is carried.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace

from assistant.answers import Absence, Answer, Hit, Lead, Part, Prose, Quotation, Remark, Statement, Support
from assistant.backends.base import Backend, Brief
from assistant.backends.drafts import Draft, drafts
from assistant.composition import phrases
from assistant.composition.numbering import PaperOf, finished
from assistant.composition.plan import Plan
from assistant.conversation import Conversation
from assistant.filters import Filters
from assistant.generation.harmless import harmless, harmless_on
from assistant.generation.judged_lists import is_judged, judged
from assistant.generation.reading import evidence_for
from assistant.generation.repair import faulty, repaired
from assistant.markers import MARKER, filter_markers, without_markers
from assistant.prompts import approximate_tokens
from assistant.query.plan import Operation
from assistant.retrieval.hybrid import Retriever
from assistant.stages import WRITE, pieces_counted_to
from assistant.verification.attribution import attributed
from assistant.verification.entities import name_keys, own_names
from assistant.verification.verdicts import Verdict, Verifies
from ingest.identifiers import title_key
from ingest.papers import Paper

MOST_SEARCHES = 2
# Beyond this share of unsupported statements what is left of the text is no answer: it is shown without them.
MOST_UNSUPPORTED = 0.34
# What a model writes; everything else is looked up, counted or listed, which it could only do worse.
_WRITTEN = {Operation.FACT, Operation.FIND, Operation.COMPARE, Operation.SURVEY}
_CARRIED = (Support.SUPPORTED, Support.PARTLY)

_SEARCH = re.compile(r"^\W*SEARCH:\s*(.{3,200})$", re.M)
# A sentence is over where its end mark and the markers behind it are followed by white space.
_SETTLED = re.compile(rf"[.!?。！？]\W{{0,2}}(?:\s*{MARKER.pattern})*\s|\n")


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a plan: its parts, what they speak of, and what a reader must be told, in one line or none."""

    plan: Plan
    notice: str = ""
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """What a model is to answer: the plan, from which papers, after what, and further phrasings to search by."""

    plan: Plan
    filters: Filters = Filters()
    conversation: Conversation = Conversation()
    searches: tuple[str, ...] = ()


class Writer:
    """Lets a capable model answer one question over one state of the index; `budget` is in tokens, 0 for no limit."""

    def __init__(self, retriever: Retriever, verifier: Verifies, paper_of: PaperOf, strict: bool, budget: int) -> None:
        self._retriever = retriever
        self._verifier = _Remembering(verifier)
        self._paper_of = paper_of
        self._strict = strict
        self._budget = budget
        self._spent = 0

    def written(self, task: Task, backend: Backend, frame: Answer) -> Generator[Answer, None, tuple[Written, Draft]]:
        """The answer as it grows, then (returned) the plan with the parts that the model wrote, and its last draft."""
        plan, filters = task.plan, task.filters
        if is_judged(plan):
            kept, draft = yield from judged(plan, filters, backend, self._retriever, frame)
            return Written(kept, draft.trouble), draft
        searches = list(task.searches)
        in_view = task.conversation.focus.papers if task.conversation.focus else ()
        while True:
            evidence = evidence_for(plan, self._retriever, filters, searches, in_view)
            if not evidence:
                return Written(plan), Draft(complete=True)
            brief = Brief(
                plan.question.text,
                plan.question.intent,
                evidence,
                task.conversation,
                plan.parts,
                plan.aspects,
                thorough=True,
            )
            told = replace(frame, details=replace(frame.details, steps=_steps(evidence, searches)))
            draft = yield from self._drafted(brief, backend, told)
            self._spent += _tokens(draft, evidence)
            wanted = _SEARCH.search(draft.said) if draft.is_usable else None
            if wanted is None or len(searches) >= MOST_SEARCHES + len(task.searches) or self._is_spent:
                break
            searches.append(wanted[1].strip())
        written = yield from self._reviewed(plan, draft, evidence, backend, told)
        return replace(written, steps=told.details.steps), draft

    def _drafted(self, brief: Brief, backend: Backend, frame: Answer) -> Generator[Answer, None, Draft]:
        draft = Draft()
        for draft in pieces_counted_to(WRITE, drafts(backend, brief)):
            if not draft.complete:
                yield self._growing(draft, brief.evidence, frame)
        return draft

    def _growing(self, draft: Draft, evidence: Sequence[Hit], frame: Answer) -> Answer:
        """What is written so far: whole sentences with their verdicts, and the beginning of the next one."""
        end = max((found.end() for found in _SETTLED.finditer(draft.said)), default=0)
        words = _words(draft.said[:end], evidence)
        prose = attributed(words, evidence, self._verifier, self._strict)
        shown = finished(frame, [prose] if prose.statements else [], self._paper_of)
        rest = "" if _SEARCH.match(draft.said) else without_markers(harmless(draft.said[end:]))
        gap = "\n\n" if draft.said[:end].endswith("\n") else " " * bool(shown.text)
        return replace(shown, text=f"{shown.text}{gap * bool(rest)}{rest}", thoughts=draft.thoughts, complete=False)

    def _reviewed(
        self, plan: Plan, draft: Draft, evidence: Sequence[Hit], backend: Backend, frame: Answer
    ) -> Generator[Answer, None, Written]:
        if draft.parts or not draft.is_usable:
            return Written(plan, draft.trouble)
        if draft.declined or _SEARCH.search(draft.said):
            return Written(_declined(plan, evidence), draft.trouble)
        prose = attributed(_words(draft.said, evidence), evidence, self._verifier)
        notice = draft.trouble
        if faulty(prose) and backend.understanding is not None:
            if self._is_spent:
                notice = notice or phrases.BUDGET_SPENT
            else:
                growing = finished(frame, [prose], self._paper_of)
                repairing = repaired(prose, evidence, backend.understanding, self._verifier)
                prose = yield from _alive(repairing, replace(growing, complete=False))
        if self._strict or _is_untrustworthy(prose):
            prose = _without_faults(prose)
        if not any(said.support in _CARRIED for said in prose.statements):
            return Written(plan, notice or phrases.NOT_CARRIED)
        return Written(_with_prose(plan, prose, self._paper_of), notice)

    @property
    def _is_spent(self) -> bool:
        return 0 < self._budget <= self._spent


class _Remembering:
    """A verifier that is asked the same of the same words only once: a growing text is read again and again."""

    def __init__(self, verifier: Verifies) -> None:
        self._verifier = verifier
        self._known: dict[tuple[object, ...], Verdict] = {}

    def verdict(self, claim: str, quotes: Sequence[str], numbers: Sequence[int], evidence: Sequence[Hit]) -> Verdict:
        """As the verifier says."""
        key = (claim, tuple(quotes), tuple(numbers), tuple(hit.passage for hit in evidence))
        if key not in self._known:
            self._known[key] = self._verifier.verdict(claim, quotes, numbers, evidence)
        return self._known[key]


def _words(said: str, evidence: Sequence[Hit]) -> str:
    """What a model said, made harmless, with the markers of this evidence alone."""
    return filter_markers(harmless_on(said, evidence), range(1, len(evidence) + 1))


def _alive(work: Generator[None, None, Prose], answer: Answer) -> Generator[Answer, None, Prose]:
    """The same answer for each sign of life, then (returned) what the work comes to."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            prose: Prose = end.value
            return prose
        yield answer


def _steps(evidence: Sequence[Hit], searches: Sequence[str]) -> tuple[str, ...]:
    """What was done so far, for the line above a growing answer."""
    count = len({hit.paper.id for hit in evidence})
    again = tuple(phrases.SEARCHED_AGAIN.format(words=words) for words in searches)
    return (*again, phrases.READING.format(count=phrases.Tally(count)))


def _tokens(draft: Draft, evidence: Sequence[Hit]) -> int:
    """Tokens that a draft cost: as its server counted them, or about so many."""
    if draft.usage and draft.usage.tokens_in is not None:
        return draft.usage.tokens_in + (draft.usage.tokens_out or 0)
    return approximate_tokens(draft.said) + sum(approximate_tokens(hit.passage.text) for hit in evidence)


def _is_untrustworthy(prose: Prose) -> bool:
    made = [said for said in prose.statements if said.support is not Support.NO_CLAIM]
    return len(faulty(prose)) > MOST_UNSUPPORTED * len(made)


def _without_faults(prose: Prose) -> Prose:
    """The text without its unsupported statements, nor the lines that held nothing else; a table keeps its shape."""
    kept: list[Statement] = []
    gap = ""
    for line in _lines(prose.statements):
        is_row = line[0].before.lstrip().startswith("|")
        left = [_blanked(said) if said.support is Support.UNSUPPORTED else said for said in line]
        if not is_row and left != line and not any(said.text.strip() or said.passages for said in left):
            gap = max(gap, _gap(line[0].before), key=len)
            continue
        own = _gap(left[0].before)
        before = (max(gap, own, key=len) if kept else "") + left[0].before[len(own) :]
        kept += [replace(left[0], before=before), *left[1:]]
        gap = ""
    return Prose(tuple(kept))


def _lines(statements: Sequence[Statement]) -> list[list[Statement]]:
    """The statements of each line: what begins one has the line's end before it."""
    lines: list[list[Statement]] = []
    for said in statements:
        if "\n" in said.before or not lines:
            lines.append([])
        lines[-1].append(said)
    return lines


def _gap(before: str) -> str:
    """The line ends that something begins with."""
    return before[: len(before) - len(before.lstrip("\n"))]


def _blanked(said: Statement) -> Statement:
    return replace(said, text="", passages=(), support=Support.NO_CLAIM, reason="")


def _with_prose(plan: Plan, prose: Prose, paper_of: PaperOf) -> Plan:
    """The plan as the model answered it: about the papers that it cites, those of the plan first."""
    cited = dict.fromkeys(passage.paper_id for said in prose.statements for passage in said.passages)
    own = [paper for paper in plan.papers if paper.id in cited]
    others = [paper_of(paper_id) for paper_id in cited if paper_id not in {paper.id for paper in own}]
    papers = (*own, *others)
    lead = [Lead(paper) for paper in papers[:1] if len(papers) == 1 and _leaves_unnamed(plan, prose, paper)]
    return replace(plan, parts=(*lead, prose), papers=papers, absence=None, in_view=())


def _leaves_unnamed(plan: Plan, prose: Prose, paper: Paper) -> bool:
    """Whether a text that should say which paper it was does not name it, by its title or by what it introduces."""
    if plan.question.plan.operation is not Operation.FIND:
        return False
    text = " ".join(said.text for said in prose.statements)
    return title_key(paper.title) not in title_key(text) and not own_names(paper) & name_keys(text)


def _declined(plan: Plan, evidence: Sequence[Hit]) -> Plan:
    """The plan where the model, having read the passages, says that they do not hold the answer."""
    if plan.abstains:
        return plan
    quotes = [part for part in plan.parts if isinstance(part, Quotation)][:1]
    closest: list[Part] = [Remark(phrases.CLOSEST), *quotes] if quotes else []
    if plan.question.subjects:
        said = Remark(phrases.NOT_STATED.format(name=plan.question.subjects[0].name))
        return replace(plan, parts=(said, *closest), absence=Absence.NOT_STATED)
    count = len({hit.paper.id for hit in evidence})
    said = Remark(phrases.NONE_OF_THE_READ.format(count=phrases.Tally(count)))
    return replace(plan, parts=(said, *closest), absence=Absence.NO_PAPER_ABOUT)


def works_on(plan: Plan) -> bool:
    """Whether a capable model has anything to do with a plan; refusals, records and exact sets of papers are ours."""
    if plan.keeps_focus or plan.absence is Absence.OUTSIDE_FILTERS:
        return False
    operation = plan.question.plan.operation
    return operation in _WRITTEN or is_judged(plan)
