"""Products that are broken on purpose, so that whoever counts what is lost is seen to count it.

Each is planted in a command's own process, like a fault; what it breaks is what the product promises.
"""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import psycopg
from psycopg import sql

from reseed.run import journal
from tests.faults import plants


def renames_in_two_transactions() -> None:
    """Killed between them, it leaves nobody under the public name."""

    def commit_and_die(cursor: psycopg.Cursor[Any]) -> None:
        cursor.connection.pgconn.exec_(b"COMMIT")
        plants.die()

    _around_the_first_rename(after=commit_and_die)


def drops_the_old_one_first() -> None:
    """Killed then, it leaves nobody under the public name, and the old database is gone."""

    def drop_and_die(cursor: psycopg.Cursor[Any]) -> None:
        with _connect("postgres") as connection:
            name = sql.Identifier(_public())
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
        plants.die()

    _around_the_first_rename(before=drop_and_die)


def swaps_before_all_rows_are_there() -> None:
    """The new database lacks a row when it takes the name."""

    def lose_a_row() -> None:
        with _connect(_built()) as connection:
            connection.execute(
                "SELECT set_config('shop.id', %s, false)", (str(uuid5(NAMESPACE_URL, "shop 0")),)
            )
            assert connection.execute('DELETE FROM "Orders" WHERE id = 0').rowcount == 1

    _before_the_swap(lose_a_row)


def drops_what_was_replaced() -> None:
    """The previous database is not kept."""

    def drop() -> None:
        with _connect("postgres") as connection:
            (name,) = _one(
                connection, "SELECT datname FROM pg_database WHERE datname LIKE %s", _like("previous")
            )
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    _at("run.finished", drop)


def forgets_what_people_wrote() -> None:
    """Rows that were committed in the old database are gone from it when it steps aside."""

    def forget() -> None:
        with _connect(_public()) as connection:
            connection.execute("DELETE FROM visits")

    _before_the_swap(forget)


def leaves_a_database() -> None:
    with _connect("postgres") as connection:
        name = sql.Identifier(f"{_public()[:20]} forgotten")
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))


def leaves_a_process() -> None:
    subprocess.Popen(["sleep", "600"], start_new_session=True)


def spoils_its_backup() -> None:
    """The dump loses its end once it was proven."""

    def cut_off() -> None:
        (dump,) = Path.cwd().glob("state/runs/*/backup/full_backup.sql")
        os.truncate(dump, dump.stat().st_size // 2)

    _before_the_swap(cut_off)


def hangs() -> None:
    threading.Event().wait()


def _around_the_first_rename(
    before: Callable[[psycopg.Cursor[Any]], None] | None = None,
    after: Callable[[psycopg.Cursor[Any]], None] | None = None,
) -> None:
    execute = psycopg.Cursor.execute

    def executing(self: Any, query: Any, *arguments: Any, **options: Any) -> Any:
        renames = " RENAME TO " in plants.spelled(self, query)
        if renames and before:
            before(self)
        done = execute(self, query, *arguments, **options)
        if renames and after:
            after(self)
        return done

    psycopg.Cursor.execute = executing  # type: ignore[method-assign]


def _before_the_swap(act: plants.Act) -> None:
    _at("swap.begins", act)


def _at(kind: str, act: plants.Act) -> None:
    """Act when the journal is about to note the first event of a kind."""
    write, acted = journal.Journal.write, threading.Event()

    def writing(self: journal.Journal, event: str, task: str = "", **details: Any) -> journal.Event:
        if event == kind and not acted.is_set():
            acted.set()
            act()
        return write(self, event, task, **details)

    journal.Journal.write = writing  # type: ignore[method-assign, assignment]


def _connect(name: str) -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(os.environ["DATABASE_URL"], dbname=name, autocommit=True)


def _public() -> str:
    return str(psycopg.conninfo.conninfo_to_dict(os.environ["DATABASE_URL"])["dbname"])


def _built() -> str:
    with _connect("postgres") as connection:
        (name,) = _one(connection, "SELECT datname FROM pg_database WHERE datname LIKE %s", _like("new"))
    return str(name)


def _like(tag: str) -> str:
    return f"{_public()}\\_\\_{tag}\\_%"


def _one(connection: psycopg.Connection[tuple[Any, ...]], query: str, value: str) -> tuple[Any, ...]:
    (found,) = connection.execute(query, (value,)).fetchall()  # type: ignore[arg-type]
    return found
