"""What no loader can do without: psql's own COPY of the same bytes, and the indexes and keys after it.

The tables come from `pg_dump --section=pre-data`, what is built on them from `--section=post-data`: PostgreSQL itself
says what a table is without its indexes. The rows are COPY's binary files, one for each table, written beforehand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

from benchmarks.place import Place
from benchmarks.process import CommandFailed

from reseed import database
from reseed.database import Target, sql

_QUIET = ["--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1"]
_NOW = "SELECT 'at', extract(epoch FROM clock_timestamp());"
_MEMORY = "SET maintenance_work_mem = '128MB';"
"""What a loading session of reseed sets."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of every table as files of COPY's binary format.

    Attributes:
        files: table -> file, in load order. counts: table -> rows. size: bytes of all files.
    """

    files: Mapping[str, Path]
    counts: Mapping[str, int]
    size: int

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def written(place: Place, source: Target, folder: Path) -> Rows:
    """The rows of a loaded database, written into a folder by psql's `\\copy … to`."""
    tables = list(place.project.load_dataset().definition.rows)
    files = {table: folder / f"{table}.copy" for table in tables}
    lines = [f"\\copy {table} to '{file}' (format binary)" for table, file in files.items()]
    # Row-level security hides the rows from their own owner.
    psql(place, _past_row_security(source), "\n".join(lines))
    return Rows(files, _counts(source, tables), sum(file.stat().st_size for file in files.values()))


def bare(place: Place, rows: Rows) -> dict[str, float]:
    """Seconds of COPY into bare tables, as psql takes them."""
    with place.fresh("raw_bare") as target:
        psql(place, target, bare_tables(place))
        began = perf_counter()
        psql(place, target, copies(rows))
        seconds = perf_counter() - began
        _require_all(target, rows)
    return {"copy": seconds}


def deferred(place: Place, rows: Rows) -> dict[str, float]:
    """Seconds of COPY, then indexes, foreign keys and ANALYZE, all in one session; `total` is psql's own time."""
    with place.fresh("raw_deferred") as target:
        psql(place, target, bare_tables(place))
        place.checkpoint()
        indexes, foreign_keys = after_rows(place)
        script = [_MEMORY, _NOW, copies(rows), _NOW, indexes, _NOW, foreign_keys, _NOW, _analyze(rows), _NOW]
        began = perf_counter()
        marks = _marks(psql(place, target, "\n".join(script)))
        total = perf_counter() - began
        _require_all(target, rows)
    names = ("copy", "indexes", "foreign keys", "analyze")
    parts = {name: end - start for name, start, end in zip(names, marks, marks[1:], strict=False)}
    return {**parts, "total": total}


def bare_tables(place: Place) -> str:
    """SQL that makes the application's tables without an index or a key."""
    return _section(place, "pre-data")


def after_rows(place: Place) -> tuple[str, str]:
    """SQL that builds indexes with primary and unique keys; then foreign keys with what comes after them."""
    whole = _section(place, "post-data")
    border = whole.rindex("\n--\n", 0, whole.index("Type: FK CONSTRAINT"))
    return whole[:border], whole[border:]


def copies(rows: Rows) -> str:
    """Statements for psql, in one transaction: rows of a table that it has emptied itself, PostgreSQL need not log."""
    copies = [f"\\copy {table} from '{file}' (format binary)" for table, file in rows.files.items()]
    return "\n".join(["BEGIN;", f"TRUNCATE {', '.join(rows.files)};", *copies, "COMMIT;"])


def _analyze(rows: Rows) -> str:
    # pg_dump's script leaves no schema to look names up in.
    return f"RESET search_path;\nANALYZE {', '.join(rows.files)};"


def _require_all(target: Target, rows: Rows) -> None:
    """A COPY of fewer rows would be quick. The superuser sees every one."""
    found = _counts(target, rows.files)
    if found != rows.counts:
        raise CommandFailed(f"{target.database} holds {sum(found.values())} rows, expected {rows.total}.")


def _counts(target: Target, tables: Iterable[str]) -> dict[str, int]:
    with database.connect(_past_row_security(target)) as connection:
        return {
            table: int(
                connection.execute(
                    sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
                ).fetchall()[0][0]
            )
            for table in tables
        }


def _past_row_security(target: Target) -> Target:
    return replace(database.embedded.administrator(target), database=target.database)


def _section(place: Place, section: str) -> str:
    with database.tools.running(
        "pg_dump", ["--schema-only", f"--section={section}"], place.server.on(place.tables)
    ) as pieces:
        return b"".join(pieces).decode()


def _marks(output: str) -> list[float]:
    return [float(line.split("|")[1]) for line in output.splitlines() if line.startswith("at|")]


def psql(place: Place, target: Target, script: str) -> str:
    """What psql prints when it is given a script."""
    file = place.folder / "script.sql"
    file.write_text(script)
    with database.tools.running("psql", [*_QUIET, f"--file={file}"], target) as pieces:
        return b"".join(pieces).decode()
