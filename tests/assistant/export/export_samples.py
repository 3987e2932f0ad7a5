"""Papers, comparisons and conversations to export: two of our own and any that Hypothesis thinks of."""

from __future__ import annotations

from hypothesis import strategies as st

from assistant.answers import Absence, Answer, Cell, Citation, Claim, Comparison, Details, Intent, Support, Usage
from assistant.conversation import Conversation, Turn
from ingest.papers import Paper

MELODY = Paper(
    id="2305.15719",
    title="Efficient Neural Music Generation",
    abstract="MeLoDy saves 95.7% of the forward passes. It is guided by a language model.",
    authors=("Max W. Y. Lam", "Tian, Qiao"),
    year=2023,
    arxiv_id="2305.15719",
    code_url="https://Efficient-MeLoDy.github.io/",
)
M2UGEN = Paper(
    id="2311.11255",
    title="M$^{2}$UGen: Music & Understanding, 100% {LLM}",
    abstract="M2UGen bridges with LLaMA 2, up 79\\% on C#_1 | x.",
    authors=("Liu",),
    year=2023,
    arxiv_id="2311.11255",
    is_digest=True,
)


def quoted(paper: Paper, number: int, quote: str) -> Citation:
    start = paper.abstract.index(quote)
    return Citation(number, paper, quote, start, start + len(quote))


SPEED = quoted(MELODY, 1, "MeLoDy saves 95.7% of the forward passes.")
BRIDGE = quoted(M2UGEN, 2, "M2UGen bridges with LLaMA 2, up 79\\% on C#_1 | x.")

COMPARISON = Comparison(
    aspects=("result", "[approach] & data"),
    papers=(MELODY, M2UGEN),
    cells=(
        (Cell(SPEED.quote, SPEED), Cell(BRIDGE.quote, BRIDGE)),
        (Cell("=HYPERLINK(1)", quoted(MELODY, 3, "It is guided by a language model.")), Cell()),
    ),
)

CONVERSATION = Conversation(
    (
        Turn(
            "What is <b>MeLoDy</b> & how *fast*?",
            Answer(
                "It saves **95.7%** [1], says `the paper`.",
                citations=(SPEED,),
                claims=(Claim("It saves 95.7%.", (1,), Support.SUPPORTED),),
                papers=(MELODY,),
                details=Details(searched_for="MeLoDy speed", backend="extractive", seconds=0.1, usage=Usage(3, 4)),
            ),
        ),
        Turn("Compare it with M2UGen", Answer("Side by side [2].", citations=(BRIDGE,), comparison=COMPARISON)),
        Turn(
            "And the weather?",
            Answer(
                "Nothing near to that was found; 41 papers were searched, not read.",
                abstained=True,
                absence=Absence.OUT_OF_SCOPE,
            ),
        ),
    )
)

# Letters of many scripts, and every sign that some format treats in a special way.
words = st.text("abcXYZ 019 \n&%$#_{}~^\\<>|@=+-*`[]()!\"';:,éßα²→中", max_size=20).map(
    lambda text: text.strip() or "x"
)
numbers = st.integers(min_value=0, max_value=99)
papers = st.builds(
    Paper,
    id=words,
    title=words,
    abstract=words,
    authors=st.lists(words, max_size=3).map(tuple),
    year=st.none() | st.integers(1800, 2099),
    arxiv_id=st.none() | st.just("2305.15719"),
    doi=st.none() | st.just("10.1000/a{b}_c"),
    url=st.none() | st.just("https://example.org/a?b={c};d"),
    is_digest=st.booleans(),
)
citations = st.builds(Citation, number=numbers, paper=papers, quote=words, start=numbers, end=numbers)
cells = st.builds(Cell, text=words, citation=citations) | st.just(Cell())


@st.composite
def comparisons(draw: st.DrawFn) -> Comparison:
    columns = draw(st.lists(papers, min_size=1, max_size=3))
    aspects = draw(st.lists(words, max_size=3))
    rows = [tuple(draw(cells) for _ in columns) for _ in aspects]
    return Comparison(tuple(aspects), tuple(columns), tuple(rows))


answers = st.builds(
    Answer,
    text=st.text(max_size=80),
    citations=st.lists(citations, max_size=3).map(tuple),
    abstained=st.booleans(),
    claims=st.lists(
        st.builds(Claim, words, st.lists(numbers, max_size=2).map(tuple), st.sampled_from(Support)), max_size=2
    ).map(tuple),
    papers=st.lists(papers, max_size=2).map(tuple),
    absence=st.none() | st.sampled_from(Absence),
    comparison=st.none() | comparisons(),
    thoughts=st.text(max_size=20),
    details=st.builds(Details, intent=st.sampled_from(Intent), scanned=st.none() | numbers, notice=st.text(max_size=9)),
    complete=st.booleans(),
)
conversations = st.builds(Conversation, st.lists(st.builds(Turn, st.text(max_size=40), answers), max_size=3).map(tuple))
