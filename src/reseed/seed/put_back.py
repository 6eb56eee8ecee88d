"""Building again what was put aside, by two sessions side by side wherever their locks allow it.

Each entry of the ledger is carried out and taken out in one transaction, so this can be begun again at any time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from reseed.database import Connection, Target, connect, sql, sqlstate
from reseed.errors import SeedError
from reseed.seed import ledger
from reseed.seed.ledger import Entry
from reseed.seed.put_aside import CONSTRAINT, FOREIGN_KEY, INDEX, VALIDATE
from reseed.seed.side_by_side import side_by_side, unhurried

SESSIONS = 2
"""How many build at a time; one more costs memory and gains little, as the disk is shared."""

MEMORY = "128MB"
"""What one session may sort in, where the server's own setting is smaller."""

_SETTINGS = (
    "SELECT set_config('maintenance_work_mem', %s, false) "
    "WHERE pg_size_bytes(current_setting('maintenance_work_mem')) < pg_size_bytes(%s)"
)

_BY_SIZE = (
    "SELECT name FROM unnest(%s::text[]) AS name ORDER BY pg_table_size(to_regclass(quote_ident(name))) DESC"
)

# Whoever validates a foreign key locks its table against others who would; building an index locks out nobody who
# builds another one. The other two phases touch no rows.
_SIDE_BY_SIDE = {INDEX: True, CONSTRAINT: False, FOREIGN_KEY: False, VALIDATE: True}

_TELLING = {INDEX: "building {}", VALIDATE: "checking {}"}


class _Queue:
    """What is left of a phase; no two sessions get what they would wait for each other about."""

    def __init__(self, waiting: Sequence[tuple[int, Entry]], *, apart: bool) -> None:
        self._waiting = list(waiting)
        self._apart = apart
        self._busy: set[str] = set()
        self._changed = threading.Condition()
        self._failed = False

    @contextmanager
    def next(self) -> Iterator[tuple[int, Entry] | None]:
        """The next entry that nobody is in the way of; None when there is none left."""
        with self._changed:
            while (place := self._free()) is None and self._waiting and not self._failed:
                self._changed.wait()
            taken = None if place is None or self._failed else self._waiting.pop(place)
            if taken:
                self._busy.add(taken[1].tables[0])
        try:
            yield taken
        except BaseException:
            self._failed = True
            raise
        finally:
            with self._changed:
                if taken:
                    self._busy.discard(taken[1].tables[0])
                self._changed.notify_all()

    def _free(self) -> int | None:
        for place, (_, entry) in enumerate(self._waiting):
            if not self._apart or entry.tables[0] not in self._busy:
                return place
        return None


def put_back(target: Target, tell: Callable[[str], None]) -> None:
    """Build indexes, constraints and foreign keys again, all that the ledger still has.

    Args:
        tell: is told what is being built or checked, before it is.

    Raises:
        SeedError: rows break what is to be put back; the ledger still has it.
    """
    for phase, apart in _SIDE_BY_SIDE.items():
        with connect(target) as connection:
            waiting = ledger.waiting(connection, phase)
        queue = _Queue(waiting, apart=phase == VALIDATE)
        side_by_side(
            lambda queue=queue: _work(target, queue, tell),  # type: ignore[misc]
            min(SESSIONS if apart else 1, len(waiting)),
        )


def analyze(target: Target, tables: Sequence[str]) -> None:
    """Let the planner know the tables as they are now."""
    _tend(target, tables, sql.SQL("ANALYZE {}"))


def vacuum(target: Target, tables: Sequence[str]) -> None:
    """Mark pages as visible to all, before anything is built: then foreign keys can be checked, and later queries
    answered, from indexes alone, which costs a tenth."""
    _tend(target, tables, sql.SQL("VACUUM {}"))


def _tend(target: Target, tables: Sequence[str], statement: sql.SQL) -> None:
    """Carry a statement out for every table; the sessions take them in turn, the largest first."""
    with connect(target) as connection:
        # One iterator for all threads: each table comes to one of them.
        left = iter([table for (table,) in connection.execute(_BY_SIZE, (list(tables),))])

    def work() -> None:
        with unhurried(target) as connection:
            for table in left:
                connection.execute(statement.format(sql.Identifier(table)))

    side_by_side(work, SESSIONS)


def _work(target: Target, queue: _Queue, tell: Callable[[str], None]) -> None:
    with unhurried(target) as connection:
        connection.execute(_SETTINGS, (MEMORY, MEMORY))
        while True:
            with queue.next() as taken:
                if taken is None:
                    return
                if taken[1].phase in _TELLING:
                    tell(_TELLING[taken[1].phase].format(taken[1].what))
                _carry_out(connection, *taken)


def _carry_out(connection: Connection, number: int, entry: Entry) -> None:
    try:
        with connection.transaction():
            # The ledger's statements were written under this path; nothing may stand in front of the catalog's names.
            connection.execute("SET LOCAL search_path = ''")
            # Lost with the server, it would still be in the ledger.
            connection.execute("SET LOCAL synchronous_commit = off")
            if ledger.strike(connection, number):
                for statement in entry.statements:
                    connection.execute(statement.encode())
    except sqlstate.IntegrityError as error:
        detail = error.diag.message_detail or error.diag.message_primary
        raise SeedError(
            f"The {entry.what} cannot be put back, as rows break it: {detail}",
            "Somebody has written them during the load, or the dataset's rows do not keep it. Correct the rows, then "
            "run reseed seed again; until then the definition is kept in schema reseed_load.",
        ) from error
