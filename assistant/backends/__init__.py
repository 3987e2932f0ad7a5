"""What writes an answer from evidence: the extractive backend, or any language model."""
