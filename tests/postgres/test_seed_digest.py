"""The digest of the database notices any one cell, row or column that is not what the generator made."""

from __future__ import annotations

import pytest

from reseed import database
from reseed import project as projects
from reseed.database import Connection, Target, change_every_row, sql
from reseed.seed import Dataset, actual_digest, actual_tables, expected_digest, expected_tables, load_tenants
from reseed.seed.canonical import TableDigest
from reseed.seed.catalog import column_types
from tests.conftest import ROOT

DATASET: Dataset = projects.load(ROOT / "src" / "modernize" / "reseed.toml").load_dataset()

# For each type of column another value than the one that is there; `{}` is the column.
ANOTHER = {
    "bool": "NOT coalesce({}, false)",
    "int2": "coalesce({}, 0) + 1",
    "int4": "coalesce({}, 0) + 1",
    "int8": "coalesce({}, 0) + 1",
    "numeric": "coalesce({}, 0) + 1",
    "text": "coalesce({}, '') || ' '",
    "uuid": "gen_random_uuid()",
    "jsonb": "jsonb_build_object('was', {})",
    "inet": "coalesce({}, '10.0.0.1') + 1",
    "date": "coalesce({}, '2026-01-15') + 1",
    "timestamptz": "coalesce({}, '2026-01-15') + interval '1 microsecond'",
    "_text": "array_append({}, 'x')",
    "_uuid": "array_append({}, gen_random_uuid())",
    "enum": "(SELECT label FROM unnest(enum_range({})) AS label WHERE label IS DISTINCT FROM {} LIMIT 1)",
}


def without_constraints(connection: Connection, table: str) -> None:
    """Shadow a table by a copy of its rows that no constraint protects, for this session."""
    name = sql.Identifier(table)
    with change_every_row(connection):
        connection.execute(sql.SQL("CREATE TEMPORARY TABLE {} AS SELECT * FROM public.{}").format(name, name))


def another(connection: Connection, table: str, column: str, type_name: str) -> sql.Composed:
    value = sql.Identifier(column)
    if type_name == "enum":
        row = connection.execute(
            "SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = %s",
            (table, column),
        ).fetchone()
        assert row is not None
        # enum_range needs the type where the value is NULL.
        value = sql.SQL("{}::{}").format(value, sql.Identifier(row[0]))
    return sql.SQL(ANOTHER[type_name]).format(*[value] * ANOTHER[type_name].count("{}"))  # type: ignore[arg-type]


@pytest.mark.parametrize("table", DATASET.definition.rows)
def test_any_single_cell_that_changes_changes_the_digest(demo_database: Target, table: str) -> None:
    expected = expected_tables(DATASET)[table]
    noticed = set()
    with database.connect(demo_database) as connection:
        without_constraints(connection, table)
        assert table_in(connection, table) == expected
        for column, type_name in column_types(connection, table).items():
            with connection.transaction(force_rollback=True):
                change_last_row(connection, table, column, another(connection, table, column, type_name))
                if table_in(connection, table) != expected:
                    noticed.add(column)
    assert noticed == set(expected.columns)


def table_in(connection: Connection, table: str) -> TableDigest:
    """The digest of the table as a whole: no part is missing, so no column is left out but volatile ones."""
    names = [part.name for part in DATASET.parts if table in part.tables or part.completes(table)]
    return actual_tables(connection, DATASET, names)[table]


def change_last_row(connection: Connection, table: str, column: str, value: sql.Composed) -> None:
    statement = "UPDATE {table} SET {column} = {value} WHERE ctid = (SELECT max(ctid) FROM {table})"
    done = connection.execute(
        sql.SQL(statement).format(table=sql.Identifier(table), column=sql.Identifier(column), value=value)
    )
    assert done.rowcount == 1


def test_a_row_less_or_a_row_twice_changes_the_digest(demo_database: Target) -> None:
    expected = expected_tables(DATASET)["assets"]
    with database.connect(demo_database) as connection:
        without_constraints(connection, "assets")
        with connection.transaction(force_rollback=True):
            connection.execute("DELETE FROM assets WHERE ctid = (SELECT max(ctid) FROM assets)")
            assert table_in(connection, "assets") != expected
        connection.execute("INSERT INTO assets SELECT * FROM assets LIMIT 2")
        assert table_in(connection, "assets") != expected


def test_a_column_that_nobody_seeds_changes_the_digest(demo_database: Target) -> None:
    with database.connect(demo_database) as connection:
        connection.execute("ALTER TABLE migration_waves ADD COLUMN is_mock boolean")
        assert actual_digest(connection, DATASET) != expected_digest(DATASET)


def test_password_hashes_are_salted_anew_and_in_no_digest(schema_database: Target) -> None:
    with database.connect(schema_database) as connection:
        for password in ("first", "second"):
            with connection.transaction(force_rollback=True):
                load_tenants(connection, DATASET, range(1), password=password)
                assert actual_digest(connection, DATASET) == expected_digest(DATASET)


def test_measuring_changes_nothing_and_sees_every_tenant(demo_database: Target) -> None:
    with database.connect(demo_database) as connection:
        load_tenants(connection, DATASET, range(1, 3))
    with database.connect(demo_database) as connection:
        assert actual_digest(connection, DATASET) == expected_digest(DATASET, range(3))
        assert connection.execute("SELECT count(*) FROM assets").fetchone() == (0,)
