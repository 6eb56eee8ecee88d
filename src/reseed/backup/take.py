"""Task 1.1: the old database, whole, in one consistent set of files.

Everything that is read, the dump, the definitions, the revisions and the digests for the manifest, is read from one
snapshot of the database. The files come into being in a draft folder which takes its name when the manifest is
written, so a folder named `backup` is always complete.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from reseed import database
from reseed.backup import dump, history, manifest
from reseed.backup.snapshot import Snapshot, freeze
from reseed.database import Connection, Target, tools
from reseed.errors import BackupError, StorageError
from reseed.files import settle, writing
from reseed.records import JSON, Backup, Outcome
from reseed.site import Site

FOLDER = "backup"

# Bytes on the server's disk. Up to there one file of SQL, which anybody can read and psql alone restores, in one
# transaction, is worth more than what an archive saves: at that size about a quarter of a minute, most of it when it
# is restored, and three quarters of the disk.
LARGE = 1 << 30


def back_up(site: Site, large: int = LARGE) -> Outcome:
    """Dump the database that applications use into `<run folder>/backup/`, with a manifest.

    The files are `full_backup.sql` (plain SQL that psql restores as an ordinary role) or, for a large database,
    `full_backup/` (an archive that pg_restore restores in parallel); `schema_only.sql`, `migration_history.txt` and
    `manifest.json`; for the owner's eyes only. A backup that is there already, from a task done again, is kept beside
    under the time it was taken.

    Args:
        large: from how many bytes on a database is large.

    Raises:
        Refused: pg_dump is older than the server. ProjectError: there is no migrations folder.
        ServerError, StorageError: the database cannot be read, or the files cannot be written; no draft stays.
    """
    with draft(site.artifact(f"{FOLDER}.draft")) as folder:
        backup = take(site.target, site.migrations, folder, large)
        _publish(folder, site.artifact(FOLDER))
    return _outcome(backup)


@contextmanager
def draft(folder: Path) -> Iterator[Path]:
    """An empty private folder to make a backup in; what is left of it when the block ends is removed.

    Raises:
        StorageError: it cannot be made.
    """
    shutil.rmtree(folder, ignore_errors=True)
    try:
        try:
            folder.mkdir(mode=0o700, parents=True)
        except OSError as error:
            raise StorageError(
                f"{folder} cannot be made: {error.strerror}.",
                "Name a folder that can be written with --state.",
            ) from error
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def take(target: Target, migrations: Path, folder: Path, large: int = LARGE) -> Backup:
    """Back the target's database up into a folder that exists and is empty, the manifest last.

    Args:
        migrations: Alembic's script location, for the history. large: from how many bytes on it is an archive.

    Raises:
        As for `back_up`; what was written stays, for the caller to remove.
    """
    revisions = history.read(migrations)
    with database.connect(target) as connection:
        taken = freeze(connection)
        database.require_readable_objects(connection)
        heads = history.applied(connection)
        with writing(folder / manifest.HISTORY) as write:
            write(history.render(revisions, heads).encode())
        before = database.sequences(connection)
        form, separate = _dump(target, connection, taken, folder, large)
        backup = _describe(target, connection, taken, before, form, separate, folder)
    manifest.write(backup, folder)
    return backup


def _dump(
    target: Target, connection: Connection, taken: Snapshot, folder: Path, large: int
) -> tuple[str, dict[str, dict[str, JSON]]]:
    """Write the dump in the form that suits its size; returns the form, and what lies beside an archive."""
    ((size,),) = connection.execute("SELECT pg_database_size(current_database())")
    dump.definitions(target, taken, folder / manifest.SCHEMA)
    if size < large:
        dump.plain(target, connection, taken, folder / manifest.PLAIN)
        return "plain", {}
    return "directory", dump.directory(target, connection, taken, folder / manifest.DIRECTORY)


def _describe(
    target: Target,
    connection: Connection,
    taken: Snapshot,
    before: dict[str, database.Position],
    form: str,
    separate: dict[str, dict[str, JSON]],
    folder: Path,
) -> Backup:
    held = database.contents(connection)
    after = database.sequences(connection)
    return Backup(
        database=target.database,
        taken=taken.at,
        server_version=database.server_version(connection),
        client_version=tools.version("pg_dump", at_least=taken.server)[0],
        form=form,
        files=manifest.measure(folder),
        rows=held.rows,
        digests=held.digests,
        sequences={name: [list(before.get(name, last)), list(last)] for name, last in after.items()},
        views=held.views,
        large_objects=held.large_objects,
        roles=list(database.named_roles(connection)),
        extensions=database.extensions(connection),
        left_out=list(database.left_out(connection)),
        separate=separate,
    )


def _publish(draft: Path, final: Path) -> None:
    """Give the complete draft its name; an earlier backup is never overwritten."""
    if final.exists():
        final.rename(final.with_name(f"{FOLDER}_{_moment(final):%Y%m%dT%H%M%S%f}"))
    draft.rename(final)
    settle(final.parent)


def _moment(earlier: Path) -> datetime:
    """When an earlier backup was taken; when its folder was last written to, where its manifest is spoiled."""
    try:
        return manifest.read(earlier).taken
    except BackupError:
        return datetime.fromtimestamp(earlier.stat().st_mtime, UTC)


def _outcome(backup: Backup) -> Outcome:
    rows = sum(backup.rows.values())
    size = sum(int(str(facts["size"])) for facts in backup.files.values())
    return Outcome(
        summary=f"{len(backup.rows)} tables, {rows:,} rows, {len(backup.files)} files, {size:,} bytes",
        artifacts=tuple(
            f"{FOLDER}/{name}" for name in (*sorted(manifest.ESSENTIAL[backup.form]), manifest.NAME)
        ),
        facts={
            "database": backup.database,
            "form": backup.form,
            "tables": len(backup.rows),
            "rows": rows,
            "size": size,
            "server_version": backup.server_version,
            "client_version": backup.client_version,
        },
    )
