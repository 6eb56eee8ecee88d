"""Which of the dataset's tenants a database holds, and which rows are theirs."""

from __future__ import annotations

from reseed.database import Connection, sql, without_row_security
from reseed.project import Project
from reseed.seed import Dataset
from reseed.validate.follow import identifier
from reseed.validate.references import tenant_tables


def tenants_present(connection: Connection, project: Project, dataset: Dataset) -> range:
    """Numbers of the dataset's tenants in the database: 0 alone after a demo, 0 to N - 1 after a load of N."""
    key = next(iter(project.load_metadata().tables[project.tenant_table].primary_key)).name
    query = sql.SQL("SELECT {} FROM {}").format(sql.Identifier(key), identifier(project.tenant_table))
    with without_row_security(connection):
        found = {row[0] for row in connection.execute(query)}
    number = 0
    while dataset.tenant_id(number) in found:
        number += 1
    return range(number)


def owned_by(project: Project, dataset: Dataset, table: str, tenants: range) -> sql.Composed:
    """The condition that a row belongs to one of some tenants: by its tenant column, else by the dataset's own keys.

    It is NULL for a row that names no tenant.
    """
    metadata = project.load_metadata()
    owner = tenant_tables(metadata, project.tenant_column, project.tenant_table).get(table)
    if owner is not None:
        column, values = owner, [dataset.tenant_id(number) for number in tenants]
    else:
        column = next(iter(metadata.tables[table].primary_key)).name
        values = dataset.batch(table, tenants).column(column).to_pylist()
    # An array is one constant, which the server hashes, and looks up in an index where it is short.
    accepted = sql.SQL("= ANY ({})").format(sql.Literal(values)) if values else sql.SQL("IN (NULL)")
    return sql.SQL("{} {}").format(sql.Identifier(column), accepted)
