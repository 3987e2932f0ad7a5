"""Who may come in: the readers of a users file and of the environment, each with the hash of a password."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from assistant.errors import SettingsError
from assistant.settings import Settings
from assistant.ui.access.passwords import hashed, is_hash, is_right
from assistant.ui.base import texts

# A name is shown on the page, logged, and parted from its hash by a colon.
LONGEST_NAME = 64
# A longer password is not a password but an attack on the hash function.
LONGEST_PASSWORD = 256


@dataclass(frozen=True, slots=True)
class Users:
    """Readers by name, with the hashes of their passwords; an empty one lets everybody in."""

    hashes: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.hashes)

    def admit(self, name: str, password: str) -> bool:
        """Whether name and password belong together; a name that is not there takes as long as a wrong password."""
        if len(password) > LONGEST_PASSWORD:
            return False
        right = is_right(password, self.hashes.get(name) or _hash_of_nobody())
        return right and name in self.hashes


@cache
def _hash_of_nobody() -> str:
    return hashed("")


def users_of(settings: Settings) -> Users:
    """The readers that the settings name; SettingsError if they cannot be read."""
    listed = dict(_in_environment(settings.logins.get_secret_value()))
    if settings.users is not None:
        listed |= read_users(settings.users)
    return Users(listed)


def has_plain_logins(settings: Settings) -> bool:
    """Whether a password stands in the environment as it is."""
    pairs = settings.logins.get_secret_value().split(",")
    return any(not is_hash(pair.strip().partition(":")[2]) for pair in pairs if pair.strip())


def read_users(path: Path) -> dict[str, str]:
    """The names and hashes of a users file; SettingsError names the line that cannot be read."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(texts.USERS_UNREADABLE.format(path=path, reason=error)) from error
    found: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, _, kept = line.strip().partition(":")
        if not is_name(name) or not is_hash(kept) or name in found:
            raise SettingsError(texts.USERS_LINE_WRONG.format(path=path, line=number))
        found[name] = kept
    return found


def write_users(path: Path, hashes: Mapping[str, str]) -> None:
    """Replace a users file in one step, readable by its owner alone."""
    draft = path.with_name(f"{path.name}.draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            stream.writelines(f"{name}:{kept}\n" for name, kept in sorted(hashes.items()))
        draft.replace(path)
    except OSError as error:
        raise SettingsError(texts.USERS_UNWRITABLE.format(path=path, reason=error.strerror or error)) from error


def is_name(name: str) -> bool:
    """Whether a name can stand in a users file."""
    return 0 < len(name) <= LONGEST_NAME and name.isprintable() and ":" not in name and name == name.strip()


def _in_environment(text: str) -> Iterator[tuple[str, str]]:
    """The readers of FOOTNOTE_LOGINS, `name:password` or `name:hash`; a password is hashed here and forgotten."""
    seen: set[str] = set()
    for pair in filter(None, map(str.strip, text.split(","))):
        name, _, secret = pair.partition(":")
        if not is_name(name) or not 0 < len(secret) <= LONGEST_PASSWORD or name in seen:
            raise SettingsError(texts.LOGINS_WRONG)
        seen.add(name)
        yield name, secret if is_hash(secret) else hashed(secret)
