"""The comparison of a database with the dataset finds any difference in any tenant, and says where it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pyarrow as pa
import pytest

from reseed import database
from reseed.database import Connection, Target, change_every_row, sql
from reseed.project import Project
from reseed.seed import Dataset, Keys, TableComparison, compare, load_tenants
from reseed.seed.rows import copy_rows
from reseed.validate.seeded import keys_of

TENANTS = range(4)
LAST = TENANTS[-1]


@pytest.fixture
def dataset(project: Project) -> Dataset:
    return project.load_dataset()  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def several(server: Target, demo_template: str, project: Project) -> str:
    """Name of a database with the demo tenant and three more."""
    name = "template_compared"
    database.clone(server, demo_template, name)
    with database.connect(server.on(name)) as connection:
        load_tenants(connection, project.load_dataset(), TENANTS[1:], password="nobody's")
    return name


@pytest.fixture
def connection(server: Target, several: str) -> Iterator[Connection]:
    """A session whose changes are rolled back."""
    with database.connect(server.on(several)) as opened:
        yield opened
        opened.rollback()


def compared(connection: Connection, dataset: Dataset, project: Project) -> dict[str, TableComparison]:
    """Tables that differ."""
    found = compare(connection, dataset, TENANTS, keys_of(project, dataset))
    assert [table.table for table in found] == list(dataset.definition.rows)
    return {table.table: table for table in found if not table.equal}


def change(connection: Connection, statement: str, **values: object) -> None:
    with change_every_row(connection):
        assert connection.execute(statement.encode(), values).rowcount == 1


def free(connection: Connection, table: str) -> None:
    """Shadow a table by a copy of its rows that no constraint protects, for this session."""
    name = sql.Identifier(table)
    with change_every_row(connection):
        connection.execute(sql.SQL("CREATE TEMPORARY TABLE {} AS SELECT * FROM public.{}").format(name, name))


def test_every_row_of_every_tenant_is_compared(
    connection: Connection, dataset: Dataset, project: Project
) -> None:
    found = compare(connection, dataset, TENANTS, keys_of(project, dataset))
    assert all(table.equal for table in found)
    expected = {name: dataset.batch(name, TENANTS).num_rows for name in dataset.definition.rows}
    assert {table.table: table.expected for table in found} == expected
    assert {table.table: table.found for table in found} == expected


@pytest.mark.parametrize("rows_at_once", [1, 1200, 60_000])
@pytest.mark.parametrize("tenant", TENANTS)
def test_one_value_of_any_tenant_is_found_and_named_wherever_the_slices_end(
    connection: Connection,
    dataset: Dataset,
    project: Project,
    tenant: int,
    rows_at_once: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("reseed.seed.partitions.ROWS", rows_at_once)
    owner, identity = dataset.tenant_id(tenant), dataset.batch("assets", range(tenant, tenant + 1))["id"][-1]
    change(
        connection,
        "UPDATE assets SET monthly_cost = monthly_cost + 0.01 WHERE client_account_id = %(owner)s AND id = %(id)s",
        owner=owner,
        id=identity.as_py(),
    )
    (table,) = compared(connection, dataset, project).values()
    assert (table.table, table.differing, table.strangers) == ("assets", 1, 0)
    (row,) = table.examples
    assert (row.key, row.kind, row.columns) == (
        (str(owner), str(identity.as_py())),
        "different",
        ("monthly_cost",),
    )


def test_a_row_less_a_row_more_and_a_row_twice_are_told_apart(
    connection: Connection, dataset: Dataset, project: Project
) -> None:
    for table in ("assets", "asset_dependencies", "wave_assignments"):
        free(connection, table)
    one = "ctid = (SELECT max(ctid) FROM {0} WHERE client_account_id = %(owner)s)"
    values = {"owner": dataset.tenant_id(LAST)}
    change(connection, f"DELETE FROM assets WHERE {one.format('assets')}", **values)
    change(
        connection,
        "INSERT INTO asset_dependencies SELECT * FROM asset_dependencies"
        f" WHERE {one.format('asset_dependencies')}",
        **values,
    )
    change(
        connection,
        f"UPDATE wave_assignments SET id = gen_random_uuid() WHERE {one.format('wave_assignments')}",
        **values,
    )
    found = compared(connection, dataset, project)
    kinds = {name: sorted(row.kind for row in table.examples) for name, table in found.items()}
    assert kinds == {
        "assets": ["missing"],
        "asset_dependencies": ["unexpected"],
        "wave_assignments": ["missing", "unexpected"],
    }
    assert {name: table.found - table.expected for name, table in found.items()} == {
        "assets": -1,
        "asset_dependencies": 1,
        "wave_assignments": 0,
    }


@pytest.mark.parametrize("table", ["users", "assets"])
def test_a_row_of_nobody_is_counted(
    connection: Connection, dataset: Dataset, project: Project, table: str
) -> None:
    free(connection, table)
    column = "id" if table == "users" else "client_account_id"
    change(connection, f"CREATE TEMPORARY TABLE strange AS SELECT * FROM {table} LIMIT 1")
    change(connection, f"UPDATE strange SET {column} = gen_random_uuid()")
    change(connection, f"INSERT INTO {table} SELECT * FROM strange")
    (found,) = compared(connection, dataset, project).values()
    assert (found.table, found.strangers, found.differing) == (table, 1, 0)


def test_a_tenant_that_is_not_there_is_missing_row_by_row(
    connection: Connection, dataset: Dataset, project: Project
) -> None:
    missing = compare(connection, dataset, range(5), keys_of(project, dataset))
    expected = {name: dataset.batch(name, range(4, 5)).num_rows for name in dataset.definition.rows}
    assert {table.table: table.differing for table in missing} == expected


def test_a_column_that_nobody_fills_is_named(
    connection: Connection, dataset: Dataset, project: Project
) -> None:
    connection.execute("ALTER TABLE migration_waves ADD COLUMN is_mock boolean")
    (table,) = compared(connection, dataset, project).values()
    assert (table.table, table.columns, table.differing) == ("migration_waves", ("is_mock",), 0)


def test_a_column_of_another_type_is_compared_by_its_values(
    connection: Connection, dataset: Dataset, project: Project
) -> None:
    with change_every_row(connection):
        connection.execute("ALTER TABLE raw_import_records ALTER COLUMN row_number TYPE bigint")
    assert compared(connection, dataset, project) == {}
    change(
        connection,
        "UPDATE raw_import_records SET row_number = row_number + 1000 WHERE ctid ="
        " (SELECT max(ctid) FROM raw_import_records)",
    )
    (table,) = compared(connection, dataset, project).values()
    assert [row.columns for row in table.examples] == [("row_number",)]


# What a column holds in the first and in the second row of a tenant, and what the second is changed to.
KINDS: dict[str, tuple[str, pa.DataType, Any, Any, str]] = {
    "truth": ("boolean", pa.bool_(), None, True, "false"),
    "small": ("smallint", pa.int16(), None, -32768, "0"),
    "whole": ("integer", pa.int32(), None, 7, "NULL"),
    "large": ("bigint", pa.int64(), None, 2**62, "1"),
    "approximate": ("double precision", pa.float64(), None, 0.1, "0.10000000000000002"),
    "exact": ("numeric(12,2)", pa.decimal128(12, 2), None, Decimal("0.10"), "0.11"),
    "words": ("text", pa.string(), None, "", "NULL"),
    "lines": ("text", pa.string(), None, 'Körber \t\\N\n,"', "'x'"),
    "mood": ("mood", pa.string(), None, "very cross", "'calm'"),
    "day": ("date", pa.date32(), None, date(2026, 1, 15), "'2026-01-16'"),
    "moment": (
        "timestamptz",
        pa.timestamp("us", tz="UTC"),
        None,
        datetime(2026, 1, 15, 9, 30, 0, 1, UTC),
        "'2026-01-15 09:30:00.000002+00'",
    ),
    "document": ("jsonb", pa.json_(), None, '{"zeta": [1, 2.50], "a": null}', '\'{"zeta": [1], "a": null}\''),
    "address": ("inet", pa.string(), None, "10.0.0.1", "'10.0.0.1/24'"),
    "tags": ("text[]", pa.list_(pa.string()), None, ["a", 'ü,"{}'], "'{}'"),
    "contents": ("bytea", pa.binary(), None, b"\x00\xff", "'\\x00'"),
}


@dataclass(frozen=True)
class Kinds:
    """A dataset of one table with a column of each kind: two rows for a tenant."""

    def batch(self, table: str, tenants: range) -> pa.RecordBatch:
        ids = [UUID(int=tenant + 1).bytes for tenant in tenants for _ in range(2)]
        uuids = pa.ExtensionArray.from_storage(pa.uuid(), pa.array(ids, pa.binary(16)))
        columns = {"tenant": uuids, "id": pa.array([1, 2] * len(tenants), pa.int32())}
        for name, (_, kind, first, second, _) in KINDS.items():
            columns[name] = pa.array([first, second] * len(tenants), kind)
        return pa.RecordBatch.from_pydict(columns)

    @property
    def definition(self) -> SimpleNamespace:
        return SimpleNamespace(rows={"kinds": 2})

    @property
    def volatile(self) -> frozenset[tuple[str, str]]:
        return frozenset()

    def tenant_id(self, tenant: int) -> UUID:
        return UUID(int=tenant + 1)


@pytest.fixture
def kinds(empty_database: Target) -> Iterator[Connection]:
    columns = ", ".join(f"{name} {kind}" for name, (kind, *_) in KINDS.items())
    with database.connect(empty_database) as opened:
        opened.execute("CREATE TYPE mood AS ENUM ('calm', 'very cross')")
        opened.execute(f"CREATE TABLE kinds (tenant uuid, id integer, {columns})".encode())
        copy_rows(opened, "kinds", Kinds().batch("kinds", range(3)))
        opened.execute(
            "SET TimeZone = 'Asia/Kathmandu'; SET DateStyle = 'German'; SET extra_float_digits = 0"
        )
        yield opened
        opened.rollback()


def of_kinds(connection: Connection) -> TableComparison:
    (found,) = compare(
        connection,
        Kinds(),  # type: ignore[arg-type]
        range(3),
        {"kinds": Keys("tenant", ("tenant", "id"))},
    )
    return found


def test_values_of_every_kind_are_equal_to_what_was_loaded(kinds: Connection) -> None:
    assert of_kinds(kinds) == TableComparison("kinds", 6, 6, 0, 0, (), ())


@pytest.mark.parametrize("name", KINDS)
def test_a_difference_in_a_value_of_every_kind_is_found(kinds: Connection, name: str) -> None:
    change(
        kinds, f"UPDATE kinds SET {name} = {KINDS[name][-1]} WHERE id = 2 AND tenant = %(t)s", t=UUID(int=3)
    )
    found = of_kinds(kinds)
    assert [(row.key, row.columns) for row in found.examples] == [((str(UUID(int=3)), 2), (name,))]


@pytest.mark.parametrize("name", KINDS)
def test_a_value_where_there_should_be_none_is_found(kinds: Connection, name: str) -> None:
    change(
        kinds,
        f"UPDATE kinds SET {name} = (SELECT {name} FROM kinds WHERE id = 2 LIMIT 1)"
        " WHERE id = 1 AND tenant = %(t)s",
        t=UUID(int=1),
    )
    assert [row.columns for row in of_kinds(kinds).examples] == [(name,)]
