"""Sessions: who a cookie belongs to. Kept in memory, so a restart of the page asks everybody to log in again."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

# A session that nobody used for this many seconds ends; one in use is prolonged.
IDLE_SECONDS = 12 * 3600.0
MOST_SESSIONS = 10_000
_TOKEN_BYTES = 32


@dataclass(slots=True)
class _Session:
    user: str
    used: float


class Sessions:
    """Users by secret; of the secrets only keyed hashes are kept. Safe for several threads."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._key = secrets.token_bytes(_TOKEN_BYTES)
        self._lock = threading.Lock()
        self._sessions: OrderedDict[bytes, _Session] = OrderedDict()

    def begin(self, user: str, secret: str = "") -> str:
        """Remember a user under a secret, a new token unless one is given; the secret.

        Where there are too many sessions, the one that was not used for longest ends.
        """
        secret = secret or secrets.token_urlsafe(_TOKEN_BYTES)
        with self._lock:
            self._sessions[self._hash(secret)] = _Session(user, self._now())
            while len(self._sessions) > MOST_SESSIONS:
                self._sessions.popitem(last=False)
        return secret

    def user(self, secret: str) -> str | None:
        """Whose secret this is, or None if it is nobody's any more."""
        key, now = self._hash(secret), self._now()
        with self._lock:
            session = self._sessions.get(key)
            if session is None:
                return None
            if now - session.used > IDLE_SECONDS:
                del self._sessions[key]
                return None
            session.used = now
            self._sessions.move_to_end(key)
            return session.user

    def end(self, secret: str) -> None:
        """End a session; an unknown secret is passed over."""
        with self._lock:
            self._sessions.pop(self._hash(secret), None)

    def _hash(self, secret: str) -> bytes:
        return hmac.digest(self._key, secret.encode("utf-8", "replace"), hashlib.sha256)
