"""Files of JSON objects, one a line, whose every fault is told with its line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from assistant.errors import EvaluationError


@dataclass(frozen=True, slots=True)
class Record:
    """One object of a file, and where it stood."""

    path: Path
    line: int
    fields: dict[str, Any]

    def fault(self, reason: str) -> EvaluationError:
        """The error that says what is wrong with this line."""
        return EvaluationError(f"{self.path}, line {self.line}: {reason}")

    def text(self, name: str, default: str | None = None) -> str:
        """A field that must be text; with a default it may be missing."""
        value = self.fields.get(name, default)
        if not isinstance(value, str):
            raise self.fault(f"“{name}” must be a text")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A field that must be a list of texts; a missing one is empty."""
        value = self.fields.get(name, [])
        if not is_texts(value):
            raise self.fault(f"“{name}” must be a list of texts")
        return tuple(value)

    def inner(self, name: str) -> Record:
        """A field that is an object itself; faults in it are still told with this line."""
        value = self.fields.get(name)
        if not isinstance(value, dict):
            raise self.fault(f"“{name}” must be an object")
        return Record(self.path, self.line, value)


def is_texts(value: object) -> TypeGuard[list[str]]:
    """Whether a JSON value is a list of texts."""
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def text_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a text file that are not blank, with their numbers from 1; EvaluationError if it cannot be read."""
    try:
        with path.open(encoding="utf-8-sig") as lines:
            yield from ((number, line.rstrip("\r\n")) for number, line in enumerate(lines, start=1) if line.strip())
    except OSError as error:
        raise EvaluationError(f"{path} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise EvaluationError(f"{path} is not UTF-8 text") from error


def records(path: Path) -> Iterator[Record]:
    """The objects of a JSON Lines file; EvaluationError names the first line that is none."""
    for number, line in text_lines(path):
        try:
            fields = json.loads(line)
        except ValueError as error:
            raise EvaluationError(f"{path}, line {number}: not JSON ({error})") from error
        if not isinstance(fields, dict):
            raise EvaluationError(f"{path}, line {number}: not a JSON object")
        yield Record(path, number, fields)
