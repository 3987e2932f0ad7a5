"""Taking things out of Footnote: conversations, comparisons and references as files that other programs read.

    markdown.py     a conversation to read and to paste
    web.py          a conversation as one HTML file that asks the network for nothing
    saved.py        a conversation as JSON, and back: what a page reopens it from
    references.py   papers as BibTeX, RIS and CSL-JSON, each under its own key
    bibtex.py       one paper as each of these; `people` and `plain` are what they share
    ris.py
    csl.py
    tables.py       a comparison as CSV, Markdown and LaTeX
    workbook.py     the same as XLSX

    formats.py      which suffix is written by which function
    escaping.py     text made harmless for the language that it goes into

Everything but the workbook returns text; writing it to a file (in UTF-8) is the caller's part.
"""
