"""One snapshot of a database, written so that an ordinary role restores it.

Ownership and tablespaces are left out because only a superuser may restore them; whoever restores owns the result.
Grants stay: roles belong to the server, and the application's role needs them. Subscriptions are left out because a
restored one would start to pull.

pg_dump writes an archive, and what is made of it is put together from parts, because rows that pg_dump may not read
(see `hidden`) belong between two of them: what tables are made of, rows, what is made once rows are there, and grants,
which come last because an owner may have taken a right from himself that loading needs.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from reseed.backup import hidden
from reseed.backup.snapshot import Snapshot
from reseed.database import Connection, Target, tools
from reseed.files import Write, writing
from reseed.records import JSON

#: Processes that dump or restore a large database side by side; more than a few only wait for the same disk.
JOBS = min(4, os.cpu_count() or 1)

LEFT_OUT = ("--no-owner", "--no-tablespaces", "--no-subscriptions")
BEFORE_ROWS = ("--section=pre-data", "--no-acl")
ROWS = ("--section=data", "--no-acl")
# A materialized view is filled as its owner would fill it, under the policies that hold for its owner.
AFTER_ROWS = ("--section=post-data", "--no-acl", "--enable-row-security")

_DUMP = ("--encoding=UTF8", "--lock-wait-timeout=30s", *LEFT_OUT)
# gzip's fastest level, which every pg_dump has been built with; higher ones cost more time than the disk they save.
_DIRECTORY = ("--format=directory", f"--jobs={JOBS}", "--compress=1")

# pg_restore writes this into its head since 17; a server before 17 refuses the setting, and with it the whole dump.
_UNKNOWN_SETTING = b"SET transaction_timeout = 0;\n"
_KNOWN_SINCE = 17
_GRANT = re.compile(r"\d+; \d+ \d+ (DEFAULT )?ACL\b")


def plain(target: Target, connection: Connection, snapshot: Snapshot, path: Path) -> None:
    """Write definitions and every row as one SQL file, which psql restores.

    Args:
        connection: the one that holds the snapshot.

    Raises:
        MissingPrivilege: rows are hidden from us in a table that another role owns.
        ServerError, StorageError: a part cannot be read or written; the file is not left behind.
    """
    tables = hidden.hidden(connection)
    archive = path.with_suffix(".archive")
    options = [f"--snapshot={snapshot.name}", *_DUMP, "--format=custom", "--compress=0"]
    try:
        tools.run(
            "pg_dump",
            [*options, *hidden.without(tables, connection)],
            target,
            stdout=archive,
            at_least=snapshot.server,
        )
        with writing(path) as write:
            for part in (BEFORE_ROWS, ROWS):
                _part(target, snapshot.server, archive, part, write)
            hidden.copy_as_sql(connection, tables, write)
            _part(target, snapshot.server, archive, AFTER_ROWS, write)
            with grants(target, snapshot.server, archive) as only_grants:
                _part(target, snapshot.server, archive, only_grants, write)
    finally:
        archive.unlink(missing_ok=True)


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
    with writing(path) as write, tools.running("pg_dump", options, target, at_least=snapshot.server) as output:
        _append(output, snapshot.server, write)


@contextmanager
def grants(target: Target, server: int, archive: Path) -> Iterator[tuple[str, ...]]:
    """Options that make pg_restore take the grants out of an archive and nothing else."""
    with tools.running("pg_restore", ["--list", str(archive)], target, at_least=server) as output:
        lines = b"".join(output).decode(errors="replace").splitlines()
    with NamedTemporaryFile("w", encoding="utf-8", prefix="reseed-") as wanted:
        wanted.writelines(f"{line}\n" for line in lines if _GRANT.match(line))
        wanted.flush()
        yield (f"--use-list={wanted.name}",)


def schema_text(target: Target, server: int) -> str:
    """The definitions of a database as they are now, in the words of a dump's."""
    with tools.running("pg_dump", [*_DUMP, "--schema-only"], target, at_least=server) as output:
        return b"".join(output).decode()


def _part(target: Target, server: int, archive: Path, options: Sequence[str], write: Write) -> None:
    """Append a part of an archive as SQL."""
    arguments = [*LEFT_OUT, *options, "--file=-", str(archive)]
    with tools.running("pg_restore", arguments, target, at_least=server) as output:
        _append(output, server, write)


def _append(output: Iterator[bytes], server: int, write: Write) -> None:
    _, client = tools.version("pg_dump", at_least=server)
    unknown = _UNKNOWN_SETTING if server < _KNOWN_SINCE <= client else b""
    for number, piece in enumerate(output):
        write(piece.replace(unknown, b"", 1) if unknown and number == 0 else piece)
