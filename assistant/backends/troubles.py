"""Every trouble that a language model can make, in our words: the one place where foreign errors are translated.

    BackendRefused           trying again will not help
    ├── WrongKey                 no key, or one that the server does not take
    ├── UnknownModel             the server is there, the model is not
    ├── Unreachable              nothing answers at that address
    └── WindowExceeded           the prompt is longer than the model's window
    BackendTrouble           trying again may help
    ├── TimedOut                 no sign of life for `llm_timeout` seconds
    ├── TooManyRequests          429; `retry_after` is what the server asked for
    ├── ServerFailed             5xx
    ├── StreamBroke              the answer broke off, or what came is no answer
    └── EmptyAnswer              the model said nothing

A message is one line of plain words: what happened, and the mend. It may quote a server, whose words are cut
short, stripped of anything that a page could take for markup, and of every secret: servers do echo keys.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from assistant.errors import BackendError, BackendMissing, BackendRefused, BackendTrouble, BackendUnknown
from ingest.text.tidy import shortened

SERVERS_WORDS = 140
"""Characters of a server's own message that are quoted."""


class WrongKey(BackendRefused):
    """There is no key, or the server does not take it."""


class UnknownModel(BackendRefused):
    """The server answers but does not have the model."""


class Unreachable(BackendRefused):
    """Nothing answers at the address."""


class WindowExceeded(BackendRefused):
    """The prompt is longer than the model's window."""


class TimedOut(BackendTrouble):
    """No sign of life for longer than the operator allows."""


class TooManyRequests(BackendTrouble):
    """The server asks us to slow down."""


class ServerFailed(BackendTrouble):
    """The server has a trouble of its own."""


class StreamBroke(BackendTrouble):
    """The answer broke off, or what came cannot be read as one."""


class EmptyAnswer(BackendTrouble):
    """The model ended without a word."""


@dataclass(frozen=True, slots=True)
class Translator:
    """Foreign errors into ours for one backend: its spec and address for the message, and what must never be in it."""

    spec: str
    address: str = ""
    key_variable: str = ""
    secrets: Collection[str] = field(default=(), repr=False)
    timeout: float = 0.0

    def __call__(self, error: BaseException) -> BackendError:
        """The error of our tree that says what this one means."""
        if isinstance(error, BackendError):
            return error
        chain = tuple(_chain(error))
        words = " ".join(f"{part} {getattr(part, 'body', '')}" for part in chain).lower()
        status = _first_status(chain)
        return (
            self._absence(chain, words)
            or self._refusal(chain, words, status)
            or self._passing_trouble(chain, status)
            or self._unexplained(error, status)
        )

    def _absence(self, chain: tuple[BaseException, ...], words: str) -> BackendError | None:
        if "unsupported provider" in words:
            return BackendUnknown(f"{self.spec}: no backend has that name; see the table of backends in the README")
        if _any(chain, ImportError):
            return BackendMissing(f"{self.spec}: {plain_words(str(chain[0]), self.secrets)}")
        return None

    def _refusal(self, chain: tuple[BaseException, ...], words: str, status: int) -> BackendRefused | None:
        if _named(chain, frozenset({"ContextOverflowError"})) or (
            status in (0, 400, 413, 500) and _OVERFLOW.search(words)
        ):
            return WindowExceeded(f"{self.spec}: the prompt is longer than the model's window; set FOOTNOTE_LLM_WINDOW")
        if status in (401, 403) or (status in (0, 400) and _BAD_KEY.search(words)):
            where = f"check {self.key_variable}" if self.key_variable else "check the key"
            return WrongKey(f"{self.spec}: the server does not take the key; {where}")
        if status == 404 or _NO_MODEL.search(words):
            return UnknownModel(f"{self.spec}: {self._server} has no such model; check its name and the address")
        if status == 402 or (status == 429 and _NO_CREDIT.search(words)):
            return BackendRefused(f"{self.spec}: the account has no credit left; check its billing")
        if _any(chain, ConnectionRefusedError) or _REFUSED.search(words) or _named(chain, _CONNECT_ERRORS):
            return Unreachable(f"{self.spec}: nothing answers at {self._where}; start the server or check the address")
        return None

    def _passing_trouble(self, chain: tuple[BaseException, ...], status: int) -> BackendTrouble | None:
        if status in (408, 504) or _named(chain, _TIMEOUTS):
            return TimedOut(f"{self.spec}: no sign of life for {self.timeout:g} seconds; see FOOTNOTE_LLM_TIMEOUT")
        if status == 429:
            wait = _retry_after(chain)
            asks = f" and asks to wait {wait:.0f} seconds" if wait else ""
            return TooManyRequests(f"{self.spec}: {self._server} has too many requests{asks}; ask again later", wait)
        if status >= 500:
            return ServerFailed(f"{self.spec}: {self._server} failed (status {status}); ask again later")
        if _named(chain, _BROKEN) or _any(chain, json.JSONDecodeError, UnicodeDecodeError):
            return StreamBroke(f"{self.spec}: the answer broke off or came garbled; ask again")
        return None

    def _unexplained(self, error: BaseException, status: int) -> BackendError:
        said = plain_words(str(error), self.secrets) or type(error).__name__
        if 400 <= status < 500:
            return BackendRefused(f"{self.spec}: {self._server} refused the request (status {status}): {said}")
        return BackendTrouble(f"{self.spec}: {type(error).__name__}: {said}")

    @property
    def _where(self) -> str:
        return plain_address(self.address) or "its address"

    @property
    def _server(self) -> str:
        return f"the server at {self._where}" if self.address else "the server"


_OVERFLOW = re.compile(
    r"context[ _](?:length|window|size)|exceeds? (?:the )?(?:available )?context|prompt is too long|too many tokens"
    r"|maximum (?:context|number of tokens)|token limit|input length"
)
_BAD_KEY = re.compile(r"api[ _-]?key|authentication|unauthorized|credentials")
_NO_MODEL = re.compile(
    r"model\b.{0,80}\b(?:not found|does not exist|not loaded)|(?:no such|unknown) model|model_not_found"
)
_NO_CREDIT = re.compile(r"insufficient_quota|billing|credit")
_REFUSED = re.compile(
    r"connection refused|failed to connect|name or service not known|nodename nor servname|temporary failure in name"
    r"|no route to host|network is unreachable|all connection attempts failed|cannot connect to host"
)
_CONNECT_ERRORS = frozenset({"ConnectError", "ClientConnectorError", "gaierror", "ConnectTimeout"})
_TIMEOUTS = frozenset(
    {"TimeoutError", "ReadTimeout", "WriteTimeout", "PoolTimeout", "APITimeoutError", "ModelTimeoutError"}
)
_BROKEN = frozenset(
    {
        *("RemoteProtocolError", "LocalProtocolError", "ReadError", "ClosedResourceError", "ConnectionResetError"),
        *("BrokenPipeError", "IncompleteRead", "ClientPayloadError", "ServerDisconnectedError", "ClientOSError"),
        *("DecodingError", "ValidationError", "APIResponseValidationError", "UnknownApiResponseError"),
        *("KeyError", "IndexError", "TypeError", "AttributeError"),  # a client that trips over what it was sent
    }
)
# What LangChain's integrations call the same things, whatever their provider; known by name, so that this module
# needs none of them.
_STATUS_OF = {
    "ModelAuthenticationError": 401,
    "ModelPermissionDeniedError": 403,
    "ModelNotFoundError": 404,
    "ModelRateLimitError": 429,
    "ModelAPIError": 500,
}


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it, latest first."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _any(chain: tuple[BaseException, ...], *kinds: type[BaseException]) -> bool:
    return any(isinstance(error, kinds) for error in chain)


def _named(chain: tuple[BaseException, ...], names: frozenset[str]) -> bool:
    """Whether an error of the chain has one of these class names; clients bring their own copies of the same tree."""
    return any(kind.__name__ in names for error in chain for kind in type(error).__mro__)


def _first_status(chain: tuple[BaseException, ...]) -> int:
    """The HTTP status behind an error, or 0."""
    for error in chain:
        for value in (getattr(error, "status_code", None), getattr(error, "status", None), vars(error).get("code")):
            if isinstance(value, int) and 400 <= value < 600:
                return value
        for kind in type(error).__mro__:
            if kind.__name__ in _STATUS_OF:
                return _STATUS_OF[kind.__name__]
    return 0


def _retry_after(chain: tuple[BaseException, ...]) -> float | None:
    """Seconds that the server asked us to wait, from the header's seconds or date."""
    for error in chain:
        headers = getattr(getattr(error, "response", None), "headers", None)
        if headers is not None and (value := headers.get("retry-after")):
            return seconds_until(value)
    return None


def seconds_until(value: str, now: datetime | None = None) -> float | None:
    """A Retry-After header in seconds: a number, or a date (never less than 0); None if it is neither."""
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - (now or datetime.now(UTC))).total_seconds())
    except (ValueError, TypeError):
        return None


_KEY = re.compile(r"(?i)\b(?:sk|pk|rk|key|AIza|gsk|xai|hf|lsv2)[-_][\w.*-]{6,}|AIza[\w-]{10,}|bearer\s+\S+|key=[^\s&]+")
_URL = re.compile(r"\w+://\S+")
_MARKUP = re.compile(r"[^\w\s.,:;'’“”%+/()-]")


def redacted(text: str, secrets: Collection[str] = ()) -> str:
    """The text with every known secret, and whatever looks like a key, replaced by an ellipsis."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "…")
    return _KEY.sub("…", text)


def plain_words(text: str, secrets: Collection[str] = ()) -> str:
    """A server's words, fit to be shown: one short line, no secrets, no addresses, nothing that renders."""
    words = _MARKUP.sub(" ", _URL.sub("", redacted(text, secrets)).replace("\\n", " "))
    return shortened(" ".join(words.split()), SERVERS_WORDS)


def plain_address(address: str) -> str:
    """An address without what may hold a secret: user, password, query and fragment."""
    bare = re.sub(r"[?#].*", "", address)
    return re.sub(r"//[^/@]*@", "//", bare)
