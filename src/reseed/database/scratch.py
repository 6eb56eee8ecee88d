"""Databases for a moment: made for one measurement, dropped after it, swept up when their maker was killed.

The maker holds an advisory lock named after its database for as long as it lives, so a scratch database whose lock
is free belongs to nobody any more.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from reseed.database.connection import Connection, maintenance
from reseed.database.databases import create, drop_on, private_name
from reseed.database.target import Target

_OURS = """
    SELECT datname FROM pg_database
    WHERE datname ~ '__scratch_[0-9a-f]{8}$' AND pg_has_role(datdba, 'USAGE')
    ORDER BY datname
"""


@contextmanager
def scratch(target: Target, stem: str, template: str | None = None) -> Iterator[Target]:
    """A fresh database (or a copy of `template`) under a private name, dropped at the end."""
    name = private_name(stem, f"scratch_{secrets.token_hex(4)}")
    with maintenance(target) as connection:
        _hold(connection, name)
        create(target, name, template)
        try:
            yield target.on(name)
        finally:
            drop_on(connection, name)


def sweep(target: Target) -> tuple[str, ...]:
    """Drop the scratch databases of makers that died; returns their names."""
    swept = []
    with maintenance(target) as connection:
        for (name,) in connection.execute(_OURS).fetchall():
            if _hold(connection, name):
                drop_on(connection, name)
                swept.append(name)
    return tuple(swept)


def _hold(connection: Connection, name: str) -> bool:
    """Whether the lock named after a database could be had; it is ours until this session ends."""
    row = connection.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (name,)).fetchone()
    return bool(row and row[0])
