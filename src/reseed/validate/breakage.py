"""Faults for any application: keys, references and values broken in the tables its models declare.

`tables` are those that have rows, in load order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import sqlalchemy as sa

from reseed import database
from reseed.check import Fault
from reseed.database import Connection, sql
from reseed.errors import ReseedError
from reseed.validate.catalog import HeldKey, held_keys
from reseed.validate.follow import identifier
from reseed.validate.references import Reference, foreign_keys, soft_references
from reseed.validate.rows import Statement, statement

ANY_ROW = sql.SQL("true")

_DEFINITION = """
SELECT pg_catalog.pg_get_constraintdef(oid) FROM pg_catalog.pg_constraint
WHERE conname = %(name)s AND conrelid = %(table)s::regclass
"""

_FOREIGN_KEYS_OF = """
SELECT n.nspname, c.relname, k.conname
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype = 'f' AND %(table)s::regclass IN (k.conrelid, k.confrelid)
"""

_KEYS_OF = """
SELECT conname FROM pg_catalog.pg_constraint
WHERE contype IN ('p', 'u') AND conrelid = %(table)s::regclass
"""

_UNIQUE_INDEXES_OF = """
SELECT n.nspname, c.relname
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE i.indisunique AND i.indrelid = %(table)s::regclass
"""


def changes(name: str, change: Callable[[Connection], None]) -> Fault:
    """A fault that changes rows of any tenant."""

    def plant(connection: Connection) -> None:
        with database.change_every_row(connection):
            change(connection)

    return Fault(name, plant)


def dropped_foreign_key(tables: Sequence[sa.Table]) -> Fault:
    key = _last_key(tables)

    def plant(connection: Connection) -> None:
        connection.execute(_drop_constraint(key.table, _held(connection, key).name))

    return Fault(f"drop the foreign key {key}", plant)


def orphan(tables: Sequence[sa.Table]) -> Fault:
    """A row whose parent is gone, behind a foreign key that was put back without looking at the rows."""
    key = _last_key(tables)
    column = key.identifying[-1][0]
    nobody = stranger(next(table for table in tables if table.fullname == key.table).columns[column])

    def change(connection: Connection) -> None:
        name = _held(connection, key).name
        (definition,) = connection.execute(_DEFINITION, {"name": name, **of(key.table)}).fetchall()[0]
        loosen(connection, key.table)
        touch(connection, key.table, column, nobody)
        unchecked = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {} NOT VALID")
        connection.execute(
            unchecked.format(identifier(key.table), sql.Identifier(name), statement(definition))
        )

    return changes(f"let a row of {key.table} name a row of {key.parent} that does not exist", change)


def dangling_id(metadata: sa.MetaData) -> Fault:
    """An id that no constraint holds names nothing."""
    reference = next(soft_references(metadata))
    column = reference.many or reference.columns[-1]
    parent = metadata.tables[reference.parent].columns[reference.parent_columns[-1]]
    value = f'array_append("{column}", {stranger(parent)})' if reference.many else stranger(parent)
    return changes(
        f"let {reference.table}.{column} name a row of {reference.parent} that does not exist",
        lambda connection: touch(connection, reference.table, column, value),
    )


def duplicate(tables: Sequence[sa.Table]) -> Fault:
    """A row stored twice, its keys dropped."""
    table = tables[-1]
    return changes(f"store a row of {table.fullname} twice", lambda connection: copy(connection, table, {}))


def optional_column(table: str, column: str) -> Fault:
    def plant(connection: Connection) -> None:
        connection.execute(_drop_not_null(table, column))

    return Fault(f"let {table}.{column} be NULL", plant)


def missing_value(table: str, column: str) -> Fault:
    def change(connection: Connection) -> None:
        connection.execute(_drop_not_null(table, column))
        touch(connection, table, column, "NULL")

    return changes(f"take the value of {table}.{column} from a row", change)


def unproven_constraint(tables: Sequence[sa.Table]) -> Fault:
    table = tables[-1].fullname

    def plant(connection: Connection) -> None:
        connection.execute(
            sql.SQL("ALTER TABLE {} ADD CONSTRAINT unproven CHECK (NULL::boolean) NOT VALID").format(
                identifier(table)
            )
        )

    return Fault(f"add a constraint to {table} without looking at its rows", plant)


def loosen(connection: Connection, table: str) -> None:
    """Drop every foreign key from or to a table, so that any row of it can be broken."""
    for schema, owner, name in connection.execute(_FOREIGN_KEYS_OF, of(table)).fetchall():
        connection.execute(_drop_constraint(f"{schema}.{owner}", name))


def of(table: str) -> dict[str, str]:
    """The parameter that names a table to the catalog."""
    return {"table": identifier(table).as_string(None)}


def touch(connection: Connection, table: str, column: str, value: str, where: Statement = ANY_ROW) -> None:
    """Set a column of one row (that has a value there already) to an SQL expression."""
    done = connection.execute(
        sql.SQL(
            "UPDATE {table} SET {column} = {value} WHERE ctid = "
            "(SELECT ctid FROM {table} WHERE {column} IS NOT NULL AND ({where}) LIMIT 1)"
        ).format(
            table=identifier(table),
            column=sql.Identifier(column),
            value=statement(value),
            where=where,
        )
    )
    _require(done.rowcount, table)


def remove(connection: Connection, table: str, where: Statement = ANY_ROW) -> None:
    """Delete one row, whatever refers to it."""
    loosen(connection, table)
    done = connection.execute(
        sql.SQL("DELETE FROM {table} WHERE ctid = (SELECT ctid FROM {table} WHERE {where} LIMIT 1)").format(
            table=identifier(table), where=where
        )
    )
    _require(done.rowcount, table)


def copy(connection: Connection, table: sa.Table, changed: Mapping[str, str]) -> None:
    """Store one row again, some columns changed to SQL expressions, whatever keys stand against it."""
    loosen(connection, table.fullname)
    names = of(table.fullname)
    for (constraint,) in connection.execute(_KEYS_OF, names).fetchall():
        connection.execute(_drop_constraint(table.fullname, constraint))
    for schema, index in connection.execute(_UNIQUE_INDEXES_OF, names).fetchall():
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(schema, index)))
    columns = [column.name for column in table.columns if column.computed is None]
    values = [statement(changed[name]) if name in changed else sql.Identifier(name) for name in columns]
    done = connection.execute(
        sql.SQL(
            "INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {values} FROM {table} LIMIT 1"
        ).format(
            table=identifier(table.fullname),
            columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
            values=sql.SQL(", ").join(values),
        )
    )
    _require(done.rowcount, table.fullname)


def stranger(column: sa.Column[object]) -> str:
    """An SQL value of a column's type that no row has."""
    if isinstance(column.type, sa.Integer):
        return "-2147483648"
    return "gen_random_uuid()" if isinstance(column.type, sa.Uuid) else "'no such row'"


def another(column: sa.Column[object]) -> str | None:
    """An SQL expression for a value of a column other than the one it has; None for types without a next value."""
    if isinstance(column.type, sa.DateTime):
        return f"\"{column.name}\" + interval '1 microsecond'"
    if isinstance(column.type, sa.Integer | sa.Numeric):
        return f'"{column.name}" + 1'
    return None


def _require(changed: int, table: str) -> None:
    if changed != 1:
        raise ReseedError(f"The fault found {changed} rows to change in {table}, expected one.")


def _held(connection: Connection, key: Reference) -> HeldKey:
    """The foreign key as the database calls it; models need not name theirs."""
    for held in held_keys(connection):
        if held.holds(key):
            return held
    raise ReseedError(f"The fault found no foreign key {key} to break.")


def _last_key(tables: Sequence[sa.Table]) -> Reference:
    """In load order the last keys are the application's own, not those that lead to its tenants."""
    return list(foreign_keys(tables))[-1]


def required_columns(tables: Sequence[sa.Table]) -> Iterator[tuple[str, str]]:
    """(table, column) of what must have a value beside keys, the last tables first."""
    for table in reversed(tables):
        for column in table.columns:
            if not (column.nullable or column.primary_key or column.foreign_keys):
                yield table.fullname, column.name


def _drop_constraint(table: str, name: str) -> sql.Composed:
    return sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(identifier(table), sql.Identifier(name))


def _drop_not_null(table: str, column: str) -> sql.Composed:
    return sql.SQL("ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL").format(
        identifier(table), sql.Identifier(column)
    )
