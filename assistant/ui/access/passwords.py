"""Passwords, as they are kept: never themselves, only what scrypt makes of them (RFC 7914)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

# OWASP's Password Storage Cheat Sheet (2024) names this setting: 16 MiB of memory, five passes, about 0.2 s a try.
_COST, _BLOCK, _PASSES = 2**14, 8, 5
_SALT_BYTES, _DIGEST_BYTES = 16, 32
_MOST_MEMORY = 64 * 1024 * 1024
# What a hash that is read may ask for; more would let a users file stop the server.
_MOST_COST, _MOST_BLOCK, _MOST_PASSES = 2**17, 16, 16

_SCHEME = "scrypt"


def hashed(password: str) -> str:
    """A line of text that `is_right` can hold the password against: scheme, cost, salt and digest, parted by `$`."""
    salt = secrets.token_bytes(_SALT_BYTES)
    digest = _digest(password, salt, _COST, _BLOCK, _PASSES)
    return "$".join((_SCHEME, str(_COST), str(_BLOCK), str(_PASSES), _text(salt), _text(digest)))


def is_hash(text: str) -> bool:
    """Whether a text is one that `hashed` makes."""
    try:
        _read(text)
    except ValueError:
        return False
    return True


def is_right(password: str, kept: str) -> bool:
    """Whether this is the password that `kept` was made of; takes the same time whether it is or not."""
    cost, block, passes, salt, digest = _read(kept)
    return hmac.compare_digest(_digest(password, salt, cost, block, passes), digest)


def _digest(password: str, salt: bytes, cost: int, block: int, passes: int) -> bytes:
    return hashlib.scrypt(
        password.encode(), salt=salt, n=cost, r=block, p=passes, maxmem=4 * _MOST_MEMORY, dklen=_DIGEST_BYTES
    )


def _read(text: str) -> tuple[int, int, int, bytes, bytes]:
    """Cost, block size, passes, salt and digest; ValueError for any other text."""
    scheme, *numbers, salt, digest = text.split("$") if text.count("$") == 5 else ("", "", "")
    if scheme != _SCHEME:
        raise ValueError("no scrypt hash")
    cost, block, passes = map(int, numbers)
    if not (
        1 < cost <= _MOST_COST and cost & (cost - 1) == 0 and 0 < block <= _MOST_BLOCK and 0 < passes <= _MOST_PASSES
    ):
        raise ValueError("a cost that cannot be used")
    return cost, block, passes, base64.b64decode(salt, validate=True), base64.b64decode(digest, validate=True)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
