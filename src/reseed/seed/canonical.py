"""One spelling for every value, whether it comes from a generator or from a database, and a digest over rows of them.

A row is the JSON array of its values in the order of the sorted column names; a table is the sum of its rows' SHA-256
modulo 2**256, so that neither side has to sort. A sum, unlike an exclusive or, does not let a doubled row vanish.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

_MODULUS = 2**256


@dataclass(frozen=True, slots=True)
class TableDigest:
    """The contents of one table: its columns, how many rows, and the order-independent sum of their hashes."""

    table: str
    columns: tuple[str, ...]
    rows: int
    total: int

    @property
    def hexdigest(self) -> str:
        head = json.dumps([self.table, self.columns, self.rows, f"{self.total:064x}"])
        return hashlib.sha256(head.encode()).hexdigest()


def table_digest(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> TableDigest:
    """Digest rows whose values stand in the order of `columns`; any order of rows gives the same."""
    places = sorted(range(len(columns)), key=lambda place: columns[place])
    total = count = 0
    for row in rows:
        total = (total + row_hash([row[place] for place in places])) % _MODULUS
        count += 1
    return TableDigest(table, tuple(columns[place] for place in places), count, total)


def joined(slices: Iterable[TableDigest]) -> TableDigest:
    """The digest of a table from digests of its disjoint slices, in any order."""
    first, *others = slices
    for other in others:
        if (first.table, first.columns) != (other.table, other.columns):
            raise ValueError(f"slices of two different tables: {first.table} and {other.table}")
        first = replace(first, rows=first.rows + other.rows, total=(first.total + other.total) % _MODULUS)
    return first


def combined(tables: Mapping[str, TableDigest]) -> str:
    """The digest of a dataset: over its tables' digests, in the order of their names."""
    lines = [f"{name} {tables[name].hexdigest}\n" for name in sorted(tables)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def row_hash(values: Sequence[Any]) -> int:
    """SHA-256 of one row as a number."""
    text = json.dumps(
        [spelled(value) for value in values], ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")


def spelled(value: Any) -> Any:
    """The canonical spelling of one value, as JSON.

    Instants are UTC with microseconds, numerics have no trailing zeros, ids and addresses are their text, JSON values
    keep their shape (object keys are sorted when the row is written).
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return _plain(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return {str(key): spelled(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [spelled(item) for item in value]
    return str(value)


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
