"""Everything that can go wrong on the way from papers to a searchable index.

    IngestError
    ├── SourceError        a place to read papers from cannot be read at all
    ├── RecordError        one record cannot become a paper (the rest goes on)
    ├── EmbeddingError     the embedding model is missing, broken, or not the one it should be
    ├── LexiconError       a file of word lists is missing or not as it should be
    └── IndexStoreError    the index folder cannot be read or written
        ├── IndexMissing       there is no index there yet
        ├── IndexMismatch      it was made by another model or passage scheme
        └── IndexLocked        another process is writing to it

Every message is one line that names the thing and the mend.
"""


class IngestError(Exception):
    """Base of all errors of this part; its text is fit to be shown to a user."""


class SourceError(IngestError):
    """A source is missing, empty, binary, or of no known format."""


class RecordError(IngestError):
    """One record lacks what a paper needs; becomes a `Refusal` of the report."""


class EmbeddingError(IngestError):
    """The embedding model cannot be loaded or is not what it claims to be."""


class LexiconError(IngestError):
    """A file of word lists is missing, or an entry in it cannot be read; the message names both."""


class IndexStoreError(IngestError):
    """The index folder cannot be read or written."""


class IndexMissing(IndexStoreError):
    """No index was made in this folder."""


class IndexMismatch(IndexStoreError):
    """The index was made by another model or passage scheme."""


class IndexLocked(IndexStoreError):
    """Another process holds the index for writing."""
