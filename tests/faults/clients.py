"""Whoever uses the database while its name changes hands: clients that come back at once, sessions that stay."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

import psycopg
from psycopg import errors as sqlstate

from reseed import database
from reseed.database import Target
from tests.faults import plants
from tests.faults.attempt import Failed, Fault, Turn
from tests.faults.ground import Ground
from tests.faults.place import Place
from tests.waiting import until
from tests.zygote import Child, Plant

_WRITE = "INSERT INTO visits VALUES (%s, %s)"


def faults(ground: Ground) -> tuple[Fault, ...]:
    return (
        Fault("a client reconnecting in a tight loop during the swap", 6, _reconnecting),
        Fault("killed in the swap with such a client", 6, _reconnecting_and_killed),
        Fault("a session idle in a transaction during the swap", 3, _idle_in_transaction, 0),
        Fault("a long query during the swap", 3, _long_query, 0),
    )


@dataclass
class Visitor:
    """Connects, writes a row, leaves, and comes again at once.

    Attributes:
        committed: numbers of the rows that the server has said are kept. longest: seconds without any answer.
    """

    target: Target
    name: str
    committed: list[int] = field(default_factory=list)
    longest: float = 0.0
    _leaves: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        answered, number = time.monotonic(), 0
        while not self._leaves.is_set():
            number += 1
            if self._visit(number):
                now = time.monotonic()
                self.longest, answered = max(self.longest, now - answered), now

    def leave(self) -> None:
        self._leaves.set()

    def _visit(self, number: int) -> bool:
        """Whether the server let us in and answered; the new database has no room for visits, and says so."""
        try:
            with psycopg.connect(**self.target.parameters, autocommit=True) as connection:
                connection.execute(_WRITE, (self.name, number))
        except sqlstate.UndefinedTable:
            return True
        except psycopg.Error:
            return False
        self.committed.append(number)
        return True


@contextmanager
def visited(here: Place) -> Iterator[Visitor]:
    """A visitor who comes for as long as the block lasts."""
    visitor = Visitor(here.target, here.mark)
    coming = threading.Thread(target=visitor.run)
    coming.start()
    try:
        yield visitor
    finally:
        visitor.leave()
        coming.join()


def reconnecting(here: Place, plant: Plant | None = None) -> bool:
    """A run with a visitor from shortly before the swap until the end; every row that was committed must be kept."""
    child = here.start("run", plant=plant)
    _nearly_done(here, child)
    with visited(here) as visitor:
        code = child.end()
    _kept_every_row(here, visitor)
    here.unavailable = visitor.longest
    return code == 0 and bool(visitor.committed)


def _reconnecting(here: Place, turn: Turn) -> bool:
    return reconnecting(here)


def _reconnecting_and_killed(here: Place, turn: Turn) -> bool:
    numbers = here.ground.swapping
    number = numbers[turn.out_of(len(numbers))]
    moment = turn.by_turns("before", "after")
    child = here.start("run", plant=partial(plants.at_statement, number, moment, plants.die))
    _nearly_done(here, child)
    with visited(here) as visitor:
        code = child.end()
    _kept_every_row(here, visitor)
    here.unavailable = visitor.longest
    return code < 0


def _idle_in_transaction(here: Place, turn: Turn) -> bool:
    """What was not committed is gone with its session, and nothing waits for it."""
    child = here.start("run")
    _nearly_done(here, child)
    with psycopg.connect(**here.target.parameters) as session:  # type: ignore[arg-type]
        session.execute(_WRITE, ("idle", 1))
        code = child.end()
        session.close()
    return _passed(code, child)


def _long_query(here: Place, turn: Turn) -> bool:
    child = here.start("run")
    _nearly_done(here, child)
    asking = threading.Thread(target=_ask_for_long, args=(here.target,))
    asking.start()
    code = child.end()
    asking.join(timeout=60)
    if asking.is_alive():
        raise Failed("a long query on the old database goes on after the swap")
    return _passed(code, child)


def _ask_for_long(target: Target) -> None:
    try:
        with psycopg.connect(**target.parameters, autocommit=True) as session:  # type: ignore[arg-type]
            session.execute("SELECT count(*) FROM generate_series(1, 100000000000)")
    except psycopg.Error:
        return


def _passed(code: int, child: Child) -> bool:
    if code != 0:
        raise Failed(f"the run ended with code {code}: {child.words()}")
    return True


def _nearly_done(here: Place, child: Child) -> None:
    """Wait until everything but the last task has passed, so that the swap is near."""
    last = [event.task for event in here.ground.events if event.kind == "task.started"][-1]
    until(
        lambda: (
            child.ended(0)
            or any(event.kind == "task.started" and event.task == last for event in here.events())
        ),
        seconds=90,
    )


def _kept_every_row(here: Place, visitor: Visitor) -> None:
    """Each row that was committed must be where the old database is now, whatever its name."""
    found: set[int] = set()
    for name in here.ground.databases() - here.before:
        with database.connect(here.ground.administrator.on(name)) as connection:
            if connection.execute("SELECT to_regclass('visits') IS NOT NULL").fetchone() == (True,):
                query = "SELECT number FROM visits WHERE visitor = %s"
                found |= {number for (number,) in connection.execute(query, (visitor.name,))}
    if missing := set(visitor.committed) - found:
        raise Failed(f"{len(missing)} of {len(visitor.committed)} committed rows are lost")
