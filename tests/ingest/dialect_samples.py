"""One article as different programs really write it, format by format."""

from __future__ import annotations

import json

TITLE = "Sleep & β-cells: a trial"
ABSTRACT = "Sleep helped (p < 0.001). It rose ≥ 5% in Müller’s group."
AUTHORS = ("Jan van den Berg", "Ana Müller")
DOI = "10.1000/sleep_1(2)"

RIS = {
    "zotero": """TY  - JOUR
TI  - {title}
AU  - van den Berg, Jan
AU  - Müller, Ana
T2  - Journal of Sleep
AB  - {abstract}
DA  - 2020/03/14/
PY  - 2020
DO  - {doi}
DP  - PubMed
VL  - 12
IS  - 3
SP  - 1
EP  - 10
J2  - J Sleep
SN  - 1234-5678
LA  - en
KW  - sleep
ER  -
""",
    "endnote": """\ufeffTY  - JOUR
AU  - van den Berg, Jan
AU  - Müller, Ana
PY  - 2020
DA  - Mar 14
TI  - {title}
T2  - Journal of Sleep
SP  - 1-10
VL  - 12
IS  - 3
KW  - sleep
AB  - {abstract}
SN  - 1234-5678
UR  - https://doi.org/{doi}
DO  - {doi}
ID  - 77
ER  -


""",
    "mendeley": """TY  - JOUR
T1  - {title}
A1  - van den Berg, Jan
A1  - Müller, Ana
Y1  - 2020/03/14/
JF  - Journal of Sleep
VL  - 12
IS  - 3
SP  - 1
EP  - 10
KW  - sleep
N2  - {abstract}
DO  - {doi}
ER  -
""",
    "scopus": """TY  - JOUR
TI  - {title}
T2  - Journal of Sleep
J2  - J. Sleep
VL  - 12
IS  - 3
SP  - 1
EP  - 10
PY  - 2020
DO  - {doi}
AU  - van den Berg, Jan
AU  - Müller, Ana
AD  - Univ. of North
AB  - {abstract}
KW  - sleep
DB  - Scopus
N1  - Export Date: 1 May 2021
M3  - Article
ER  -

""",
    "ieee": """TY  - JOUR
TI  - {title}
T2  - Journal of Sleep
SP  - 1
EP  - 10
AU  - J. van den Berg
AU  - A. Müller
PY  - 2020
KW  - sleep
DO  - {doi}
JO  - Journal of Sleep
IS  - 3
SN  - 1234-5678
VO  - 12
VL  - 12
JA  - Journal of Sleep
Y1  - 14 March 2020
AB  - {abstract}
ER  -
""",
}
BIBTEX = {
    "zotero": r"""
@article{berg_sleep_2020,
	title = {Sleep \& β-cells: a trial},
	volume = {12},
	issn = {1234-5678},
	url = {https://doi.org/10.1000/sleep_1(2)},
	doi = {10.1000/sleep_1(2)},
	abstract = {Sleep helped (p {\textless} 0.001). It rose ≥ 5\% in Müller’s group.},
	language = {en},
	number = {3},
	urldate = {2021-05-01},
	journal = {Journal of Sleep},
	author = {van den Berg, Jan and Müller, Ana},
	month = mar,
	year = {2020},
	keywords = {sleep},
	pages = {1--10},
}
""",
    "better bibtex, biblatex": r"""
@article{vandenbergSleep2020,
  title = {Sleep \& {{$\beta$-cells}}: A Trial},
  author = {family=Berg, given=Jan, prefix=van den, useprefix=true and Müller, Ana},
  date = {2020-03-14},
  journaltitle = {Journal of Sleep},
  volume = {12},
  number = {3},
  pages = {1--10},
  doi = {10.1000/sleep_1(2)},
  abstract = {Sleep helped (p {$<$} 0.001). It rose {$\geq$} 5\% in Müller’s group.},
  langid = {english},
  keywords = {sleep}
}
""",
    "mendeley": r"""@article{VandenBerg2020,
abstract = {Sleep helped (p {\textless} 0.001). It rose {$\geq$} 5{\%} in M{\"{u}}ller's group.},
author = {van den Berg, Jan and M{\"{u}}ller, Ana},
doi = {10.1000/sleep{\_}1(2)},
issn = {12345678},
journal = {Journal of Sleep},
keywords = {sleep},
number = {3},
pages = {1--10},
title = {{Sleep {\&} $\beta$-cells: a trial}},
volume = {12},
year = {2020}
}
""",
    "jabref": r"""% Encoding: UTF-8

@Article{Berg2020,
  author   = {Jan van den Berg and Ana M{\"u}ller},
  journal  = {Journal of Sleep},
  title    = {Sleep \& $\beta$-cells: a trial},
  year     = {2020},
  month    = mar,
  number   = {3},
  pages    = {1--10},
  volume   = {12},
  abstract = {Sleep helped ($p < 0.001$). It rose $\geq$ 5\% in M{\"u}ller’s group.},
  doi      = {10.1000/sleep_1(2)},
  groups   = {Sleep},
  keywords = {sleep},
}

@Comment{jabref-meta: databaseType:bibtex;}
""",
    "sciencedirect": r"""@article{VANDENBERG20201,
title = {Sleep & β-cells: a trial},
journal = {Journal of Sleep},
volume = {12},
number = {3},
pages = {1-10},
year = {2020},
issn = {1234-5678},
doi = {https://doi.org/10.1000/sleep_1(2)},
url = {https://www.sciencedirect.com/science/article/pii/S1},
author = {Jan {van den Berg} and Ana Müller},
keywords = {sleep},
abstract = {Sleep helped (p < 0.001). It rose ≥ 5% in Müller’s group.}
}
""",
    "ads": r"""@ARTICLE{2020JSlp...12....1V,
       author = {{van den Berg}, Jan and {M{\"u}ller}, Ana},
        title = "{Sleep \& {\ensuremath{\beta}}-cells: a trial}",
      journal = {Journal of Sleep},
     keywords = {sleep},
         year = 2020,
        month = mar,
       volume = {12},
       number = {3},
        pages = {1-10},
     abstract = "{Sleep helped (p {\ensuremath{<}} 0.001). It rose {\ensuremath{\geq}} 5\% in M{\"u}ller’s group.}",
          doi = {10.1000/sleep_1(2)},
       adsurl = {https://ui.adsabs.harvard.edu/abs/2020JSlp...12....1V},
      adsnote = {Provided by the SAO/NASA Astrophysics Data System}
}
""",
    "string macros": r"""@string{jsl = "Journal of Sleep"}
@string(ana = {M{\"u}ller, Ana})
@article(berg, title = "Sleep \& {$\beta$}-cells: a trial", journal = jsl, year = 2020, month = mar, volume = 12,
  number = 3, pages = "1--10", author = "van den Berg, Jan and " # ana, doi = "10.1000/sleep_1(2)", keywords = "sleep",
  abstract = "Sleep helped (p {\textless} 0.001). It rose {$\geq$} 5\% in M{\"u}ller’s group.")
""",
}
ITEM = {"title": TITLE, "abstract": ABSTRACT, "DOI": DOI}
PEOPLE = [{"family": "van den Berg", "given": "Jan"}, {"family": "Müller", "given": "Ana"}]
PARTICLE = [{"family": "Berg", "given": "Jan", "non-dropping-particle": "van den"}, PEOPLE[1]]
WORDS = ABSTRACT.split()
JSON = {
    "csl of zotero": [ITEM | {"id": "http://zotero.org/users/1/items/A", "type": "article-journal", "author": PARTICLE,
        "container-title": "Journal of Sleep", "issued": {"date-parts": [["2020", 3, 14]]}, "volume": "12"}],
    "csl of pandoc": [ITEM | {"id": "berg2020", "type": "article-journal", "author": PEOPLE, "volume": 12,
        "container-title": "Journal of Sleep", "issued": {"date-parts": [[2020, 3, 14]]}}],
    "csl of mendeley": [ITEM | {"id": "ITEM-1", "type": "article-journal", "author": [PARTICLE[0] | {
        "dropping-particle": ""}, PEOPLE[1]], "container-title": "Journal of Sleep", "volume": "12",
        "issued": {"date-parts": [["2020", "3"]]}, "uris": ["http://www.mendeley.com/documents/?uuid=1"]}],
    "crossref": {"status": "ok", "message": {"items": [ITEM | {"title": ["Sleep &amp; β-cells: a trial"],
        "abstract": "<jats:title>Abstract</jats:title><jats:p>Sleep helped (<jats:italic>p</jats:italic> &lt; 0.001). "
        "It rose ≥ 5% in Müller’s group.</jats:p>", "type": "journal-article", "author": PEOPLE, "volume": "12",
        "container-title": ["Journal of Sleep"], "published-print": {"date-parts": [[2020, 3]]}}]}},
    "openalex": {"meta": {"count": 1}, "results": [{"id": "https://openalex.org/W123456", "doi": f"https://doi.org/{DOI}",
        "display_name": TITLE, "publication_date": "2020-03-14", "type": "article", "language": "en",
        "authorships": [{"author": {"display_name": name}} for name in AUTHORS], "biblio": {"volume": "12"},
        "primary_location": {"source": {"display_name": "Journal of Sleep"}, "landing_page_url": "https://a.org"},
        "abstract_inverted_index": {word: [i for i, w in enumerate(WORDS) if w == word] for word in WORDS}}]},
    "semantic scholar": {"total": 1, "data": [{"paperId": "0" * 40, "externalIds": {"DOI": DOI, "CorpusId": 7},
        "title": TITLE, "abstract": ABSTRACT, "venue": "Journal of Sleep", "year": 2020, "publicationDate": "2020-03-14",
        "publicationTypes": ["JournalArticle"], "authors": [{"authorId": "1", "name": name} for name in AUTHORS],
        "journal": {"name": "Journal of Sleep", "volume": "12", "pages": "1-10"}}]},
    "europe pmc": {"version": "6", "hitCount": 1, "resultList": {"result": [{"id": "33", "source": "MED", "pmid": "33",
        "doi": DOI, "title": "Sleep &amp; β-cells: a trial.", "authorList": {"author": [
            {"fullName": "van den Berg J", "firstName": "Jan", "lastName": "van den Berg"},
            {"fullName": "Müller A", "firstName": "Ana", "lastName": "Müller"}]},
        "journalInfo": {"issue": "3", "volume": "12", "journal": {"title": "Journal of Sleep"}}, "pubYear": "2020",
        "firstPublicationDate": "2020-03-14", "pubTypeList": {"pubType": ["research-article", "Journal Article"]},
        "abstractText": "Sleep helped (<i>p</i> &lt; 0.001). It rose ≥ 5% in Müller’s group."}]}},
}  # fmt: skip
XML = {
    "pubmed": """<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2019//EN" "https://dtd.nlm.nih.gov/x.dtd">
<PubmedArticleSet><PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">33</PMID><Article>
<Journal><ISSN>1234-5678</ISSN><JournalIssue><Volume>12</Volume><Issue>3</Issue><PubDate><Year>2020</Year><Month>Mar</Month>
<Day>14</Day></PubDate></JournalIssue><Title>Journal of Sleep</Title></Journal>
<ArticleTitle>Sleep &amp; β-cells: a trial.</ArticleTitle><Pagination><MedlinePgn>1-10</MedlinePgn></Pagination>
<ELocationID EIdType="doi">10.1000/sleep_1(2)</ELocationID>
<Abstract><AbstractText>Sleep helped (<i>p</i> &lt; 0.001). It rose ≥ 5% in Müller’s group.</AbstractText></Abstract>
<AuthorList><Author><LastName>van den Berg</LastName><ForeName>Jan</ForeName><Initials>J</Initials></Author>
<Author><LastName>Müller</LastName><ForeName>Ana</ForeName></Author></AuthorList><Language>eng</Language>
<PublicationTypeList><PublicationType>Journal Article</PublicationType></PublicationTypeList></Article></MedlineCitation>
</PubmedArticle></PubmedArticleSet>""",
    "endnote": """<?xml version="1.0" encoding="UTF-8" ?><xml><records><record><database name="a.enl">a</database>
<rec-number>1</rec-number><ref-type name="Journal Article">17</ref-type><contributors><authors>
<author><style face="normal" font="default" size="100%">van den Berg, Jan</style></author>
<author><style face="normal">Müller, Ana</style></author></authors></contributors><titles>
<title><style face="normal">Sleep &amp; </style><style face="italic">β</style><style face="normal">-cells: a trial</style>
</title><secondary-title><style>Journal of Sleep</style></secondary-title></titles><volume><style>12</style></volume>
<dates><year><style>2020</style></year><pub-dates><date><style>Mar 14</style></date></pub-dates></dates>
<electronic-resource-num><style>10.1000/sleep_1(2)</style></electronic-resource-num>
<abstract><style>Sleep helped (p &lt; 0.001). It rose ≥ 5% in Müller’s group.</style></abstract></record></records></xml>""",
    "endnote of zotero": """<?xml version="1.0" encoding="UTF-8"?><xml><records><record>
<ref-type name="Journal Article">17</ref-type><contributors><authors><author>van den Berg, Jan</author>
<author>Müller, Ana</author></authors></contributors><titles><title>Sleep &amp; β-cells: a trial</title></titles>
<periodical><full-title>Journal of Sleep</full-title></periodical><volume>12</volume><dates><year>2020</year>
<pub-dates><date>2020-03-14</date></pub-dates></dates><electronic-resource-num>10.1000/sleep_1(2)</electronic-resource-num>
<abstract>Sleep helped (p &lt; 0.001). It rose ≥ 5% in Müller’s group.</abstract></record></records></xml>""",
}
TAGGED = {
    "wos": """\ufeffFN Clarivate Analytics Web of Science
VR 1.0
PT J
AU van den Berg, J
   Müller, A
AF van den Berg, Jan
   Müller, Ana
TI Sleep & β-cells:
   a trial
SO JOURNAL OF SLEEP
LA English
DT Article
DE sleep; cells
AB Sleep helped (p < 0.001).
   It rose ≥ 5% in Müller’s group.
SN 1234-5678
PD MAR 14
PY 2020
VL 12
IS 3
BP 1
EP 10
DI 10.1000/sleep_1(2)
UT WOS:000123456700001
ER

EF
""",
    "nbib": """PMID- 33
OWN - NLM
STAT- MEDLINE
IS  - 1234-5678 (Print)
VI  - 12
IP  - 3
DP  - 2020 Mar 14
TI  - Sleep & β-cells: a
      trial.
PG  - 1-10
LID - 10.1000/sleep_1(2) [doi]
AB  - Sleep helped (p < 0.001). It rose ≥ 5% in
      Müller’s group.
FAU - van den Berg, Jan
AU  - van den Berg J
FAU - Müller, Ana
AU  - Müller A
LA  - eng
PT  - Journal Article
JT  - Journal of Sleep
SO  - J Sleep. 2020 Mar 14;12(3):1-10.
""",
    "nbib of medline": """
PMID- 33
DP  - 2020 Mar
TI  - Sleep & β-cells: a trial.
AID - 10.1000/sleep_1(2) [doi]
VI  - 12
AB  - Sleep helped (p < 0.001). It rose ≥ 5% in Müller’s group.
FAU - van den Berg, Jan
FAU - Müller, Ana
JT  - Journal of Sleep

""",
}


def quoted(*cells: str) -> str:
    return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)


TABLES = {
    "zotero": "\ufeff" + quoted("Key", "Item Type", "Publication Year", "Author", "Title", "Publication Title", "DOI",
        "Abstract Note", "Date", "Volume", "Manual Tags") + "\n" + quoted("ABCD2345", "journalArticle", "2020",
        "van den Berg, Jan; Müller, Ana", TITLE, "Journal of Sleep", DOI, ABSTRACT, "2020-03-14", "12", "sleep"),
    "scopus": "\ufeff" + quoted("Authors", "Author full names", "Author(s) ID", "Title", "Year", "Source title", "Volume",
        "DOI", "Abstract", "Author Keywords", "Document Type", "EID") + "\n" + quoted("van den Berg J.; Müller A.",
        "van den Berg, Jan (570001); Müller, Ana (570002)", "570001; 570002", TITLE, "2020", "Journal of Sleep", "12",
        DOI, ABSTRACT, "sleep", "Article", "2-s2.0-1"),
    "wos, tab-delimited": "PT\tAU\tAF\tTI\tSO\tAB\tPY\tVL\tDI\tDT\n" + "\t".join(("J", "van den Berg, J; Müller, A",
        "van den Berg, Jan; Müller, Ana", TITLE, "JOURNAL OF SLEEP", ABSTRACT, "2020", "12", DOI, "Article")),
    "ieee": quoted("Document Title", "Authors", "Author Affiliations", "Publication Title", "Publication Year", "Volume",
        "Abstract", "DOI", "Author Keywords") + "\n" + quoted(TITLE, "Jan van den Berg; Ana Müller", "North; South",
        "Journal of Sleep", "2020", "12", ABSTRACT, DOI, "sleep"),
    "dimensions": '"About the data: exported on May 1, 2021"\n' + quoted("Rank", "Publication ID", "DOI", "Title",
        "Abstract", "Source title", "PubYear", "Volume", "Authors") + "\n" + quoted("1", "pub.1", DOI, TITLE, ABSTRACT,
        "Journal of Sleep", "2020", "12", "van den Berg, Jan; Müller, Ana"),
    "excel": "sep=;\r\nTitle;Abstract;Year;Authors;Journal;DOI;Volume\r\n" + ";".join((TITLE,
        ABSTRACT, "2020", '"van den Berg, Jan; Müller, Ana"', "Journal of Sleep", DOI, "12")) + "\r\n",
}  # fmt: skip
FILES = [
    *(("ris", who, text.replace("{title}", TITLE).replace("{abstract}", ABSTRACT).replace("{doi}", DOI))
      for who, text in RIS.items()),
    *(("bibtex", who, text) for who, text in BIBTEX.items()),
    *(("json", who, json.dumps(record)) for who, record in JSON.items()),
    *(("xml", who, text) for who, text in XML.items()),
    *(("tagged", who, text) for who, text in TAGGED.items()),
    *(("table", who, text) for who, text in TABLES.items()),
]  # fmt: skip
