"""Quiet: libraries that talk while they load are told not to, before they are imported.

What is meant for the people who build with them (a bar for each file of weights, advice on parallel tokenizers)
only hides what a user of Footnote is told.
"""

from __future__ import annotations

import os
import sys
import warnings

_WISHES = {
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TRANSFORMERS_NO_ADVISORY_WARNINGS": "1",
    "TOKENIZERS_PARALLELISM": "false",
}


def hush() -> None:
    """Ask for quiet, unless the environment asks for something else."""
    for name, wish in _WISHES.items():
        os.environ.setdefault(name, wish)
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
