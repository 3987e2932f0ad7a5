"""Who may come in: users files, the environment, hashes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import SettingsError
from assistant.settings import Settings
from assistant.ui.access.passwords import hashed, is_hash, is_right
from assistant.ui.access.users import Users, has_plain_logins, read_users, users_of, write_users


def of(**values: object) -> Settings:
    return Settings(_env_file=None, **values)


def test_logins_may_be_passwords_or_hashes() -> None:
    users = users_of(of(logins=f"ada:a:b, bob:{hashed('c')}"))
    assert users.admit("ada", "a:b") and users.admit("bob", "c") and not users.admit("ada", "c")


def test_no_password_is_kept_as_it_is() -> None:
    assert "secret" not in repr(users_of(of(logins="ada:secret")))


def test_a_stranger_is_not_admitted_by_any_password() -> None:
    assert not Users({"ada": hashed("a")}).admit("eve", "")


@pytest.mark.parametrize("text", ["ada", "ada:", ":secret", "ada:a,ada:b"])
def test_logins_that_cannot_be_read_are_one_line_without_a_password(text: str) -> None:
    with pytest.raises(SettingsError, match=r"^FOOTNOTE_LOGINS cannot be used: write name:password[^\n]*$") as caught:
        users_of(of(logins=text))
    assert "secret" not in str(caught.value)


def test_passwords_in_the_environment_are_noticed() -> None:
    assert has_plain_logins(of(logins="ada:secret")) and not has_plain_logins(of(logins=f"ada:{hashed('s')}"))


def test_a_users_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "users"
    write_users(path, {"ada": hashed("a")})
    assert users_of(of(users=path)).admit("ada", "a") and path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "line", ["ada", "ada:plain", ":scrypt$", "ada:scrypt$3$8$5$AA==$AA==", "ada:scrypt$9999999999$8$5$AA==$AA=="]
)
def test_a_line_that_cannot_be_read_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "users"
    path.write_text(f"# readers\n{line}\n")
    with pytest.raises(SettingsError, match=r"users, line 2, is no name with a hash"):
        read_users(path)


def test_a_users_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="FOOTNOTE_USERS"):
        users_of(of(users=tmp_path / "none"))


@pytest.mark.slow
@given(st.text(max_size=20))
@settings(max_examples=5, deadline=None)
def test_a_password_fits_its_own_hash_alone(password: str) -> None:
    kept = hashed(password)
    assert (
        is_hash(kept) and is_right(password, kept) and not is_right(password + "x", kept) and kept != hashed(password)
    )
