"""One snapshot of a database, written as SQL that psql restores as an ordinary role.

pg_dump sets `row_security = off`, so as an ordinary owner it refuses tables whose row-level security is FORCEd on the
owner; its own way out, `--enable-row-security`, would leave rows out. Such tables are therefore copied by us: in the
transaction that exported the snapshot FORCE is lifted, every row is copied, and the change is rolled back, so that no
other session ever sees it and a crash undoes it. The copies stand where pg_dump puts table data, between the sections
pre-data and post-data: before indexes, foreign keys and `ENABLE ROW LEVEL SECURITY`.

Ownership and tablespaces are left out because only a superuser may restore them; whoever restores owns the result.
Grants stay: roles belong to the server, and the application's role needs them. Subscriptions are left out because a
restored one would start to pull.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reseed import database
from reseed.database import Connection, Table, Target, sql, tools
from reseed.files import Write, writing

_OPTIONS = ("--no-owner", "--no-tablespaces", "--no-subscriptions", "--lock-wait-timeout=30s")

# Settings under which text written by COPY means the same wherever it is read; pg_dump's own choice.
_TEXT_FORM = """
    SET LOCAL datestyle = 'ISO';
    SET LOCAL intervalstyle = 'postgres';
    SET LOCAL extra_float_digits = 3;
    SET LOCAL bytea_output = 'hex';
    SET LOCAL synchronize_seqscans = off
"""

_COLUMNS = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    ORDER BY attnum
"""


# pg_dump writes this into its head since 17; a server before 17 refuses the setting, and with it the whole dump.
_UNKNOWN_SETTING = b"SET transaction_timeout = 0;\n"
_KNOWN_SINCE = 17


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the database looked like at one moment, while the transaction that exported it is open.

    Attributes:
        name: other sessions read the same moment by this name. at: when, by the server's clock.
        server: the server's major version.
    """

    name: str
    at: datetime
    server: int


def freeze(connection: Connection) -> Snapshot:
    """Export the snapshot of a transaction that begins here: nothing may have been executed on the connection."""
    connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ WRITE")
    ((name, at),) = connection.execute("SELECT pg_export_snapshot(), transaction_timestamp()")
    return Snapshot(name, at, connection.info.server_version // 10000)


def schema_only(target: Target, snapshot: Snapshot, path: Path) -> None:
    """Write the definitions without a row.

    Raises:
        ServerError, StorageError: pg_dump failed, or the file cannot be written; it is not left behind.
    """
    with writing(path) as write:
        _section(target, snapshot, ["--schema-only"], write)


def full(target: Target, connection: Connection, snapshot: Snapshot, path: Path) -> dict[str, int]:
    """Write definitions and every row; returns the rows of every table in the same snapshot.

    Args:
        connection: the one that holds the snapshot.

    Raises:
        MissingPrivilege: rows are hidden from us in a table that another role owns.
        ServerError, StorageError: a part cannot be read or written; the file is not left behind.
    """
    hidden = [table for table in database.tables(connection) if table.hidden and table.holds_rows]
    without = [f"--exclude-table-data={table.identifier.as_string(connection)}" for table in hidden]
    with writing(path) as write:
        _section(target, snapshot, ["--section=pre-data"], write)
        _section(target, snapshot, ["--section=data", *without], write)
        _copy_hidden(connection, hidden, write)
        _section(target, snapshot, ["--section=post-data"], write)
    return database.row_counts(connection)


def _section(target: Target, snapshot: Snapshot, arguments: Sequence[str], write: Write) -> None:
    options = [f"--snapshot={snapshot.name}", "--encoding=UTF8", *_OPTIONS, *arguments]
    _, client = tools.version("pg_dump", at_least=snapshot.server)
    unknown = _UNKNOWN_SETTING if snapshot.server < _KNOWN_SINCE <= client else b""
    with tools.running("pg_dump", options, target, at_least=snapshot.server) as output:
        for number, piece in enumerate(output):
            write(piece.replace(unknown, b"", 1) if unknown and number == 0 else piece)


def _copy_hidden(connection: Connection, tables: Sequence[Table], write: Write) -> None:
    if not tables:
        return
    with database.without_row_security(connection):
        connection.execute(_TEXT_FORM)
        for table in tables:
            columns = _columns(connection, table)
            write(
                b"\n"
                + sql.SQL("COPY {} ({}) FROM stdin;\n").format(table.identifier, columns).as_bytes(connection)
            )
            export = sql.SQL("COPY {} ({}) TO STDOUT").format(table.identifier, columns)
            with connection.cursor() as cursor, cursor.copy(export) as rows:
                for row in rows:
                    write(row)
            write(b"\\.\n\n")


def _columns(connection: Connection, table: Table) -> sql.Composed:
    names = connection.execute(_COLUMNS, (table.identifier.as_string(connection),))
    return sql.SQL(", ").join(sql.Identifier(name) for (name,) in names)
