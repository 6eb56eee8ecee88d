"""SQLAlchemy Core: `connection.execute(insert(table), rows)`, the bulk form of its documentation, some tenants at a time."""

from __future__ import annotations

import sqlalchemy as sa
from modernize.models import metadata

from benchmarks.peers import values

TENANTS_AT_ONCE = 16


def fill(engine: sa.Engine, tenants: range) -> None:
    """Insert the rows of some tenants."""
    for first in range(tenants.start, tenants.stop, TENANTS_AT_ONCE):
        rows = values.tables(range(first, min(first + TENANTS_AT_ONCE, tenants.stop)))
        with engine.begin() as connection:
            for table, some in rows.items():
                connection.execute(sa.insert(metadata.tables[table]), some)
