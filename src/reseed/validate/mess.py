"""What is wrong with the rows of any database, an old one too: orphans and leaks, counted by the models' references.

An old database may lack tables and columns that the models have, or keep ids as text. So each reference is followed as
far as the database has it, by the columns that identify the row.
"""

from __future__ import annotations

from dataclasses import replace

from reseed.database import Connection, without_row_security
from reseed.records import Finding, Mess
from reseed.site import Site
from reseed.validate import rows
from reseed.validate.catalog import column_types
from reseed.validate.follow import ColumnTypes, leaks, naming, orphans
from reseed.validate.references import Reference, references, tenant_tables

_COLUMNS = """
SELECT concat(nullif(n.nspname, current_schema()) || '.', c.relname), array_agg(a.attname::text)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
GROUP BY n.nspname, c.relname
"""

_Columns = dict[str, frozenset[str]]


def count_mess(site: Site) -> Mess:
    """Orphans and leaks in `site.database`; it is left as it is."""
    metadata = site.project.load_metadata()
    owners = tenant_tables(metadata, site.project.tenant_column, site.project.tenant_table)
    with site.connect() as connection, without_row_security(connection):
        columns: _Columns = {table: frozenset(names) for table, names in connection.execute(_COLUMNS)}
        known = [kept for reference in references(metadata) if (kept := _as_far_as(reference, columns))]
        types = column_types(connection)
        lost = tuple(_orphans(connection, reference, types) for reference in known)
        leaking = tuple(_leaks(connection, reference, columns, owners, types) for reference in known)
    leaked = tuple(finding for finding in leaking if finding)
    return Mess(_total(lost), _total(leaked), (*lost, *leaked))


def _as_far_as(reference: Reference, columns: _Columns) -> Reference | None:
    """The part of a reference that the database has; None when what identifies the row is not there."""
    ours, theirs = columns.get(reference.table, frozenset()), columns.get(reference.parent, frozenset())
    if not all(column in ours and parent in theirs for column, parent in reference.identifying):
        return None
    return replace(
        reference,
        pairs=reference.identifying,
        key=tuple(column for column in reference.key if column in ours),
    )


def _orphans(connection: Connection, reference: Reference, types: ColumnTypes) -> Finding:
    question = f"Does every row of {reference.table} have the row of {reference.parent} it names?"
    return _none_of(
        connection, reference, f"orphans.{reference.name}", question, orphans(reference, types=types)
    )


def _leaks(
    connection: Connection,
    reference: Reference,
    columns: _Columns,
    owners: dict[str, str],
    types: ColumnTypes,
) -> Finding | None:
    """None where one of the two tables says no tenant, or where the reference is the tenant itself."""
    ours, theirs = owners.get(reference.table, ""), owners.get(reference.parent, "")
    stated = ours in columns[reference.table] and theirs in columns[reference.parent]
    if not stated or ours in reference.columns:
        return None
    question = f"Does every row of {reference.table} name a row of {reference.parent} of its own tenant?"
    return _none_of(
        connection, reference, f"leaks.{reference.name}", question, leaks(reference, ours, theirs, types)
    )


def _none_of(
    connection: Connection, reference: Reference, name: str, question: str, query: rows.Statement
) -> Finding:
    """The finding that no row which names another one through the reference is among those of the query."""
    found = rows.count(connection, query)
    return Finding(
        check=name,
        question=question,
        passed=not found,
        expected=0,
        actual=found,
        measured=rows.count(connection, naming(reference)),
        rows=rows.examples(connection, query) if found else (),
        sql=rows.text(connection, query),
    )


def _total(findings: tuple[Finding, ...]) -> int:
    return sum(int(str(finding.actual)) for finding in findings)
