"""Names that would mean something else where they are not quoted: of databases, schemas, tables and tenants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from reseed import database
from reseed.database import sql
from tests.acceptance.conftest import Legacy

#: 63 bytes, as many as PostgreSQL allows, so that every private name has to be cut.
HOSTILE = "\"; DROP DATABASE postgres; -- '%s {} \\ " + "ü" * 12


@pytest.fixture
def hostile(small: Legacy) -> Iterator[Legacy]:
    """The old shop under such a name, with tables and tenants that have such names."""
    target = small.target.on(HOSTILE)
    database.clone(small.target, small.target.database, HOSTILE)
    with database.connect(target) as connection:
        connection.execute(
            sql.SQL(
                "CREATE SCHEMA {0}; CREATE TABLE {0}.{0} ({0} text); INSERT INTO {0}.{0} VALUES ({1})"
            ).format(sql.Identifier(HOSTILE), sql.Literal(HOSTILE))
        )
        connection.execute("UPDATE shops SET name = %s WHERE id = 1", (HOSTILE,))
    before = every_name(small)
    yield replace(small, target=target)
    for name in {*every_name(small)} - {*before} | {HOSTILE}:
        database.drop(small.target, name)


def test_a_reset_and_every_way_back(hostile: Legacy) -> None:
    old, names = hostile.contents(), every_name(hostile)
    for command, stands in (
        (("run", "--yes"), "new"),
        (("validate",), "new"),
        (("rollback", "--yes"), "old"),
        (("rollback", "--yes"), "nothing to take back"),
        (("redo", "1.1", "--yes"), "new"),
        (("restore", "RUN", "--yes"), "old"),
        (("prune", "--keep", "0", "--yes"), "old"),
        (("recover",), "old"),
    ):
        done = hostile.reseed(*(hostile.run.name if word == "RUN" else word for word in command))
        assert "Traceback" not in done.stderr
        if stands == "nothing to take back":
            assert done.returncode == 2, done.stdout
            continue
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        assert (hostile.contents() == old) == (stands == "old"), command
    assert every_name(hostile) == names


def every_name(hostile: Legacy) -> list[str]:
    with database.maintenance(hostile.target) as connection:
        rows = connection.execute("SELECT datname FROM pg_database ORDER BY 1").fetchall()
    return [name for (name,) in rows]
