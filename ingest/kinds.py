"""Kinds of papers: one short list, and how the exports of the world call each of them."""

from __future__ import annotations

import re

_NOT_A_LETTER = re.compile(r"[^a-z]+")

# The names are compared by their letters alone, in lower case: BibTeX and biblatex entry types, RIS types, CSL and
# Zotero item types, Crossref and OpenAlex types, document types of Scopus and the Web of Science, publication types of
# PubMed. More telling kinds stand before "article", since PubMed gives several types to one paper.
_CALLED: dict[str, str] = {
    "preprint": "preprint postedcontent unpublished unpb eprint preprints workingpaper manuscript",
    "review": "review systematicreview literaturereview reviewarticle metaanalysis",
    "conference": "conference inproceedings proceedingsarticle conferencepaper paperconference conf cpaper proceedings "
    "proceedingspaper conferenceproceedings meetingabstract congress conferenceabstract",
    "chapter": "chapter bookchapter incollection inbook booksection chap bookpart encyclopediaarticle "
    "entryencyclopedia",
    "book": "book mvbook collection mvcollection editedbook monograph referencebook ebook edbook",
    "thesis": "thesis phdthesis mastersthesis dissertation thes academicdissertation bathesis",
    "report": "report techreport rprt technicalreport reportcomponent govdoc",
    "dataset": "dataset data database",
    "software": "software computerprogram comp computercode",
    "patent": "patent pat",
    "editorial": "editorial editorialmaterial introductorymaterial",
    "letter": "letter note correspondence comment shortsurvey",
    "webpage": "online webpage www electronic elec web blogpost post postweblog",
    "article": "article journalarticle articlejournal jour journal jarticle magazinearticle articlemagazine "
    "newspaperarticle articlenewspaper mgzn news ejour suppperiodical periodical articleinpress researcharticle "
    "clinicaltrial randomizedcontrolledtrial casereports comparativestudy multicenterstudy earlyaccess inpress",
    "other": "misc gen generic document other paratext",
}
KINDS: tuple[str, ...] = tuple(_CALLED)
"""The kinds, as `Paper.kind` has them; an unknown one is the empty text."""

_KIND_OF = {name: kind for kind, names in _CALLED.items() for name in names.split()}


def kind_of(*types: str) -> str:
    """The kind that these types of an export amount to: of several, the one that stands first in KINDS."""
    found = {_KIND_OF.get(_NOT_A_LETTER.sub("", name.lower()), "") for name in types}
    return next((kind for kind in KINDS if kind in found), "")
