"""One column whose default holds a quote."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()
owners = sa.Table("owners", metadata, sa.Column("name", sa.Text, server_default="it's"))
