from __future__ import annotations

from dataclasses import replace

import pytest

from ingest.papers import Paper, Refusal
from ingest.sources import read_papers as read_all


def read_papers(location: str) -> list[Paper | Refusal]:
    """The papers without what every entry gives alike: its key, its type and its fields as they stand there."""
    return [_bare(item) if isinstance(item, Paper) else item for item in read_all(location)]


def _bare(paper: Paper) -> Paper:
    return replace(paper, reference=(), citation_key=None, aliases=(), kind="", categories=())


BEATS = Paper("tracking-beats", "Tracking Beats", "We track beats.")
CHORDS = Paper("naming-chords", "Naming Chords", "We name chords.")
BEATS_ENTRY = "@article{beats,\n  title = {Tracking Beats},\n  abstract = {We track beats.}\n}\n"
CHORDS_ENTRY = '@inproceedings{chords,\n  title = "Naming Chords",\n  abstract = "We name chords."\n}\n'


def entry(**fields: str) -> str:
    given = {"title": "Beats", "abstract": "We track beats.", **fields}
    return "@misc{key,\n" + "".join(f"  {name} = {{{value}}},\n" for name, value in given.items()) + "}\n"


def test_an_entry_of_the_arxiv_gives_every_field(source_file) -> None:
    text = r"""
        @misc{melechovsky2023mustango,
              title={Mustango: Toward {Controllable} Text-to-Music Generation},
              author={Jan Melechovsk{\'y} and {The AMAAI Lab} and van der Guo, Zixun and others},
              year={2023},
              eprint={2311.08355v2},
              archivePrefix={arXiv},
              primaryClass={eess.AS},
              url={https://example.org/a\_b},
              Abstract={We propose {\em Mustango}.}
        }"""
    assert list(read_papers(source_file("refs.bib", text))) == [
        Paper(
            id="2311.08355",
            title="Mustango: Toward Controllable Text-to-Music Generation",
            abstract="We propose Mustango.",
            authors=("Jan Melechovský", "The AMAAI Lab", "Zixun van der Guo"),
            year=2023,
            arxiv_id="2311.08355",
            url="https://example.org/a_b",
        )
    ]


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"Erd{\H o}s, B\"{u}rger, \c{C}elik, {\O}ye, na\"ive, M\"{u}ller", "Erdős, Bürger, Çelik, Øye, naïve, Müller"),
        ("up by 95.7% and 99.6% over\nMusicLM", "up by 95.7% and 99.6% over MusicLM"),
        (r"up by 95.7\% at AT&T and R\&B", "up by 95.7% at AT&T and R&B"),
        (r"\textbf{bold} and \emph{slanted} words", "bold and slanted words"),
        ("``quoted'' --- a range 3--4, a~b", "“quoted” — a range 3–4, a b"),
        (r"the song ''Hey Jude'' and na\"ive", 'the song "Hey Jude" and naïve'),
        (r"code at \url{https://example.org/~me/a_b%20c}.", "code at https://example.org/~me/a_b%20c."),
        (r"see \href{https://example.org}{our page}", "see our page"),
        ("a_b and 5 < 6 # 7", "a_b and 5 < 6 # 7"),
        ("a price of $5", "a price of $5"),
        (r"an unknown \command{of} ours", "an unknown of ours"),
    ],
)
def test_latex_becomes_text_and_no_word_is_lost(source_file, latex: str, text: str) -> None:
    (paper,) = read_papers(source_file("refs.bib", entry(abstract=latex)))
    assert isinstance(paper, Paper)
    assert paper.abstract == text


@pytest.mark.parametrize(
    "fields",
    [
        {"journal": "arXiv preprint arXiv:2311.08355"},
        {"doi": "10.48550/arXiv.2311.08355"},
        {"url": "http://arxiv.org/abs/2311.08355v1"},
        {"howpublished": r"\url{https://arxiv.org/abs/2311.08355}"},
    ],
)
def test_the_arxiv_id_is_found_wherever_exporters_put_it(source_file, fields: dict[str, str]) -> None:
    (paper,) = read_papers(source_file("refs.bib", entry(**fields)))
    assert isinstance(paper, Paper)
    assert paper.id == "2311.08355"


def test_strings_are_filled_in_and_comments_skipped(source_file) -> None:
    text = (
        "A note by hand.\n@comment{jabref-meta: x}\n@string{who = {Ada One and Ben Two}}\n@STRING{when = 2021}\n"
        "@article{beats, title = {Beats}, abstract = {We track.}, author = who, year = when}\n% the end\n"
    )
    assert list(read_papers(source_file("refs.bib", text))) == [
        Paper("beats", "Beats", "We track.", ("Ada One", "Ben Two"), 2021)
    ]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("@article{bad,\n  title = {Never closed,\n  abstract = {An abstract.}\n\n", "a broken entry 'bad': "),
        ("@article{bad,\n  title = {A}, title = {B}, abstract = {C}\n}\n", "a broken entry 'bad': "),
        ("@article{bad,\n  abstract = {An abstract.}\n}\n", "no title"),
        ("@article{bad,\n  title = {A title}\n}\n", "no abstract for “A title”"),
        ("@article{bad,\n  title = {Caf\udc81}, abstract = {C}\n}\n", "not UTF-8 (the byte 0x81)"),
        ("@article{bad, title={T}, abstract={" + "word " * 1_000_000 + "}}\n", "an abstract of 4,999,999 characters"),
        ("@article{bad, title={T}, abstract={" + "{" * 5_000 + "}" * 5_000 + "}}\n", "no abstract for “T”"),
    ],
)
def test_a_bad_entry_is_refused_with_its_line_and_the_rest_goes_in(source_file, bad: str, reason: str) -> None:
    text = BEATS_ENTRY + "\n" + bad + CHORDS_ENTRY
    path = source_file("refs.bib", text.encode("utf-8", "surrogateescape"))
    beats, refusal, chords = read_papers(path)
    assert (beats, chords) == (BEATS, CHORDS)
    assert isinstance(refusal, Refusal)
    assert (refusal.source, refusal.line) == (path, 6)
    assert refusal.reason.startswith(reason)


def test_an_entry_repeated_under_one_key_is_read_again(source_file) -> None:
    assert list(read_papers(source_file("refs.bib", BEATS_ENTRY * 2))) == [BEATS, BEATS]


def test_several_entries_on_one_line_are_all_read(source_file) -> None:
    text = (
        "@a{beats, title={Tracking Beats}, abstract={We track beats.}} "
        "@a{chords, title={Naming Chords}, abstract={We name chords.}}"
    )
    assert list(read_papers(source_file("refs", text))) == [BEATS, CHORDS]
