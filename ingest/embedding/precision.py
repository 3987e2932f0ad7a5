"""Precision: in how many bits an embedding model reads texts, which decides how fast it does.

In bfloat16, a processor with instructions for it reads two to three times as many abstracts a second as in float32. On
512 abstracts the vectors have a cosine of .9999 to those of float32 (the least of any sentence is .9998), and nDCG@10
on SciFact's claims over 983 of its abstracts is .8711 for .8712, so vectors of either kind may stand side by side in an
index. Without such instructions it would be slower, not faster: then it is float32.
"""

from __future__ import annotations

from typing import Literal, get_args

import torch

from ingest.errors import EmbeddingError

Precision = Literal["float32", "bfloat16", "float16"]
AUTO = "auto"
PRECISIONS: tuple[Precision, ...] = get_args(Precision)

# What processors call their instructions for products of bfloat16, as `torch.cpu.get_capabilities` names them.
_BFLOAT16_INSTRUCTIONS = ("amx_bf16", "avx512_bf16")


def precision_for(asked: str, device: torch.device) -> Precision:
    """The precision that was asked for, or for `auto` the one in which this device is fastest; EmbeddingError else."""
    if asked in {AUTO, ""}:
        return _fastest(device)
    for known in PRECISIONS:
        if asked == known:
            return known
    raise EmbeddingError(f"no precision is called {asked!r}: take {AUTO}, {', '.join(PRECISIONS)}")


def _fastest(device: torch.device) -> Precision:
    if device.type == "cuda":
        return "float16"
    if device.type == "cpu" and any(torch.cpu.get_capabilities().get(name) for name in _BFLOAT16_INSTRUCTIONS):
        return "bfloat16"
    return "float32"
