"""Settings come from the environment, then from `.env`; a bad one is named with its variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import SettingsError
from assistant.settings import Settings, load_settings


def test_what_is_given_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PORT", "8000")
    assert load_settings().port == 8000
    assert load_settings(port=9000).port == 9000
    assert load_settings(port=None).port == 8000


def test_a_file_beside_the_program_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("FOOTNOTE_INDEX=elsewhere\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FOOTNOTE_INDEX", raising=False)
    assert load_settings().index == Path("elsewhere")


def test_a_bad_value_is_one_line_that_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PORT", "often")
    with pytest.raises(SettingsError, match="FOOTNOTE_PORT='often' cannot be used") as caught:
        load_settings()
    assert "\n" not in str(caught.value)


def test_a_key_is_never_shown() -> None:
    assert "hunter2" not in repr(Settings(_env_file=None, llm_api_key="hunter2"))  # type: ignore[call-arg, arg-type]
