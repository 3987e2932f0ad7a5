"""Commands of `python -m ingest` beside those that bring papers in."""
