"""References keep what they say on the way in and out again: BibTeX, RIS and CSL-JSON, and LaTeX compiles them."""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import bibtexparser
import pytest
import rispy

from assistant.export.references import papers_to_bibtex, papers_to_csl, papers_to_ris
from ingest.papers import Paper
from ingest.sources import read_papers

MANY = 200
TYPES = (
    "article inproceedings book incollection phdthesis mastersthesis techreport misc unpublished inbook manual".split()
)
KEYS = ("bee2024my", "Doe:2020:AB", "o'neil", "smith_jones-2019a", "DBLP:conf/icml/LeeK21", "müller.1999", "x+y")
TITLES = (
    r"The {DNA} of {\'e}lan vital", r"{A Whole Title Kept in Braces}", r"On $O(n^2)$ sorting with {GPU}s",
    r"Effects at p {\textless} 0.05: a study", r"Na{\"i}ve {B}ayes \& friends", r"100\% of \emph{E. coli}",
    r"{{Double Braced: With Colon}}", r"Plain words about bees",
)  # fmt: skip
NAMES = (
    "van den Berg, Jan", "King, Jr., Martin Luther", "{World Health Organization}", r"G{\"o}del, Kurt", "Lee, Ann-Marie",
    r"{\O}rsted, Hans Christian", "Max W. Y. Lam", "{Barnes and Noble}", "de la Cruz, Ana", "Ludwig van Beethoven",
)  # fmt: skip
FIELDS = {
    "volume": ("12", "XII", "12A"), "number": ("3", "3--4"), "pages": ("1--10", "e123", "S1--S12", "17"),
    "publisher": (r"Wiley \& Sons", "{MIT} Press"), "series": ("Lecture Notes in {CS}",), "edition": ("2nd", "Third"),
    "address": ("K{\\o}benhavn", "Berlin"), "month": ("mar", "October"), "note": ("To appear", r"See \url{https://a.org/b_c}"),
    "doi": ("10.1000/ab_c(3)", "10.1016/j.x.2020.01"), "isbn": ("978-3-16-148410-0",), "issn": ("1234-5678",),
    "url": ("https://example.org/a_b?c=1%202",), "eprint": ("2001.00001",), "archiveprefix": ("arXiv",), "chapter": ("4",),
    "editor": (" and ".join(NAMES[:3]), "Roe, Jane"), "organization": ("ACM",), "howpublished": ("Online",), "lccn": ("77",),
    "eventtitle": ("The 3rd {Conf}",), "urldate": ("2020-01-02",), "primaryclass": ("cs.SD",),
}  # fmt: skip
VENUES = {
    "article": "journal", "inproceedings": "booktitle", "incollection": "booktitle", "inbook": "booktitle",
    "phdthesis": "school", "mastersthesis": "school", "techreport": "institution",
}  # fmt: skip

Entry = tuple[str, str, dict[str, str]]


def generated(seed: int, count: int = MANY) -> list[Entry]:
    draw = random.Random(seed)
    entries: list[Entry] = []
    for number in range(count):
        kind = draw.choice(TYPES)
        fields = {name: draw.choice(values) for name, values in FIELDS.items() if draw.random() < 0.4}
        if "eprint" in fields:
            fields["eprint"] = f"2001.{number:05}"
        if "doi" in fields:
            fields["doi"] += f"/{number}"
        fields |= {"title": f"{draw.choice(TITLES)} {number}", "year": str(draw.randint(1950, 2024))}
        fields["author"] = " and ".join(draw.sample(NAMES, draw.randint(1, 6)))
        fields["abstract"] = f"Bees number {number} danced. We counted {number} of them & 5% more."
        if kind in VENUES:
            fields[VENUES[kind]] = draw.choice(
                (r"Journal of Bees \& Wasps", "Proc. of {ICML}", r"Universit{\'e} de {L}yon")
            )
        names = list(fields)
        draw.shuffle(names)
        key = f"{draw.choice(KEYS)}{number}"
        entries.append((kind, key, {name: fields[name] for name in names}))
    return entries


def written(entries: list[Entry]) -> str:
    return "\n".join(
        f"@{kind}{{{key},\n" + "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items()) + "}\n"
        for kind, key, fields in entries
    )


def parsed(text: str) -> dict[str, tuple[str, dict[str, str]]]:
    library = bibtexparser.parse_string(text)
    assert not library.failed_blocks
    return {
        entry.key: (entry.entry_type, {each.key: str(each.value) for each in entry.fields}) for entry in library.entries
    }


def papers_in(text: str, folder: Path, suffix: str) -> list[Paper]:
    path = folder / f"papers{suffix}"
    path.write_text(text, encoding="utf-8")
    found = list(read_papers(str(path)))
    assert all(isinstance(each, Paper) for each in found), found
    return [each for each in found if isinstance(each, Paper)]


@pytest.mark.parametrize("seed", [1])
def test_bibtex_comes_out_as_it_went_in(tmp_path: Path, seed: int) -> None:
    entries = generated(seed)
    papers = papers_in(written(entries), tmp_path, ".bib")
    assert len(papers) == MANY
    out = papers_to_bibtex(papers)
    now = parsed(out)
    for kind, key, fields in entries:
        now_kind, now_fields = now[key]
        assert now_kind == kind
        for name in fields.keys() - {"abstract"}:
            assert now_fields[name] == fields[name], name
    again = papers_in(out, tmp_path, ".bib")
    assert [replace(paper, reference=()) for paper in again] == [replace(paper, reference=()) for paper in papers]
    assert all(set(was.reference) <= set(now.reference) for was, now in zip(papers, again, strict=True))


@pytest.mark.skipif(not (shutil.which("pdflatex") and shutil.which("bibtex")), reason="needs pdflatex and bibtex")
def test_a_document_that_cites_them_compiles(tmp_path: Path) -> None:
    papers = papers_in(written(generated(3)), tmp_path, ".bib")
    (tmp_path / "out.bib").write_text(papers_to_bibtex(papers), encoding="utf-8")
    (tmp_path / "a.tex").write_text(
        r"\documentclass{article}\usepackage[utf8]{inputenc}\usepackage[T1]{fontenc}\usepackage{url}\begin{document}"
        + "".join(f"\\cite{{{paper.citation_key}}} " for paper in papers)
        + r"\bibliographystyle{plain}\bibliography{out}\end{document}",
        encoding="utf-8",
    )
    for command in (["pdflatex", *(flags := ["-interaction=nonstopmode", "-halt-on-error"]), "a"], ["bibtex", "a"]):
        done = subprocess.run(
            command, check=False, cwd=tmp_path, capture_output=True, text=True, errors="replace", timeout=120
        )
        assert done.returncode == 0, done.stdout[-1500:]
    done = subprocess.run(
        ["pdflatex", *flags, "a"], check=False, cwd=tmp_path, capture_output=True, errors="replace", timeout=120
    )
    assert done.returncode == 0, done.stdout[-1500:]
    assert (tmp_path / "a.bbl").read_text(errors="replace").count(r"\bibitem") == MANY


RIS = """TY  - JOUR
ID  - berg2020
TI  - Wasps of the north
AU  - van den Berg, Jan
AU  - King, Martin Luther, Jr.
AU  - World Health Organization
A2  - Roe, Jane
JO  - Journal of Wasps
PY  - 2020
DA  - 2020/03/14
VL  - 12
IS  - 3
SN  - 1234-5678
PB  - Wiley & Sons
CY  - Berlin
SP  - 1
EP  - 10
DO  - 10.1000/wasps
UR  - https://doi.org/10.1000/wasps
LA  - en
KW  - wasps
KW  - the north, far
AB  - Wasps were counted. There were 12 (p < 0.05).
ER  -
"""


@pytest.mark.parametrize("kind", ["JOUR", "CONF", "CHAP", "THES", "RPRT", "MGZN", "EJOUR", "CPAPER"])
def test_ris_comes_out_as_it_went_in(tmp_path: Path, kind: str) -> None:
    text = RIS.replace("JOUR", kind)
    papers = papers_in(text, tmp_path, ".ris")
    (now,), (was,) = rispy.loads(papers_to_ris(papers)), rispy.loads(text)
    venues = {"journal_name", "secondary_title", "alternate_title3"}
    assert {n: v for n, v in now.items() if n not in venues} == {n: v for n, v in was.items() if n not in venues}
    assert [now[name] for name in venues if name in now] == ["Journal of Wasps"]


CSL = {
    "id": "berg2020",
    "type": "article-journal",
    "title": "Wasps of the north",
    "author": [
        {"family": "van den Berg", "given": "Jan"},
        {"family": "King", "given": "Martin Luther", "suffix": "Jr."},
        {"literal": "World Health Organization"},
    ],
    "editor": [{"family": "Roe", "given": "Jane"}],
    "container-title": "Journal of Wasps",
    "issued": {"date-parts": [[2020, 3, 14]]},
    "volume": "12",
    "issue": "3",
    "page": "1-10",
    "publisher": "Wiley & Sons",
    "publisher-place": "Berlin",
    "ISSN": "1234-5678",
    "DOI": "10.1000/wasps",
    "URL": "https://doi.org/10.1000/wasps",
    "language": "en",
    "abstract": "Wasps were counted. There were 12 (p < 0.05).",
}


@pytest.mark.parametrize(
    "kind", ["article-journal", "paper-conference", "chapter", "thesis", "report", "book", "speech"]
)
def test_csl_json_comes_out_as_it_went_in(tmp_path: Path, kind: str) -> None:
    item = CSL | {"type": kind}
    (now,) = json.loads(papers_to_csl(papers_in(json.dumps([item]), tmp_path, ".json")))
    assert now == item


def test_what_came_as_ris_is_an_entry_with_its_journal_in_bibtex(tmp_path: Path) -> None:
    out = papers_to_bibtex(papers_in(RIS, tmp_path, ".ris"))
    assert out.startswith("@article{berg2020,")
    for line in ("journal = {Journal of Wasps}", "volume = {12}", "pages = {1--10}", "month = mar", "Wiley {\\&} Sons"):
        assert line in out
    assert "author = {van den Berg, Jan and King, Jr., Martin Luther and {World Health Organization}}" in out


def test_what_came_as_bibtex_is_plain_in_ris_and_csl(tmp_path: Path) -> None:
    text = r"""@inproceedings{k1, title={The {DNA} of {\'e}lan}, author={van den Berg, Jan and {Barnes and Noble}},
      booktitle={Proc. of {ICML} \& friends}, year=2020, pages={1--10}, editor={Roe, Jane}, abstract={Wasps dance.}}"""
    papers = papers_in(text, tmp_path, ".bib")
    (record,) = rispy.loads(papers_to_ris(papers))
    assert record["authors"] == ["van den Berg, Jan", "Barnes and Noble"]
    assert (record["type_of_reference"], record["secondary_title"]) == ("CONF", "Proc. of ICML & friends")
    (item,) = json.loads(papers_to_csl(papers))
    assert item["author"] == [{"family": "van den Berg", "given": "Jan"}, {"literal": "Barnes and Noble"}]
    assert (item["type"], item["page"], item["editor"]) == (
        "paper-conference",
        "1-10",
        [{"family": "Roe", "given": "Jane"}],
    )


def test_a_crossref_is_filled_in_from_an_entry_further_down(tmp_path: Path) -> None:
    text = """@inproceedings{c1, title={Wasps}, author={Lee, Ann}, crossref={p}, abstract={Wasps dance at night.}}
@proceedings{p, title={Proceedings of Insects}, year={2019}, publisher={ACM}, abstract={All of it.}}"""
    child = papers_in(text, tmp_path, ".bib")[-1]
    assert (child.venue, child.year) == ("Proceedings of Insects", 2019)
    assert "booktitle = {Proceedings of Insects}" in papers_to_bibtex([child])


def test_signs_that_end_a_compilation_are_escaped(tmp_path: Path) -> None:
    text = "@article{k, title={Bees & wasps_1 by 5%}, journal={A & B}, year=2001, abstract={They dance at night.}}"
    out = papers_to_bibtex(papers_in(text, tmp_path, ".bib"))
    assert not re.search(r"(?<!\\)[&%]", out.split("abstract")[0])
