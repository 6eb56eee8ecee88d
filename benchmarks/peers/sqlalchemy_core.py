"""SQLAlchemy Core: `connection.execute(insert(table), rows)`, its documentation's bulk form, some tenants at a time.

With `returning`, which makes statements of many VALUES, it takes half as long again.
"""

from __future__ import annotations

import sqlalchemy as sa
from benchmarks.peers import values

from modernize.models import metadata

TENANTS_AT_ONCE = 16


def fill(engine: sa.Engine, tenants: range) -> None:
    """Insert the rows of some tenants."""
    for first in range(tenants.start, tenants.stop, TENANTS_AT_ONCE):
        rows = values.tables(range(first, min(first + TENANTS_AT_ONCE, tenants.stop)))
        with engine.begin() as connection:
            for table, some in rows.items():
                connection.execute(sa.insert(metadata.tables[table]), some)
