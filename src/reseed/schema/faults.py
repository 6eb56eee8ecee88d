"""Planted defects of a schema, picked from what the project's models and contract declare.

Each names its victim and is offered only where the models have such an object. Victims are the last of their kind in
name order, so that the same models always give the same faults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import sqlalchemy as sa

from reseed.check import Fault
from reseed.database import Connection
from reseed.errors import SchemaError
from reseed.project import Contract
from reseed.schema.recording import DIALECT, record, sql_of

_names = DIALECT.identifier_preparer
_Item = TypeVar("_Item")


def seen_by_alembic(metadata: sa.MetaData) -> Iterator[Fault]:
    """What autogenerate must notice: tables, columns, indexes and foreign keys."""
    for index in _last(index for table in metadata.tables.values() for index in table.indexes):
        yield _statement(f"drop the index {index.name}", f"DROP INDEX {_index(index)}")
    for key in _last(_constraints(metadata, sa.ForeignKeyConstraint)):
        yield _statement(f"drop the foreign key {key.name}", _drop(key))
    for column in _last(_columns(metadata, _has_constant_default)):
        yield _alter(f"drop the default of {_of(column)}", column, "DROP DEFAULT")
    for column in _last(_columns(metadata, lambda column: not column.nullable and not column.primary_key)):
        yield _alter(f"let {_of(column)} be NULL", column, "DROP NOT NULL")
    for column in _last(_columns(metadata, _is_free_text)):
        yield _alter(f"change the type of {_of(column)}", column, "TYPE varchar(10000)")
    for table in _last(metadata.tables.values()):
        name = _names.format_table(table)
        yield _statement(f"add a column to {name}", f"ALTER TABLE {name} ADD COLUMN planted integer")
        yield _statement(f"change the comment of {name}", f"COMMENT ON TABLE {name} IS 'planted'")
        yield _statement(
            "create a table that no model knows", "CREATE TABLE planted (id integer PRIMARY KEY)"
        )


def seen_in_the_catalog(metadata: sa.MetaData) -> Iterator[Fault]:
    """What autogenerate is blind to, and only the facts tell."""
    for check in _last(_constraints(metadata, sa.CheckConstraint)):
        yield _statement(f"drop the check {check.name}", _drop(check))
    for index in _last(
        index for table in metadata.tables.values() for index in table.indexes if _is_plain(index)
    ):
        yield Fault(f"leave rows out of the index {index.name}", _make_partial(_index(index)))
    for enum in _last(_enums(metadata)):
        yield _statement(
            f"add a label to the enum type {enum.name}",
            f"ALTER TYPE {_enum(enum)} ADD VALUE 'planted'",
        )
    for table in _last(metadata.tables.values()):
        name = _names.format_table(table)
        yield Fault(
            f"turn row-level security of {name} the other way",
            _flip(name, "relrowsecurity", "ENABLE", "DISABLE"),
        )
        yield Fault(
            f"turn FORCE ROW LEVEL SECURITY of {name} the other way",
            _flip(name, "relforcerowsecurity", "FORCE", "NO FORCE"),
        )
        yield _statement(f"let everybody read {name}", f"GRANT SELECT ON {name} TO PUBLIC")
        column = list(table.columns)[-1]
        yield _statement(
            f"comment on {_of(column)}",
            f"COMMENT ON COLUMN {name}.{_names.format_column(column)} IS 'planted'",
        )
    if any(
        sql_of(statement).upper().startswith("CREATE POLICY") for statement in record(metadata).statements()
    ):
        yield Fault("drop a policy", _to_a_policy("DROP POLICY %I ON %I.%I"))
        yield Fault("let a policy show every row", _to_a_policy("ALTER POLICY %I ON %I.%I USING (true)"))
    yield _statement(
        "create a function that no model knows",
        "CREATE FUNCTION planted() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    )


def breaking_the_contract(contract: Contract, metadata: sa.MetaData) -> Iterator[Fault]:
    """What the contract must notice in a database."""
    tables = [
        metadata.tables[wanted.table] for wanted in contract.required if wanted.table in metadata.tables
    ]
    for forbidden in contract.forbidden_columns:
        for table in tables[:1] or _last(metadata.tables.values()):
            name = _names.format_table(table)
            yield _statement(
                f"add the column {forbidden} to {name}",
                f"ALTER TABLE {name} ADD COLUMN {_names.quote(forbidden)} boolean",
            )
    required = [
        (wanted, metadata.tables[wanted.table].columns[wanted.column])
        for wanted in contract.required
        if wanted.table in metadata.tables and wanted.column in metadata.tables[wanted.table].columns
    ]
    for wanted, column in required[:1]:
        yield _statement(
            f"rename the column {_of(column)}",
            f"ALTER TABLE {_names.format_table(column.table)} "
            f"RENAME COLUMN {_names.format_column(column)} TO {_names.quote(f'{wanted.column}_planted')}",
        )
    for _, column in [pair for pair in required if pair[0].default is not None][:1]:
        yield _alter(f"drop the default of {_of(column)}", column, "DROP DEFAULT")
    for _, column in [pair for pair in required if _is_free_text(pair[1])][:1]:
        yield _alter(f"change the type of {_of(column)}", column, "TYPE varchar(10000)")


def _statement(name: str, statement: str) -> Fault:
    def plant(connection: Connection) -> None:
        # As bytes it holds no placeholders, whatever characters a name has.
        connection.execute(statement.encode())

    return Fault(name, plant)


def _alter(name: str, column: sa.Column[object], change: str) -> Fault:
    table = _names.format_table(column.table)
    return _statement(name, f"ALTER TABLE {table} ALTER COLUMN {_names.format_column(column)} {change}")


def _flip(table: str, flag: str, on: str, off: str) -> Callable[[Connection], None]:
    def plant(connection: Connection) -> None:
        query = "SELECT to_jsonb(c) ->> %s FROM pg_class c WHERE oid = %s::regclass"
        is_on = _one(connection, query, flag, table) == "true"
        connection.execute(f"ALTER TABLE {table} {off if is_on else on} ROW LEVEL SECURITY".encode())

    return plant


def _make_partial(index: str) -> Callable[[Connection], None]:
    def plant(connection: Connection) -> None:
        definition = _one(connection, "SELECT pg_get_indexdef(%s::regclass)", index)
        connection.execute(f"DROP INDEX {index}; {definition} WHERE false".encode())

    return plant


def _to_a_policy(statement: str) -> Callable[[Connection], None]:
    def plant(connection: Connection) -> None:
        found = _one(
            connection,
            "SELECT format(%s, policyname, schemaname, tablename) FROM pg_policies "
            "WHERE qual IS NOT NULL ORDER BY schemaname, tablename, policyname LIMIT 1",
            statement,
        )
        connection.execute(found.encode())

    return plant


def _one(connection: Connection, query: str, *parameters: str) -> str:
    row = connection.execute(query.encode(), parameters).fetchone()
    if row is None:
        raise SchemaError(f"The fault found nothing to break: {query}")
    return str(row[0])


def _last(items: Iterable[_Item]) -> list[_Item]:
    """The last item by name, in a list, or nothing at all."""
    return sorted(items, key=lambda item: str(getattr(item, "name", "")))[-1:]


def _columns(
    metadata: sa.MetaData, wanted: Callable[[sa.Column[object]], bool]
) -> Iterator[sa.Column[object]]:
    for table in metadata.tables.values():
        yield from filter(wanted, table.columns)


def _constraints(metadata: sa.MetaData, kind: type[sa.Constraint]) -> Iterator[sa.Constraint]:
    for table in metadata.tables.values():
        for constraint in table.constraints:
            if isinstance(constraint, kind) and constraint.name and _names.format_constraint(constraint):
                yield constraint


def _enums(metadata: sa.MetaData) -> Iterator[sa.Enum]:
    for column in _columns(metadata, lambda column: isinstance(column.type, sa.Enum)):
        if isinstance(column.type, sa.Enum) and column.type.native_enum:
            yield column.type


def _drop(constraint: sa.Constraint) -> str:
    return f"ALTER TABLE {_names.format_table(constraint.table)} DROP CONSTRAINT {_names.format_constraint(constraint)}"


def _enum(enum: sa.Enum) -> str:
    return (
        f"{_names.quote(enum.schema)}.{_names.quote(str(enum.name))}"
        if enum.schema
        else _names.quote(str(enum.name))
    )


def _index(index: sa.Index) -> str:
    schema = f"{_names.quote(index.table.schema)}." if index.table is not None and index.table.schema else ""
    return f"{schema}{_names.format_index(index)}"


def _is_plain(index: sa.Index) -> bool:
    return index.dialect_options["postgresql"]["where"] is None


def _has_constant_default(column: sa.Column[object]) -> bool:
    return isinstance(column.server_default, sa.DefaultClause)


def _is_free_text(column: sa.Column[object]) -> bool:
    """A text column that neither a key nor an index holds to its type."""
    table = column.table
    keys = [table.primary_key, *table.foreign_key_constraints, *_uniques(table)]
    held = any(column.name in key.columns for key in keys) or any(
        column.name in index.columns for index in table.indexes
    )
    return isinstance(column.type, sa.Text) and not held


def _uniques(table: sa.Table) -> list[sa.UniqueConstraint]:
    return [constraint for constraint in table.constraints if isinstance(constraint, sa.UniqueConstraint)]


def _of(column: sa.Column[object]) -> str:
    return f"{column.table.fullname}.{column.name}"
