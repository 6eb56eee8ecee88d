"""SQLAlchemy ORM: mapped objects, `session.add_all`, a flush for each table and a commit, some tenants at a time.

The models name their parents by key and have no relationships, so the unit of work would not know which table is first.
"""

from __future__ import annotations

import sqlalchemy as sa
from benchmarks.peers import values
from sqlalchemy.orm import Session

from modernize.models.base import Base

TENANTS_AT_ONCE = 16


def fill(engine: sa.Engine, tenants: range) -> None:
    """Insert the rows of some tenants."""
    models = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
    for first in range(tenants.start, tenants.stop, TENANTS_AT_ONCE):
        rows = values.tables(range(first, min(first + TENANTS_AT_ONCE, tenants.stop)))
        with Session(engine) as session:
            for table, some in rows.items():
                session.add_all(models[table](**row) for row in some)
                session.flush()
            session.commit()
