"""Bringing a backup back, into an empty database and as an ordinary role."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from reseed import database
from reseed.backup import archive, hidden, manifest
from reseed.database import Target, tools
from reseed.errors import BackupError, ServerError
from reseed.records import Backup

# One transaction, stopped by the first error: a database restored by halves never exists.
_PSQL = (
    "--no-psqlrc",
    "--quiet",
    "--set=ON_ERROR_STOP=1",
    "--set=VERBOSITY=verbose",
    "--echo-errors",
    "--single-transaction",
    "--file=-",
)

# pg_class lists what can hold rows, the others what a schema may consist of without any.
_OCCUPIED = """
    SELECT EXISTS (
        SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
        UNION ALL SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
        UNION ALL SELECT FROM pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_'
        UNION ALL SELECT FROM pg_largeobject_metadata
    )
"""


def restore(folder: Path, target: Target) -> None:
    """Restore a backup into an empty database, as whoever the target's role is; its files are verified first.

    A backup of plain form is restored in one transaction. One of directory form is not: a failure leaves the target
    half filled, so whoever calls this restores into a private database and drops it then.

    Raises:
        BackupError: a file is missing or altered, the server lacks roles or extensions, the database is not empty,
            or the server refuses a statement.
        StorageError: the server's disk is full.
    """
    backup = manifest.verify(folder)
    try:
        server = _prepare(backup, folder, target)
        _ways[backup.form](backup, folder, target, server)
    except ServerError as error:
        raise BackupError(f"{folder} does not restore: {error.message}", error.next_step) from error


def replay(script: Path, target: Target, server: int) -> None:
    """Carry out a file of SQL in one transaction.

    Raises:
        ServerError, StorageError: the server refuses a statement, or its disk is full.
    """
    tools.run("psql", _PSQL, target, stdin=script, at_least=server)


def _prepare(backup: Backup, folder: Path, target: Target) -> int:
    """Everything that would stop the restore, in one sentence; returns the server's major version."""
    with database.connect(target) as connection:
        lacks = database.lacks(connection, backup.roles, backup.extensions)
        ((occupied,),) = connection.execute(_OCCUPIED)
        server = connection.info.server_version // 10000
    if lacks:
        named = ", ".join(lack.what for lack in lacks)
        raise BackupError(
            f"{folder} does not restore on {target.masked}: {named}.",
            f"Let an administrator run there: {' '.join(lack.remedy for lack in lacks)}",
        )
    if occupied:
        raise BackupError(
            f"{folder} does not restore: database {target.database} is not empty.",
            "Restore into an empty database.",
        )
    return server


def _plain(backup: Backup, folder: Path, target: Target, server: int) -> None:
    replay(folder / manifest.PLAIN, target, server)


def _directory(backup: Backup, folder: Path, target: Target, server: int) -> None:
    whole = folder / manifest.DIRECTORY
    speaks = archive.speaks_to(server)
    carry_out = _by_pg_restore if speaks else _by_psql
    carry_out(target, server, whole, archive.BEFORE_ROWS)
    if speaks:
        carry_out(target, server, whole, archive.ROWS)
    else:
        _rows_by_psql(target, server, whole)
    hidden.load(target, backup.separate, folder, archive.JOBS)
    carry_out(target, server, whole, archive.AFTER_ROWS)
    with archive.grants(target, server, whole) as grants:
        carry_out(target, server, whole, grants)


def _by_pg_restore(target: Target, server: int, whole: Path, part: Sequence[str]) -> None:
    options = ["--exit-on-error", f"--jobs={archive.JOBS}", *archive.LEFT_OUT, *part]
    tools.run("pg_restore", [tools.database_argument(target), *options, str(whole)], target, at_least=server)


def _by_psql(target: Target, server: int, whole: Path, part: Sequence[str]) -> None:
    with archive.as_sql(target, server, whole, part) as script:
        tools.feed("psql", _PSQL, target, script, at_least=server)


def _rows_by_psql(target: Target, server: int, whole: Path) -> None:
    """As pg_restore would put them in with several jobs."""

    def put_in(entries: Sequence[str]) -> None:
        with archive.only(entries) as part:
            _by_psql(target, server, whole, part)

    with ThreadPoolExecutor(archive.JOBS) as pool:
        for done in [pool.submit(put_in, share) for share in archive.shares_of_rows(target, server, whole)]:
            done.result()


_ways = {"plain": _plain, "directory": _directory}
