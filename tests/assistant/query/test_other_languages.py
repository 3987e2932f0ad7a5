"""Questions in other languages: the same plan as the English question has, over papers of two fields."""

from __future__ import annotations

import pytest

from assistant.query.other_languages import in_english
from assistant.query.reader import QuestionReader
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.index.corpus import Corpus
from ingest.papers import Paper

QUESTIONS = (
    ("Welche Artikel erwähnen {a}, aber nicht {b}?", "Which papers mention {a}, but not {b}?"),
    ("Wie viele Arbeiten erwähnen {a} oder {b}?", "How many papers mention {a} or {b}?"),
    ("Welche Arbeiten sind von {who}?", "Which papers are by {who}?"),
    ("Welche Artikel handeln von {topic} seit {year}?", "Which papers are about {topic} since {year}?"),
    ("Was ist der neueste Artikel über {topic}?", "What is the most recent paper on {topic}?"),
    ("Nenne alle Artikel über {topic}.", "List the papers about {topic}."),
    ("Quels articles mentionnent {a} mais pas {b} ?", "Which papers mention {a} but not {b}?"),
    ("Combien d'articles mentionnent {a} ?", "How many papers mention {a}?"),
    ("Quels articles sont écrits par {who} ?", "Which papers are by {who}?"),
    ("Quels travaux portent sur {topic} depuis {year} ?", "Which papers are about {topic} since {year}?"),
    ("Quel est l’article le plus récent sur {topic} ?", "What is the most recent paper on {topic}?"),
    ("¿Qué artículos mencionan {a} pero no {b}?", "Which papers mention {a} but not {b}?"),
    ("¿Cuántos artículos mencionan {a} o {b}?", "How many papers mention {a} or {b}?"),
    ("¿Qué trabajos son de {who}?", "Which papers are by {who}?"),
    ("¿Qué estudios tratan de {topic} desde {year}?", "Which papers are about {topic} since {year}?"),
    ("¿Cuál es el artículo más reciente sobre {topic}?", "What is the most recent paper on {topic}?"),
    ("哪些论文提到{a}，但没有提到{b}？", "Which papers mention {a}, but do not mention {b}?"),
    ("多少篇论文提到{a}或{b}？", "How many papers mention {a} or {b}?"),
    ("哪些论文是关于{topic}的？", "Which papers are about {topic}?"),
    ("哪些论文的作者是{who}？", "Which papers are by {who}?"),
)
MUSIC = {"a": "MusicLM", "b": "BERT", "who": "Ming Li", "topic": "music transcription", "year": "2020"}
MEDICINE = {"a": "metformin", "b": "insulin", "who": "Noor Haddad", "topic": "hip fractures", "year": "2019"}


@pytest.fixture(scope="module")
def reader(embedder: SentenceTransformerEmbedder) -> QuestionReader:
    papers = (
        Paper("1", "Music transcription", "We use MusicLM and BERT for music transcription.", ("Ming Li",), 2021),
        Paper("2", "Hip fractures", "Metformin, not insulin, after hip fractures.", ("Noor Haddad",), 2018),
    )
    return QuestionReader(Corpus(papers, {}, embedder))


@pytest.mark.parametrize("field", [MUSIC, MEDICINE], ids=["music", "medicine"])
@pytest.mark.parametrize(("asked", "english"), QUESTIONS)
def test_a_question_has_the_plan_that_it_has_in_english(
    reader: QuestionReader, asked: str, english: str, field: dict[str, str]
) -> None:
    assert reader.read(asked.format(**field)).plan == reader.read(english.format(**field)).plan


@pytest.mark.parametrize(
    "asked",
    [
        "Which papers mention Wie viele?",
        "What is sobre?",
        "papers by Oder Und",
        "Die Another Day",
        "",
        "“Welche Artikel”",
    ],
)
def test_a_question_in_english_is_left_as_it_is(asked: str) -> None:
    assert in_english(asked) == asked


def test_what_is_quoted_stays_as_it_is() -> None:
    asked = "Welche Artikel erwähnen “Sturm und Drang”?"
    assert in_english(asked) == "which papers mention “Sturm und Drang”?"
