"""One table, and a function that nobody drops."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import DDL, event

metadata = sa.MetaData()
owners = sa.Table("owners", metadata, sa.Column("id", sa.Integer, primary_key=True))
event.listen(
    metadata,
    "after_create",
    DDL("CREATE OR REPLACE FUNCTION one() RETURNS integer LANGUAGE sql AS 'SELECT 1'"),
)
