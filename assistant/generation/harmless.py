"""What a model wrote, made harmless wherever it goes: page, terminal, API, MCP, exports.

A model repeats what an abstract tells it to. An image whose address holds a question sends it to a stranger as soon as
somebody's viewer draws it; a link does so at a click; a sign that turns the direction of writing hides what is said. So
images lose their address, links stay links only where they lead to an address of a cited paper's record, any other
address is written as people write those that must not be followed (http[:]//…), and tags and invisible signs become
text or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from assistant.answers import Hit
from assistant.markup import visible
from ingest.papers import Paper

_IMAGE = re.compile(r"!\[([^\]\n]*)\](?:\([^)\n]*\)?|\[[^\]\n]*\]|(?=\s|$))")
_LINK = re.compile(r"\[([^\]\n]*)\]\(\s*<?([^)\s>]*)>?[^)\n]*\)")
_REFERENCE = re.compile(r"\[([^\]\n]*[^\]\d\s,;–-][^\]\n]*)\]\[[^\]\n]*\]")
_DEFINITION = re.compile(r"^([ \t>*+-]*)\[([^\]\n]+)\]:", re.M)
_ADDRESS = re.compile(r"<?\b(?:[a-z][a-z0-9+.-]{1,20}://|www\.|mailto:|data:|javascript:)[^\s<>`\"']+>?", re.I)
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def harmless(text: str, links: Collection[str] = ()) -> str:
    """The text with no address but `links` that anything would open, no tags, no invisible signs."""
    return _without_addresses(visible(text), links)


def harmless_on(text: str, evidence: Iterable[Hit]) -> str:
    """`harmless`, with the links of the papers that the evidence is from."""
    return harmless(text, links_of(hit.paper for hit in evidence))


def links_of(papers: Iterable[Paper]) -> frozenset[str]:
    """The addresses that the records of these papers hold."""
    return frozenset(address for paper in papers for address in (paper.link, paper.url, paper.code_url) if address)


def _without_addresses(text: str, links: Collection[str]) -> str:
    kept: list[str] = []

    def link(found: re.Match[str]) -> str:
        if found[2] not in links:
            return found[1]
        kept.append(f"[{found[1]}]({found[2]})")
        return f"\x00{len(kept) - 1}\x00"

    def address(found: re.Match[str]) -> str:
        bare = found[0].strip("<>")
        is_known = bare.rstrip(".,;:!?)") in links
        return bare if is_known else re.sub(r"[:.]", lambda sign: f"[{sign[0]}]", bare, count=1)

    text = _DEFINITION.sub(r"\1\2 –", text)
    text = _LINK.sub(link, _IMAGE.sub(lambda found: found[1], text))
    text = _ADDRESS.sub(address, _REFERENCE.sub(lambda found: found[1], text))
    text = _TAG.sub("‹", text).replace("](", "] (")  # a link that was too twisted to be read is none
    return re.sub(r"\x00(\d+)\x00", lambda found: kept[int(found[1])], text)
