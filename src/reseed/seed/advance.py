"""How far a bulk load is, in a line: what is loaded, how fast, and how long the rest will take."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from reseed.seed.ledger import Standing
from reseed.seed.partitions import Loaded


@dataclass
class Advance:
    """Follows a load and tells a line whenever something is done.

    Attributes:
        partitions: how many there are. loaded, rows: what is in the database, that of earlier attempts included.
    """

    tell: Callable[[str], None]
    partitions: int = 0
    loaded: int = 0
    rows: int = 0
    _before: int = 0
    _partitions_before: int = 0
    _began: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, standing: Standing) -> None:
        """The loading begins, or goes on, from here."""
        self.partitions, self.loaded = standing.partitions, standing.loaded
        self.rows = self._before = sum(standing.rows.values())
        self._partitions_before = standing.loaded
        self._began = time.monotonic()
        if standing.loaded:
            self.tell(f"{standing.loaded} of {standing.partitions} partitions are loaded already")

    def add(self, loaded: Loaded) -> None:
        """One more partition is loaded; may be called by several threads."""
        with self._lock:
            self.loaded += 1
            self.rows += sum(loaded.rows.values())
            self.tell(self._sentence(time.monotonic() - self._began))

    def reach(self, standing: Standing) -> None:
        """So much is loaded by now, by whomever."""
        with self._lock:
            if standing.loaded > self.loaded:
                self.loaded, self.rows = standing.loaded, sum(standing.rows.values())
                self.tell(self._sentence(time.monotonic() - self._began))

    def _sentence(self, seconds: float) -> str:
        rate = (self.rows - self._before) / max(seconds, 1e-6)
        left = seconds / max(self.loaded - self._partitions_before, 1) * (self.partitions - self.loaded)
        return (
            f"{self.loaded} of {self.partitions} partitions, {self.rows:,} rows, {rate:,.0f} rows/s, "
            f"{clock(left)} left"
        )


def clock(seconds: float) -> str:
    """`3 s`, `2 min 05 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
