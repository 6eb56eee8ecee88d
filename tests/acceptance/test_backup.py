"""`reseed backup` from outside: what it keeps, and under which name."""

from __future__ import annotations

import fcntl
import json
import os
import stat
from pathlib import Path

import pytest

from reseed import backup, database
from reseed.database import Target
from tests.acceptance.conftest import Command, databases_like


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def test_a_backup_is_proven_and_kept(reseed: Command, demo_database: Target, state: Path) -> None:
    done = reseed("backup", "--state", str(state), DATABASE_URL=demo_database.url())
    assert done.returncode == 0, done.stderr
    (folder,) = (state / "backups").iterdir()
    assert str(folder) in done.stdout
    assert "Proven: restored into a scratch database" in done.stdout
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    taken = backup.verify(folder)
    assert taken.proven
    assert taken.rows["public.assets"] == 60
    with database.scratch(demo_database, "restored") as target:
        backup.restore(folder, target)
        assert backup.differences(taken, folder, target) == ()
    assert databases_like(demo_database) == [demo_database.database]


def test_for_machines(reseed: Command, demo_database: Target, state: Path) -> None:
    """Another database of the server, by name."""
    done = reseed(
        "backup", "--json", "--state", str(state), "--database", demo_database.database,
        DATABASE_URL=demo_database.on("postgres").url(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert record["database"] == demo_database.database
    assert record["rows"]["public.assets"] == 60
    assert backup.verify(Path(record["folder"])).proven


def test_what_does_not_restore_is_kept_as_unproven(
    reseed: Command, demo_database: Target, state: Path
) -> None:
    administrator = database.embedded.administrator(demo_database).on(demo_database.database)
    with database.connect(administrator) as connection:
        connection.execute("CREATE FUNCTION leaks() RETURNS integer LANGUAGE sql LEAKPROOF AS 'SELECT 1'")
    done = reseed("backup", "--state", str(state), DATABASE_URL=demo_database.url())
    assert done.returncode == 1
    (folder,) = (state / "backups").iterdir()
    assert folder.name.endswith(".unproven")
    assert backup.verify(folder).proven is None
    assert "FUNCTION public.leaks()" in done.stderr
    assert str(folder) in done.stderr
    assert "Traceback" not in done.stderr
    assert databases_like(demo_database) == [demo_database.database]


def test_no_such_database(reseed: Command, server: Target, state: Path) -> None:
    done = reseed("backup", "--state", str(state), DATABASE_URL=server.on("nowhere").url())
    assert done.returncode == 2
    assert 'Database "nowhere" does not exist' in done.stderr
    assert list((state / "backups").iterdir()) == []


def test_drafts_of_the_dead_are_removed(reseed: Command, empty_database: Target, state: Path) -> None:
    dead, alive = state / "backups" / "1.draft", state / "backups" / "2.draft"
    for folder in (dead, alive):
        (folder / "full_backup").mkdir(parents=True)
    held = os.open(alive, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    done = reseed("backup", "--state", str(state), DATABASE_URL=empty_database.url())
    os.close(held)
    assert done.returncode == 0, done.stderr
    assert not dead.exists()
    assert alive.exists()
