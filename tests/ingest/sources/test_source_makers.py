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


@pytest.mark.parametrize(
    ("written", "names"),
    [
        (["王, 小明", "김, 철수", "山田, 太郎"], ("王小明", "김철수", "山田太郎")),
        ([{"family": "王", "given": "小明"}], ("王小明",)),
        (["Doe, Jane", "et al."], ("Jane Doe",)),
        (["{World Health Organization}", "others"], ("World Health Organization",)),
    ],
)
def test_bodies_and_east_asian_names_are_not_turned_round(written: list[object], names: tuple[str, ...]) -> None:
    assert names_in(written) == names


def test_endnote_and_mendeley_keep_what_ris_has_no_tag_for(tmp_path: Path) -> None:
    chapter = "TY  - CHAP\nTI  - On feeding\nBT  - A Handbook\nAB  - Feeding matters.\nER  - \n"
    assert only(tmp_path / "a.ris", chapter).venue == "A Handbook"
    article = (
        "TY  - JOUR\nT1  - Nets\nN2  - They learn.\nM3  - doi:10.1038/s41592-021-0001-2\n"
        "UR  - http://www.ncbi.nlm.nih.gov/pubmed/33333333\nER  - \n"
    )
    paper = only(tmp_path / "b.ris", article)
    assert (paper.doi, paper.pmid) == ("10.1038/s41592-021-0001-2", "33333333")
    talk = "TY  - CONF\nT1  - Nets\nAB  - They learn.\nT3  - CHI '20\nER  - \n"
    assert only(tmp_path / "c.ris", talk).venue == "CHI '20"


def test_csl_notes_tell_ids_and_dates_may_be_words(tmp_path: Path) -> None:
    item = {
        "id": "http://zotero.org/users/1/items/AB12", "type": "article-journal", "title": "Bees", "abstract": "They dance.",
        "issued": {"literal": "circa Spring 2015"}, "note": "PMID: 29999999\nCitation Key: lee2015bees",
    }  # fmt: skip
    paper = only(tmp_path / "a.json", json.dumps([item]))
    assert (paper.year, paper.pmid, paper.citation_key) == (2015, "29999999", "lee2015bees")


def test_an_arxiv_id_may_stand_as_a_volume_and_a_journal_as_a_command(tmp_path: Path) -> None:
    entry = "@article{a, title={Nets}, journal={ArXiv}, year={2021}, volume={abs/2105.00002}, abstract={They learn.}}"
    paper = only(tmp_path / "a.bib", entry)
    assert (paper.arxiv_id, paper.venue, dict(paper.reference)["volume"]) == ("2105.00002", None, "abs/2105.00002")
    entry = (
        r'@ARTICLE{b, author={{Dokkum}, P. and et al.}, title="{At z \raisebox{-0.5ex}\textasciitilde 3}", journal={\apj}, '
        "eid={1}, abstract={A galaxy.}}"
    )
    paper = only(tmp_path / "b.bib", entry)
    assert (paper.title, paper.venue, paper.aliases) == ("At z ~3", "Astrophysical Journal", ("b",))
    assert dict(paper.reference)["journal"] == r"\apj"


def test_europe_pmc_in_xml_and_a_preprint_server_in_json(tmp_path: Path) -> None:
    result = (
        "<responseWrapper><resultList><result><id>3</id><source>MED</source><pmid>32000002</pmid><title>Bats</title>"
        "<authorString>Zhou P.</authorString><authorList><author><fullName>Zhou P</fullName><firstName>Peng</firstName>"
        "<lastName>Zhou</lastName></author></authorList><journalInfo><journal><title>Nature</title></journal></journalInfo>"
        "<pubYear>2021</pubYear><abstractText>Fewer than &lt; 5.</abstractText></result></resultList></responseWrapper>"
    )
    paper = only(tmp_path / "a.xml", result)
    assert (paper.authors, paper.venue, paper.year, paper.pmid) == (("Peng Zhou",), "Nature", 2021, "32000002")
    assert paper.abstract == "Fewer than < 5."
    record = {"doi": "10.1101/1", "title": "Cells", "authors": "Doe, J.; Roe, R.", "abstract": "They divide."}
    paper = only(tmp_path / "a.json", json.dumps({"messages": [{"status": "ok"}], "collection": [record]}))
    assert paper.authors == ("J. Doe", "R. Roe")


def test_screening_tools_head_their_columns_otherwise(tmp_path: Path) -> None:
    table = 'Title,Authors,Abstract,Published Year,Published Month\nCells,"Doe, Jane",They divide.,2020,March\n'
    paper = only(tmp_path / "a.csv", table)
    assert (paper.authors, paper.year, paper.month) == (("Jane Doe",), 2020, 3)


def test_the_number_of_pubmed_central_is_told_from_one_of_pubmed(tmp_path: Path) -> None:
    record = "PMID- 30000001\nTI  - Cells\nAB  - They divide.\nPMC - PMC7000001\nDP  - 2020\n"
    assert only(tmp_path / "a.nbib", record).aliases == ("30000001", "PMC7000001")


@pytest.mark.parametrize("text", ["&#0 here", "see ?a=1&section=2&copy=3", "R&D and AT&T", "&#0;"])
def test_what_only_looks_like_an_entity_is_kept(text: str) -> None:
    assert without_markup(text) == text
