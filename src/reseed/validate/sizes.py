"""How many rows a table has: asked by many checks, counted once."""

from __future__ import annotations

from reseed.database import Connection, sql
from reseed.site import Site
from reseed.validate import rows
from reseed.validate.follow import identifier


def table_size(site: Site, connection: Connection, table: str) -> int:
    """Every row of a table, counted where row-level security hides none."""
    query = sql.SQL("SELECT 1 FROM {}").format(identifier(table))
    return site.once(("size", table), lambda: rows.count(connection, query))
