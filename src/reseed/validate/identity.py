"""The digest by which reports and results say which rows they are about."""

from __future__ import annotations

import hashlib
import json

from reseed.database import Connection, sql, without_row_security
from reseed.seed import Dataset, actual_digest, parts_digest
from reseed.site import Site
from reseed.validate import rows
from reseed.validate.follow import identifier
from reseed.validate.tenants import owned_by, tenants_present

DEMO = range(1)


def rows_digest(connection: Connection, site: Site) -> str:
    """The digest of every row where the demo tenant is alone.

    Beside other tenants it is over the digest of the demo tenant's rows and the number of rows in each table, so that
    it can be taken again and again of a database of any size. Whether the others' rows are right, value for value, the
    check `dataset.digest` says.

    Raises:
        SeedError: the database lacks a table of the dataset.
    """
    dataset: Dataset = site.dataset
    if not _several(connection, site):
        return actual_digest(connection, dataset)
    demo = parts_digest(
        connection,
        dataset,
        [part.name for part in dataset.parts],
        lambda table: owned_by(site.project, dataset, table, DEMO),
    )
    with without_row_security(connection):
        counted = {
            table: rows.count(connection, sql.SQL("SELECT 1 FROM {}").format(identifier(table)))
            for table in dataset.definition.rows
        }
    return hashlib.sha256(json.dumps([demo, counted]).encode()).hexdigest()


def _several(connection: Connection, site: Site) -> bool:
    """Whether the database has other tenants of the dataset beside the demo tenant."""
    table = identifier(site.project.tenant_table).as_string(connection)
    (known,) = connection.execute("SELECT to_regclass(%s)", (table,)).fetchall()[0]
    return known is not None and len(tenants_present(connection, site.project, site.dataset)) > len(DEMO)
