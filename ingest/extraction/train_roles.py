"""Make `roles.npz`: train the sentence roles on public abstracts whose sentences are labelled.

    python -m ingest.extraction.train_roles FOLDER_OF_CSABSTRUCT PUBMEDQA.jsonl.gz

CSAbstruct (Cohan et al. 2019, "Pretrained Language Models for Sequential Sentence Classification", Apache-2.0) labels
each sentence; the structured abstracts of PubMedQA (Jin et al. 2019, MIT) carry headings. Only their training parts
are learned from. Prints the micro-F1 on CSAbstruct's parts, and for aim, method and result the share of abstracts
whose likeliest sentence for the role has it. Takes about five minutes on two cores.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from ingest.embedding.base import Embedder, Matrix
from ingest.embedding.sentence_transformer import SentenceTransformerEmbedder
from ingest.extraction.roles import (
    ROLES,
    WEIGHTS,
    Features,
    Probabilities,
    Role,
    RoleWeights,
    features_of,
    heading_roles,
    marginals,
    terms_of,
)
from ingest.passages import Span, sentence_spans

# Terms are kept if this many training sentences have them: the most informative ones, by mutual information.
RAREST_TERM = 8
MOST_TERMS = 1000
# What keeps the weights small (L2), chosen on the development part: 8 learns the training part by heart, 60 too little.
PENALTY = 25.0
ITERATIONS = 100

_LABELS = {
    "background": Role.BACKGROUND, "objective": Role.AIM, "method": Role.METHOD, "result": Role.RESULT,
    "other": Role.OTHER,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Labelled:
    """An abstract's sentences with their vectors, and each one's place in ROLES, -1 where it is not known."""

    sentences: tuple[str, ...]
    vectors: Matrix
    labels: NDArray[np.int64]


def main() -> None:
    """Train on the training parts, write the weights, print the figures."""
    arguments = _arguments()
    embedder = SentenceTransformerEmbedder()
    parts = {
        part: list(csabstruct(arguments.csabstruct / f"{part}.jsonl", embedder)) for part in ("train", "dev", "test")
    }
    learned = [*parts["train"], *pubmedqa(arguments.pubmedqa, embedder, "train")]
    terms = telling_terms(learned)
    heads = {kind: trained(learned, terms, kind == "vectors") for kind in ("vectors", "terms")}
    _write(arguments.out, embedder.fingerprint, terms, heads)
    held_out = {**{f"csabstruct {part}": parts[part] for part in ("dev", "test")},
                "pubmedqa test": list(pubmedqa(arguments.pubmedqa, embedder, "test"))}  # fmt: skip
    for kind, weights in heads.items():
        for name, data in held_out.items():
            print(kind, name, figures(data, weights, kind == "vectors"))  # noqa: T201


def csabstruct(path: Path, embedder: Embedder) -> Iterator[Labelled]:
    """The abstracts of one part of CSAbstruct."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    texts, spans = zip(*(_joined(record["sentences"]) for record in records), strict=True)
    for record, embedded in zip(records, embedder.embed_texts(texts, spans), strict=True):
        labels = np.array([ROLES.index(_LABELS[label]) for label in record["labels"]])
        yield Labelled(tuple(record["sentences"]), embedded.parts, labels)


def pubmedqa(path: Path, embedder: Embedder, split: str) -> Iterator[Labelled]:
    """The abstracts of one split of PubMedQA, labelled by the headings of their sections; the title is the question."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [record for record in map(json.loads, lines) if record["split"] == split]
    cut = [_sections(record) for record in records]
    headed = [_headed(record["question"], sentences) for record, (sentences, _) in zip(records, cut, strict=True)]
    embedded = embedder.embed_texts([text for text, _ in headed], [spans for _, spans in headed])
    for (sentences, labels), vectors in zip(cut, embedded, strict=True):
        if (labels >= 0).any():
            yield Labelled(tuple(sentences), vectors.parts, labels)


def telling_terms(data: Sequence[Labelled]) -> tuple[str, ...]:
    """The terms that say most about the role of a sentence that has them."""
    counts: defaultdict[str, Counter[int]] = defaultdict(Counter)
    total: Counter[int] = Counter()
    for abstract in data:
        for sentence, label in zip(abstract.sentences, abstract.labels.tolist(), strict=True):
            if label >= 0:
                total[label] += 1
                for term in terms_of(sentence):
                    counts[term][label] += 1
    common = [term for term, by_role in counts.items() if by_role.total() >= RAREST_TERM]
    best = sorted(common, key=lambda term: -_information(counts[term], total))[:MOST_TERMS]
    return tuple(sorted(best))


def trained(data: Sequence[Labelled], terms: Sequence[str], with_vectors: bool) -> RoleWeights:
    """The weights that make the labels likeliest, less the penalty (L-BFGS)."""
    rows = {term: row for row, term in enumerate(terms)}
    features = [features_of(a.sentences, a.vectors if with_vectors else None, rows) for a in data]
    batch = _Batch.of(features, [a.labels for a in data])
    shapes = {"features": (features[0].shape[1], len(ROLES)), "bias": (len(ROLES),), "beginning": (len(ROLES),),
              "following": (len(ROLES), len(ROLES)), "ending": (len(ROLES),)}  # fmt: skip
    parameters = {name: torch.zeros(shape, requires_grad=True) for name, shape in shapes.items()}
    optimizer = torch.optim.LBFGS(parameters.values(), max_iter=ITERATIONS, line_search_fn="strong_wolfe")
    optimizer.step(_loss(optimizer, parameters, batch))  # type: ignore[no-untyped-call]
    return RoleWeights("", rows, **{name: value.detach().numpy() for name, value in parameters.items()})


def figures(data: Sequence[Labelled], weights: RoleWeights, with_vectors: bool) -> dict[str, float]:
    """Micro-F1 over sentences, and by role the share of abstracts with it whose likeliest sentence has it."""
    found = [_probabilities(abstract, weights, with_vectors) for abstract in data]
    known = [(p.argmax(axis=1) == a.labels)[a.labels >= 0] for a, p in zip(data, found, strict=True)]
    shares = {"micro-F1": float(np.concatenate(known).mean())}
    for role in (Role.AIM, Role.METHOD, Role.RESULT):
        place = ROLES.index(role)
        hits = [a.labels[p[:, place].argmax()] == place for a, p in zip(data, found, strict=True) if place in a.labels]
        shares[role.value] = float(np.mean(hits))
    return {name: round(share, 3) for name, share in shares.items()}


def _probabilities(abstract: Labelled, weights: RoleWeights, with_vectors: bool) -> Probabilities:
    features = features_of(abstract.sentences, abstract.vectors if with_vectors else None, weights.terms)
    return marginals(features @ weights.features + weights.bias, weights)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Train the sentence roles.")
    parser.add_argument("csabstruct", type=Path, help="folder with train.jsonl, dev.jsonl and test.jsonl")
    parser.add_argument("pubmedqa", type=Path, help="pubmedqa.jsonl.gz")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    return parser.parse_args()


def _joined(sentences: Sequence[str]) -> tuple[str, list[Span]]:
    """The sentences as one text, and where each stands in it."""
    starts = np.cumsum([0, *(len(sentence) + 1 for sentence in sentences)])[:-1].tolist()
    return " ".join(sentences), [(start, start + len(s)) for start, s in zip(starts, sentences, strict=True)]


def _headed(title: str, sentences: Sequence[str]) -> tuple[str, list[Span]]:
    text, spans = _joined(sentences)
    head = f"{title.rstrip('.')}. "
    return head + text, [(start + len(head), end + len(head)) for start, end in spans]


def _sections(record: dict[str, Any]) -> tuple[list[str], NDArray[np.int64]]:
    """The sentences of a structured abstract, and the place in ROLES of each one's heading if it names one role."""
    sections = zip([*record["contexts"], record["long_answer"]], [*record["labels"], "CONCLUSION"], strict=True)
    sentences, labels = [], []
    for text, heading in sections:
        roles = heading_roles(f"{heading}: .")
        own = [text[start:end] for start, end in sentence_spans(text)]
        sentences += own
        labels += [ROLES.index(next(iter(roles))) if len(roles) == 1 else -1] * len(own)
    return sentences, np.array(labels)


def _information(with_term: Counter[int], total: Counter[int]) -> float:
    """The mutual information (nats) between having a term and having a role."""
    count = total.total()
    held = with_term.total()
    return sum(
        _share_of_information(n, held * total[role] / count, count)
        + _share_of_information(total[role] - n, (count - held) * total[role] / count, count)
        for role in total
        for n in [with_term[role]]
    )


def _share_of_information(observed: int, expected: float, count: int) -> float:
    return observed / count * math.log(observed / expected) if observed and expected else 0.0


@dataclass(frozen=True, slots=True)
class _Batch:
    """All abstracts at once: `rows` (abstracts, longest) are places in `features`, `inside` where there is a sentence.

    `blocked` is far below zero for the roles that a labelled sentence does not have.
    """

    features: torch.Tensor
    rows: torch.Tensor
    inside: torch.Tensor
    blocked: torch.Tensor

    @classmethod
    def of(cls, features: Sequence[Features], labels: Sequence[NDArray[np.int64]]) -> _Batch:
        shape = (len(features), max(map(len, features)))
        rows, known = torch.zeros(shape, dtype=torch.long), torch.full(shape, -1)
        inside = torch.zeros(shape, dtype=torch.bool)
        first = 0
        for place, own in enumerate(labels):
            rows[place, : len(own)] = torch.arange(first, first + len(own))
            known[place, : len(own)] = torch.from_numpy(own)
            inside[place, : len(own)] = True
            first += len(own)
        others = (known >= 0)[:, :, None] & (torch.arange(len(ROLES)) != known[:, :, None])
        return cls(torch.from_numpy(np.concatenate(features)), rows, inside, others * -1e4)


def _loss(
    optimizer: torch.optim.Optimizer, parameters: dict[str, torch.Tensor], batch: _Batch
) -> Callable[[], torch.Tensor]:
    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        scores = (batch.features @ parameters["features"] + parameters["bias"])[batch.rows]
        missed = _total(scores, parameters, batch.inside) - _total(scores + batch.blocked, parameters, batch.inside)
        loss = (missed.sum() + PENALTY * (parameters["features"] ** 2).sum()) / batch.inside.sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    return closure


def _total(scores: torch.Tensor, parameters: dict[str, torch.Tensor], inside: torch.Tensor) -> torch.Tensor:
    """The log of the sum over all sequences of roles (forward algorithm), of shape (abstracts,)."""
    reached = scores[:, 0] + parameters["beginning"]
    for place in range(1, scores.shape[1]):
        ahead = torch.logsumexp(reached[:, :, None] + parameters["following"], dim=1) + scores[:, place]
        reached = torch.where(inside[:, place, None], ahead, reached)
    return torch.logsumexp(reached + parameters["ending"], dim=1)


def _write(path: Path, fingerprint: str, terms: Sequence[str], heads: dict[str, RoleWeights]) -> None:
    """Both sets of weights in one file, in half precision: that changes no figure in its third place."""
    arrays = {
        f"{kind}_{name}": getattr(weights, name).astype(np.float16)
        for kind, weights in heads.items()
        for name in ("features", "bias", "beginning", "following", "ending")
    }
    np.savez_compressed(path, fingerprint=np.array(fingerprint), terms=np.array(terms), **arrays)


if __name__ == "__main__":
    main()
