"""Task 1.1: the old database, whole, in one consistent set of files.

Everything that is read, the dump, the schema, the revisions and the rows counted for the manifest, is read from one
snapshot of the database. The files come into being in a draft folder which takes its name when the manifest is
written, so a folder named `backup` is always complete.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from reseed import database
from reseed.backup import dump, history, manifest
from reseed.database import tools
from reseed.errors import StorageError
from reseed.files import settle, writing
from reseed.records import Backup, Outcome
from reseed.site import Site

FOLDER = "backup"


def back_up(site: Site) -> Outcome:
    """Dump the database that applications use into `<run folder>/backup/`, with a manifest.

    The files are `full_backup.sql` (plain SQL that psql restores as an ordinary role), `schema_only.sql`,
    `migration_history.txt` and `manifest.json`, all of mode 0600. A backup that is there already, from a task done
    again, is kept beside under the time it was taken.

    Raises:
        Refused: pg_dump is older than the server. ProjectError: there is no migrations folder.
        ServerError, StorageError: the database cannot be read, or the files cannot be written; no draft stays.
    """
    revisions = history.read(site.migrations)
    draft = site.artifact(f"{FOLDER}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        _make_private(draft)
        backup = _take(site, draft, revisions)
        manifest.write(backup, draft)
        _publish(draft, site.artifact(FOLDER))
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return _outcome(backup)


def _take(site: Site, folder: Path, revisions: str) -> Backup:
    with database.connect(site.target) as connection:
        taken = dump.freeze(connection)
        client, _ = tools.version("pg_dump", at_least=taken.server)
        heads = history.applied(connection)
        with writing(folder / manifest.HISTORY) as write:
            write(history.render(revisions, heads).encode())
        dump.schema_only(site.target, taken, folder / manifest.SCHEMA)
        rows = dump.full(site.target, connection, taken, folder / manifest.FULL)
        return Backup(
            database=site.public,
            taken=taken.at,
            server_version=database.server_version(connection),
            client_version=client,
            files=manifest.measure(folder),
            rows=rows,
        )


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True)
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be made: {error.strerror}.", "Name a folder that can be written with --state."
        ) from error


def _publish(draft: Path, final: Path) -> None:
    """Give the complete draft its name; an earlier backup is never overwritten."""
    if final.exists():
        earlier = manifest.read(final)
        final.rename(final.with_name(f"{FOLDER}_{earlier.taken:%Y%m%dT%H%M%S%f}"))
    draft.rename(final)
    settle(final.parent)


def _outcome(backup: Backup) -> Outcome:
    rows = sum(backup.rows.values())
    size = sum(int(str(facts["size"])) for facts in backup.files.values())
    return Outcome(
        summary=f"{len(backup.rows)} tables, {rows:,} rows, {len(backup.files)} files, {size:,} bytes",
        artifacts=tuple(f"{FOLDER}/{name}" for name in (*backup.files, manifest.NAME)),
        facts={
            "database": backup.database,
            "tables": len(backup.rows),
            "rows": rows,
            "sha256": backup.files[manifest.FULL]["sha256"],
            "server_version": backup.server_version,
            "client_version": backup.client_version,
        },
    )
