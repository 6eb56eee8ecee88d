"""Faults for any application: its row-level security opened, switched off or bypassed."""

from __future__ import annotations

from reseed.check import Fault
from reseed.database import Connection, sql
from reseed.project import Project
from reseed.validate.breakage import changes, loosen, of, stranger, touch
from reseed.validate.follow import identifier
from reseed.validate.references import Reference, foreign_keys, tenant_tables
from reseed.validate.rows import statement
from reseed.validate.tables import seeded_tables


def seen_by_others(project: Project) -> tuple[Fault, ...]:
    table = _table(project)
    return (
        _policy(table, f"let every tenant read {table}", "FOR SELECT USING (true)"),
        _policy(table, f"hide {table} from its own tenant", "AS RESTRICTIVE FOR SELECT USING (false)"),
        _alter(table, f"switch row-level security off for {table}", "DISABLE ROW LEVEL SECURITY"),
    )


def proves_nothing(project: Project) -> tuple[Fault, ...]:
    table = _table(project)
    unset = sql.SQL("FOR SELECT USING (nullif(current_setting({}, true), '') IS NULL)").format(
        sql.Literal(project.tenant_setting)
    )

    def give(connection: Connection) -> None:
        role = sql.Identifier(project.app_role)
        connection.execute(sql.SQL("GRANT CREATE ON SCHEMA public TO {}").format(role))
        connection.execute(sql.SQL("ALTER TABLE {} OWNER TO {}").format(identifier(table), role))

    return (
        _policy(table, f"show {table} to a session without a tenant", unset),
        Fault(f"let the application's role own {table}", give),
    )


def written_by_others(project: Project) -> tuple[Fault, ...]:
    table = _table(project)
    return (
        _policy(table, f"let every tenant insert into {table}", "FOR INSERT WITH CHECK (true)"),
        _policy(table, f"let every tenant do anything with {table}", "USING (true) WITH CHECK (true)"),
    )


def unprotected(project: Project) -> tuple[Fault, ...]:
    table = _table(project)

    def drop_policies(connection: Connection) -> None:
        named = "SELECT polname FROM pg_catalog.pg_policy WHERE polrelid = %(table)s::regclass"
        for (name,) in connection.execute(named, of(table)).fetchall():
            connection.execute(
                sql.SQL("DROP POLICY {} ON {}").format(sql.Identifier(name), identifier(table))
            )

    return (
        _alter(table, f"let the owner of {table} pass its policies", "NO FORCE ROW LEVEL SECURITY"),
        _alter(table, f"switch row-level security off for {table}", "DISABLE ROW LEVEL SECURITY"),
        Fault(f"drop every policy of {table}", drop_policies),
    )


def leaked(project: Project) -> tuple[Fault, ...]:
    metadata = project.load_metadata()
    owners = tenant_tables(metadata, project.tenant_column, project.tenant_table)
    between = _between_tenant_tables(project, owners)
    if not between:
        return ()
    reference = between[-1]
    owner = owners[reference.table]
    nobody = stranger(metadata.tables[reference.table].columns[owner])

    def change(connection: Connection) -> None:
        loosen(connection, reference.table)
        present = sql.SQL(" AND ").join(
            sql.SQL("{} IS NOT NULL").format(sql.Identifier(column)) for column, _ in reference.identifying
        )
        touch(connection, reference.table, owner, nobody, present)

    named = (
        f"move a row of {reference.table} to another tenant, but not the row of {reference.parent} it names"
    )
    return (changes(named, change),)


def _between_tenant_tables(project: Project, owners: dict[str, str]) -> list[Reference]:
    """References from one tenant's row to another row of the tenant; those to the tenant itself do not count."""
    return [
        reference
        for reference in foreign_keys(seeded_tables(project))
        if reference.table in owners
        and reference.parent in owners
        and owners[reference.table] not in dict(reference.identifying)
    ]


def _table(project: Project) -> str:
    """The tenant table that is loaded last: the application's own, not one that says who the tenants are."""
    owners = tenant_tables(project.load_metadata(), project.tenant_column, project.tenant_table)
    return [table.fullname for table in seeded_tables(project) if table.fullname in owners][-1]


def _policy(table: str, name: str, rule: str | sql.Composed) -> Fault:
    clause = statement(rule) if isinstance(rule, str) else rule
    return _schema(name, sql.SQL("CREATE POLICY intrusion ON {} {}").format(identifier(table), clause))


def _alter(table: str, name: str, change: str) -> Fault:
    return _schema(name, sql.SQL("ALTER TABLE {} {}").format(identifier(table), statement(change)))


def _schema(name: str, change: sql.Composed) -> Fault:
    def plant(connection: Connection) -> None:
        connection.execute(change)

    return Fault(name, plant)
