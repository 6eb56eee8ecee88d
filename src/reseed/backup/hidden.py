"""Rows that pg_dump may not read: those of tables whose row-level security is FORCEd on their owner.

pg_dump sets `row_security = off`, so as an ordinary owner it refuses such tables; its own way out,
`--enable-row-security`, would leave rows out. They are therefore copied by us: in the transaction that exported the
snapshot FORCE is lifted, every row is copied, and the change is rolled back, so that no other session ever sees it and
a crash undoes it. They go back in before indexes, foreign keys and `ENABLE ROW LEVEL SECURITY` are made.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from reseed import database
from reseed.database import Connection, Table, Target, sql
from reseed.files import Write, writing
from reseed.records import JSON

FOLDER = "hidden_rows"

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

# A fast level: the disk is usually slower than this, and the next level saves a tenth for twice the time.
_LEVEL = 1
_GZIP = 16 + zlib.MAX_WBITS
_PIECE = 1 << 20


def hidden(connection: Connection) -> tuple[Table, ...]:
    """Tables with rows that policies hide from us."""
    return tuple(table for table in database.tables(connection) if table.hidden and table.holds_rows)


def without(tables: Sequence[Table], connection: Connection) -> list[str]:
    """Options that make pg_dump leave the rows of these tables to us."""
    return [f"--exclude-table-data={table.identifier.as_string(connection)}" for table in tables]


def copy_as_sql(connection: Connection, tables: Sequence[Table], write: Write) -> None:
    """Every row of these tables as statements for psql."""
    for table, columns in _lifted(connection, tables):
        statement = _copy(table.identifier, columns, sql.SQL("FROM stdin;\n"))
        write(b"\n" + statement.as_bytes(connection))
        _export(connection, table.identifier, columns, write)
        write(b"\\.\n\n")


def copy_to_files(
    connection: Connection, tables: Sequence[Table], folder: Path
) -> dict[str, dict[str, JSON]]:
    """Every row of these tables into a compressed file each; file -> the table and columns that it holds."""
    written: dict[str, dict[str, JSON]] = {}
    for number, (table, columns) in enumerate(_lifted(connection, tables), start=1):
        name = f"{FOLDER}/{number:04}.copy.gz"
        (folder / FOLDER).mkdir(mode=0o700, exist_ok=True)
        with _packing(folder / name) as write:
            _export(connection, table.identifier, columns, write)
        written[name] = {"schema": table.schema, "table": table.name, "columns": list(columns)}
    return written


def load(target: Target, files: Mapping[str, Mapping[str, JSON]], folder: Path, jobs: int) -> None:
    """Put the rows back into their tables, several at a time.

    Raises:
        ServerError, StorageError: the server refuses a row, or its disk is full.
    """
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        for done in [pool.submit(_load, target, facts, folder / name) for name, facts in files.items()]:
            done.result()


def _load(target: Target, facts: Mapping[str, JSON], path: Path) -> None:
    columns = facts["columns"]
    assert isinstance(columns, list)  # noqa: S101 - it was written so, and the manifest is verified
    table = sql.Identifier(str(facts["schema"]), str(facts["table"]))
    statement = _copy(table, [str(column) for column in columns], sql.SQL("FROM STDIN"))
    with database.connect(target) as connection:
        connection.execute("SET LOCAL statement_timeout = 0")
        with connection.cursor() as cursor, cursor.copy(statement) as rows:
            for piece in _unpacked(path):
                rows.write(piece)


@contextmanager
def _packing(path: Path) -> Iterator[Write]:
    packed = zlib.compressobj(_LEVEL, wbits=_GZIP)
    with writing(path) as write:
        yield lambda rows: write(packed.compress(rows))
        write(packed.flush())


def _unpacked(path: Path) -> Iterator[bytes]:
    packed = zlib.decompressobj(wbits=_GZIP)
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield packed.decompress(piece)
    yield packed.flush()


def _lifted(connection: Connection, tables: Sequence[Table]) -> Iterator[tuple[Table, tuple[str, ...]]]:
    """Table by table while FORCE is lifted: with it the names of the columns that hold values of their own."""
    if not tables:
        return
    with database.without_row_security(connection):
        connection.execute(_TEXT_FORM)
        for table in tables:
            names = connection.execute(_COLUMNS, (table.identifier.as_string(connection),))
            yield table, tuple(name for (name,) in names)


def _export(connection: Connection, table: sql.Identifier, columns: Sequence[str], write: Write) -> None:
    with connection.cursor() as cursor, cursor.copy(_copy(table, columns, sql.SQL("TO STDOUT"))) as rows:
        for row in rows:
            write(row)


def _copy(table: sql.Identifier, columns: Sequence[str], direction: sql.SQL) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    # A table without columns of its own has rows all the same, and an empty list is not PostgreSQL's grammar.
    listed = sql.SQL(" ({})").format(names) if columns else sql.SQL("")
    return sql.SQL("COPY {}{} {}").format(table, listed, direction)
