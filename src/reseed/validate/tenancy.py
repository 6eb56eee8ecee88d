"""Are tenants kept apart? Asked as the role the application connects as, with a second tenant in the database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reseed.check import Check
from reseed.database import Connection, dict_rows, sql, without_row_security
from reseed.project import Project
from reseed.site import Site
from reseed.validate import intrusion, rows
from reseed.validate.catalog import column_types
from reseed.validate.follow import identifier, leaks
from reseed.validate.named import read_queries
from reseed.validate.named_rows import count_named
from reseed.validate.question import Answer, question
from reseed.validate.references import references, tenant_tables
from reseed.validate.sizes import table_size
from reseed.validate.two_tenants import DEMO, Key, TwoTenants, two_tenants

_CATALOG = read_queries(Path(__file__).with_name("security.sql"))


def checks(project: Project) -> tuple[Check, ...]:
    """The checks of this family, with faults in the project's own policies."""
    return (
        question(
            "tenancy.isolated",
            "Does each of two tenants see exactly its own rows in every table, all of them and no other's?",
            _isolated,
            intrusion.seen_by_others(project),
        ),
        question(
            "tenancy.not_vacuous",
            "Is that proof worth something: both tenants have rows in every table that is seeded, the role is an "
            "ordinary one, and without a tenant it sees nothing?",
            _not_vacuous,
            intrusion.proves_nothing(project),
        ),
        question(
            "tenancy.writes_refused",
            "Is every attempt to write, change, remove or give away rows across tenants refused?",
            _writes_refused,
            intrusion.written_by_others(project),
        ),
        question(
            "tenancy.forced",
            "Is row-level security enabled, forced and given a policy on every table, so that its owner obeys as well?",
            _forced,
            intrusion.unprotected(project),
        ),
        *_leak_checks(project),
    )


def _leak_checks(project: Project) -> tuple[Check, ...]:
    """Only where rows of tenants name each other."""
    faults = intrusion.leaked(project)
    words = "Does every row name rows of its own tenant only?"
    return (question("tenancy.no_leaks", words, _no_leaks, faults),) if faults else ()


def _isolated(site: Site) -> Answer:
    own, stray = 0, []
    with two_tenants(site) as stage:
        for tenant in stage.tenants:
            stage.act_for(tenant)
            for table in stage.keys:
                expected = stage.expected(table, tenant)
                own += len(expected)
                stray += _marked("foreign", table, tenant, stage.foreign(table, tenant))
                stray += _marked("missing", table, tenant, expected - stage.visible(table))
    return Answer(
        expected={"foreign": 0, "missing": 0},
        actual={kind: sum(row["kind"] == kind for row in stray) for kind in ("foreign", "missing")},
        measured=own,
        rows=tuple(stray),
    )


def _not_vacuous(site: Site) -> Answer:
    with two_tenants(site) as stage:
        stage.act()
        role = rows.plain_row(
            dict_rows(stage.connection, rows.statement(_CATALOG["application_role"].sql))[0]
        )
        nobody = sum(len(stage.visible(table)) for table in stage.keys)
        stage.act_for(None)
        nobody += sum(len(stage.visible(table)) for table in stage.keys)
        seen = {tenant: _sizes(stage, tenant) for tenant in stage.tenants}
    filled = [table for table in stage.keys if table not in site.project.unseeded]
    empty = [table for table in filled if not all(seen[tenant][table] for tenant in stage.tenants)]
    ordinary = {"superuser": False, "bypasses": False, "tables it owns": 0}
    return Answer(
        expected={"role": ordinary, "rows without a tenant": 0, "tables not filled by both": []},
        actual={"role": role, "rows without a tenant": nobody, "tables not filled by both": empty},
        measured=sum(sum(sizes.values()) for sizes in seen.values()),
        sql=_CATALOG["application_role"].sql,
    )


def _writes_refused(site: Site) -> Answer:
    with two_tenants(site) as stage:
        outcomes = [(attempt, stage.refuses(*attempt[2:])) for attempt in _attempts(stage)]
    allowed: list[rows.Row] = [
        {"table": table, "allowed": what} for (table, what, *_), refused in outcomes if not refused
    ]
    return Answer(0, len(allowed), len(outcomes), tuple(allowed))


def _attempts(stage: TwoTenants) -> Iterator[tuple[str, str, rows.Statement, Key]]:
    """(table, what is tried, statement, parameters), tried as the demo tenant on rows of the other one."""
    ours, theirs = stage.rows_of(DEMO), stage.rows_of(stage.planted)
    stage.act_for(DEMO)
    for table in stage.keys:
        if table not in ours or table not in theirs:
            continue
        own, other = ours[table], theirs[table]
        name, same = identifier(table), stage.same(table)
        column = sql.Identifier(stage.keys[table][-1])
        copied = sql.SQL("INSERT INTO {0} SELECT * FROM jsonb_populate_record(NULL::{0}, %s::jsonb)").format(
            name
        )
        change = sql.SQL("UPDATE {0} SET {1} = {1} WHERE {2}").format(name, column, same)
        yield table, "insert a row of another tenant", copied, (other[1],)
        yield table, "change a row of another tenant", change, other[0]
        yield (
            table,
            "delete a row of another tenant",
            sql.SQL("DELETE FROM {} WHERE {}").format(name, same),
            other[0],
        )
        if table in stage.owners:
            give = sql.SQL("UPDATE {} SET {} = %s WHERE {}").format(
                name, sql.Identifier(stage.owners[table]), same
            )
            yield (
                table,
                "give a row to another tenant",
                give,
                (stage.dataset.tenant_id(stage.planted), *own[0]),
            )


def _forced(site: Site) -> Answer:
    tables = sorted(table.fullname for table in site.project.load_metadata().sorted_tables)
    with site.connect() as connection:
        found = dict_rows(connection, rows.statement(_CATALOG["protection"].sql))
        hidden = _rows_in(site, connection, tables)
    protected = {row["table"] for row in found if row["enabled"] and row["forced"] and row["policies"]}
    bare = [table for table in tables if table not in protected]
    return Answer(
        [], bare, hidden, tuple({"unprotected": table} for table in bare), _CATALOG["protection"].sql
    )


def _no_leaks(site: Site) -> Answer:
    project = site.project
    metadata = project.load_metadata()
    owners = tenant_tables(metadata, project.tenant_column, project.tenant_table)
    leaking = 0
    examples: list[rows.Row] = []
    offending = ""
    followed = [
        reference
        for reference in references(metadata)
        if reference.table in owners and reference.parent in owners
    ]
    with site.connect() as connection, without_row_security(connection):
        types = column_types(connection)
        measured = count_named(connection, [(reference, reference.identifying) for reference in followed])
        for reference in followed:
            query = leaks(reference, owners[reference.table], owners[reference.parent], types)
            if found := rows.count(connection, query):
                leaking += found
                examples += ({"reference": str(reference), **row} for row in rows.examples(connection, query))
                offending = offending or rows.text(connection, query)
    return Answer(0, leaking, measured, tuple(examples), offending)


def _sizes(stage: TwoTenants, tenant: int) -> dict[str, int]:
    stage.act_for(tenant)
    return {table: len(stage.visible(table)) for table in stage.keys}


def _rows_in(site: Site, connection: Connection, tables: list[str]) -> int:
    with without_row_security(connection):
        return sum(table_size(site, connection, table) for table in tables)


def _marked(kind: str, table: str, tenant: int, keys: set[Key]) -> list[rows.Row]:
    shown = sorted(keys, key=str)
    return [{"kind": kind, "table": table, "seen by tenant": tenant, "key": rows.plain(key)} for key in shown]
