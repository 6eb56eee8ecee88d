"""The first look through a whole file: nothing is stored, every problem is gathered, and what columns hold is noted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modernize.importing import fields
from modernize.importing.fields import Recognised
from modernize.importing.formulas import STARTS, is_formula
from modernize.importing.limits import DEFAULT, Limits
from modernize.importing.reading import open_table
from modernize.importing.refused import EXPORT_AGAIN, FileRefused, Problem, refused
from modernize.importing.table import Row, Table, header_problems

_DISTINCT = 200
# PostgreSQL stores no NUL; a surrogate without its other half is no character.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(slots=True)
class Profile:
    """What a column holds: rows with a value, and its first different values in order."""

    filled: int = 0
    distinct: dict[Any, None] = field(default_factory=dict)

    def note(self, value: Any) -> None:
        self.filled += 1
        if len(self.distinct) < _DISTINCT and not isinstance(value, list):
            self.distinct[value] = None


@dataclass(frozen=True, slots=True)
class Inspection:
    """A file that can be taken in."""

    table: Table
    columns: tuple[str, ...]
    rows: int
    recognised: Recognised
    profiles: Mapping[str, Profile]

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know before trusting the result."""
        unknown = [
            f'"{column}"' + (f' (did you mean "{near}"?)' if near else "")
            for column, near in self.recognised.unknown.items()
        ]
        told = f"Columns kept but not understood: {', '.join(unknown[:20])}." if unknown else None
        return (*self.table.notes, *((told,) if told else ()))


def inspect(path: Path, name: str, limits: Limits = DEFAULT, sheet: str | None = None) -> Inspection:
    """Read the file once from end to end.

    Raises:
        FileRefused: with everything that is wrong with it as a whole.
    """
    table = open_table(path, name, limits, sheet)
    look = _Look(name, limits)
    if table.columns is not None:
        look.profiles = {column: Profile() for column in table.columns}
    problems = list(table.problems)
    try:
        for row in table.read():
            look.at(row)
    except FileRefused as error:
        problems += error.problems
    columns = tuple(look.profiles)
    if table.columns is None:
        problems += header_problems(name, columns, limits.columns)
    recognised = fields.recognise(columns)
    problems += look.problems()
    if look.rows or columns:
        problems += fields.missing(name, recognised)
    if not look.rows and not problems:
        problems.append(Problem("header_only", name, "rows below the header", "none", EXPORT_AGAIN))
    if problems:
        raise FileRefused(problems)
    return Inspection(table, columns, look.rows, recognised, look.profiles)


class _Look:
    """What is noted while the rows pass by."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._name = name
        self._limits = limits
        self._formulas: list[str] = []
        self._formula_count = 0
        self.rows = 0
        self.profiles: dict[str, Profile] = {}

    def at(self, row: Row) -> None:
        """Judge one row's cells.

        Raises:
            FileRefused: a limit is passed; nothing further is read.
        """
        self.rows = row.number
        if row.number > self._limits.rows:
            raise refused(
                "too_many_rows",
                self._name,
                f"at most {self._limits.rows:,} rows",
                "more",
                "split it into several files and upload them one by one",
            )
        for column, value in _cells(row.raw):
            profile = self.profiles.get(column)
            if profile is None:
                profile = self._new(column, row)
            if value is None or value == "":
                continue
            if isinstance(value, str):
                self._text(column, value, row)
            elif isinstance(value, list):
                for text in _texts(value):
                    self._text(column, text, row)
            profile.note(value)

    def problems(self) -> Iterator[Problem]:
        for column in self.profiles:
            if is_formula(column):
                self._formula("the header", column)
        if self._formula_count:
            more = self._formula_count - len(self._formulas)
            yield Problem(
                "formula",
                self._name,
                "values",
                f"formulas in {'; '.join(self._formulas)}{f' and {more:,} more cells' if more else ''}",
                "replace them by their values and upload again",
                tuple(self._formulas),
            )

    def _new(self, column: str, row: Row) -> Profile:
        if len(self.profiles) >= self._limits.columns:
            raise refused(
                "too_many_columns",
                f"{self._name}, {row.place}",
                f"at most {self._limits.columns} different fields",
                "more",
                "remove the fields that are not needed and upload again",
            )
        self._text("field name", column, row)
        self.profiles[column] = Profile()
        return self.profiles[column]

    def _text(self, column: str, text: str, row: Row) -> None:
        if len(text) > self._limits.cell:
            raise refused(
                "too_long_cell",
                f"{self._name}, {row.place}, {_short(column)}",
                f"at most {self._limits.cell:,} characters",
                f"{len(text):,}",
                "shorten it and upload again",
                [row.place],
            )
        if not text.isprintable() and _UNSTORABLE.search(text):
            raise refused(
                "nul_bytes",
                f"{self._name}, {row.place}, {_short(column)}",
                "text",
                "a NUL or half a character",
                EXPORT_AGAIN,
                [row.place],
            )
        if text[:1] in STARTS and is_formula(text):
            self._formula(row.place, column)

    def _formula(self, place: str, column: str) -> None:
        self._formula_count += 1
        if len(self._formulas) < self._limits.shown:
            self._formulas.append(f"{place}, {_short(column)}")


def _cells(raw: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """A row's fields with their values, nested ones by dotted names."""
    for name, value in raw.items():
        if isinstance(value, dict):
            yield from _cells(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _texts(values: list[Any]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from _texts(value)
        elif isinstance(value, dict):
            for name, inner in _cells(value):
                yield from _texts([name, inner])


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
