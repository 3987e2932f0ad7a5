"""Everything that can go wrong on the way from a question to a cited answer.

    AssistantError
    ├── SettingsError       a setting has a value that cannot be used
    ├── PromptError         a prompt file is missing or its placeholders are wrong
    ├── BackendError        a language model could not be used; the answer falls back to quotes
    │   ├── BackendUnknown      no backend of that name (or not one that the operator allows)
    │   ├── BackendMissing      a package that it needs is not installed
    │   ├── BackendRefused      wrong key, unknown model, refused connection: trying again will not help
    │   └── BackendTrouble      a time-out, 429, 5xx or a broken stream: trying again may help
    └── EvaluationError     a question set or benchmark folder cannot be used

Every message is one line that names the thing and the mend.
"""


class AssistantError(Exception):
    """Base of all errors of this part; its text is fit to be shown to a user."""


class SettingsError(AssistantError):
    """A setting has a value that cannot be used."""


class PromptError(AssistantError):
    """A prompt file is missing, or its placeholders are not the ones that the code fills."""


class BackendError(AssistantError):
    """A language model could not be used."""


class BackendUnknown(BackendError):
    """No backend has that name, or the operator does not allow it."""


class BackendMissing(BackendError):
    """A package that the backend needs is not installed; the message names the extra."""


class BackendRefused(BackendError):
    """The server or model will not serve us as configured; trying again will not help."""


class BackendTrouble(BackendError):
    """A passing trouble; `retry_after` is the seconds the server asked us to wait, if it did."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class EvaluationError(AssistantError):
    """A question set or a benchmark folder is missing or not in its format."""
