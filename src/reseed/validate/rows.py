"""Rows for findings: counted, shown by a few examples, and made of JSON values only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from reseed.database import Connection, dict_rows, sql
from reseed.records import JSON

#: How many offending rows a finding shows.
EXAMPLES = 10

Row: TypeAlias = Mapping[str, JSON]

Statement: TypeAlias = sql.SQL | sql.Composed

Parameters: TypeAlias = Sequence[object] | Mapping[str, object]


def statement(text: str) -> sql.SQL:
    """SQL that a file, the dataset or the models declare, as a part of a larger statement."""
    return sql.SQL(text)


def count(connection: Connection, query: Statement, parameters: Parameters = ()) -> int:
    """How many rows a query returns."""
    statement = sql.SQL("SELECT count(*) FROM ({}) AS counted").format(query)
    return int(dict_rows(connection, statement, parameters)[0]["count"])


def examples(connection: Connection, query: Statement, parameters: Parameters = ()) -> tuple[Row, ...]:
    """The first rows a query returns, as JSON values."""
    statement = sql.SQL("SELECT * FROM ({}) AS shown LIMIT {}").format(query, sql.Literal(EXAMPLES))
    return tuple(plain_row(row) for row in dict_rows(connection, statement, parameters))


def text(connection: Connection, query: Statement, parameters: Mapping[str, object] | None = None) -> str:
    """A statement as anyone may paste it into psql, its parameters written out."""
    written = query.as_string(connection)
    if parameters is None:
        return written
    return written % {name: sql.Literal(value).as_string(connection) for name, value in parameters.items()}


def plain_row(row: Mapping[str, Any]) -> Row:
    return {name: plain(value) for name, value in row.items()}


def plain(value: Any) -> JSON:
    """A database value as JSON: numbers stay exact where JSON can hold them, ids and times become text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return str(value)
