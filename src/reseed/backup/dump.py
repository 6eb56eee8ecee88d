"""One snapshot of a database, written so that an ordinary role restores it.

Ownership and tablespaces are left out because only a superuser may restore them; whoever restores owns the result.
Grants stay: roles belong to the server, and the application's role needs them. Subscriptions are left out because a
restored one would start to pull.

pg_dump writes an archive, and what is made of it is put together from parts, because rows that pg_dump may not read
(see `hidden`) belong between two of them: what tables are made of, rows, what is made once rows are there, and grants,
which come last because an owner may have taken a right from himself that loading needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reseed.backup import archive, hidden
from reseed.backup.snapshot import Snapshot
from reseed.database import Connection, Target, tools
from reseed.files import Write, writing
from reseed.records import JSON

_DUMP = ("--encoding=UTF8", "--lock-wait-timeout=30s", *archive.LEFT_OUT)
# gzip's fastest level, which every pg_dump has been built with; higher ones cost more time than the disk they save.
_DIRECTORY = ("--format=directory", f"--jobs={archive.JOBS}", "--compress=1")


def plain(target: Target, connection: Connection, snapshot: Snapshot, path: Path) -> None:
    """Write definitions and every row as one SQL file, which psql restores.

    Args:
        connection: the one that holds the snapshot.

    Raises:
        MissingPrivilege: rows are hidden from us in a table that another role owns.
        ServerError, StorageError: a part cannot be read or written; the file is not left behind.
    """
    tables = hidden.hidden(connection)
    whole = path.with_suffix(".archive")
    options = [f"--snapshot={snapshot.name}", *_DUMP, "--format=custom", "--compress=0"]
    try:
        tools.run(
            "pg_dump",
            [*options, *hidden.without(tables, connection)],
            target,
            stdout=whole,
            at_least=snapshot.server,
        )
        with writing(path) as write, archive.grants(target, snapshot.server, whole) as grants:
            for part in (archive.BEFORE_ROWS, archive.ROWS):
                _append(target, snapshot.server, whole, part, write)
            hidden.copy_as_sql(connection, tables, write)
            for last in (archive.AFTER_ROWS, grants):
                _append(target, snapshot.server, whole, last, write)
    finally:
        whole.unlink(missing_ok=True)


def directory(
    target: Target, connection: Connection, snapshot: Snapshot, path: Path
) -> dict[str, dict[str, JSON]]:
    """Write definitions and every row as a compressed archive, several tables at a time.

    Args:
        connection: the one that holds the snapshot. path: the archive's, within the backup's folder.

    Returns:
        what is kept beside the archive: file -> the table whose rows it holds.

    Raises:
        As for `plain`; what was written of the archive stays, for the caller to remove with the folder.
    """
    tables = hidden.hidden(connection)
    options = [f"--snapshot={snapshot.name}", *_DUMP, *_DIRECTORY, f"--file={path}"]
    tools.run("pg_dump", [*options, *hidden.without(tables, connection)], target, at_least=snapshot.server)
    return hidden.copy_to_files(connection, tables, path.parent)


def definitions(target: Target, snapshot: Snapshot, path: Path) -> None:
    """Write the definitions without a row, as SQL.

    Raises:
        ServerError, StorageError: pg_dump failed, or the file cannot be written; it is not left behind.
    """
    options = [f"--snapshot={snapshot.name}", *_DUMP, "--schema-only"]
    with (
        writing(path) as write,
        tools.running("pg_dump", options, target, at_least=snapshot.server) as output,
    ):
        for piece in archive.understood(output, snapshot.server):
            write(piece)


def schema_text(target: Target, server: int) -> str:
    """The definitions of a database as they are now, in the words of a dump's."""
    with tools.running("pg_dump", [*_DUMP, "--schema-only"], target, at_least=server) as output:
        return b"".join(output).decode()


def _append(target: Target, server: int, whole: Path, part: Sequence[str], write: Write) -> None:
    with archive.as_sql(target, server, whole, part) as output:
        for piece in output:
            write(piece)
