"""Formats that are not read: what each looks like, and which export to choose in its place."""

from __future__ import annotations

import re

_FOREIGN = {
    r"\A\s*%[0A] .*\n(?s:.*)^%T ": "EndNote's or Refer's export (.enw); choose RIS, BibTeX or EndNote XML instead",
    r"<rdf:RDF": "RDF, as Zotero exports it; choose BibTeX, RIS or CSL JSON instead",
    r"<(?:modsCollection|mods)\b": "MODS XML; choose BibTeX, RIS or CSL JSON instead",
    r"<TEI\b": "TEI XML; choose BibTeX or RIS instead",
    r"<feed\b": "a feed (Atom), as the arXiv's API answers; give `arxiv:` with the ids or query:… instead",
    r"<bibtex:file\b": "XML of a kind that is not read; choose BibTeX, RIS or CSV instead",
    r"\A\s*<\?xml": "XML of another kind than PubMed's, Europe PMC's and EndNote's; choose RIS, BibTeX or CSV instead",
    r"\A\{\\rtf": "rich text (RTF); choose RIS or BibTeX instead",
    r"\A---\s*\nreferences:|^references:\s*\n\s*- ": "CSL YAML; choose CSL JSON instead",
    r"\A\s*\\begin\{thebibliography\}|^\\bibitem": "a LaTeX bibliography without abstracts; give its .bib file instead",
}


def foreign_kind(head: str) -> str | None:
    """What a text looks like, with the export to choose instead; None if it looks like nothing that is known."""
    return next((kind for pattern, kind in _FOREIGN.items() if re.search(pattern, head, re.MULTILINE)), None)
