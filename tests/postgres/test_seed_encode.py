"""What is written as COPY BINARY is what the server reads: every type, its edges and its NULL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa
import pytest

from reseed import database
from reseed.database import Connection, Target
from reseed.errors import SeedError
from reseed.seed.rows import copy_rows

ONE, TWO = UUID(int=1), UUID("ffffffff-ffff-4fff-bfff-ffffffffffff")


def extension(kind: pa.DataType, values: list[Any]) -> pa.Array:
    return pa.ExtensionArray.from_storage(kind, pa.array(values, kind.storage_type))


def uuid_lists(values: list[list[UUID] | None]) -> pa.Array:
    flat = extension(pa.uuid(), [item.bytes for value in values for item in value or []])
    ends: list[int | None] = [0]
    for value in values:
        ends.append((ends[-1] or 0) + len(value or []))
    starts = [None if value is None else ends[place] for place, value in enumerate(values)]
    return pa.ListArray.from_arrays(pa.array([*starts, ends[-1]], pa.int32()), flat)


CASES = {
    "bool": ("boolean", pa.array([True, False, None])),
    "int2": ("smallint", pa.array([-32768, 32767, None], pa.int16())),
    "int4": ("integer", pa.array([-(2**31), 2**31 - 1, None], pa.int32())),
    "int8": ("bigint", pa.array([-(2**63), 2**63 - 1, None], pa.int64())),
    "a narrower Arrow type": ("bigint", pa.array([1, 2, None], pa.int16())),
    "float8": ("double precision", pa.array([0.1, -1e300, None])),
    "numeric": (
        "numeric(12,2)",
        pa.array([Decimal("-0.01"), Decimal("9999999999.99"), None], pa.decimal128(12, 2)),
    ),
    "numeric from integers": ("numeric", pa.array([0, 10001, None], pa.int32())),
    "text": ("text", pa.array(["", "Körber \t\\N\n'\"", None])),
    "varchar": ("varchar(20)", pa.array(["a", "ü" * 20, None])),
    "enum": ("mood", pa.array(["calm", "very cross", None])),
    "uuid": ("uuid", extension(pa.uuid(), [ONE.bytes, TWO.bytes, None])),
    "date": ("date", pa.array([date(1999, 12, 31), date(2100, 1, 1), None])),
    "timestamptz": (
        "timestamptz",
        pa.array(
            [datetime(1969, 12, 31, 23, 59, 59, 999999, UTC), datetime(2026, 1, 15, 9, tzinfo=UTC), None],
            pa.timestamp("us", tz="UTC"),
        ),
    ),
    "texts": ("text[]", pa.array([["a", 'ü,"{}'], [], None], pa.list_(pa.string()))),
    "uuids": ("uuid[]", uuid_lists([[ONE, TWO], [], None])),
    "bytea": ("bytea", pa.array([b"", b"\x00\xff", None], pa.binary())),
}


@pytest.fixture
def connection(empty_database: Target) -> Iterator[Connection]:
    with database.connect(empty_database) as connection:
        connection.execute("CREATE TYPE mood AS ENUM ('calm', 'very cross')")
        yield connection


def stored(connection: Connection, type_name: str, column: pa.Array) -> list[Any]:
    connection.execute(f"CREATE TABLE kept (place serial, value {type_name})".encode())
    copy_rows(connection, "kept", pa.record_batch([column], names=["value"]))
    return [value for (value,) in connection.execute("SELECT value FROM kept ORDER BY place")]


@pytest.mark.parametrize(("type_name", "column"), CASES.values(), ids=CASES)
def test_the_server_reads_back_what_was_written(
    connection: Connection, type_name: str, column: pa.Array
) -> None:
    assert stored(connection, type_name, column) == column.to_pylist()


@pytest.mark.parametrize("type_name", ["jsonb", "json"])
def test_documents_arrive_as_documents(connection: Connection, type_name: str) -> None:
    documents = [{"a": [1, None, "ü\u2028"], "b": {"c": 1.5}}, [], None]
    column = extension(
        pa.json_(), [None if document is None else json.dumps(document) for document in documents]
    )
    assert stored(connection, type_name, column) == documents


def test_addresses_of_both_families_and_networks_arrive(connection: Connection) -> None:
    addresses = ["10.20.1.1", "192.168.7.9/24", "2001:db8::1", "fe80::1/64", None]
    found = stored(connection, "inet", pa.array(addresses))
    assert [None if value is None else str(value) for value in found] == addresses


def test_a_column_that_is_not_given_takes_its_default(connection: Connection) -> None:
    connection.execute("CREATE TABLE kept (name text, made timestamptz NOT NULL DEFAULT now())")
    copy_rows(connection, "kept", pa.record_batch([pa.array(["x"])], names=["name"]))
    assert connection.execute("SELECT name, made = now() FROM kept").fetchall() == [("x", True)]


def test_no_rows_are_no_error(connection: Connection) -> None:
    assert stored(connection, "uuid[]", uuid_lists([])) == []


@pytest.mark.parametrize(
    ("type_name", "column", "message"),
    [
        ("smallint", pa.array([40000]), r"Column value holds values that do not fit int2, found int64"),
        ("inet", pa.array(["10.20.300.1"]), r"do not fit inet.*10\.20\.300\.1"),
        (
            "int4range",
            pa.array(["[1,2)"]),
            r"type int4range, expected one of .*uuid.*Teach reseed\.seed\.encode",
        ),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    connection: Connection, type_name: str, column: pa.Array, message: str
) -> None:
    with pytest.raises(SeedError, match=message):
        stored(connection, type_name, column)


def test_a_table_that_is_not_there_is_named(connection: Connection) -> None:
    with pytest.raises(SeedError, match="has no table kept"):
        copy_rows(connection, "kept", pa.record_batch([pa.array(["x"])], names=["name"]))
