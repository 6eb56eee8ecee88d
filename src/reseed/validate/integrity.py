"""Do rows hold together? Keys and references, followed row by row, whatever the constraints claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import sqlalchemy as sa

from reseed.check import Check
from reseed.database import Connection, sql, without_row_security
from reseed.project import Project
from reseed.site import Site
from reseed.validate import breakage, rows
from reseed.validate.catalog import QUERIES, column_types, held_keys, required_columns, unproven
from reseed.validate.follow import identifier, orphans
from reseed.validate.named_rows import count_named
from reseed.validate.question import Answer, question
from reseed.validate.references import Reference, foreign_keys, references, soft_references
from reseed.validate.sizes import table_size
from reseed.validate.tables import seeded_tables

# A unique key with a NULL in it repeats nothing.
_REPEATED = sql.SQL(
    "SELECT {0}, count(*) AS times FROM {1} WHERE num_nulls({0}) = 0 GROUP BY {0} HAVING count(*) > 1"
)


def checks(project: Project) -> tuple[Check, ...]:
    """The checks of this family, with faults in the project's own tables; what it does not declare is not asked."""
    metadata, tables = project.load_metadata(), seeded_tables(project)
    return (
        *(_key_checks(tables) if any(foreign_keys(tables)) else ()),
        *(_soft_checks(metadata) if any(soft_references(metadata)) else ()),
        question(
            "integrity.unique_keys",
            "Is every primary and unique key of the models unique in the rows?",
            _unique_keys,
            (breakage.duplicate(tables),),
            rows_only=True,
        ),
        *_required_checks(tables),
        question(
            "integrity.constraints_proven",
            "Does every constraint and index hold for all rows, none of them NOT VALID or INVALID?",
            _constraints_proven,
            (breakage.unproven_constraint(tables),),
            rows_only=True,
        ),
    )


def _key_checks(tables: Sequence[sa.Table]) -> tuple[Check, ...]:
    return (
        question(
            "integrity.foreign_keys",
            "Does every foreign key of the models exist, validated, and does every row satisfy it?",
            _foreign_keys,
            (breakage.dropped_foreign_key(tables), breakage.orphan(tables)),
            rows_only=True,
        ),
        question(
            "integrity.orphans",
            "Does every row have the rows it names, whatever kind of reference names them?",
            _orphans,
            (breakage.orphan(tables),),
            rows_only=True,
        ),
    )


def _required_checks(tables: Sequence[sa.Table]) -> tuple[Check, ...]:
    column = next(breakage.required_columns(tables), None)
    if column is None:
        return ()
    words = "Does every column that the models require refuse NULL, and hold none?"
    faults = (breakage.optional_column(*column), breakage.missing_value(*column))
    return (question("integrity.required_values", words, _required_values, faults, rows_only=True),)


def _soft_checks(metadata: sa.MetaData) -> tuple[Check, ...]:
    return (
        question(
            "integrity.soft_references",
            "Does every id that no constraint holds name a row of the same tenant?",
            _soft_references,
            (breakage.dangling_id(metadata),),
            rows_only=True,
        ),
    )


def _foreign_keys(site: Site) -> Answer:
    declared = tuple(foreign_keys(site.project.load_metadata().sorted_tables))
    with site.connect() as connection, without_row_security(connection):
        held = [key for key in held_keys(connection) if key.validated]
        missing = [key for key in declared if not any(each.holds(key) for each in held)]
        followed = _follow(site, connection, declared)
    absent: tuple[rows.Row, ...] = tuple({"missing": key.name, "reference": str(key)} for key in missing)
    return Answer(
        expected={"foreign keys": len(declared), "orphans": 0},
        actual={"foreign keys": len(declared) - len(missing), "orphans": followed.actual},
        measured=followed.measured,
        rows=(*absent, *followed.rows),
        sql=followed.sql or QUERIES["foreign_keys"].sql,
    )


def _soft_references(site: Site) -> Answer:
    with site.connect() as connection, without_row_security(connection):
        return _follow(site, connection, soft_references(site.project.load_metadata()))


def _orphans(site: Site) -> Answer:
    with site.connect() as connection, without_row_security(connection):
        return _follow(site, connection, references(site.project.load_metadata()))


def _follow(site: Site, connection: Connection, declared: Iterable[Reference]) -> Answer:
    """Follow each reference from each row; expected is no orphan."""
    lost = 0
    examples: list[rows.Row] = []
    offending = ""
    followed = tuple(declared)
    types = site.once("column types", lambda: column_types(connection))
    for reference in followed:
        query = orphans(reference, types=types)
        if found := site.once(("orphans", reference), partial(rows.count, connection, query)):
            lost += found
            examples += ({"reference": str(reference), **row} for row in rows.examples(connection, query))
            offending = offending or rows.text(connection, query)
    measured = count_named(connection, [(reference, ()) for reference in followed])
    return Answer(0, lost, measured, tuple(examples), offending)


def _unique_keys(site: Site) -> Answer:
    measured = 0
    examples: list[rows.Row] = []
    offending = ""
    with site.connect() as connection, without_row_security(connection):
        for table in site.project.load_metadata().sorted_tables:
            keys = _keys(table)
            measured += len(keys) * table_size(site, connection, table.fullname)
            for repeated in _repeated_keys(connection, table.fullname, keys):
                for row in rows.examples(connection, repeated):
                    examples.append({"table": table.fullname, **row})
                    offending = offending or rows.text(connection, repeated)
    return Answer(0, len(examples), measured, tuple(examples), offending)


def _repeated_keys(
    connection: Connection, table: str, keys: Sequence[tuple[str, ...]]
) -> Iterator[sql.Composed]:
    """For each key that is not unique in the rows, the query for what is repeated."""
    unique: list[frozenset[str]] = []
    for key in sorted(keys, key=len):
        # What is unique by some of its columns is unique by all of them.
        if any(smaller <= frozenset(key) for smaller in unique):
            continue
        repeated = _REPEATED.format(sql.SQL(", ").join(map(sql.Identifier, key)), identifier(table))
        if rows.examples(connection, repeated):
            yield repeated
        else:
            unique.append(frozenset(key))


def _required_values(site: Site) -> Answer:
    measured, missing = 0, 0
    optional: list[str] = []
    with site.connect() as connection, without_row_security(connection):
        refusing = required_columns(connection)
        for table in site.project.load_metadata().sorted_tables:
            required = [column.name for column in table.columns if not column.nullable]
            optional += [
                f"{table.fullname}.{name}" for name in required if (table.fullname, name) not in refusing
            ]
            measured += table_size(site, connection, table.fullname)
            missing += rows.count(connection, _with_null(table.fullname, required))
    return Answer(
        expected={"optional columns": 0, "rows without a value": 0},
        actual={"optional columns": len(optional), "rows without a value": missing},
        measured=measured,
        rows=tuple({"optional": name} for name in optional),
        sql=QUERIES["required_columns"].sql,
    )


def _constraints_proven(site: Site) -> Answer:
    with site.connect() as connection, without_row_security(connection):
        found = unproven(connection)
        measured = sum(
            table_size(site, connection, table.fullname)
            for table in site.project.load_metadata().sorted_tables
        )
    return Answer(0, len(found), measured, found, QUERIES["unproven"].sql)


def _keys(table: sa.Table) -> list[tuple[str, ...]]:
    """Columns of the primary key and of each unique one."""
    return [
        tuple(column.name for column in constraint.columns)
        for constraint in sorted(table.constraints, key=lambda each: str(each.name))
        if isinstance(constraint, sa.PrimaryKeyConstraint | sa.UniqueConstraint)
    ]


def _with_null(table: str, columns: list[str]) -> sql.Composed:
    missing = sql.SQL(" OR ").join(sql.SQL("{} IS NULL").format(sql.Identifier(column)) for column in columns)
    return sql.SQL("SELECT 1 FROM {} WHERE {}").format(identifier(table), missing)
