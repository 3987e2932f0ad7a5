"""What the makers of exports do that no format asks of them: each kept without losing a sign of the text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingest.papers import Paper
from ingest.sources import read_papers
from ingest.sources.names import names_in
from ingest.text.markup import without_markup


def only(path: Path, text: str, encoding: str = "utf-8") -> Paper:
    path.write_bytes(text.encode(encoding))
    (paper,) = read_papers(str(path))
    assert isinstance(paper, Paper)
    return paper


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        (
            'gain (<inline-formula><tex-math notation="LaTeX">$a < 2$</tex-math></inline-formula>) here',
            "gain ($a < 2$) here",
        ),
        (
            "for <jats:inline-formula><jats:alternatives><jats:tex-math>$n$</jats:tex-math>"
            "<mml:math><mml:mi>n</mml:mi></mml:math></jats:alternatives></jats:inline-formula> rows",
            "for n rows",
        ),
        (
            r"at <tex-math id='M1'>\documentclass[12pt]{minimal} \usepackage{amsmath} "
            r"\begin{document}$$k\le 3$$\end{document}</tex-math> steps",
            r"at $k\le 3$ steps",
        ),
        ("<tex-math>$a$</tex-math> and <math><mi>b</mi></math>", "$a$ and b"),
    ],
)
def test_a_formula_is_kept_once(markup: str, plain: str) -> None:
    assert without_markup(markup) == plain


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Smith, John Jr", "John Smith Jr"),
        ("Smith, John, Jr.", "John Smith Jr."),
        ("Smith, Jr., John", "John Smith Jr."),
        ("de Souza, Ana 3rd", "Ana de Souza 3rd"),
        ("Wei Wang 0001", "Wei Wang"),
        ("Yuan, C. -P.", "C.-P. Yuan"),
        ("King, Jr", "King Jr"),
    ],
)
def test_a_name_keeps_its_parts_in_order(written: str, name: str) -> None:
    assert names_in([written]) == (name,)


def test_europe_pmc_puts_initials_last_and_names_its_database(tmp_path: Path) -> None:
    record = {
        "id": "PPR1", "source": "PPR", "title": "A preprint.", "authorString": "Garcia Lopez M, Roe RJ, Team X.",
        "abstractText": "<h4>Background</h4>Half were &lt;5.", "pubTypeList": {"pubType": ["Preprint"]}, "pubYear": "2020",
    }  # fmt: skip
    paper = only(tmp_path / "a.json", json.dumps({"resultList": {"result": [record]}}))
    assert paper.authors == ("M Garcia Lopez", "RJ Roe", "X Team")
    assert (paper.kind, paper.venue, paper.abstract) == ("preprint", None, "Background: Half were <5.")


def test_openreview_wraps_values_and_counts_milliseconds(tmp_path: Path) -> None:
    content = {
        "title": {"value": "Balls"},
        "authors": {"value": ["Ann Lee", "Bo Ek"]},
        "abstract": {"value": "They roll."},
    }
    paper = only(tmp_path / "a.json", json.dumps({"notes": [{"id": "x1", "content": content, "pdate": 1705400000000}]}))
    assert (paper.authors, paper.year) == (("Ann Lee", "Bo Ek"), 2024)


@pytest.mark.parametrize(
    "heading",
    [
        "Titel;Autoren;Jahr;Zusammenfassung",
        "Titre;Auteurs;Année;Résumé",
        "Título;Autores;Año;Resumen",
        "标题;作者;年份;摘要",
    ],
)
def test_a_spreadsheet_may_be_headed_in_another_language(heading: str, tmp_path: Path) -> None:
    paper = only(tmp_path / "a.csv", f"sep=;\r\n{heading}\r\nOn bees;Lee, Ann;2015;Bees dance.\r\n", "utf-8-sig")
    assert (paper.title, paper.authors, paper.year, paper.abstract) == ("On bees", ("Ann Lee",), 2015, "Bees dance.")


def test_a_preprint_that_biblatex_has_online_is_one(tmp_path: Path) -> None:
    entry = "@online{a, title={On bees}, author={Lee, Ann}, date={2023}, eprint={2303.12345}, eprinttype={arxiv}, abstract={They dance.}}"
    assert only(tmp_path / "a.bib", entry).kind == "preprint"
