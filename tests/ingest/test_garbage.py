"""Garbage is looked for again when what put it off has ended, however it ended."""

from __future__ import annotations

import gc

import pytest

from ingest.garbage import uncollected


def test_collection_is_put_off_and_goes_on() -> None:
    with pytest.raises(ValueError, match="inside"), uncollected():
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
        raise ValueError("inside")
    assert gc.isenabled()
