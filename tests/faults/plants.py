"""The faults that a command's own process is to meet, put there after the fork and before the command begins.

Nothing here is a stand-in: what is wrapped does what it does, and the process dies, or the clock is another, around it.
"""

from __future__ import annotations

import inspect
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from functools import partial
from itertools import count
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, Literal

import psycopg
from psycopg import sql

from reseed.run import journal

Moment = Literal["before", "torn", "after"]
Act = Callable[[], None]

_MEET_SECONDS = 30
_WHOLE_DATABASES = ("CREATE DATABASE", "ALTER DATABASE", "DROP DATABASE")


def die() -> None:
    """SIGKILL to this process alone: what it has started must notice by itself."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_with_all() -> None:
    """SIGKILL to everything in this process group, as when a machine's memory runs out."""
    os.killpg(0, signal.SIGKILL)


def at_event(number: int, moment: Moment, act: Act) -> None:
    """Act at the n-th line of the journal (from 0): before it is written, amid it, or once it is on disk."""
    written = count()
    write, append = journal.Journal.write, journal.append

    def writing(self: journal.Journal, kind: str, task: str = "", **details: Any) -> journal.Event:
        mine = next(written) == number
        if mine and moment == "before":
            act()
        if mine and moment == "torn":
            journal.append = torn
        event = write(self, kind, task, **details)
        if mine and moment == "after":
            act()
        return event

    def torn(path: Path, text: str) -> None:
        append(path, text[: len(text) // 2])
        act()

    journal.Journal.write = writing  # type: ignore[method-assign, assignment]


def at_statement(number: int, moment: Literal["before", "after"], act: Act) -> None:
    """Act at the n-th statement about a whole database (from 0), before it is sent or once it is answered."""
    sent = count()
    execute = psycopg.Cursor.execute

    def executing(self: Any, query: Any, *arguments: Any, **options: Any) -> Any:
        mine = is_about_a_whole_database(spelled(self, query)) and next(sent) == number
        if mine and moment == "before":
            act()
        done = execute(self, query, *arguments, **options)
        if mine and moment == "after":
            act()
        return done

    psycopg.Cursor.execute = executing  # type: ignore[method-assign]


def list_statements(into: Path) -> None:
    """Note every statement about a whole database, one a line."""
    execute = psycopg.Cursor.execute

    def executing(self: Any, query: Any, *arguments: Any, **options: Any) -> Any:
        text = spelled(self, query)
        if is_about_a_whole_database(text):
            with into.open("a") as file:
                file.write(" ".join(text.split()) + "\n")
        return execute(self, query, *arguments, **options)

    into.touch()
    psycopg.Cursor.execute = executing  # type: ignore[method-assign]


def is_about_a_whole_database(statement: str) -> bool:
    return statement.lstrip().upper().startswith(_WHOLE_DATABASES)


def spelled(cursor: Any, query: Any) -> str:
    """A query's text, however it was composed."""
    if isinstance(query, sql.Composable):
        return query.as_string(cursor)
    return query.decode() if isinstance(query, bytes) else str(query)


def soon(seconds: float, act: Act) -> None:
    """Act in so many seconds, whatever this process does meanwhile."""
    threading.Timer(seconds, act).start()


def meet(gate: Barrier) -> None:
    """Begin at the instant at which the other commands begin."""
    gate.wait(_MEET_SECONDS)


def clock_back(seconds: int) -> None:
    """This process's clock is so much behind from now on."""
    back = timedelta(seconds=seconds)
    now, real = time.time, datetime

    class AnyMoment(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, real)

    class Behind(datetime, metaclass=AnyMoment):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return real.now(tz) - back

    time.time = lambda: now() - seconds
    for name, module in list(sys.modules.items()):
        ours = name.startswith(("reseed.", "dbos.")) and getattr(module, "datetime", None) is real
        if ours and "datetime.now(" in inspect.getsource(module):
            module.datetime = Behind  # type: ignore[attr-defined]


def clock_back_at_event(number: int, seconds: int) -> None:
    """The clock goes back once the n-th line of the journal is on disk."""
    at_event(number, "after", partial(clock_back, seconds))
