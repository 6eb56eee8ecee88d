"""Databases for a moment: made for one measurement, dropped after it, swept up when their maker was killed.

The maker holds an advisory lock named after its database for as long as it lives, so a scratch database whose lock
is free belongs to nobody any more.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager

from reseed.database.claim import lock
from reseed.database.connection import maintenance
from reseed.database.databases import create, drop_on, private_name
from reseed.database.target import Target

_OURS = """
    SELECT datname FROM pg_database
    WHERE datname ~ '__scratch_[0-9a-f]{8}$' AND pg_has_role(datdba, 'USAGE')
    ORDER BY datname
"""


# A backend notices that its client is gone when it has done what it was told.
_BEING_MADE = """
    SELECT pid, query_start FROM pg_stat_activity
    WHERE usename = current_user AND pid <> pg_backend_pid() AND state = 'active' AND query ~ '^CREATE DATABASE '
"""
_PATIENCE_SECONDS = 15
_LOOK_AGAIN_SECONDS = 0.02


def scratch_tag() -> str:
    """What stands behind the stem in a new scratch database's name."""
    return f"scratch_{secrets.token_hex(4)}"


def is_scratch(name: str) -> bool:
    """Whether a database of this name is taken for a scratch database, and swept when nobody holds its lock."""
    return re.search(r"__scratch_[0-9a-f]{8}$", name) is not None


@contextmanager
def scratch(target: Target, stem: str, template: str | None = None, like: str = "") -> Iterator[Target]:
    """A fresh database (or a copy of `template`) under a private name, dropped at the end.

    Args:
        like: name of a database whose locale a fresh one gets.
    """
    name = private_name(stem, scratch_tag())
    with maintenance(target) as connection:
        lock(connection, name)
        create(target, name, template, like)
        try:
            yield target.on(name)
        finally:
            drop_on(connection, name)


def sweep(target: Target) -> tuple[str, ...]:
    """Drop the scratch databases of makers that died; returns their names."""
    swept = []
    await_made(target)
    with maintenance(target) as connection:
        for (name,) in connection.execute(_OURS).fetchall():
            if lock(connection, name):
                drop_on(connection, name)
                swept.append(name)
    return tuple(swept)


def await_made(target: Target) -> None:
    """Wait until databases that our role is having made are there, so that nobody's comes to light afterwards."""
    with maintenance(target) as connection:
        being_made = set(connection.execute(_BEING_MADE))
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while being_made and time.monotonic() < deadline:
            time.sleep(_LOOK_AGAIN_SECONDS)
            being_made &= set(connection.execute(_BEING_MADE))
