"""Composing: from an understood question to evidence and the answer in the papers' own words.

Every backend is handed the same plan. The extractive one shows `quotes` as it stands; a language model writes
its own text from `evidence`, is held against it, and falls back to `quotes` where it cannot be trusted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from assistant.answers import Absence, Answer, Comparison, Hit, Intent
from assistant.composition import phrases
from assistant.composition.answerability import FAR, in_domain, is_answered, lacks_the_kind
from assistant.composition.comparison import ASPECTS, Aspect, aspect_named, compare
from assistant.filters import Filters
from assistant.query.descriptions import counted_works, describes_one_work, sides_of
from assistant.query.entity_linking import LONGEST_NAME
from assistant.query.reader import Question, QuestionReader
from assistant.retrieval.faceted import Scan, scan, supporting_facet
from assistant.retrieval.hybrid import Ranked, Retriever
from assistant.retrieval.sentence_selection import Probe, Rarity, Weighed, choose, merged, parts_of, weigh
from ingest.embedding.base import Vector
from ingest.index.bm25 import tokens_of
from ingest.index.types import Vectors
from ingest.papers import Paper
from ingest.passages import Level, Passage

# A question that names no paper is answered from the best one, and from the next if it is nearly as good:
# on the scale of the fused score, whose standard deviation over the candidates is about 2.5.
CLOSE_CALL = 1.9
MOST_PAPERS = 2
# Sentences and words for the best paper, and for the one that may be meant as well.
SHARES = ((4, 80), (2, 45))
# A question without a name, in the middle of a conversation, is about the paper in view unless another one is
# as near to it as this (a cosine).
NEW_TOPIC = 0.45
# The paper that a side of a comparison describes ("the study of adapters") must be as near to it as this (a cosine),
# or so far ahead of the next one that nothing else can be meant.
CLEARLY_MEANT = 0.4
CLEAR_LEAD = 2 * CLOSE_CALL
# Papers of a list that get a quoted line each; beyond, a line names the paper and its marker holds the words.
QUOTED_LINES = 12
LONGEST_LIST = 40
# Words that a comparison may have; further rows are left out.
COMPARISON_WORDS = 420
MOST_SUGGESTIONS = 3
# Passages that a language model is given at most for a question without a named paper.
EVIDENCE_PAPERS = 5
# A paper that the conversation is about counts for this much more, when a question names none.
IN_VIEW = 4.2


# What a question says to ask for a comparison, and not of what.
_SAYS_COMPARE = re.compile(
    r"\b(?:compare[ds]?|comparison|comparing|contrast|versus|vs\.?|how do(?:es)?|differ(?:ence|ent|s)?|between|both|"
    r"each|what is|what are|what's|please|and|or|the|with|to|of|in|from|respectively|sets?|apart|papers?|systems?|"
    r"models?|methods?|datasets?|it|do|does|is|are)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is to say: `evidence[i]` is what `[i + 1]` means in `quotes`."""

    question: Question
    evidence: tuple[Hit, ...] = ()
    quotes: str = ""
    papers: tuple[Paper, ...] = ()
    absence: Absence | None = None
    comparison: Comparison | None = None
    scanned: int | None = None

    @property
    def abstains(self) -> bool:
        """Whether the question is not answered."""
        return self.absence is not None


class Composer:
    """Makes plans over one state of the index."""

    def __init__(self, retriever: Retriever, reader: QuestionReader) -> None:
        self._retriever = retriever
        self._reader = reader
        self._corpus = retriever.index.corpus()

    def plan(self, question: Question, filters: Filters = Filters(), in_view: Sequence[str] = ()) -> Plan:
        """The plan for a question; `in_view` are the ids of the papers that the conversation is about."""
        if question.refused:
            return Plan(question, quotes=phrases.REFUSED, absence=Absence.OUT_OF_SCOPE)
        if question.intent is Intent.ABOUT_ASSISTANT:
            return Plan(question, quotes=phrases.ABOUT.format(count=len(self._corpus.papers)))
        if not self._corpus.papers:
            return Plan(question, quotes=phrases.EMPTY_LIBRARY, absence=Absence.NO_PAPER_ABOUT)
        if self._retriever.admitted(filters) == frozenset():
            return Plan(question, quotes=phrases.NONE_LEFT, absence=Absence.NO_PAPER_ABOUT)
        if question.intent is Intent.LIST:
            return self._list(question, filters)
        return self._pointed(question, filters, in_view)

    def compare(self, papers: Sequence[Paper], labels: Sequence[str] = ()) -> Comparison:
        """A comparison of papers by these aspects, or by the usual ones."""
        aspects = [aspect_named(label) for label in labels] or list(ASPECTS)
        return compare(papers, aspects, self._retriever.sentences([p.id for p in papers]), self._embed)

    def evidence_for(self, papers: Iterable[Paper]) -> tuple[Hit, ...]:
        """What the markers of an answer about these papers mean."""
        return self._windows(papers)

    def suggestions(self, answer: Answer) -> tuple[str, ...]:
        """Questions about the papers of an answer that can be answered, at most three; each was tried."""
        offered = [q for q in self._follow_ups(answer) if q != answer.details.searched_for]
        tried = ((text, self.plan(self._reader.read(text))) for text in offered)
        answered = (text for text, plan in tried if not plan.abstains)
        return tuple(islice(answered, MOST_SUGGESTIONS))

    def _follow_ups(self, answer: Answer) -> Iterator[str]:
        for paper in answer.papers[:2]:
            name = self._reader.called(paper, answer.details.searched_for)
            if len(name.split()) > LONGEST_NAME:  # a paper without a name of its own cannot be asked about by it
                continue
            if len(answer.papers) == 1:
                near = self._retriever.neighbours(paper.id, 1)
                yield from (f"Compare {name} with {self._reader.called(other)}" for other in near)
            yield from (question.format(name=name) for question in phrases.FOLLOW_UPS)

    def _pointed(self, question: Question, filters: Filters, in_view: Sequence[str]) -> Plan:
        papers = self._papers_meant(question, filters)
        if question.intent is Intent.COMPARISON and len(papers) > 1 and not self._bridges(question):
            return self._comparison(question, papers)
        if question.unknown and papers and _compares_with(question):
            return self._uncompared(question, papers)
        if len(papers) < 2 and len(described := self._described_sides(question, filters)) > 1:
            return self._comparison(replace(question, intent=Intent.COMPARISON), described)
        if papers:
            return self._fact(question, papers, named=True)
        return self._search(question, filters, in_view)

    def _described_sides(self, question: Question, filters: Filters) -> list[Paper]:
        """The papers of a comparison that describes one of them or all; none where it is not clear which are meant."""
        if counted := counted_works(question.text):
            asked = replace(question, text=f"Which papers are {counted.kind}?")
            found = self._scanned(asked, filters)
            return list(found.papers) if len(found.papers) == counted.number else []
        sides = sides_of(question.text)
        meant = [self._meant_by(side, filters) for side in sides or ()]
        papers = {paper.id: paper for paper in meant if paper}
        return list(papers.values()) if len(papers) == len(meant) else []

    def _meant_by(self, side: str, filters: Filters) -> Paper | None:
        """The one paper that a side of a comparison names or describes."""
        named = self._reader.subject_names(side)
        if named or not describes_one_work(side):
            return named[0].paper if len(named) == 1 else None
        best, *others = self._retriever.rank(side, filters, limit=2) or (None,)
        if best is None:
            return None
        leads = all(best.score - other.score >= CLEAR_LEAD for other in others)
        return best.paper if leads or best.nearness >= CLEARLY_MEANT else None

    def _papers_meant(self, question: Question, filters: Filters) -> list[Paper]:
        """The papers that a question names, or those few that use the name it asks about."""
        bridges = self._bridges(question)
        ids = bridges or question.paper_ids or tuple(i for m in question.borrowed[:1] for i in m.paper_ids)
        admitted = self._retriever.admitted(filters)
        return [self._paper(i) for i in dict.fromkeys(ids) if admitted is None or i in admitted]

    def _bridges(self, question: Question) -> tuple[str, ...]:
        """Papers that speak of all the compared names, where one of these names has no paper of its own."""
        if question.intent is not Intent.COMPARISON or not question.borrowed or len(question.subjects) > 1:
            return ()
        names = [mention.name for mention in question.borrowed] + [subject.name for subject in question.subjects]
        return tuple(
            paper.id for paper in self._corpus.papers if all(_speaks_of(paper, name) for name in dict.fromkeys(names))
        )

    def _uncompared(self, question: Question, papers: Sequence[Paper]) -> Plan:
        """A comparison with something that nobody here knows: said so, with what the known paper is."""
        plan = self._fact(question, papers[:1], named=False)
        text = f"{phrases.NO_PAPER_CALLED.format(name=phrases.plain(question.unknown[0]))}\n\n{plan.quotes}"
        return replace(plan, quotes=text, absence=Absence.NO_PAPER_CALLED)

    # One fact, of named papers

    def _fact(self, question: Question, papers: Sequence[Paper], named: bool) -> Plan:
        probes = self._probes(question.text, self._own_names(question.text, papers))
        sentences = self._retriever.sentences([paper.id for paper in papers])
        weighed = self._weighed(probes, sentences)
        if named and not is_answered(weighed, question):
            return self._not_stated(question, papers, weighed)
        chosen = choose(weighed, sentences)
        return self._quoted(question, papers, chosen)

    def _not_stated(self, question: Question, papers: Sequence[Paper], weighed: Sequence[Weighed]) -> Plan:
        shown = papers[:1]
        name = self._reader.called(shown[0], question.text)
        evidence = self._windows(shown)
        closest = max((w for w in weighed if w.passage.paper_id == shown[0].id), key=lambda w: w.score)
        text = (
            f"{phrases.NOT_STATED.format(name=phrases.plain(name))} {phrases.CLOSEST} "
            f"{phrases.quoted(closest.passage.text)} [1]"
        )
        return Plan(question, evidence, text, tuple(shown), Absence.NOT_STATED)

    def _quoted(self, question: Question, papers: Sequence[Paper], chosen: Sequence[Weighed], tail: str = "") -> Plan:
        """The chosen sentences, by paper in the given order, each paper's in their own order."""
        used = [paper for paper in papers if any(w.passage.paper_id == paper.id for w in chosen)]
        evidence = self._windows(used)
        blocks = []
        for paper in used:
            lead = phrases.reference(paper, self._reader.called(paper, question.text))
            own = sorted((w.passage for w in chosen if w.passage.paper_id == paper.id), key=lambda p: p.start)
            blocks.append(f"{lead}:\n\n" + " ".join(_marked(passage, evidence) for passage in own))
        text = "\n\n".join(blocks) + (f"\n\n{tail}" if tail else "")
        return Plan(question, evidence, text, tuple(used))

    # A fact, or a paper, that is described and not named

    def _search(self, question: Question, filters: Filters, in_view: Sequence[str]) -> Plan:
        if question.within:
            filters = replace(filters, paper_ids=frozenset(question.within))
            in_view = ()
        probes = self._probes(question.text, [])
        ranked = self._ranked(question, probes, filters, in_view)
        if question.unknown and _asks_about(question, question.unknown[0]):
            name = phrases.plain(question.unknown[0])
            return Plan(question, quotes=phrases.NO_PAPER_CALLED.format(name=name), absence=Absence.NO_PAPER_CALLED)
        if in_view and self._stays_in_view(question, ranked):
            return self._fact(question, [self._paper(in_view[0])], named=True)
        if question.within and ranked:
            return self._fact(question, [ranked[0].paper], named=True)
        if not in_domain(question, ranked, self._corpus):
            return Plan(question, quotes=phrases.NO_PAPER_ABOUT, absence=Absence.NO_PAPER_ABOUT)
        if question.intent is Intent.WHICH_PAPER:
            return self._which(question, probes, ranked)
        return self._described(question, probes, ranked)

    def _which(self, question: Question, probes: Sequence[Probe], ranked: Sequence[Ranked]) -> Plan:
        best = [ranked[0].paper]
        close = [r.paper for r in ranked[1:3] if ranked[0].score - r.score < CLOSE_CALL]
        names = ", ".join(f"*{phrases.plain(self._reader.called(paper))}*" for paper in close)
        sentences = self._retriever.sentences([best[0].id])
        weighed = self._weighed(probes, sentences)
        chosen = choose(weighed, sentences, most=3, words=70)
        return self._quoted(question, best, chosen, phrases.ALSO_CLOSE.format(names=names) if names else "")

    def _described(self, question: Question, probes: Sequence[Probe], ranked: Sequence[Ranked]) -> Plan:
        near = [r.paper for r in ranked[:MOST_PAPERS] if ranked[0].score - r.score < CLOSE_CALL]
        sentences = self._retriever.sentences([paper.id for paper in near])
        weighed = self._weighed(probes, sentences)
        if lacks_the_kind(question, [passage.text for passage in sentences.passages]):
            return self._not_stated(question, near, weighed)
        if len(near) == 1:
            return self._quoted(question, near, choose(weighed, sentences))
        chosen: list[Weighed] = []
        for paper, (most, words) in zip(near, SHARES, strict=False):
            own = [w for w in weighed if w.passage.paper_id == paper.id]
            chosen.extend(choose(own, sentences, most=most, words=words))
        return self._quoted(question, near, chosen)

    def _ranked(
        self, question: Question, probes: Sequence[Probe], filters: Filters, in_view: Sequence[str]
    ) -> list[Ranked]:
        ranked = self._retriever.rank(question.text, filters, limit=10, vector=probes[0].vector)
        favoured = [(r.score + (IN_VIEW if r.paper.id in in_view[:1] else 0.0), r) for r in ranked]
        return [r for _, r in sorted(favoured, key=lambda pair: -pair[0])]

    def _stays_in_view(self, question: Question, ranked: Sequence[Ranked]) -> bool:
        """Whether no paper is much nearer to a question than the one in view, which still is about such things.

        "Who judged the results?" is near no paper at all, but in words that papers have; "Will it rain in Paris?" is
        neither.
        """
        nearest = max((item.nearness for item in ranked), default=0.0)
        if nearest >= (NEW_TOPIC if question.intent is Intent.FACT else FAR):
            return False
        terms = tokens_of(question.text)
        return nearest >= FAR or (bool(terms) and all(self._corpus.bm25.holds(term).any() for term in terms))

    # Several papers side by side

    def _comparison(self, question: Question, papers: Sequence[Paper]) -> Plan:
        asked = _asked_aspects(question)
        aspects = [*asked, *ASPECTS]
        sentences = self._retriever.sentences([paper.id for paper in papers])
        names = [self._reader.called(paper, question.text) for paper in papers]
        table = _within_words(compare(papers, aspects, sentences, self._embed, names))
        evidence = self._windows(papers)
        text = table_markdown(table, names, evidence)
        difference = _difference(papers, names, sentences, evidence)
        return Plan(question, evidence, text + difference, tuple(papers), comparison=table)

    # The whole corpus

    def _list(self, question: Question, filters: Filters) -> Plan:
        found = self._scanned(question, filters)
        papers = found.papers
        if not found.conditions:
            return self._search(question, filters, ())
        if not papers:
            text = phrases.NONE_FOUND.format(scanned=found.scanned, corpus=len(self._corpus.papers))
            return Plan(question, quotes=text, absence=Absence.NO_PAPER_ABOUT, scanned=found.scanned)
        return self._listed(question, papers, found)

    def _scanned(self, question: Question, filters: Filters) -> Scan:
        """All papers that meet what is asked and fit the filters."""
        found = scan(question, self._corpus, self._reader.names.mentions(question.text))
        admitted = self._retriever.admitted(filters)
        return replace(found, papers=tuple(p for p in found.papers if admitted is None or p.id in admitted))

    def _listed(self, question: Question, papers: Sequence[Paper], found: Scan) -> Plan:
        shown = papers[:LONGEST_LIST]
        passages = self._supporting(question, shown, found)
        evidence = tuple(Hit(passages[paper.id], paper, 1.0) for paper in shown)
        corpus = len(question.within) or len(self._corpus.papers)
        head = phrases.SCANNED_PART if question.within else phrases.SCANNED
        lines = [head.format(found=len(papers), corpus=corpus, scanned=found.scanned), ""]
        for number, hit in enumerate(evidence, start=1):
            name = phrases.short_reference(hit.paper, self._reader.called(hit.paper))
            words = (
                f": {phrases.quoted(hit.passage.text)}"
                if len(shown) <= QUOTED_LINES
                else f" — *{phrases.plain(hit.paper.title)}*"
            )
            lines.append(f"- {name}{words} [{number}]")
        if len(papers) > len(shown):
            lines.append(f"\n{phrases.MORE.format(count=len(papers) - len(shown))}")
        return Plan(question, evidence, "\n".join(lines), tuple(papers), scanned=found.scanned)

    def _supporting(self, question: Question, papers: Sequence[Paper], found: Scan) -> dict[str, Passage]:
        """For each paper of a list the sentence that shows why it is there."""
        sentences = self._retriever.sentences([paper.id for paper in papers])
        probe = self._probes(question.text, [])[0]
        probe = replace(probe, terms=found.terms or probe.terms)
        weighed = weigh(probe, sentences, Rarity(sentences.passages))
        best: dict[str, Weighed] = {}
        for item in weighed:
            held = best.get(item.passage.paper_id)
            if held is None or item.score > held.score:
                best[item.passage.paper_id] = item
        passages = {paper_id: item.passage for paper_id, item in best.items()}
        for paper in papers:
            facet = supporting_facet(self._corpus.profiles[paper.id], found)
            if facet is not None:
                passages[paper.id] = Passage(paper.id, facet.start, facet.end, facet.quote, Level.SENTENCE)
        return passages

    # Small things

    def _probes(self, text: str, names: Sequence[str]) -> list[Probe]:
        parts = parts_of(text)
        return [Probe.of(part, vector, names) for part, vector in zip(parts, self._embed(parts), strict=True)]

    def _own_names(self, text: str, papers: Sequence[Paper]) -> list[str]:
        """The names in a question that these papers bring: all their sentences are about those."""
        ids = {paper.id for paper in papers}
        mentions = self._reader.names.mentions(text)
        return [m.name for m in mentions if m.introduced and not ids.isdisjoint(m.paper_ids)]

    def _weighed(self, probes: Sequence[Probe], sentences: Vectors) -> tuple[Weighed, ...]:
        """The sentences held against what is asked, or the whole question where it asks one thing only."""
        rarity = Rarity(sentences.passages)
        return merged([weigh(probe, sentences, rarity) for probe in probes[1:] or probes])

    def _embed(self, texts: Sequence[str]) -> Sequence[Vector]:
        return self._retriever.embed_all(texts)

    def _windows(self, papers: Iterable[Paper]) -> tuple[Hit, ...]:
        """The windows of these papers, in order: what the markers of an answer mean."""
        return tuple(Hit(passage, paper, 1.0) for paper in papers for passage in self._retriever.windows_of(paper))

    def _paper(self, paper_id: str) -> Paper:
        return self._corpus.papers[self._corpus.places[paper_id]]


def table_markdown(table: Comparison, names: Sequence[str], evidence: Sequence[Hit]) -> str:
    """The comparison as a Markdown table whose cells are quoted and carry the numbers of the evidence."""
    heads = [phrases.short_reference(paper, name) for paper, name in zip(table.papers, names, strict=True)]
    lines = ["|  | " + " | ".join(heads) + " |", "|---" * (len(heads) + 1) + "|"]
    for aspect, row in zip(table.aspects, table.cells, strict=True):
        cells = [
            f"{phrases.quoted(cell.text)} [{number_of(cell.citation.paper.id, cell.citation.start, evidence)}]"
            if cell.citation
            else f"*{phrases.CELL_NOT_STATED}*"
            for cell in row
        ]
        lines.append(f"| {phrases.plain(aspect)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def number_of(paper_id: str, start: int, evidence: Sequence[Hit]) -> int:
    """The marker of the evidence that holds this place of a paper's abstract."""
    return next(
        number
        for number, hit in enumerate(evidence, start=1)
        if hit.paper.id == paper_id and hit.passage.start <= start < hit.passage.end
    )


def _marked(passage: Passage, evidence: Sequence[Hit]) -> str:
    return f"{phrases.quoted(passage.text)} [{number_of(passage.paper_id, passage.start, evidence)}]"


def _asked_aspects(question: Question) -> tuple[Aspect, ...]:
    """What a comparison asks for in particular, in two rows; nothing if it only says "compare"."""
    text = question.text
    for subject in question.subjects:
        text = re.sub(re.escape(subject.name), " ", text, flags=re.I)
    text = _SAYS_COMPARE.sub(" ", text)
    if not re.search(r"\w{3,}", text):
        return ()
    asking = parts_of(question.text)[1:3] or (question.text,)
    first, last = asking[0], asking[-1]
    return Aspect(phrases.YOUR_QUESTION, first), Aspect(phrases.YOUR_QUESTION_TOO, last)


def _within_words(table: Comparison) -> Comparison:
    """The table without the rows at its end that would make it longer than anybody reads."""
    kept, words = 0, 0
    for row in table.cells:
        words += sum(len(cell.text.split()) for cell in row)
        if kept and words > COMPARISON_WORDS:
            break
        kept += 1
    return Comparison(table.aspects[:kept], table.papers, table.cells[:kept])


def _difference(papers: Sequence[Paper], names: Sequence[str], sentences: Vectors, evidence: Sequence[Hit]) -> str:
    """Sentences in which one of the papers speaks of another by name."""
    said: list[str] = []
    for paper, name in zip(papers, names, strict=True):
        others = [other for other in names if other != name]
        for passage in sentences.passages:
            if passage.paper_id == paper.id and any(
                _has_name(passage.text, o) and not _has_name(name, o) for o in others
            ):
                said.append(_marked(passage, evidence))
                break
    return f"\n\n{phrases.DIFFERENCE} " + " ".join(said[:2]) if said else ""


def _speaks_of(paper: Paper, name: str) -> bool:
    return _has_name(f"{paper.title}. {paper.abstract}", name)


def _has_name(text: str, name: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.I))


def _compares_with(question: Question) -> bool:
    return bool(re.search(r"\bcompar\w+|\bvs\b|\bversus\b|\bdiffer\w*|\bthan\b|\bbetter\b", question.text, re.I))


def _asks_about(question: Question, name: str) -> bool:
    """Whether a name that nobody has is what the question is about, not a unit or a venue in passing."""
    return not question.subjects and name in question.text
