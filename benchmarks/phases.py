"""Where the time of a load goes, seen from the server: which statements its sessions are at, asked four times a second.

A load has come as far as its furthest statement; what happens between two statements, such as making rows, belongs to
the phase they are in.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from time import perf_counter

from reseed import database
from reseed.database import Connection, Target

PHASES = ("before the first row", "rows", "indexes", "foreign keys", "analyze")
_SIGNS = (
    ("ANALYZE ", 4),
    ("VALIDATE CONSTRAINT", 3),
    ("FOREIGN KEY", 3),
    ("CREATE INDEX", 2),
    ("CREATE UNIQUE INDEX", 2),
    ("COPY ", 1),
)
_EVERY_SECONDS = 0.25
# Between two statements a session shows the one before.
_LATEST = """
    SELECT query FROM pg_stat_activity
    WHERE datname = %s AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


class Phases(threading.Thread):
    """Looks until `end` is called, which gives phase -> seconds."""

    def __init__(self, target: Target) -> None:
        super().__init__(daemon=True)
        self._target = target
        self._ended = threading.Event()
        self._seconds = dict.fromkeys(PHASES, 0.0)

    def run(self) -> None:
        # From another database: whoever is connected to the one that is loaded could be in the way.
        owner = replace(database.embedded.administrator(self._target), database="postgres")
        with database.connect(owner, autocommit=True) as connection:
            reached, since = 0, perf_counter()
            while not self._ended.wait(_EVERY_SECONDS):
                reached = max(reached, phase(self._statements(connection)))
                now = perf_counter()
                self._seconds[PHASES[reached]] += now - since
                since = now

    def end(self) -> dict[str, float]:
        """Stop looking; seconds that each phase took."""
        self._ended.set()
        self.join()
        return {name: seconds for name, seconds in self._seconds.items() if seconds}

    def _statements(self, connection: Connection) -> list[str]:
        rows = connection.execute(_LATEST, (self._target.database,)).fetchall()
        return [str(statement) for (statement,) in rows]


def phase(statements: Iterable[str]) -> int:
    """Place among `PHASES` of the furthest of some statements; 0 where none tells."""
    return max((place for statement in statements for sign, place in _SIGNS if sign in statement), default=0)
