"""The fields a file may fill, and which column of a file is which: by its header, never by its place."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from modernize.importing.refused import Problem

REQUIRED = ("name", "hostname")
"""One of these must be there: nothing without a name can become an asset."""

# Bytes of each unit.
UNITS = {"b": 1, "byte": 1, "bytes": 1, "kb": 1024, "mb": 1024**2, "gb": 1024**3, "tb": 1024**4}
UNITS |= {"kib": 1024, "mib": 1024**2, "gib": 1024**3, "tib": 1024**4}
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_WORD = re.compile(r"[^a-z0-9]+")
_NEAR = 0.8


@dataclass(frozen=True, slots=True)
class Field:
    """A field by its name. `asset`: whether it is a column of assets. `headers`: the first is its own."""

    name: str
    kind: str
    headers: tuple[str, ...]
    asset: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file that was recognised.

    Attributes:
        source: its header, or dotted path. unit: of its amounts, where the header names one.
        certainty: 0 to 1, how well the header fits the field.
    """

    field: Field
    source: str
    unit: str | None
    certainty: float


@dataclass(frozen=True, slots=True)
class Recognised:
    """The columns of a file: known ones by field, and unknown ones, each with the nearest known header if any."""

    known: Mapping[str, Column]
    unknown: Mapping[str, str | None]

    def source(self, field: str) -> str | None:
        """The column that fills a field."""
        column = self.known.get(field)
        return column.source if column else None


@cache
def catalogue() -> Mapping[str, Field]:
    """Every field by name."""
    text = (Path(__file__).parent / "fields.toml").read_text(encoding="utf-8")
    return {
        name: Field(name, entry["kind"], tuple(entry["headers"]), entry.get("asset", False))
        for name, entry in tomllib.loads(text).items()
    }


def recognise(columns: Sequence[str]) -> Recognised:
    """Which column is which. Each column fills one field and each field is filled by one column, the best fit first."""
    offers = sorted(
        (
            (-certainty, place, each, unit)
            for each, column in enumerate(columns)
            for place, certainty, unit in _fits(column)
        ),
    )
    fields = list(catalogue().values())
    known: dict[str, Column] = {}
    taken: set[int] = set()
    for certainty, place, each, unit in offers:
        field = fields[place]
        if field.name not in known and each not in taken:
            known[field.name] = Column(field, columns[each], unit, -certainty)
            taken.add(each)
    _prefer_hostname(known)
    rest = [column for each, column in enumerate(columns) if each not in taken and column.strip()]
    # A second column for a field is understood, only not needed: nothing to suggest.
    return Recognised(known, {column: None if _fits(column) else nearest(column) for column in rest})


def missing(name: str, recognised: Recognised) -> tuple[Problem, ...]:
    """What a header lacks, with the columns that were not understood: all at once."""
    if any(field in recognised.known for field in REQUIRED):
        return ()
    known = ", ".join(f'"{header}"' for field in REQUIRED for header in catalogue()[field].headers[:3])
    unknown = [
        f'"{column}"' + (f' (did you mean "{near}"?)' if near else "")
        for column, near in list(recognised.unknown.items())[:20]
    ]
    found = f"none; unknown: {', '.join(unknown)}" if unknown else "none"
    return (
        Problem(
            "missing_column",
            f"The header of {name}",
            f"a column with each row's name, such as {known}",
            found,
            "name the column rightly and upload again",
            tuple(recognised.unknown),
        ),
    )


def nearest(header: str) -> str | None:
    """The known header that is spelt most alike; None when none is."""
    words, _ = _words(header.rpartition(".")[2])
    known = {name for field in catalogue().values() for name in field.headers}
    found = difflib.get_close_matches(words, sorted(known), n=1, cutoff=_NEAR)
    return found[0] if found else None


def _fits(column: str) -> list[tuple[int, float, str | None]]:
    """Fields a header could mean: place in the catalogue, certainty, unit."""
    found = []
    last = column.rpartition(".")[2]
    unit = _words(last)[1]
    for place, field in enumerate(catalogue().values()):
        ranks = [rank for words in _spellings(column) if (rank := _rank(field, words)) is not None]
        certainty = 0.95
        if not ranks:
            ranks = [rank for words in _spellings(last) if (rank := _rank(field, words)) is not None]
            certainty = 0.9
        if ranks:
            # Two fields know some headers; the one where it stands earlier is meant.
            rank = min(ranks)
            found.append((place, certainty - (0.03 if rank else 0) - rank / 1000, unit))
    return found


def _rank(field: Field, words: str) -> int | None:
    return field.headers.index(words) if words in field.headers else None


def _spellings(header: str) -> set[str]:
    """A header's words, with capitals beginning a word (`hostName`) and without (`vCPUs`)."""
    return {_words(header)[0], _words(header.lower())[0]}


def _prefer_hostname(known: dict[str, Column]) -> None:
    """A full name alone gives the host name, its first label; beside a host name it is itself."""
    if "hostname" not in known and "fqdn" in known:
        full = known.pop("fqdn")
        known["hostname"] = Column(catalogue()["hostname"], full.source, None, 0.92)


def _words(header: str) -> tuple[str, str | None]:
    """A header as words joined by `_`, and the unit it ends with: `RAM (GB)` is `ram` in `gb`."""
    words = [word for word in _NO_WORD.split(_CAMEL.sub("_", header.strip()).lower()) if word]
    unit = words[-1] if len(words) > 1 and words[-1] in UNITS else None
    return "_".join(words[:-1] if unit else words), unit
