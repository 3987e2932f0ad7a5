"""Cases that need a library of their own: one paper, other scripts, text out of PDFs, files as exporters write them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from assistant.answering import Assistant
from assistant.conversation import Conversation

Over = Callable[[Path], Assistant]


ONE = {
    "id": "kelp-1",
    "title": "KelpMap: Counting Kelp from Kites",
    "authors": ["Ida Storm"],
    "year": 2020,
    "abstract": "Kelp forests shrink. We present KelpMap, which counts kelp in pictures taken from kites. "
    "On 31 bays it misses 6% of the plants. A limitation is that it needs calm water.",
}


def asked(assistant: Assistant, question: str) -> str:
    """The answer's text with everything that it quotes."""
    answer = assistant.ask(question, Conversation())
    return "\n".join([answer.text, *(citation.quote for citation in answer.citations)])


def lines(path: Path, *records: Mapping[str, object]) -> Path:
    path.write_text("".join(f"{json.dumps(r, ensure_ascii=False)}\n" for r in records), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def over_one(assistant_over: Over, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_over(lines(tmp_path_factory.mktemp("one") / "papers.jsonl", ONE))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Summarise this paper", "KelpMap"),
        ("What is this about?", "KelpMap"),
        ("What are the limitations?", "calm water"),
        ("Give me the key points", "KelpMap"),
        ("tl;dr", "KelpMap"),
        ("Who wrote it?", "Storm"),
    ],
)
def test_in_a_library_of_one_paper_every_question_is_about_it(over_one: Assistant, question: str, said: str) -> None:
    assert said in asked(over_one, question)


SCRIPTS = (
    {
        "id": "ar-1",
        "title": "أَثَرُ المَشيِ في النَّوم",
        "year": 2021,
        "authors": ["سعاد نور"],
        "abstract": "يَدرُسُ البحثُ أثرَ المشيِ في النوم. شارك 86 مسنًّا في الدراسة مدة سنة. نام المشاؤون أكثر بأربعين دقيقة.",
    },
    {
        "id": "he-1",
        "title": "אור רחוב ועטלפים",
        "year": 2020,
        "authors": ["דן גל"],
        "abstract": "הַמחקר בודק אור רחוב ועטלפים. נספרו 310 עטלפים בשמונה לילות. ברחובות חשוכים נספרו פי שניים.",
    },
    {
        "id": "en-1",
        "title": "Walking and sleep of nurses",
        "year": 2019,
        "abstract": "In 73 nurses walking did nothing.",
    },
)


@pytest.fixture(scope="module")
def over_scripts(assistant_over: Over, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_over(lines(tmp_path_factory.mktemp("scripts") / "papers.jsonl", *SCRIPTS))


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("كم مسنا شارك في دراسة المشي والنوم؟", "86"),
        ("כמה עטלפים נספרו במחקר על אור רחוב?", "310"),
        ("What was found about walking and sleep of nurses?", "73 nurses"),
    ],
)
def test_a_question_in_another_script_finds_its_paper(over_scripts: Assistant, question: str, said: str) -> None:
    assert said in asked(over_scripts, question)


PDF = {
    "id": "pdf-1",
    "title": "Eﬀective workﬂows for identi­ﬁcation of ferns",
    "year": 2022,
    "abstract": "We identify ferns in the ﬁeld. Our eﬀective workﬂow needs 14 s per fern; identi-\nfication is right in 91 % "
    "of cases, and co‑operation of two raters adds 3 %. The ﬁrst two ﬂoods of each year diﬀer.",
}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How accurate is the identification of ferns in the field?", "identification is right in 91"),
        ("Which papers describe an effective workflow?", "effective workflow"),
        ("Which papers mention floods?", "first two floods"),
    ],
)
def test_text_out_of_a_pdf_is_found_and_quoted_plainly(
    assistant_over: Over, tmp_path: Path, question: str, said: str
) -> None:
    assert said in asked(assistant_over(lines(tmp_path / "papers.jsonl", PDF, ONE)), question)


def test_names_and_years_that_pandas_wrote_come_out_bare(assistant_over: Over, tmp_path: Path) -> None:
    path = tmp_path / "papers.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["", "title", "authors", "year", "abstract"])
        rows.writerow([0, "Sleds on sand", """['Eva Lund', "Liam O'Hara"]""", "2018.0", "Sleds glide at 9 knots."])
        rows.writerow([1, "Sleds on ice", "['Eva Lund' 'Odd Berg']", "2019.0", "Sleds glide at 30 knots."])
    assistant = assistant_over(path)
    names = {paper.title: (paper.authors, paper.year) for paper in assistant.papers()}
    assert names["Sleds on sand"] == (("Eva Lund", "Liam O'Hara"), 2018)
    assert names["Sleds on ice"] == (("Eva Lund", "Odd Berg"), 2019)
    assert "9 knots" in asked(assistant, "How fast do sleds glide on sand?")


def test_a_list_of_daily_papers_is_read_with_names_year_and_code(assistant_over: Over, tmp_path: Path) -> None:
    paper = {
        "id": "2410.00077",
        "authors": [{"_id": "1", "name": "Nia Falk", "hidden": False}],
        "title": "Whistling to\n Score",
        "summary": "We turn a whistle into a\nscore. WhistleScore needs 2 s.",
        "publishedAt": "2024-10-01T10:00:00.000Z",
        "githubRepo": "https://github.com/example/whistle",
    }
    path = tmp_path / "papers.json"
    path.write_text(json.dumps([{"paper": paper, "title": "Whistling to Score", "numComments": 1}]), encoding="utf-8")
    assistant = assistant_over(path)
    (held,) = assistant.papers()
    assert (held.title, held.authors, held.year, held.code_url) == (
        "Whistling to Score",
        ("Nia Falk",),
        2024,
        "https://github.com/example/whistle",
    )
    assert "2 s" in asked(assistant, "How much whistling does WhistleScore need?")


def test_nothing_is_answered_from_a_placeholder(assistant_over: Over, tmp_path: Path) -> None:
    path = tmp_path / "papers.csv"
    empty = ["[No abstract available]", "nan", "N/A", "None", "null", "Abstract not available.", "No abstract.", "-"]
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["title", "year", "abstract"])
        rows.writerows([f"Sleds and {number}", 2020, text] for number, text in enumerate(empty))
        rows.writerow(["Sleds and foxes", 2018, "Foxes ignore sleds. In 30 nights none came near."])
    assistant = assistant_over(path)
    assert [paper.title for paper in assistant.papers()] == ["Sleds and foxes"]


def test_a_broken_entry_swallows_no_other(assistant_over: Over, tmp_path: Path) -> None:
    path = tmp_path / "papers.bib"
    path.write_text(
        "@article{a, title={Paper planes}, year={2001}, abstract={Paper planes fly for 8 seconds.} }\n\n"
        "@article{b,\n  title = {Foil planes},\n  abstract = {Foil planes {fly on. We tried 7.},\n  year = {2002}\n}\n\n"
        "@article{c, title={Silk planes}, year={2004}, abstract={Silk planes fly for 2 minutes.} }\n",
        encoding="utf-8",
    )
    assistant = assistant_over(path)
    assert {"Paper planes", "Silk planes"} <= {paper.title for paper in assistant.papers()}
    assert "2 minutes" in asked(assistant, "How long do silk planes fly?")
