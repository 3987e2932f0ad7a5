"""Facets: traits of a paper that whole-corpus questions ask for, each with the words that support it.

A trait is read from the title and from the sentences in which a paper speaks of itself; what it says of
earlier work is left aside. Rules are data (`RULES`), one line a value, so that a field of research other than
music can bring its own: a paper that fits none simply has no facet of that kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.extraction.names import names_of
from ingest.extraction.profile import Facet, Name
from ingest.papers import Paper
from ingest.passages import Span, sentence_spans

# Raised when the same word lists show other facets than before, so that an older index is known as such.
FACET_SCHEME = 1

TITLE = -1  # the place of a quote that stands in the title

_OWN = re.compile(
    r"\b(?:we|our|ours|us|the authors?|this (?:work|paper|study|article|survey|research|dataset|system|model|approach|"
    r"method|framework|toolkit|benchmark)|the (?:proposed|resulting|dataset|system|framework|model|method|survey|paper|"
    r"study|corpus|attack|network|authors)|in this|here)\b",
    re.I,
)
_OTHERS = re.compile(
    r"^(?:existing|previous|prior|earlier|recent(?:ly)?|traditional|numerous|many|most|some|typically|unlike)\b|"
    r"\b(?:existing|previous|prior|earlier) (?:works?|methods?|models?|approaches|research|studies|datasets?)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A facet value, the words that show it, and the words in whose company they show nothing; all in lower case."""

    facet: str
    value: str
    shows: re.Pattern[str]
    unless: re.Pattern[str] | None = None
    anywhere: bool = False  # also in sentences that speak of others


def _rule(facet: str, value: str, shows: str, unless: str = "", anywhere: bool = False) -> Rule:
    return Rule(facet, value, re.compile(_lowered(shows)), re.compile(_lowered(unless)) if unless else None, anywhere)


def _lowered(pattern: str) -> str:
    r"""The pattern for text in lower case, which is searched twice as fast as any case is; `\S` stays what it is."""
    return re.sub(r"\\.|[A-Z]", lambda found: found[0] if found[0][0] == "\\" else found[0].lower(), pattern)


_MAKES = r"(?:generat\w*|synthesi[sz]\w*|compos\w+|creat\w+|produc\w+|writ\w+)"
_DATA = r"(?:data ?sets?|corpus|corpora|collection|benchmark)"
_BRING = (
    r"(?:introduc\w+|present\w*|propos\w+|releas\w+|curat\w+|collect\w*|construct\w*|build\w*|built|creat\w+|"
    r"contribut\w+|compil\w+|offer\w*|yield\w*|annotat\w+|call\w*|publish\w*|establish\w*|assembl\w+)"
)

RULES: tuple[Rule, ...] = (
    # What goes in.
    _rule(
        "input",
        "text",
        r"\btext-to-(?:music|midi|audio|symbolic|attribute)|from (?:given |a )?(?:natural language|text\w*)\b|"
        r"text (?:prompts?|descriptions?|inputs?|control|adherence)|language[- ]guided|free-form natural language",
    ),
    _rule(
        "input",
        "video",
        r"video-to-music|vision-to-music|video background music|(?:from|for|of|given|match\w*|input|accompany\w*|to) "
        r"(?:an? |the |their |input |provided |accompanying |dance |in-the-wild |silent |general |corresponding |any |"
        r"human movement )*videos?\b|video (?:frames|features|inputs?|representations?|input)|dance videos|"
        r"(?:images?|texts?|music)(?:,| and|/| or)[^.;]{0,30}\bvideos?\b|\bvideos?(?:,| and|/| or) (?:image|text|tag)|"
        r"visual(?:s| inputs?| prompts?)\b|music videos",
        r"text-to-video|dance video generation|video generation|generat\w+ (?:dance )?videos|YouTube videos|"
        r"video recordings|motion from (?:in-the-wild )?videos|group dance videos|paired",
    ),
    _rule(
        "input",
        "image",
        r"image-to-music|vision-to-music|(?:from|given|input) (?:an? |the )?(?:images?|pictures?|photos?)|"
        r"(?:images?|texts?|videos?)(?:,| and|/| or) (?:images?|videos?|tags?|texts?|music)[^.;]*(?:prompts?|inputs?|modalit\w+|"
        r"inspiration|to-music|as)|inspiration[^.;]*images?|prompts?[^.;]*images?|inputs?[^.;]*images?",
        r"image-domain|sheet|score images|images of (?:music )?scores?|recognition",
    ),
    _rule(
        "input",
        "dance",
        r"dance videos?|dance-to-music|dance2music|from dance|human (?:body )?mo(?:vement|tion)s?",
        r"music-to-dance|dance (?:video )?generation|group dance|dance motions? from",
    ),
    _rule(
        "input",
        "music",
        r"music-to-\w+|music-driven|from music\b|input music|music (?:sequence|input)|given (?:a )?(?:piece|song)",
    ),
    # What comes out.
    _rule(
        "output",
        "music",
        rf"music generation|{_MAKES} (?:\S+ ){{0,6}}?(?:music|songs?|melod\w+|soundtracks?|accompaniments?|tracks|harmon\w+)|"
        r"(?:to|2)-?music\b|improvisations?|generated music|music (?:synthesis|composition)",
        r"music-driven|music-to-dance|dance generation|score (?:images?|generation)|understanding",
    ),
    _rule(
        "output",
        "dance",
        rf"(?:dance|choreograph\w+)(?: video| motion)? generation|music-to-dance|music-driven (?:\S+ )?(?:group )?choreograph\w*|"
        rf"{_MAKES} (?:\S+ ){{0,5}}?(?:dances?|choreograph\w+)\b",
        r"dance music|(?:from|on|for|of|with) (?:\w+ )?dance|dance videos as|dance-music|dance2music|music generation",
    ),
    _rule("output", "video", r"dance video generation|text-to-video|video generation", r"from video|for video"),
    _rule("output", "recommendation", r"\brecommend\w*|music retrieval|video-to-music retrieval"),
    # How music is held.
    _rule(
        "representation",
        "symbolic",
        r"\bsymbolic\b|\bMIDI\b|piano[- ]rolls?|note (?:tokens|sequences)|polyphonic|multi-?track music into",
        r"unlike|transcrib\w+|instead of symbolic|depend\w* on|rely\w* on|symbolic (?:musical )?annotations|output types|mono-instrumental|"
        r"counterparts|existing conditional",
        anywhere=True,
    ),
    _rule(
        "representation",
        "audio",
        r"\baudio\b|waveforms?|spectrograms?|acoustic tokens|vocoder|codec",
        r"audio-text|visual|text-audio|audio-textual|language-audio",
    ),
    # What it is built of.
    _rule("family", "diffusion", r"\bdiffusion\b|denoising", r"baseline|e\.g\.|such as"),
    _rule("family", "transformer", r"\btransformers?\b", r"baseline for|adapters?"),
    _rule(
        "family",
        "language model",
        r"\bLLMs?\b|large[- ]language[- ]models?|\bLMs?\b|language models?|ChatGPT|LLaMA|BLOOM",
    ),
    _rule(
        "family",
        "GAN",
        r"\bGANs?\b|\w-GAN\b|adversarial (?:training|network|learning|multi-?modal|framework)|generative adversarial",
        r"SR-GAN|VAE-GAN|Hifi-GAN",
    ),
    _rule("family", "variational autoencoder", r"\bVAEs?\b|VQ-VAE|GM-VAEs?|variational auto-?encoders?"),
    _rule("family", "contrastive learning", r"\bcontrastive\b"),
    _rule("family", "self-supervised learning", r"self-supervis\w+|self-supervision"),
    _rule("family", "reinforcement learning", r"reinforcement learning|\bRLHF\b|human (?:feedback|preferences)"),
    _rule("family", "mixture of experts", r"mixture[- ]of[- ]experts|\bMoE\b"),
    _rule("family", "retrieval augmentation", r"retrieval[- ]augment\w+|music retrieval module|targeted retrieval"),
    _rule("family", "recurrent network", r"\b(?:bi)?(?:GRU|LSTM|RNN)s?\b|biGRU"),
    # What it brings and how it was judged.
    _rule(
        "brings",
        "dataset",
        rf"\b{_BRING}\b(?:[^.;]|\.\d){{0,80}}?\b(?:data ?sets?|corpus|collection of|testing set)\b|\b{_DATA}, (?:called|named)|"
        rf"\bnew(?:ly)?(?: \S+){{0,4}} {_DATA}\b|^a data ?set|data ?set (?:for|of|consists|contains)|\b\S+ is a (?:\S+ ){{0,4}}data ?set",
        r"\b(?:dataset|corpus) (?:and|show)|evaluat\w+ on|existing|previous|earlier",
    ),
    _rule(
        "brings",
        "benchmark",
        rf"\bbenchmark (?:for|that|designed)|comprehensive (?:\S+ )*benchmark|{_BRING} [^.;]*\bbenchmark\b",
    ),
    _rule(
        "brings",
        "survey",
        r"\bsurvey\b|\boverview of\b|systematically review|review of",
        r"online survey|survey involving",
    ),
    _rule(
        "brings",
        "metric",
        rf"(?:new|novel|{_BRING}|design\w*) (?:\S+ ){{0,4}}?(?:evaluation )?(?:metrics?|measures?)\b",
        r"standardi[sz]ed|existing",
    ),
    _rule(
        "evaluation",
        "human",
        r"human (?:evaluation|listeners?|raters?|study|assessment|judg\w+|preferences?|feedback)|user stud(?:y|ies)|listening (?:tests?|stud\w+)|"
        r"subjective (?:evaluation|test|assessment|listening|metrics?|and objective|experiments?)|objective and subjective|participants|"
        r"listeners|raters",
        r"online survey|Spotify",
    ),
    _rule(
        "available",
        "code",
        r"\b(?:source )?code\b[^.;]*(?:available|released?|public\w*|found|https?:)|(?:available|released?|public\w*)[^.;]*\bcode\b|github\.com",
        r"will be",
        anywhere=True,
    ),
)


def facets_of(paper: Paper, names: Sequence[Name] | None = None) -> tuple[Facet, ...]:
    """The facets of a paper, each value once, with the first words that show it; `names` are its own, if known."""
    found: dict[tuple[str, str], Facet] = {}
    for quote, (start, end), own in _stretches(paper, names_of(paper) if names is None else names):
        lowered = quote.lower()
        for rule in RULES:
            key = (rule.facet, rule.value)
            if key not in found and (own or rule.anywhere) and _holds(rule, lowered):
                found[key] = Facet(rule.facet, rule.value, quote, start, end)
    return tuple(found.values())


def _stretches(paper: Paper, names: Sequence[Name]) -> Iterator[tuple[str, Span, bool]]:
    """The title, then each sentence with its place and whether the paper speaks of itself in it."""
    yield paper.title, (TITLE, TITLE), True
    introduced = [name.text for name in names if name.introduced]
    begun = False
    for start, end in sentence_spans(paper.abstract):
        sentence = paper.abstract[start:end]
        named = any(name in sentence for name in introduced)
        own = named or ((begun or bool(_OWN.search(sentence))) and not _OTHERS.search(sentence))
        begun = begun or own  # once a paper has come to itself it stays there, but for a look aside
        yield sentence, (start, end), own


def _holds(rule: Rule, quote: str) -> bool:
    """Whether the words that show the trait stand in the quote, and not only next to words that undo it."""
    for found in rule.shows.finditer(quote):
        around = quote[max(0, found.start() - 30) : found.end() + 30]
        if rule.unless is None or not rule.unless.search(around):
            return True
    return False
