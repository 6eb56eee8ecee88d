"""Where questions about tenancy are asked: two tenants in one database, seen through the application's own role.

The second tenant is loaded inside a transaction that is always rolled back, and everything is asked in that
transaction after `SET ROLE` to the application's role, so nobody else ever sees anything of it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from reseed.database import Connection, dict_rows, sql, sqlstate, without_row_security
from reseed.project import Project
from reseed.seed import Dataset, load_tenants, password_of
from reseed.site import Site
from reseed.validate.follow import identifier
from reseed.validate.references import tenant_tables
from reseed.validate.rows import Statement
from reseed.validate.tenants import owned_by, tenants_present

DEMO = 0

NOBODYS_PASSWORD = secrets.token_urlsafe()
"""Of users in tenants that are planted and rolled back, or scratched: one for all, so that it is hashed once."""

Key = tuple[object, ...]


@dataclass(frozen=True)
class TwoTenants:
    """Two tenants in one database.

    Attributes:
        connection: in the transaction; `act_for` changes its role.
        planted: number of the second tenant.
        keys: table -> columns of its primary key, for every table of the models.
        owners: table -> column that says which tenant a row belongs to; tables that tenants share have none.
    """

    connection: Connection
    project: Project
    dataset: Dataset
    planted: int
    keys: Mapping[str, tuple[str, ...]]
    owners: Mapping[str, str]

    @property
    def tenants(self) -> tuple[int, int]:
        return (DEMO, self.planted)

    def act_for(self, tenant: int | None) -> None:
        """Become the application at work for a tenant, or for none."""
        value = "" if tenant is None else str(self.dataset.tenant_id(tenant))
        self.connection.execute("SELECT set_config(%s, %s, true)", (self.project.tenant_setting, value))
        self.act()

    def act(self) -> None:
        """Become the application, with whatever tenant is set."""
        role = sql.Identifier(self.project.app_role)
        self.connection.execute(sql.SQL("SET LOCAL ROLE {}").format(role))

    def visible(self, table: str) -> set[Key]:
        """Primary keys of the rows that are seen now."""
        query = sql.SQL("SELECT {} FROM {}").format(_names(self.keys[table]), identifier(table))
        return set(self.connection.execute(query))

    def expected(self, table: str, tenant: int) -> set[Key]:
        """Primary keys of a tenant's rows, from the dataset."""
        if table not in self.dataset.definition.rows:
            return set()
        batch = self.dataset.batch(table, range(tenant, tenant + 1)).select(list(self.keys[table]))
        return set(zip(*(column.to_pylist() for column in batch.columns), strict=True))

    def foreign(self, table: str, tenant: int) -> set[Key]:
        """Primary keys of the rows that are seen now and belong to someone else."""
        if table not in self.owners:
            return self.visible(table) - self.expected(table, tenant)
        query = sql.SQL("SELECT {} FROM {} WHERE {} IS DISTINCT FROM %s").format(
            _names(self.keys[table]), identifier(table), sql.Identifier(self.owners[table])
        )
        return set(self.connection.execute(query, (self.dataset.tenant_id(tenant),)))

    def rows_of(self, tenant: int) -> dict[str, tuple[Key, str]]:
        """One row of a tenant in each table that has any, read as the owner: its key, and all of it as JSON text."""
        self.connection.execute("RESET ROLE")
        with without_row_security(self.connection):
            found = {table: self._row_of(table, tenant) for table in self.keys}
        return {table: row for table, row in found.items() if row}

    def _row_of(self, table: str, tenant: int) -> tuple[Key, str] | None:
        expected = self.expected(table, tenant)
        if not expected:
            return None
        present = self._stored(table, tenant) & expected
        if not present:
            return None
        key = min(present, key=str)
        query = sql.SQL("SELECT to_jsonb(t)::text AS whole FROM {} AS t WHERE {}").format(
            identifier(table), self.same(table)
        )
        return key, str(dict_rows(self.connection, query, key)[0]["whole"])

    def _stored(self, table: str, tenant: int) -> set[Key]:
        """Primary keys of the rows that are a tenant's by its own column, or by the dataset's keys."""
        own = owned_by(self.project, self.dataset, table, range(tenant, tenant + 1))
        query = sql.SQL("SELECT {} FROM {} WHERE {}").format(_names(self.keys[table]), identifier(table), own)
        return set(self.connection.execute(query))

    def same(self, table: str) -> sql.Composed:
        """The condition that a row has a key, given as parameters."""
        return sql.SQL(" AND ").join(
            sql.SQL("{} = %s").format(sql.Identifier(name)) for name in self.keys[table]
        )

    def refuses(self, statement: Statement, parameters: Key) -> bool:
        """Whether security refuses a statement, or lets it reach no row; whatever it does is undone."""
        try:
            with self.connection.transaction(force_rollback=True):
                return self.connection.execute(statement, parameters).rowcount == 0
        except sqlstate.InsufficientPrivilege:
            return True
        except (sqlstate.IntegrityError, sqlstate.DataError):
            # It got past security, and a constraint happened to stop it.
            return False


@contextmanager
def two_tenants(site: Site) -> Iterator[TwoTenants]:
    """Plant the first tenant that the database does not have; all of it is rolled back at the end."""
    project, dataset = site.project, site.dataset
    metadata = project.load_metadata()
    with site.connect() as connection, connection.transaction(force_rollback=True):
        planted = max(DEMO + 1, tenants_present(connection, project, dataset).stop)
        # Hashing is slow on purpose, and a run has hashed its own password already.
        password = password_of(site.folder) or NOBODYS_PASSWORD
        load_tenants(connection, dataset, range(planted, planted + 1), password=password)
        yield TwoTenants(
            connection,
            project,
            dataset,
            planted,
            keys={
                name: tuple(key.name for key in table.primary_key) for name, table in metadata.tables.items()
            },
            owners=tenant_tables(metadata, project.tenant_column, project.tenant_table),
        )


def _names(columns: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
