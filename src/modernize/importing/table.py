"""What every reader gives: the columns of a file, how it was read, and its rows one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from modernize.importing.refused import Problem
from modernize.models.enums import FileFormat

Raw: TypeAlias = dict[str, Any]
"""A row as found: column -> value; a JSON record keeps its nested objects."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `number`: from 1, the first below the header. `place`: where it stands, for people."""

    number: int
    place: str
    raw: Raw


@dataclass(frozen=True, slots=True)
class Table:
    """An opened file.

    Attributes:
        format: as stored with the import. mime_type: of the format, whatever the browser said.
        columns: headers in the file's order; None where rows tell (JSON).
        options: how it was read, as stored with the import. notes: what a person should know about that.
        read: gives the rows; may be called again, and raises FileRefused at what cannot be read.
        problems: what is wrong with the header, told together with what is wrong with rows.
    """

    format: FileFormat
    mime_type: str
    columns: tuple[str, ...] | None
    options: Mapping[str, Any]
    read: Callable[[], Iterator[Row]]
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = field(default=())


def header_problems(name: str, columns: tuple[str, ...], most: int) -> tuple[Problem, ...]:
    """Blank, repeated and too many headers. Headers that differ only in case or blanks around are one."""
    found: list[Problem] = []
    blank = [str(place) for place, column in enumerate(columns, 1) if not column.strip()]
    if blank:
        found.append(
            Problem(
                "blank_header",
                f"The header of {name}",
                "a name for every column",
                f"none for column {', '.join(blank[:10])}",
                "name or remove these columns and upload again",
                tuple(blank),
            )
        )
    places: dict[str, list[int]] = {}
    for place, column in enumerate(columns, 1):
        if column.strip():
            places.setdefault(column.strip().casefold(), []).append(place)
    repeated = {key: each for key, each in places.items() if len(each) > 1}
    if repeated:
        told = "; ".join(
            f'"{columns[each[0] - 1].strip()}" in columns {", ".join(map(str, each))}'
            for each in list(repeated.values())[:10]
        )
        found.append(
            Problem(
                "duplicate_header",
                f"The header of {name}",
                "every column named once",
                told,
                "rename or remove the repeated columns and upload again",
                tuple(columns[each[0] - 1].strip() for each in repeated.values()),
            )
        )
    if len(columns) > most:
        found.append(
            Problem(
                "too_many_columns",
                f"The header of {name}",
                f"at most {most} columns",
                f"{len(columns):,}",
                "remove the columns that are not needed and upload again",
            )
        )
    return tuple(found)
